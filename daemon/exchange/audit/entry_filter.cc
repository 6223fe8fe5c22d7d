#include "daemon/exchange/audit/entry_filter.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "daemon/domain/civil_time.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

constexpr std::array<std::string_view, 7> kFamilies = {
    "REPORT", "AGREEMENT", "NOTICE", "ACKNOWLEDGEMENT", "TRANSCRIPT", "PING", "AUTHORITY"};

absl::Time TimeOf(const google::protobuf::Timestamp& stamp) {
  return absl::FromUnixSeconds(stamp.seconds()) + absl::Nanoseconds(stamp.nanos());
}

absl::Status EndsBeforeItStarts(std::string_view what) {
  return system::Refuse(v1::REASON_BAD_ARGUMENT, "a period that ends after it starts",
                        fmt::format("{} the other way round", what), "swap its ends");
}

absl::Status CheckFamily(const std::string& family) {
  if (family.empty() || std::ranges::find(kFamilies, family) != kFamilies.end()) {
    return absl::OkStatus();
  }
  return system::Refuse(v1::REASON_BAD_ARGUMENT,
                        "REPORT, AGREEMENT, NOTICE, ACKNOWLEDGEMENT, TRANSCRIPT, AUTHORITY or PING",
                        family, "name one of them, or none");
}

// `text` is `whole`, or its last part or parts where `mark` divides it.
bool EndsWithParts(std::string_view whole, std::string_view text, char mark) {
  if (!whole.ends_with(text)) return false;
  return whole.size() == text.size() || whole[whole.size() - text.size() - 1] == mark;
}

bool BeginsWithParts(std::string_view whole, std::string_view text, char mark) {
  return whole.starts_with(text) && (whole.size() == text.size() || whole[text.size()] == mark);
}

bool AsksForMore(const v1::ListEntriesRequest& asked) {
  return asked.missing_acknowledgement() || asked.has_lead_minutes_below() || asked.overridden();
}

}  // namespace

absl::StatusOr<EntryFilter> EntryFilter::Of(const v1::ListEntriesRequest& request,
                                            std::optional<int64_t> thread_row) {
  GATEPOST_RETURN_IF_ERROR(CheckFamily(request.family()));
  EntryFilter filter;
  filter.asked_ = request;
  filter.thread_row_ = thread_row;
  if (request.has_logged_from()) filter.logged_from_ = TimeOf(request.logged_from());
  if (request.has_logged_before()) filter.logged_before_ = TimeOf(request.logged_before());
  if (filter.logged_before_ < filter.logged_from_) return EndsBeforeItStarts("times of logging");
  if (request.has_day_from()) {
    GATEPOST_ASSIGN_OR_RETURN(filter.day_from_, domain::DayOf(request.day_from()));
  }
  if (request.has_day_to()) {
    GATEPOST_ASSIGN_OR_RETURN(filter.day_to_, domain::DayOf(request.day_to()));
  }
  if (filter.day_from_.has_value() && filter.day_to_.has_value() &&
      *filter.day_to_ < *filter.day_from_) {
    return EndsBeforeItStarts("days");
  }
  filter.asks_about_message_ = !request.scope_id().empty() || request.has_day_from() ||
                               request.has_day_to() || !request.family().empty() ||
                               thread_row.has_value() || AsksForMore(request);
  return filter;
}

bool EntryFilter::FitsLeaf(const ledger::Leaf& leaf) const {
  if (leaf.time < logged_from_ || leaf.time >= logged_before_) return false;
  if (!asked_.events().empty() &&
      std::ranges::find(asked_.events(), leaf.event) == asked_.events().end()) {
    return false;
  }
  if (!asked_.post().empty() && !EndsWithParts(leaf.actor, asked_.post(), '/')) return false;
  return asked_.result().empty() || BeginsWithParts(leaf.result, asked_.result(), ':');
}

bool EntryFilter::FitsMessage(uint64_t index, const SubjectFacts& facts) const {
  const v1::AuditSubject& subject = facts.subject;
  if (!asked_.family().empty() && subject.family() != asked_.family()) return false;
  if (thread_row_.has_value() && facts.thread_row != *thread_row_) return false;
  if (!asked_.scope_id().empty() &&
      std::ranges::find(subject.scope_ids(), asked_.scope_id()) == subject.scope_ids().end()) {
    return false;
  }
  if (day_from_.has_value() || day_to_.has_value()) {
    if (!facts.days.has_value()) return false;
    if (day_to_.has_value() && facts.days->first > *day_to_) return false;
    if (day_from_.has_value() && facts.days->last.has_value() && *facts.days->last < *day_from_) {
      return false;
    }
  }
  if (!AsksForMore(asked_)) return true;
  if (index != facts.first_leaf) return false;
  if (asked_.missing_acknowledgement() &&
      (!subject.acknowledgement_asked() || subject.acknowledged())) {
    return false;
  }
  if (asked_.has_lead_minutes_below() &&
      (!subject.has_lead_minutes() || subject.lead_minutes() >= asked_.lead_minutes_below())) {
    return false;
  }
  return !asked_.overridden() || subject.overridden();
}

}  // namespace gatepost::exchange
