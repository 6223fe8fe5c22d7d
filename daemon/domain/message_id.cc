#include "daemon/domain/message_id.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "daemon/system/reason.h"
#include "daemon/system/utf8.h"

namespace gatepost::domain {
namespace {

constexpr size_t kTextSize = 36;
constexpr size_t kVersionAt = 14;
constexpr size_t kVariantAt = 19;

bool IsHyphenPlace(size_t at) { return at == 8 || at == 13 || at == 18 || at == 23; }

bool IsLowerHex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

bool HasForm(std::string_view id) {
  if (id.size() != kTextSize) return false;
  for (size_t at = 0; at < id.size(); ++at) {
    if (IsHyphenPlace(at) ? id[at] != '-' : !IsLowerHex(id[at])) return false;
  }
  return id[kVersionAt] == '7' &&
         std::string_view("89ab").find(id[kVariantAt]) != std::string_view::npos;
}

}  // namespace

std::string MakeMessageId(absl::Time time, std::span<const uint8_t, 10> random) {
  int64_t milliseconds = std::max<int64_t>(absl::ToUnixMillis(time), 0);
  std::array<uint8_t, 16> bytes{};
  for (size_t at = 0; at < 6; ++at) {
    bytes[at] = static_cast<uint8_t>(milliseconds >> (8 * (5 - at)));
  }
  std::copy(random.begin(), random.end(), bytes.begin() + 6);
  bytes[6] = static_cast<uint8_t>(0x70 | (bytes[6] & 0x0f));
  bytes[8] = static_cast<uint8_t>(0x80 | (bytes[8] & 0x3f));
  std::string text;
  for (uint8_t byte : bytes) {
    if (IsHyphenPlace(text.size())) text += '-';
    text += fmt::format("{:02x}", byte);
  }
  return text;
}

absl::Status CheckMessageId(std::string_view id) {
  if (HasForm(id)) return absl::OkStatus();
  return system::Refuse(
      v1::REASON_BAD_MESSAGE_ID, "a UUID of version 7 in lower case",
      id.empty() ? "no message id" : fmt::format("'{}'", system::Printable(id, 64)),
      "make a new id, such as 0194e1a2-7c00-7000-8000-0123456789ab");
}

}  // namespace gatepost::domain
