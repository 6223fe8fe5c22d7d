#include "tests/config/practice_files.h"

#include <fmt/format.h>

#include "absl/time/clock.h"
#include "certs/digest.h"
#include "certs/ed25519.h"
#include "certs/key_file.h"
#include "certs/pem.h"
#include "daemon/config/link_agreement.h"
#include "daemon/ledger/note.h"

namespace gatepost::testing {
namespace {

constexpr char kRegister[] = R"(version: "test-1"
gates {
  id: "LS-HN"
  validity { from { year: 2000 month: 1 day: 1 } }
  names { vi: "Hữu Nghị" zh: "友谊关" en: "Huu Nghi" }
  province: "Lang Son"
}
)";

void Check(const absl::Status& status) {
  if (!status.ok()) throw std::runtime_error(std::string(status.message()));
}

// Makes a key, writes it to `path`, and returns its vkey.
std::string MakeKey(const std::string& path, const std::string& name, uint8_t type) {
  certs::Ed25519Key key = Must(certs::Ed25519Key::Generate());
  Check(certs::WritePrivateKeyFile(path, Must(key.ToPem())));
  return Must(ledger::VerifierKey::Create(name, type, key.public_key())).Format();
}

std::string AgreedNode(const TemporaryFolder& folder, const certs::PracticeCa& ca,
                       const std::string& node, const std::string& country,
                       const std::string& keys) {
  return fmt::format(
      "nodes {{\n  node: \"{0}\"\n  spiffe_id: \"spiffe://{1}/node/{0}\"\n  country: \"{2}\"\n"
      "  root_sha256: \"{3}\"\n  log_vkey: \"{4}\"\n  witness_vkey: \"{5}\"\n"
      "  suites: \"ecdsa-p256-sha256\"\n  suites: \"ed25519\"\n}}\n",
      node, ca.trust_domain(), country,
      certs::ToHex(certs::Sha256Of(certs::DerFromPem(ca.root_pem()).at(0))),
      MakeKey(folder.Under(keys + "log.key"), config::LogKeyName(node), ledger::kEd25519Type),
      MakeKey(folder.Under(keys + "witness.key"), config::WitnessKeyName(node),
              ledger::kEd25519CosignatureType));
}

}  // namespace

PracticeFiles::PracticeFiles()
    : vn_(Must(certs::PracticeCa::Create("langson.practice.example", absl::Now()))),
      cn_(Must(certs::PracticeCa::Create("pingxiang.practice.example", absl::Now()))) {
  auto id = [](const std::string& path) {
    return Must(certs::SpiffeId::Parse("spiffe://langson.practice.example" + path));
  };
  WriteTestFile(folder_.Under("vn-root.crt"), vn_.root_pem());
  WriteTestFile(folder_.Under("cn-root.crt"), cn_.root_pem());
  Check(Must(vn_.IssueNode(id("/node/vn-langson")))
            .WriteFiles(folder_.Under("tls.key"), folder_.Under("tls.crt")));
  Check(Must(vn_.IssueClient(id("/agency/board/clerk/desk-1")))
            .WriteFiles(folder_.Under("clerk.key"), folder_.Under("clerk.crt")));
  Check(Must(vn_.IssueSigner(id("/agency/board/clerk/desk-1")))
            .WriteFiles(folder_.Under("sign.key"), folder_.Under("sign.crt")));
  WriteTestFile(folder_.Under("gates.textproto"), kRegister);
  WriteTestFile(folder_.Under("agreement.textproto"),
                "id: \"test\"\n" + AgreedNode(folder_, vn_, "vn-langson", "VN", "") +
                    AgreedNode(folder_, cn_, "cn-pingxiang", "CN", "cn-") +
                    "sequencer: \"vn-langson\"\nfamilies: \"REPORT\"\n"
                    "cut_off { hour: 20 zone: \"Asia/Ho_Chi_Minh\" }\n");
  WriteTestFile(folder_.Under("node.textproto"), R"(node: "vn-langson"
spiffe_id: "spiffe://langson.practice.example/node/vn-langson"
listen: "127.0.0.1:0"
port_file: "port"
data_dir: "data"
tls_certificate_file: "tls.crt"
tls_key_file: "tls.key"
log_key_file: "log.key"
witness_key_file: "witness.key"
trust_domains { name: "langson.practice.example" country: "VN" root_files: "vn-root.crt" }
trust_domains { name: "pingxiang.practice.example" country: "CN" root_files: "cn-root.crt" }
links { agreement_file: "agreement.textproto" dial: "localhost:7443" }
register_file: "gates.textproto"
reference_prefix: "LS"
zone: "Asia/Ho_Chi_Minh"
practice: true
limits { window_messages: 100 }
)");
  WriteTestFile(folder_.Under("client.textproto"), R"(node_address: "127.0.0.1:7443"
node_spiffe_id: "spiffe://langson.practice.example/node/vn-langson"
root_files: "vn-root.crt"
tls_certificate_file: "clerk.crt"
tls_key_file: "clerk.key"
signing_certificate_file: "sign.crt"
signing_key_file: "sign.key"
origin_node: "vn-langson"
recipient_nodes: "cn-pingxiang"
country: "VN"
zone: "Asia/Ho_Chi_Minh"
outbox_dir: "outbox"
)");
}

void PracticeFiles::Change(const std::string& name, const std::string& from,
                           const std::string& to) const {
  WriteTestFile(folder_.Under(name), Replaced(ReadTestFile(folder_.Under(name)), from, to));
}

}  // namespace gatepost::testing
