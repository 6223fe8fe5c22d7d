#include "certs/spiffe_id.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "daemon/system/reason.h"

namespace gatepost::certs {
namespace {

constexpr std::string_view kScheme = "spiffe://";

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

bool IsSegment(std::string_view text) {
  return !text.empty() && text != "." && text != ".." &&
         text.size() <= SpiffeId::kMaxSegmentBytes && std::ranges::all_of(text, IsNameByte);
}

std::vector<std::string_view> SplitAtSlashes(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t slash = text.find('/');
    parts.push_back(text.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    text.remove_prefix(slash + 1);
  }
}

std::optional<Role> AgencyRole(std::string_view word) {
  for (Role role : {Role::kService, Role::kOfficer, Role::kClerk}) {
    if (word == RoleName(role)) return role;
  }
  return std::nullopt;
}

// What came may hold anything: only plain bytes of it are shown, and not many.
std::string Shown(std::string_view text) {
  std::string shown;
  for (char c : text.substr(0, 80)) shown += (c > ' ' && c <= '~') ? c : '?';
  return fmt::format("\"{}\" ({} bytes)", shown, text.size());
}

absl::Status Bad(std::string_view text, std::string_view why) {
  return system::Refuse(
      v1::REASON_BAD_SPIFFE_ID,
      "a name like spiffe://<domain>/agency/<agency>/officer/<post>, .../service/<name>, "
      ".../clerk/<post>, spiffe://<domain>/node/<node> or spiffe://<domain>/auditor/<post>, of "
      "a-z 0-9 . _ -",
      fmt::format("{}: {}", Shown(text), why), "have a certificate issued with such a name");
}

}  // namespace

std::string_view RoleName(Role role) {
  switch (role) {
    case Role::kNode:
      return "node";
    case Role::kService:
      return "service";
    case Role::kOfficer:
      return "officer";
    case Role::kClerk:
      return "clerk";
    case Role::kAuditor:
      return "auditor";
  }
  return "unknown";
}

absl::StatusOr<SpiffeId> SpiffeId::Parse(std::string_view text) {
  if (text.size() > kMaxSizeBytes) return Bad(text, "longer than 255 bytes");
  if (!text.starts_with(kScheme)) return Bad(text, "does not begin with spiffe://");
  const std::vector<std::string_view> parts = SplitAtSlashes(text.substr(kScheme.size()));

  // The domain is bounded by the whole id only: real DNS names are longer than a post's name.
  const std::string_view domain = parts[0];
  if (domain.empty() || domain == "." || domain == ".." ||
      !std::ranges::all_of(domain, IsNameByte)) {
    return Bad(text, "the trust domain is not a plain name");
  }
  for (size_t i = 1; i < parts.size(); ++i) {
    if (!IsSegment(parts[i])) return Bad(text, fmt::format("segment {} is not a plain name", i));
  }

  SpiffeId id;
  id.text_ = std::string(text);
  auto range = [&text](std::string_view part) {
    return Range{static_cast<uint16_t>(part.data() - text.data()),
                 static_cast<uint16_t>(part.size())};
  };
  id.domain_ = range(domain);
  id.name_ = range(parts.back());
  if (parts.size() == 3 && parts[1] == RoleName(Role::kNode)) {
    id.role_ = Role::kNode;
    return id;
  }
  if (parts.size() == 3 && parts[1] == RoleName(Role::kAuditor)) {
    id.role_ = Role::kAuditor;
    return id;
  }
  if (parts.size() == 5 && parts[1] == "agency") {
    if (std::optional<Role> role = AgencyRole(parts[3])) {
      id.role_ = *role;
      id.agency_ = range(parts[2]);
      return id;
    }
  }
  return Bad(text, "the path is none of the known forms");
}

}  // namespace gatepost::certs
