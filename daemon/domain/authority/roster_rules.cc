#include "daemon/domain/authority/roster_rules.h"

#include <limits>
#include <map>
#include <utility>

#include "daemon/domain/authority/subject.h"
#include "daemon/domain/field_rules.h"
#include "daemon/domain/instant.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"
#include "fmt/format.h"

namespace gatepost::domain {
namespace {

constexpr absl::Duration kMostAhead = absl::Hours(24);

std::string MemberField(int index) { return fmt::format("members[{}]", index); }

absl::Status CheckRoles(const v1::RosterMember& member, const std::string& at) {
  if (member.roles().empty()) return Missing(at + ".roles");
  if (member.roles_size() > kMostRoles) {
    return system::Refuse(v1::REASON_TOO_LARGE, fmt::format("{}.roles: at most {}", at, kMostRoles),
                          fmt::format("{}", member.roles_size()), "give fewer roles");
  }
  for (int i = 0; i < member.roles_size(); ++i) {
    if (!CheckRole(member.roles(i)).ok()) {
      return system::Refuse(
          v1::REASON_MALFORMED_PAYLOAD,
          fmt::format("{}.roles[{}]: 1 to 64 of a-z 0-9 -, e.g. shift-leader", at, i),
          fmt::format("'{}'", system::Printable(member.roles(i), 64)), "correct the role");
    }
    if (i > 0 && member.roles(i - 1) >= member.roles(i)) {
      return Conflict(fmt::format("{}.roles: ascending, each once", at), member.roles(i),
                      "order them");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckMember(const v1::Roster& roster, int index) {
  const v1::RosterMember& member = roster.members(index);
  const std::string at = MemberField(index);
  const std::string domain = fmt::format("spiffe://{}/", roster.trust_domain());
  if (!member.spiffe_id().starts_with(domain) || member.spiffe_id().starts_with(domain + "node/")) {
    return system::Refuse(
        v1::REASON_MALFORMED_PAYLOAD,
        fmt::format("{}.spiffe_id: a post or system of {}", at, roster.trust_domain()),
        fmt::format("'{}'", system::Printable(member.spiffe_id(), 200)),
        "name people and systems of the own side; nodes have no roles");
  }
  if (index > 0 && roster.members(index - 1).spiffe_id() >= member.spiffe_id()) {
    return Conflict("members: ascending by SPIFFE id, each once", member.spiffe_id(), "order them");
  }
  return CheckRoles(member, at);
}

std::vector<std::string> RolesOf(const v1::RosterMember& member) {
  return {member.roles().begin(), member.roles().end()};
}

}  // namespace

absl::Status ValidateRoster(const v1::Roster& roster, const v1::MessageHeader& header,
                            std::string_view author_domain) {
  if (roster.trust_domain() != author_domain) {
    return Conflict(fmt::format("trust_domain: {}, the author's", author_domain),
                    system::Printable(roster.trust_domain(), 200),
                    "publish a roster of the own domain");
  }
  if (!header.scope_ids().empty() || header.has_replaces()) {
    return Conflict("a roster about no scope, which replaces nothing",
                    header.has_replaces() ? "replaces" : "scope_ids", "leave it out");
  }
  if (roster.version() == 0) return Missing("version");
  if (roster.has_valid_from()) {
    GATEPOST_RETURN_IF_ERROR(InstantIn("valid_from", roster.valid_from()).status());
  }
  if (roster.members().empty()) return Missing("members");
  if (roster.members_size() > kMostRosterMembers) {
    return system::Refuse(v1::REASON_TOO_LARGE,
                          fmt::format("members: at most {}", kMostRosterMembers),
                          fmt::format("{}", roster.members_size()), "leave out who has no role");
  }
  for (int i = 0; i < roster.members_size(); ++i) {
    GATEPOST_RETURN_IF_ERROR(CheckMember(roster, i));
  }
  return absl::OkStatus();
}

absl::StatusOr<uint32_t> NextRosterVersion(uint32_t before) {
  if (before != std::numeric_limits<uint32_t>::max()) return before + 1;
  return system::Refuse(v1::REASON_ROSTER_OUT_OF_ORDER, "a roster that another one can follow",
                        fmt::format("version {}, the last that there is", before),
                        "agree on a new trust domain with the other side");
}

absl::Time ValidFrom(const v1::Roster& roster) {
  if (!roster.has_valid_from()) return absl::InfinitePast();
  return absl::FromUnixMicros(roster.valid_from().seconds() * 1'000'000 +
                              roster.valid_from().nanos() / 1'000);
}

absl::Status CheckNotAhead(const v1::Roster& roster, absl::Time at) {
  const absl::Time from = ValidFrom(roster);
  if (from <= at + kMostAhead) return absl::OkStatus();
  return system::Refuse(v1::REASON_BAD_TIME, "valid_from: not in the future",
                        absl::FormatTime(from, absl::UTCTimeZone()),
                        "publish it when it is to hold, or leave valid_from out");
}

std::vector<RosterChange> ChangesBetween(const v1::Roster& before, const v1::Roster& after) {
  std::map<std::string, RosterChange> by_id;
  for (const v1::RosterMember& member : before.members()) {
    by_id[member.spiffe_id()].before = RolesOf(member);
  }
  for (const v1::RosterMember& member : after.members()) {
    by_id[member.spiffe_id()].after = RolesOf(member);
  }
  std::vector<RosterChange> changes;
  for (auto& [id, change] : by_id) {
    change.spiffe_id = id;
    if (change.before != change.after) changes.push_back(std::move(change));
  }
  return changes;
}

}  // namespace gatepost::domain
