#include "daemon/exchange/retention.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "daemon/domain/civil_time.h"
#include "daemon/exchange/audit/audit_subject.h"
#include "daemon/exchange/naming.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

constexpr absl::Duration kPassEvery = absl::Hours(24);
constexpr size_t kAtOnce = 100;

absl::Duration Days(int days) { return absl::Hours(24) * days; }

// The shortest time that a rule keeps; no rule: for ever.
absl::Duration ShortestOf(const RetentionTerms& terms) {
  absl::Duration shortest = absl::InfiniteDuration();
  for (const auto& [family, days] : terms.keep_days) shortest = std::min(shortest, Days(days));
  return shortest;
}

// Every recipient has given its receipt, so nothing has to be sent again.
absl::StatusOr<bool> IsReceipted(const store::Reader& store, const store::MessageRecord& record) {
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::OutgoingRecord> places,
                            store.OutgoingOf(record.row));
  for (const store::OutgoingRecord& place : places) {
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ReceiptRecord> receipt,
                              store.Receipt(place.peer, place.sequence));
    if (!receipt.has_value()) return false;
  }
  return true;
}

// A gate with all below it, a group with its members; a yard stands for no gates.
domain::ScopeRef WholeOf(const domain::GateRegister& gates, const std::string& id,
                         absl::CivilDay day) {
  const v1::Scope* scope = gates.FindScope(id, day);
  return {id, scope == nullptr ? v1::SCOPE_EXTENT_WITH_BELOW : scope->kind()};
}

// Whether something counts in both, by the register of that day. Of yards that is not known, so it
// may; what the register does not have has nothing in common with anything else.
bool Touches(const domain::GateRegister& gates, const std::string& a, const std::string& b,
             absl::CivilDay day) {
  if (a == b) return true;
  for (const std::string* id : {&a, &b}) {
    if (gates.FindGate(*id, day) == nullptr && gates.FindScope(*id, day) == nullptr) return false;
  }
  return !gates.Disjoint(WholeOf(gates, a, day), WholeOf(gates, b, day), day);
}

}  // namespace

Retention::Retention(Parts parts) : parts_(parts), shortest_(ShortestOf(parts.terms)) {}

bool Retention::IsHeld(const store::MessageRecord& record) const {
  const RetentionTerms& terms = parts_.terms;
  return terms.held_references.contains(record.message_id) ||
         terms.held_references.contains(ReferenceText(parts_.node, record.reference)) ||
         std::ranges::any_of(record.scope_ids, [&](const std::string& scope) {
           const absl::CivilDay day = absl::ToCivilDay(record.stored_at, absl::UTCTimeZone());
           return std::ranges::any_of(terms.held_scopes, [&](const std::string& held) {
             return Touches(parts_.gates, held, scope, day);
           });
         });
}

absl::StatusOr<std::string> Retention::RuleFor(const store::Reader& store,
                                               const store::MessageRecord& record,
                                               absl::Time now) const {
  if (record.envelope.empty() || IsHeld(record)) return std::string();
  GATEPOST_ASSIGN_OR_RETURN(const SubjectFacts facts,
                            FactsOf(parts_.node, parts_.links, store, record));
  const auto rule = parts_.terms.keep_days.find(facts.subject.family());
  if (rule == parts_.terms.keep_days.end()) return std::string();
  if (now - record.stored_at <= Days(rule->second)) return std::string();
  if (facts.days.has_value()) {
    const absl::CivilDay last = facts.days->last.value_or(absl::CivilDay::max());
    // A day more on each side covers every zone.
    const absl::CivilDay today = absl::ToCivilDay(now, absl::UTCTimeZone());
    if (last > today || today - last <= rule->second + 1) return std::string();
  }
  GATEPOST_ASSIGN_OR_RETURN(const bool receipted, IsReceipted(store, record));
  if (!receipted) return std::string();
  return fmt::format("{}:{}d", rule->first, rule->second);
}

absl::Status Retention::Purge(const store::MessageRecord& record, const std::string& rule) {
  ledger::Leaf leaf;
  leaf.event = ledger::event::kPurged;
  leaf.peer = record.received_from;
  leaf.object = MessageObject(record.message_id);
  leaf.pae = record.pae;
  leaf.signatures = record.signatures;
  leaf.result = "BODY";
  leaf.detail = "retention:" + rule;
  ++at_work_;
  absl::Status posted = parts_.committer.Post(
      [row = record.row, leaf = std::move(leaf)](CommitScope& scope) -> absl::Status {
        GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::MessageRecord> held,
                                  scope.store.MessageByRow(row));
        if (!held.has_value() || held->envelope.empty()) return absl::OkStatus();
        GATEPOST_ASSIGN_OR_RETURN(const uint64_t index, scope.log.Add(leaf));
        GATEPOST_RETURN_IF_ERROR(
            scope.store.PutMeta(fmt::format("purged/{}", row), fmt::format("{}", index)));
        return scope.store.PurgeBody(row);
      },
      [this](const absl::Status&) { --at_work_; });
  if (!posted.ok()) --at_work_;
  return posted;
}

absl::Status Retention::LookAtSome(absl::Time now) {
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> store, parts_.store.Read());
  store::MessageFilter filter;
  filter.stored_before = now - shortest_;
  filter.before_row = before_row_;
  filter.limit = kAtOnce;
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::MessageRecord> records,
                            store->ListMessages(filter));
  for (const store::MessageRecord& record : records) {
    const absl::StatusOr<std::string> rule = RuleFor(*store, record, now);
    // What cannot be judged stays; `audit verify` says what is wrong with it.
    if (rule.ok() && !rule->empty()) GATEPOST_RETURN_IF_ERROR(Purge(record, *rule));
  }
  if (records.size() < kAtOnce) {
    before_row_ = 0;
    next_pass_ = now + kPassEvery;
  } else {
    before_row_ = records.back().row;
  }
  return absl::OkStatus();
}

void Retention::OnTick() {
  if (shortest_ == absl::InfiniteDuration()) return;
  const absl::Time now = parts_.clock.Now();
  next_pass_ = std::min(next_pass_, now + kPassEvery);  // A machine's clock may step backwards.
  if (at_work_ > 0 || now < next_pass_) return;
  // The store's trouble has alarms of its own; the next tick looks again.
  LookAtSome(now).IgnoreError();
}

}  // namespace gatepost::exchange
