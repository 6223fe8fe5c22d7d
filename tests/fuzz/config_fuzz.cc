// Config files that stand by themselves. The first byte chooses the kind: whatever is wrong is
// BAD_CONFIG, and what is taken is taken again.

#include <google/protobuf/text_format.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/time/clock.h"
#include "certs/pem.h"
#include "certs/signer.h"
#include "daemon/config/agreement_signatures.h"
#include "daemon/config/link_agreement.h"
#include "daemon/config/policy.h"
#include "daemon/config/revocations.h"
#include "daemon/config/text_file.h"
#include "daemon/domain/gate_register.h"
#include "daemon/domain/holiday_calendar.h"
#include "gatepost/config/v1/agreement_signatures.pb.h"
#include "gatepost/config/v1/calendars.pb.h"
#include "gatepost/config/v1/client.pb.h"
#include "gatepost/config/v1/csv_mapping.pb.h"
#include "gatepost/config/v1/deny_list.pb.h"
#include "gatepost/config/v1/node.pb.h"
#include "gatepost/config/v1/policy.pb.h"
#include "gatepost/config/v1/register.pb.h"
#include "tests/config/practice_files.h"
#include "tests/fuzz/promise.h"
#include "tests/support/test_files.h"

namespace gatepost::fuzz {
namespace {

void PromiseBadConfig(const absl::Status& status) {
  PromiseAnswer(status);
  Promise(status.ok() || system::ReasonOf(status) == v1::REASON_BAD_CONFIG,
          "a wrong config file is BAD_CONFIG");
}

// The text as a T, when it is one.
template <typename T>
std::optional<T> Read(std::string_view text) {
  T value;
  google::protobuf::TextFormat::ParseInfoTree places;
  const absl::Status parsed = config::ParseText("file", text, &value, &places);
  PromiseBadConfig(parsed);
  if (!parsed.ok()) return std::nullopt;
  const int line = config::LineOf(value, places, "links[1].dial");
  Promise(line >= 1, "a field is on some line");
  return value;
}

// As Read; and what FromProto makes of it has the same content.
template <typename Checked, typename T>
void ReadChecked(std::string_view text) {
  const std::optional<T> value = Read<T>(text);
  if (!value.has_value()) return;
  const auto checked = Checked::FromProto(*value);
  PromiseBadConfig(checked.status());
  if (!checked.ok()) return;
  const auto again = Checked::FromProto(checked->proto());
  Promise(again.ok() && again->proto().SerializeAsString() == checked->proto().SerializeAsString(),
          "what was taken is taken again");
}

void ReadAgreement(std::string_view text) {
  const auto agreement = config::ParseLinkAgreement("file", std::string(text));
  PromiseBadConfig(agreement.status());
  if (!agreement.ok()) return;
  Promise(agreement->nodes.size() == 2, "an agreement has two sides");
  Promise(agreement->sha256 == certs::Sha256Of(text), "an agreement is named by its bytes");
}

constexpr char kGates[] = R"(version: "1"
gates { id: "LS-HN" validity { from { year: 2000 month: 1 day: 1 } }
  names { vi: "a" zh: "b" en: "c" } province: "Lang Son" })";

void ReadPolicy(std::string_view text) {
  static const domain::GateRegister gates = [] {
    const auto stated = Read<config::v1::GateRegister>(kGates);
    return domain::GateRegister::FromProto(stated.value()).value();
  }();
  const auto policy = config::ParsePolicy("file", std::string(text), gates, "VN");
  PromiseBadConfig(policy.status());
  if (!policy.ok()) return;
  Promise(policy->sha256 == certs::Sha256Of(text), "a policy is named by its bytes");
  Promise(!policy->policy->id().empty(), "a policy has an id");
}

// The text as a file that was read.
template <typename T>
std::optional<config::Parsed<T>> ReadFile(std::string_view text) {
  config::Parsed<T> file;
  file.path = "file";
  file.bytes = text;
  file.places = std::make_unique<google::protobuf::TextFormat::ParseInfoTree>();
  const absl::Status parsed = config::ParseText("file", text, &file.value, file.places.get());
  PromiseBadConfig(parsed);
  if (!parsed.ok()) return std::nullopt;
  return file;
}

void ReadDenyList(std::string_view text) {
  const auto file = ReadFile<config::v1::DenyList>(text);
  if (!file.has_value()) return;
  const auto denied = config::CheckDenyList(*file);
  PromiseBadConfig(denied.status());
  if (!denied.ok()) return;
  Promise(denied->empty() == file->value.nobody_is_denied(), "nobody is denied only if it says so");
  static const auto nobody = certs::TrustStore::Create({}).value();
  Promise(certs::RevocationBook::Create(nobody, {}, *denied).ok(), "what was taken makes a book");
}

// An agreement and its honest signatures, by keys that are made anew in each run.
struct SignedWorld {
  SignedWorld() {
    const std::string end = "  suites: \"ed25519\"\n}\n";
    for (const auto& [ca, id] :
         {std::pair(&files.vn(), kVnAuthority), std::pair(&files.cn(), kCnAuthority)}) {
      files.Change("agreement.textproto", end,
                   "  suites: \"ed25519\"\n  authorities: \"" + std::string(id) + "\"\n}\n");
      const auto issued = ca->IssueSigner(certs::SpiffeId::Parse(id).value()).value();
      signers.push_back(
          certs::Signer::FromPem(issued.private_key_pem, issued.certificate_chain_pem).value());
    }
    const std::string path = files / "agreement.textproto";
    testing::WriteTestFile(
        path, testing::ReadTestFile(path) + "agreed_on { year: 2999 month: 1 day: 1 }\n");
    const absl::CivilDay today = absl::ToCivilDay(absl::Now(), absl::UTCTimeZone());
    files.Change("agreement.textproto", "year: 2999 month: 1 day: 1",
                 "year: " + std::to_string(today.year()) + " month: " +
                     std::to_string(today.month()) + " day: " + std::to_string(today.day()));
    agreement.emplace(config::ReadLinkAgreement(path).value());
    for (const auto& signer : signers) {
      const absl::Status added = config::SignAgreement(
          *agreement, *signer, {files.vn().root_pem(), files.cn().root_pem()}, &honest);
      Promise(added.ok(), "an authority signs");
    }
  }

  static constexpr char kVnAuthority[] = "spiffe://langson.practice.example/agency/board/officer/1";
  static constexpr char kCnAuthority[] =
      "spiffe://pingxiang.practice.example/agency/port/officer/1";
  testing::PracticeFiles files;
  std::vector<std::unique_ptr<certs::Signer>> signers;
  std::optional<config::LinkAgreement> agreement;
  config::v1::AgreementSignatures honest;
};

// What the text says as @0 and @1 becomes what the first and the second honest signature has there,
// and the digest @ that of the agreement.
void PutHonest(const SignedWorld& world, config::v1::AgreementSignatures& stated) {
  const auto& honest = world.honest.signatures();
  if (stated.agreement_sha256() == "@")
    stated.set_agreement_sha256(world.honest.agreement_sha256());
  for (config::v1::AgreementSignature& one : *stated.mutable_signatures()) {
    for (int i = 0; i < honest.size(); ++i) {
      const std::string mark = "@" + std::to_string(i);
      if (one.suite() == mark) one.set_suite(honest[i].suite());
      if (one.value() == mark) one.set_value(honest[i].value());
      if (one.certificate_chain_pem() == mark) {
        one.set_certificate_chain_pem(honest[i].certificate_chain_pem());
      }
    }
  }
}

void ReadSignatures(std::string_view text) {
  static const SignedWorld world;
  auto file = ReadFile<config::v1::AgreementSignatures>(text);
  if (!file.has_value()) return;
  PutHonest(world, file->value);
  const std::vector<std::string> roots = {world.files.vn().root_pem(), world.files.cn().root_pem()};
  const auto trust = config::TrustFor(*world.agreement, file->value, roots);
  PromiseAnswer(trust.status());
  if (!trust.ok()) return;
  const auto judged = config::JudgeSignatures(*world.agreement, *file, *trust);
  PromiseAnswer(judged.status());
  if (!judged.ok()) return;
  Promise(judged->size() == static_cast<size_t>(file->value.signatures_size()), "each is judged");
  for (int i = 0; i < file->value.signatures_size(); ++i) {
    const config::JudgedSignature& one = (*judged)[static_cast<size_t>(i)];
    PromiseAnswer(one.verdict);
    Promise(one.verdict.ok() == one.signer.has_value(), "a good one has a signer");
    if (!one.verdict.ok()) continue;
    const config::v1::AgreementSignature& honest = world.honest.signatures(one.side);
    std::string value, honest_value;
    Promise(absl::Base64Unescape(file->value.signatures(i).value(), &value) &&
                absl::Base64Unescape(honest.value(), &honest_value) && value == honest_value &&
                one.signer->path.front().sha256() ==
                    certs::Sha256Of(certs::DerFromPem(honest.certificate_chain_pem()).front()),
            "no signature is good that no authority made");
  }
}

}  // namespace
}  // namespace gatepost::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gatepost;
  namespace cv1 = gatepost::config::v1;
  if (size == 0) return 0;
  const std::string_view text = fuzz::ViewOf(data + 1, size - 1);
  switch (data[0]) {
    case 'a':
      fuzz::ReadAgreement(text);
      break;
    case 'r':
      fuzz::ReadChecked<domain::GateRegister, cv1::GateRegister>(text);
      break;
    case 'h':
      fuzz::ReadChecked<domain::HolidayCalendars, cv1::HolidayCalendars>(text);
      break;
    case 'm':
      (void)fuzz::Read<cv1::CsvMapping>(text);
      break;
    case 'p':
      fuzz::ReadPolicy(text);
      break;
    case 'd':
      fuzz::ReadDenyList(text);
      break;
    case 's':
      fuzz::ReadSignatures(text);
      break;
    case 'n':
      (void)fuzz::Read<cv1::NodeConfig>(text);
      break;
    default:
      (void)fuzz::Read<cv1::ClientConfig>(text);
  }
  return 0;
}
