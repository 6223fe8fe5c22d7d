#ifndef GATEPOST_CERTS_SPIFFE_ID_H_
#define GATEPOST_CERTS_SPIFFE_ID_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"

namespace gatepost::certs {

// What the holder of a name is (DESIGN.md 5). Officers and clerks are posts, not persons.
enum class Role { kNode, kService, kOfficer, kClerk, kAuditor };

// "node", "service", "officer", "clerk" or "auditor".
std::string_view RoleName(Role role);

// A name in one of the five forms of DESIGN.md 5, checked once. A value: it copies, compares by its
// text, hashes (std::hash and Abseil), and is never empty.
class SpiffeId {
 public:
  // The longest id in bytes, and the longest segment of its path.
  static constexpr size_t kMaxSizeBytes = 255;
  static constexpr size_t kMaxSegmentBytes = 64;

  // Parses one of
  //   spiffe://<domain>/node/<node>
  //   spiffe://<domain>/agency/<agency>/service/<name>
  //   spiffe://<domain>/agency/<agency>/officer/<post>
  //   spiffe://<domain>/agency/<agency>/clerk/<post>
  //   spiffe://<domain>/auditor/<post>
  // Every part is 1 or more of [a-z0-9._-] (the SPIFFE standard, SPIFFE-ID section 2, without its
  // capitals), not "." or "..". Anything else is refused as BAD_SPIFFE_ID: no port, no user, no
  // query, no trailing slash, no percent encoding.
  static absl::StatusOr<SpiffeId> Parse(std::string_view text);

  std::string_view trust_domain() const { return Part(domain_); }
  Role role() const { return role_; }
  // Empty for nodes and auditors.
  std::string_view agency() const { return Part(agency_); }
  // The last segment: the node, the service, or the post.
  std::string_view name() const { return Part(name_); }
  // The whole id as it was parsed.
  const std::string& ToString() const { return text_; }

  friend bool operator==(const SpiffeId& a, const SpiffeId& b) { return a.text_ == b.text_; }
  friend std::strong_ordering operator<=>(const SpiffeId& a, const SpiffeId& b) {
    return a.text_.compare(b.text_) <=> 0;
  }
  template <typename H>
  friend H AbslHashValue(H state, const SpiffeId& id) {
    return H::combine(std::move(state), id.text_);
  }

 private:
  struct Range {
    uint16_t begin = 0;
    uint16_t size = 0;
  };

  SpiffeId() = default;
  std::string_view Part(Range range) const {
    return std::string_view(text_).substr(range.begin, range.size);
  }

  std::string text_;
  Range domain_, agency_, name_;
  Role role_ = Role::kNode;
};

}  // namespace gatepost::certs

template <>
struct std::hash<gatepost::certs::SpiffeId> {
  size_t operator()(const gatepost::certs::SpiffeId& id) const {
    return std::hash<std::string>()(id.ToString());
  }
};

#endif  // GATEPOST_CERTS_SPIFFE_ID_H_
