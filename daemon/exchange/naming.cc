#include "daemon/exchange/naming.h"

#include <charconv>

#include "absl/time/civil_time.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

constexpr std::string_view kMessage = "message:";

template <typename Number>
std::optional<Number> ParseNumber(std::string_view digits) {
  Number number{};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

}  // namespace

std::string MessageObject(std::string_view message_id) {
  return fmt::format("{}{}", kMessage, message_id);
}

std::string EnvelopeObject(const certs::Digest& pae) {
  return fmt::format("envelope:{}", certs::ToHex(pae));
}

std::optional<std::string> MessageIdOf(std::string_view object) {
  if (!object.starts_with(kMessage)) return std::nullopt;
  return std::string(object.substr(kMessage.size()));
}

std::string ReferenceText(const NodeTerms& node, const store::ShortReference& reference) {
  return fmt::format("{}/{}/{:05}", node.reference_prefix, reference.year, reference.number);
}

std::optional<store::ShortReference> ParseReference(const NodeTerms& node, std::string_view text) {
  const std::string prefix = node.reference_prefix + "/";
  if (!text.starts_with(prefix)) return std::nullopt;
  text.remove_prefix(prefix.size());
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto year = ParseNumber<int32_t>(text.substr(0, slash));
  const auto number = ParseNumber<uint32_t>(text.substr(slash + 1));
  if (!year.has_value() || !number.has_value()) return std::nullopt;
  return store::ShortReference{*year, *number};
}

ledger::Leaf AlarmAbout(std::string_view peer, const store::MessageRecord& about,
                        std::string result, std::string detail) {
  ledger::Leaf leaf;
  leaf.event = ledger::event::kAlarm;
  leaf.peer = std::string(peer);
  leaf.object = MessageObject(about.message_id);
  leaf.pae = about.pae;
  leaf.result = std::move(result);
  leaf.detail = std::move(detail);
  return leaf;
}

v1::Reason ReasonIn(std::string_view result) {
  constexpr std::string_view kRefused = "REFUSED:";
  v1::Reason reason = v1::REASON_UNSPECIFIED;
  if (!result.starts_with(kRefused)) return reason;
  result.remove_prefix(kRefused.size());
  v1::Reason_Parse(fmt::format("REASON_{}", result), &reason);
  return reason;
}

certs::Digest NextRunningDigest(const certs::Digest& previous, const certs::Digest& pae) {
  certs::Sha256 hash;
  hash.Update(certs::AsView(previous));
  hash.Update(certs::AsView(pae));
  return hash.Finish();
}

store::MessageRecord RecordOf(const OpenedMessage& opened, const NodeTerms& node, absl::Time now) {
  const v1::MessageHeader& header = opened.message.header();
  store::MessageRecord record;
  absl::TimeZone zone = absl::UTCTimeZone();
  absl::LoadTimeZone(node.zone, &zone);  // Checked when the configuration was read.
  record.reference.year = static_cast<int32_t>(absl::ToCivilYear(now, zone).year());
  record.author = header.author();
  record.message_id = header.message_id();
  record.pae = opened.pae;
  record.signatures = opened.signatures;
  record.envelope = opened.envelope_bytes;
  record.origin_node = header.origin_node();
  record.stored_at = now;
  record.scope_ids.assign(header.scope_ids().begin(), header.scope_ids().end());
  return record;
}

}  // namespace gatepost::exchange
