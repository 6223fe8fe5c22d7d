#include "client/sandbox_files.h"

#include <fmt/format.h>
#include <google/protobuf/text_format.h>

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "certs/digest.h"
#include "certs/ed25519.h"
#include "certs/key_file.h"
#include "certs/pem.h"
#include "certs/practice_ca.h"
#include "certs/signer.h"
#include "certs/suites.h"
#include "daemon/config/agreement_signatures.h"
#include "daemon/config/link_agreement.h"
#include "daemon/config/text_file.h"
#include "daemon/domain/civil_time.h"
#include "daemon/ledger/note.h"
#include "daemon/system/files.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "gatepost/config/v1/client.pb.h"
#include "gatepost/config/v1/node.pb.h"

namespace gatepost::client {
namespace {

constexpr char kStateFile[] = "sandbox.textproto";
// Written first: whatever else is in the folder is ours.
constexpr char kMarkFile[] = ".gatepost-sandbox";
constexpr mode_t kFolderMode = 0700;

struct Side {
  const char* short_name;
  const char* node;
  const char* domain;
  const char* country;
  const char* zone;
  const char* prefix;
  const char* agency;
  bool officer_has_sm2;  // The officer signs with SM2 and SM3, all others with ECDSA.
};

constexpr std::array<Side, 2> kSides = {Side{"vn", "vn-langson", "langson.practice.example", "VN",
                                             "Asia/Ho_Chi_Minh", "LS", "board", false},
                                        Side{"cn", "cn-pingxiang", "pingxiang.practice.example",
                                             "CN", "Asia/Shanghai", "PX", "port-office", true}};

struct Role {
  const char* name;
  const char* path;  // {} is the agency.
  bool signs;
};

// The gates that real reports count one by one; what crosses is counted on both sides.
constexpr std::array<const char*, 4> kReportedGates = {"LS-CM", "LS-CN", "LS-HN", "LS-TT-1088"};

constexpr std::array<Role, 4> kRoles = {Role{"clerk", "agency/{}/clerk/desk-1", true},
                                        Role{"officer", "agency/{}/officer/shift-lead-1", true},
                                        Role{"service", "agency/{}/service/feeder", true},
                                        Role{"auditor", "auditor/desk-1", false}};

// The suites of a side's trust domain, as both sides agree on them and let them in.
std::vector<std::string> SuitesOf(const Side& side) {
  std::vector<std::string> suites = {std::string(certs::kEcdsaP256Sha256),
                                     std::string(certs::kEd25519)};
  if (side.officer_has_sm2) suites.emplace_back(certs::kSm2Sm3);
  return suites;
}

absl::Status WriteText(const std::string& path, const google::protobuf::Message& message) {
  std::string text;
  google::protobuf::TextFormat::PrintToString(message, &text);
  return system::WriteFileAtomically(
      path, fmt::format("# proto-message: {}\n{}", message.GetTypeName(), text));
}

std::string NameIn(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

// Makes a ledger key in `path` and returns its vkey.
absl::StatusOr<std::string> MakeLedgerKey(const std::string& path, const std::string& name,
                                          uint8_t type) {
  GATEPOST_ASSIGN_OR_RETURN(certs::Ed25519Key key, certs::Ed25519Key::Generate());
  GATEPOST_ASSIGN_OR_RETURN(std::string pem, key.ToPem());
  GATEPOST_RETURN_IF_ERROR(certs::WritePrivateKeyFile(path, pem));
  GATEPOST_ASSIGN_OR_RETURN(ledger::VerifierKey verifier,
                            ledger::VerifierKey::Create(name, type, key.public_key()));
  return verifier.Format();
}

absl::Status MakeNode(const Side& side, const certs::PracticeCa& ca, const std::string& dir,
                      config::v1::SandboxNode* node) {
  const std::string folder = fmt::format("{}/{}", dir, side.node);
  GATEPOST_RETURN_IF_ERROR(system::EnsureDirectory(folder, kFolderMode));
  GATEPOST_ASSIGN_OR_RETURN(
      certs::SpiffeId id,
      certs::SpiffeId::Parse(fmt::format("spiffe://{}/node/{}", side.domain, side.node)));
  node->set_node(side.node);
  node->set_spiffe_id(id.ToString());
  node->set_country(side.country);
  node->set_config_file(folder + "/node.textproto");
  node->set_log_file(folder + "/gatepostd.log");
  node->set_data_dir(folder + "/data");
  node->set_root_file(folder + "/root.crt");
  node->set_root_key_file(folder + "/root.key");
  node->set_tls_certificate_file(folder + "/tls.crt");
  node->set_tls_key_file(folder + "/tls.key");
  node->set_log_key_file(folder + "/log.key");
  node->set_witness_key_file(folder + "/witness.key");
  GATEPOST_RETURN_IF_ERROR(system::WriteFileAtomically(node->root_file(), ca.root_pem()));
  GATEPOST_ASSIGN_OR_RETURN(std::string root_key, ca.private_key_pem());
  GATEPOST_RETURN_IF_ERROR(certs::WritePrivateKeyFile(node->root_key_file(), root_key));
  GATEPOST_ASSIGN_OR_RETURN(certs::IssuedCertificate tls, ca.IssueNode(id));
  GATEPOST_RETURN_IF_ERROR(tls.WriteFiles(node->tls_key_file(), node->tls_certificate_file()));
  GATEPOST_ASSIGN_OR_RETURN(
      *node->mutable_log_vkey(),
      MakeLedgerKey(node->log_key_file(), config::LogKeyName(side.node), ledger::kEd25519Type));
  GATEPOST_ASSIGN_OR_RETURN(
      *node->mutable_witness_vkey(),
      MakeLedgerKey(node->witness_key_file(), config::WitnessKeyName(side.node),
                    ledger::kEd25519CosignatureType));
  return absl::OkStatus();
}

absl::Status MakeClient(const Side& side, const Role& role, const certs::PracticeCa& ca,
                        const std::string& dir, config::v1::SandboxClient* client) {
  const std::string name = fmt::format("{}-{}", side.short_name, role.name);
  const std::string folder = fmt::format("{}/clients/{}", dir, name);
  GATEPOST_RETURN_IF_ERROR(system::EnsureDirectory(folder, kFolderMode));
  GATEPOST_ASSIGN_OR_RETURN(
      certs::SpiffeId id,
      certs::SpiffeId::Parse(fmt::format("spiffe://{}/{}", side.domain,
                                         fmt::format(fmt::runtime(role.path), side.agency))));
  client->set_name(name);
  client->set_spiffe_id(id.ToString());
  client->set_node(side.node);
  client->set_config_file(folder + ".textproto");
  client->set_tls_certificate_file(folder + "/tls.crt");
  client->set_tls_key_file(folder + "/tls.key");
  GATEPOST_ASSIGN_OR_RETURN(certs::IssuedCertificate tls, ca.IssueClient(id));
  GATEPOST_RETURN_IF_ERROR(tls.WriteFiles(client->tls_key_file(), client->tls_certificate_file()));
  if (!role.signs) return absl::OkStatus();
  client->set_signing_certificate_file(folder + "/sign.crt");
  client->set_signing_key_file(folder + "/sign.key");
  const bool sm2 = side.officer_has_sm2 && id.role() == certs::Role::kOfficer;
  GATEPOST_ASSIGN_OR_RETURN(
      certs::IssuedCertificate signing,
      ca.IssueSigner(id, {.key = sm2 ? certs::PracticeKey::kSm2 : certs::PracticeKey::kP256}));
  return signing.WriteFiles(client->signing_key_file(), client->signing_certificate_file());
}

// The officers of both sides, who speak for them.
std::vector<const config::v1::SandboxClient*> OfficersOf(const config::v1::Sandbox& sandbox,
                                                         std::string_view node) {
  std::vector<const config::v1::SandboxClient*> officers;
  for (const config::v1::SandboxClient& client : sandbox.clients()) {
    const absl::StatusOr<certs::SpiffeId> id = certs::SpiffeId::Parse(client.spiffe_id());
    if (client.node() == node && id.ok() && id->role() == certs::Role::kOfficer) {
      officers.push_back(&client);
    }
  }
  return officers;
}

// Both sides' officers sign what WriteAgreement wrote.
absl::Status SignSandboxAgreement(const config::v1::Sandbox& sandbox) {
  GATEPOST_ASSIGN_OR_RETURN(const config::LinkAgreement agreement,
                            config::ReadLinkAgreement(sandbox.agreement_file()));
  config::v1::AgreementSignatures signatures;
  for (const config::v1::SandboxNode& node : sandbox.nodes()) {
    GATEPOST_ASSIGN_OR_RETURN(const std::string root, certs::ReadPublicFile(node.root_file()));
    for (const config::v1::SandboxClient* officer : OfficersOf(sandbox, node.node())) {
      GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<certs::Signer> signer,
                                certs::Signer::FromFiles(officer->signing_key_file(),
                                                         officer->signing_certificate_file()));
      GATEPOST_RETURN_IF_ERROR(config::SignAgreement(agreement, *signer, {root}, &signatures));
    }
  }
  return WriteText(config::SignaturesPathOf(sandbox.agreement_file()), signatures);
}

absl::Status WriteAgreement(const config::v1::Sandbox& sandbox, absl::Time now) {
  config::v1::LinkAgreement agreement;
  agreement.set_id("langson-pingxiang-practice-1");
  for (const config::v1::SandboxNode& node : sandbox.nodes()) {
    config::v1::AgreedNode* agreed = agreement.add_nodes();
    agreed->set_node(node.node());
    agreed->set_spiffe_id(node.spiffe_id());
    agreed->set_country(node.country());
    GATEPOST_ASSIGN_OR_RETURN(std::string root, certs::ReadPublicFile(node.root_file()));
    for (const std::string& der : certs::DerFromPem(root)) {
      agreed->add_root_sha256(certs::ToHex(certs::Sha256Of(der)));
    }
    agreed->set_log_vkey(node.log_vkey());
    agreed->set_witness_vkey(node.witness_vkey());
    const Side& side = kSides[static_cast<size_t>(agreement.nodes_size() - 1)];
    for (const std::string& suite : SuitesOf(side)) agreed->add_suites(suite);
    for (const config::v1::SandboxClient* officer : OfficersOf(sandbox, node.node())) {
      agreed->add_authorities(officer->spiffe_id());
    }
  }
  agreement.set_sequencer(sandbox.nodes(0).node());
  for (const char* family : {"REPORT", "AGREEMENT", "NOTICE", "ACKNOWLEDGEMENT", "TRANSCRIPT"}) {
    agreement.add_families(family);
  }
  agreement.mutable_cut_off()->set_hour(20);
  agreement.mutable_cut_off()->set_zone("Asia/Ho_Chi_Minh");
  agreement.mutable_report_due()->set_hour(20);
  agreement.mutable_report_due()->set_minute(30);
  agreement.mutable_report_due()->set_zone("Asia/Ho_Chi_Minh");
  for (const Side& side : kSides) {
    config::v1::ReportDuty* duty = agreement.add_report_duties();
    duty->set_side(side.country);
    for (const char* gate : kReportedGates) duty->add_gate_ids(gate);
  }
  *agreement.mutable_agreed_on() = domain::ToCivilDate(absl::ToCivilDay(now, absl::UTCTimeZone()));
  GATEPOST_RETURN_IF_ERROR(WriteText(sandbox.agreement_file(), agreement));
  return SignSandboxAgreement(sandbox);
}

// Empty, or a sandbox's own.
absl::Status CheckFolder(const std::string& dir) {
  std::error_code error;
  std::filesystem::directory_iterator files(dir, error);
  if (error || files == std::filesystem::directory_iterator()) return absl::OkStatus();
  if (std::filesystem::exists(dir + "/" + kMarkFile, error)) return absl::OkStatus();
  return system::Refuse(v1::REASON_BAD_ARGUMENT, "an empty folder for the sandbox",
                        fmt::format("{} holds {}", dir, files->path().filename().string()),
                        "name another folder");
}

absl::Status WriteNodeConfig(const config::v1::Sandbox& sandbox, int index,
                             const std::string& register_file) {
  const config::v1::SandboxNode& node = sandbox.nodes(index);
  config::v1::NodeConfig config;
  config.set_node(node.node());
  config.set_spiffe_id(node.spiffe_id());
  config.set_listen(node.address());
  config.set_port_file("port");
  config.set_data_dir(NameIn(node.data_dir()));
  config.set_guard_file(node.node() + ".guard");
  config.set_tls_certificate_file(NameIn(node.tls_certificate_file()));
  config.set_tls_key_file(NameIn(node.tls_key_file()));
  config.set_log_key_file(NameIn(node.log_key_file()));
  config.set_witness_key_file(NameIn(node.witness_key_file()));
  for (size_t side = 0; side < kSides.size(); ++side) {
    config::v1::TrustDomainConfig* domain = config.add_trust_domains();
    domain->set_name(kSides[side].domain);
    domain->set_country(kSides[side].country);
    domain->add_root_files(fmt::format("../{}/root.crt", kSides[side].node));
    for (const std::string& suite : SuitesOf(kSides[side])) domain->add_suites(suite);
  }
  config::v1::LinkConfig* link = config.add_links();
  link->set_agreement_file("../" + NameIn(sandbox.agreement_file()));
  if (index == 0) link->set_dial(sandbox.relay().address());
  config.set_register_file(register_file);
  config.set_reference_prefix(kSides[index].prefix);
  config.set_zone(kSides[index].zone);
  config.set_practice(true);
  return WriteText(node.config_file(), config);
}

absl::Status WriteClientConfig(const config::v1::Sandbox& sandbox,
                               const config::v1::SandboxClient& client) {
  const int own = client.node() == sandbox.nodes(0).node() ? 0 : 1;
  const config::v1::SandboxNode& node = sandbox.nodes(own);
  config::v1::ClientConfig config;
  config.set_node_address(node.address());
  config.set_node_spiffe_id(node.spiffe_id());
  config.add_root_files(fmt::format("../{}/root.crt", node.node()));
  config.set_tls_certificate_file(client.name() + "/tls.crt");
  config.set_tls_key_file(client.name() + "/tls.key");
  if (!client.signing_key_file().empty()) {
    config.set_signing_certificate_file(client.name() + "/sign.crt");
    config.set_signing_key_file(client.name() + "/sign.key");
  }
  config.set_origin_node(node.node());
  config.add_recipient_nodes(sandbox.nodes(1 - own).node());
  config.set_country(node.country());
  config.set_zone(kSides[own].zone);
  config.set_outbox_dir(client.name() + "/outbox");
  config.add_agreement_files("../" + NameIn(sandbox.agreement_file()));
  return WriteText(client.config_file(), config);
}

}  // namespace

bool SandboxExists(const std::string& dir) {
  std::error_code unused;
  return std::filesystem::is_regular_file(dir + "/" + kStateFile, unused);
}

absl::StatusOr<config::v1::Sandbox> MakeSandbox(const std::string& dir, absl::Time now) {
  GATEPOST_RETURN_IF_ERROR(CheckFolder(dir));
  config::v1::Sandbox sandbox;
  sandbox.set_dir(config::AbsolutePath(dir, ""));
  const std::string& root = sandbox.dir();
  GATEPOST_RETURN_IF_ERROR(system::EnsureDirectory(root, kFolderMode));
  GATEPOST_RETURN_IF_ERROR(
      system::WriteFileAtomically(root + "/" + kMarkFile, "A practice sandbox of gatepost.\n"));
  GATEPOST_RETURN_IF_ERROR(system::EnsureDirectory(root + "/run", kFolderMode));
  sandbox.set_agreement_file(root + "/link-agreement.textproto");
  sandbox.mutable_relay()->set_log_file(root + "/run/relay.log");
  for (const Side& side : kSides) {
    GATEPOST_ASSIGN_OR_RETURN(certs::PracticeCa ca, certs::PracticeCa::Create(side.domain, now));
    GATEPOST_RETURN_IF_ERROR(MakeNode(side, ca, root, sandbox.add_nodes()));
    for (const Role& role : kRoles) {
      GATEPOST_RETURN_IF_ERROR(MakeClient(side, role, ca, root, sandbox.add_clients()));
    }
  }
  GATEPOST_RETURN_IF_ERROR(WriteAgreement(sandbox, now));
  return sandbox;
}

absl::Status WriteSandboxConfigs(const SandboxPorts& ports, const std::string& register_file,
                                 config::v1::Sandbox* sandbox) {
  const std::array<uint16_t, 2> node_ports = {ports.vn, ports.cn};
  for (int i = 0; i < 2; ++i) {
    sandbox->mutable_nodes(i)->set_port(node_ports[i]);
    sandbox->mutable_nodes(i)->set_address(fmt::format("127.0.0.1:{}", node_ports[i]));
  }
  sandbox->mutable_relay()->set_address(fmt::format("127.0.0.1:{}", ports.relay));
  sandbox->mutable_relay()->set_target(sandbox->nodes(1).address());
  for (int i = 0; i < 2; ++i) {
    GATEPOST_RETURN_IF_ERROR(WriteNodeConfig(*sandbox, i, register_file));
  }
  for (const config::v1::SandboxClient& client : sandbox->clients()) {
    GATEPOST_RETURN_IF_ERROR(WriteClientConfig(*sandbox, client));
  }
  return WriteText(sandbox->dir() + "/" + kStateFile, *sandbox);
}

absl::StatusOr<config::v1::Sandbox> ReadSandbox(const std::string& dir) {
  if (!SandboxExists(dir)) {
    return system::Refuse(v1::REASON_NOT_FOUND, "a sandbox", fmt::format("none in {}", dir),
                          "make one by gatepost sandbox up --dir");
  }
  GATEPOST_ASSIGN_OR_RETURN(config::Parsed<config::v1::Sandbox> file,
                            config::ReadTextProto<config::v1::Sandbox>(dir + "/" + kStateFile));
  if (file.value.nodes_size() != 2) {
    return config::FieldError(file, "nodes", "two nodes",
                              fmt::format("{}", file.value.nodes_size()), "make the sandbox anew");
  }
  return file.value;
}

}  // namespace gatepost::client
