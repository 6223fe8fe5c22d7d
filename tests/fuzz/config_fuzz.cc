// Config files that stand by themselves. The first byte chooses the kind: whatever is wrong is
// BAD_CONFIG, and what is taken is taken again.

#include <google/protobuf/text_format.h>

#include "daemon/config/link_agreement.h"
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
#include "tests/fuzz/promise.h"

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
      (void)fuzz::Read<cv1::Policy>(text);
      break;
    case 'd':
      (void)fuzz::Read<cv1::DenyList>(text);
      break;
    case 's':
      (void)fuzz::Read<cv1::AgreementSignatures>(text);
      break;
    case 'n':
      (void)fuzz::Read<cv1::NodeConfig>(text);
      break;
    default:
      (void)fuzz::Read<cv1::ClientConfig>(text);
  }
  return 0;
}
