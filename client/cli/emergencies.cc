#include "client/cli/emergencies.h"

#include <map>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "daemon/domain/civil_time.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/status_macros.h"

namespace gatepost::cli {
namespace {

// A policy gives seven days at most; what is overdue stays visible for as long again. What is older
// has its alarm in the log.
constexpr absl::Duration kLookBack = absl::Hours(14 * 24);
constexpr int kPageSize = 100;
constexpr int kMostPages = static_cast<int>(kMostLookedAt) / kPageSize;

struct Newest {
  std::vector<v1::StoredMessage> messages;
  bool more = false;  // Older ones, which were not looked at.
};

absl::StatusOr<Newest> Submitted(Session& session) {
  Newest newest;
  v1::ListMessagesRequest request;
  request.set_direction(v1::MESSAGE_DIRECTION_SUBMITTED);
  request.set_page_size(kPageSize);
  *request.mutable_stored_from() = domain::ToTimestamp(absl::Now() - kLookBack);
  for (int page = 0; page < kMostPages; ++page) {
    GATEPOST_ASSIGN_OR_RETURN(const v1::ListMessagesResponse some,
                              session.node->ListMessages(request));
    newest.messages.insert(newest.messages.end(), some.messages().begin(), some.messages().end());
    newest.more = !some.next_page_token().empty();
    if (!newest.more) break;
    request.set_page_token(some.next_page_token());
  }
  return newest;
}

// By what its leaf is about (`message:<id>`) and its actor.
using DueTimes = std::map<std::pair<std::string, std::string>, absl::Time>;

void AddDue(const std::string& bytes, DueTimes& due) {
  const absl::StatusOr<ledger::Leaf> leaf = ledger::Leaf::Parse(bytes);
  constexpr std::string_view kMark = ledger::kCountersignBy;
  if (!leaf.ok() || !leaf->detail.starts_with(kMark)) return;
  absl::Time at;
  std::string error;
  if (absl::ParseTime(absl::RFC3339_full, leaf->detail.substr(kMark.size()), &at, &error)) {
    due[{leaf->object, leaf->actor}] = at;
  }
}

// Empty for who may not read the log.
absl::StatusOr<DueTimes> DueSince(Session& session, absl::Time since) {
  DueTimes due;
  GATEPOST_ASSIGN_OR_RETURN(const bool may_read, MayReadLog(session));
  if (!may_read) return due;
  v1::ListEntriesRequest request;
  request.add_events(std::string(ledger::event::kOverride));
  request.set_result("EMERGENCY");
  request.set_page_size(kPageSize);
  *request.mutable_logged_from() = domain::ToTimestamp(since);
  for (int page = 0; page < kMostPages; ++page) {
    GATEPOST_ASSIGN_OR_RETURN(const v1::ListEntriesResponse some,
                              session.node->ListEntries(request));
    for (const v1::AuditEntry& entry : some.entries()) AddDue(entry.leaf(), due);
    if (some.next_page_token().empty()) break;
    request.set_page_token(some.next_page_token());
  }
  return due;
}

}  // namespace

absl::StatusOr<FoundEmergencies> OpenEmergencies(Session& session, std::string_view but_of) {
  GATEPOST_ASSIGN_OR_RETURN(const Newest submitted, Submitted(session));
  FoundEmergencies result{render::OpenEmergenciesIn(submitted.messages), submitted.more};
  std::vector<render::OpenEmergency>& open = result.open;
  std::erase_if(open, [&](const auto& one) { return one.author == but_of; });
  if (open.empty()) return result;
  GATEPOST_ASSIGN_OR_RETURN(const DueTimes due, DueSince(session, open.back().sent));
  for (render::OpenEmergency& one : open) {
    const auto found = due.find({"message:" + one.message_id, one.author});
    if (found != due.end()) one.due = found->second;
  }
  return result;
}

}  // namespace gatepost::cli
