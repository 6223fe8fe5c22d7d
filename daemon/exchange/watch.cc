#include "daemon/exchange/watch.h"

#include <charconv>
#include <optional>
#include <utility>

#include "daemon/domain/civil_time.h"
#include "daemon/exchange/naming.h"
#include "daemon/exchange/overdue.h"
#include "daemon/exchange/rungs.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

absl::Status BadCursor(std::string_view cursor) {
  return system::Refuse(v1::REASON_BAD_CURSOR, "a cursor of this node's log, `0`, or none", cursor,
                        "start from the beginning (0) or from now (empty)");
}

// What happens to a message of the own side before it leaves, or instead of that.
bool IsOfHeld(std::string_view event) {
  return event == ledger::event::kHeld || event == ledger::event::kReleased ||
         event == ledger::event::kRefused;
}

bool Wanted(const ledger::Leaf& leaf, const store::MessageRecord& record,
            v1::MessageDirection direction) {
  switch (direction) {
    case v1::MESSAGE_DIRECTION_HELD:
      return IsOfHeld(leaf.event);
    case v1::MESSAGE_DIRECTION_RECEIVED:
      return !record.received_from.empty();
    case v1::MESSAGE_DIRECTION_SUBMITTED:
      return record.received_from.empty();
    default:
      return true;
  }
}

v1::WatchMessagesResponse EventOf(const ledger::Leaf& leaf, std::string cursor) {
  v1::WatchMessagesResponse event;
  event.set_cursor(std::move(cursor));
  event.set_event(leaf.event);
  *event.mutable_time() = domain::ToTimestamp(leaf.time);
  event.set_peer_node(leaf.peer);
  event.set_result(leaf.result);
  return event;
}

v1::Alarm AlarmIn(const ledger::Leaf& leaf) {
  v1::Alarm alarm;
  v1::Reason reason = v1::REASON_UNSPECIFIED;
  if (v1::Reason_Parse("REASON_" + leaf.result, &reason)) alarm.set_reason(reason);
  alarm.set_object(leaf.object);
  if (std::optional<v1::OverdueReport> overdue = OverdueIn(leaf)) {
    *alarm.mutable_overdue_report() = *std::move(overdue);
  }
  return alarm;
}

// The message that a leaf is about. Who acts is its author, but for the sequencer, which decides
// about messages of others, and for who releases or drops one.
absl::StatusOr<std::optional<store::MessageRecord>> SubjectOf(const store::Reader& reader,
                                                              const ledger::Leaf& leaf,
                                                              const std::string& id) {
  if (leaf.event != ledger::event::kDecided && !IsOfHeld(leaf.event)) {
    return reader.FindMessage(leaf.actor, id);
  }
  GATEPOST_ASSIGN_OR_RETURN(std::vector<store::MessageRecord> held, reader.FindMessagesById(id));
  for (store::MessageRecord& record : held) {
    if (leaf.pae == record.pae) return std::move(record);
  }
  return std::nullopt;
}

// The message of a leaf that IsOfHeld, while it is held; else no more than its leaf names.
absl::StatusOr<v1::StoredMessage> HeldIn(const store::Reader& reader, const Queries& queries,
                                         const ledger::Leaf& leaf, const std::string& id) {
  v1::StoredMessage message;
  message.set_message_id(id);
  if (!leaf.pae.has_value()) return message;
  message.set_pae_sha256(std::string(certs::AsView(*leaf.pae)));
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::HeldRecord> held, reader.Held(*leaf.pae));
  if (!held.has_value()) return message;
  return queries.held().Describe(reader, *held, true, false);
}

// That somebody here has a message, or has looked at its evidence, is no news to those who have it.
bool IsNoNews(std::string_view event) {
  return event == ledger::event::kFetched || event == ledger::event::kRead ||
         event == ledger::event::kAuditRead || event == ledger::event::kExported;
}

}  // namespace

absl::StatusOr<uint64_t> Watch::Begin(std::string_view cursor) const {
  const uint64_t size = log_.head().size;
  if (cursor.empty()) return size;
  if (cursor == "0") return 0;
  const char* const end = cursor.data() + cursor.size();
  uint64_t epoch = 0;
  uint64_t leaf = 0;
  const auto [dot, bad_epoch] = std::from_chars(cursor.data(), end, epoch);
  if (bad_epoch != std::errc() || dot == end || *dot != '.') return BadCursor(cursor);
  const auto [at, error] = std::from_chars(dot + 1, end, leaf);
  // What came after a restored log's last leaf is lost: a cursor of then points at nothing.
  if (error != std::errc() || at != end || leaf > size || log_.epochs().OfHead(leaf) != epoch) {
    return BadCursor(cursor);
  }
  return leaf;
}

std::string Watch::Cursor(uint64_t next) const {
  return fmt::format("{}.{}", log_.epochs().OfHead(next), next);
}

absl::StatusOr<Watch::Page> Watch::Read(uint64_t from, v1::MessageDirection direction) const {
  Page page;
  page.next = from;
  if (from >= log_.head().size) return page;
  GATEPOST_ASSIGN_OR_RETURN(std::unique_ptr<store::Reader> reader, store_.Read());
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::LeafGroup> group, reader->GroupOfLeaf(from));
  if (!group.has_value()) return BadCursor(Cursor(from));
  for (uint64_t i = from - group->first_index; i < group->leaves.size(); ++i) {
    page.next = group->first_index + i + 1;
    GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf leaf, ledger::Leaf::Parse(group->leaves[i]));
    if (leaf.event == ledger::event::kAlarm) {
      // Nothing to fetch or to answer; for everybody who is told what came.
      if (direction == v1::MESSAGE_DIRECTION_SUBMITTED) continue;
      v1::WatchMessagesResponse event = EventOf(leaf, Cursor(page.next));
      *event.mutable_alarm() = AlarmIn(leaf);
      page.events.push_back(std::move(event));
      page.rows.push_back(0);
      continue;
    }
    if (IsNoNews(leaf.event)) continue;
    const std::optional<std::string> id = MessageIdOf(leaf.object);
    if (!id.has_value()) continue;
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::MessageRecord> record,
                              SubjectOf(*reader, leaf, *id));
    if (!record.has_value()) {
      if (!IsOfHeld(leaf.event) || direction == v1::MESSAGE_DIRECTION_RECEIVED) continue;
      v1::WatchMessagesResponse event = EventOf(leaf, Cursor(page.next));
      GATEPOST_ASSIGN_OR_RETURN(*event.mutable_message(), HeldIn(*reader, queries_, leaf, *id));
      page.events.push_back(std::move(event));
      page.rows.push_back(0);
      continue;
    }
    if (!Wanted(leaf, *record, direction)) continue;
    v1::WatchMessagesResponse event = EventOf(leaf, Cursor(page.next));
    GATEPOST_ASSIGN_OR_RETURN(*event.mutable_message(),
                              queries_.Describe(*reader, *record, true, false));
    page.events.push_back(std::move(event));
    page.rows.push_back(CountsAsFetched(*record) ? record->row : 0);
  }
  return page;
}

uint64_t Watch::Subscribe(std::function<void()> wake) {
  std::lock_guard lock(mutex_);
  wakers_.emplace(++last_subscription_, std::move(wake));
  return last_subscription_;
}

void Watch::Unsubscribe(uint64_t subscription) {
  std::lock_guard lock(mutex_);
  wakers_.erase(subscription);
}

void Watch::OnBatchEnd() {
  std::lock_guard lock(mutex_);
  for (const auto& [subscription, wake] : wakers_) wake();
}

}  // namespace gatepost::exchange
