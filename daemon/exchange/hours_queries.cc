#include "daemon/exchange/hours_queries.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/domain/agreements/proposal_rules.h"
#include "daemon/domain/civil_time.h"
#include "daemon/domain/hours/agreed.h"
#include "daemon/domain/hours/conditions.h"
#include "daemon/domain/hours/in_force.h"
#include "daemon/domain/hours/notice_rules.h"
#include "daemon/domain/hours/relative.h"
#include "daemon/domain/hours/timetable_rules.h"
#include "daemon/exchange/agreements/threads.h"
#include "daemon/exchange/heard_hours.h"
#include "daemon/exchange/hours_facts.h"
#include "daemon/exchange/naming.h"
#include "daemon/exchange/scopes_asked.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

constexpr absl::Duration kLongestSpan = absl::Hours(24 * 62);

// Stands for a proposal that is not stored; above all rows.
constexpr int64_t kDraftRow = std::numeric_limits<int64_t>::max();

// What was asked, checked.
struct Question {
  std::vector<std::string> gates;
  domain::Span span;
  std::string zone;
  absl::Time as_known_at;
};

absl::StatusOr<Question> Checked(const domain::GateRegister& gates,
                                 const v1::GetHoursRequest& request, absl::Time now) {
  Question question;
  GATEPOST_ASSIGN_OR_RETURN(question.span.from, domain::InstantOf(request.from()));
  question.zone = request.from().zone();
  question.span.to = question.span.from;
  if (request.has_to()) {
    GATEPOST_ASSIGN_OR_RETURN(question.span.to, domain::InstantOf(request.to()));
  }
  if (question.span.to < question.span.from ||
      question.span.to - question.span.from > kLongestSpan) {
    return system::Refuse(
        v1::REASON_BAD_ARGUMENT, "a span of 0 to 62 days",
        fmt::format("{} to {}", domain::TimeText(question.span.from, question.zone),
                    domain::TimeText(question.span.to, question.zone)),
        "ask in parts");
  }
  // An instant is a span of one microsecond, the ledger's own grain.
  if (question.span.to == question.span.from) question.span.to += absl::Microseconds(1);
  question.as_known_at = now;
  if (request.has_as_known_at()) {
    GATEPOST_ASSIGN_OR_RETURN(question.as_known_at, domain::InstantOf(request.as_known_at()));
  }
  GATEPOST_ASSIGN_OR_RETURN(const absl::TimeZone zone, domain::LoadZone(question.zone));
  GATEPOST_ASSIGN_OR_RETURN(
      question.gates,
      SomeGatesAsked(gates, request.scopes(), absl::ToCivilDay(question.span.from, zone)));
  return question;
}

// Writes the answer, citing each message once.
class Answer {
 public:
  Answer(const NodeTerms& node, const Question& question, const HeardByRow& heard)
      : node_(node), question_(question), heard_(heard) {
    response_.set_node(node.node);
    *response_.mutable_as_known_at() = domain::ToZoned(question.as_known_at, question.zone);
  }

  void Add(const std::string& gate, const domain::HoursCell& cell,
           const std::vector<domain::HoursStretch>& stretches) {
    v1::GateHours* hours = response_.add_hours();
    hours->set_gate_id(gate);
    hours->set_traffic(cell.traffic);
    hours->set_direction(cell.direction);
    hours->set_vehicle_country(cell.vehicle_country);
    hours->set_load(cell.load);
    hours->set_cargo_class(cell.cargo_class);
    for (const domain::HoursStretch& stretch : stretches) {
      v1::HoursSpan* span = hours->add_spans();
      *span->mutable_period()->mutable_start() = domain::ToZoned(stretch.span.from, question_.zone);
      *span->mutable_period()->mutable_end() = domain::ToZoned(stretch.span.to, question_.zone);
      span->set_opening(stretch.opening);
      span->set_regime(stretch.regime);
      span->set_intake_stopped(stretch.intake_stopped);
      span->set_past_estimated_end(stretch.past_estimated_end);
      for (const int64_t row : stretch.cited) span->add_cited(Cite(row));
      if (!stretch.terms.empty()) *span->mutable_conditions() = domain::TermsOf(stretch.terms);
      span->set_begin_precision(stretch.begin_precision);
      span->set_end_precision(stretch.end_precision);
      span->set_reason(stretch.reason);
    }
  }

  void AddFacts() {
    for (v1::Finding& fact : FactsBeside(heard_, question_.span, node_)) {
      *response_.add_findings() = std::move(fact);
    }
  }

  v1::GetHoursResponse Take() { return std::move(response_); }

 private:
  int Cite(int64_t row) {
    const auto [place, added] = cited_.emplace(row, response_.cited_size());
    if (!added) return place->second;
    const HeardHours& one = heard_.at(row);
    v1::CitedMessage* cited = response_.add_cited();
    cited->set_short_reference(row == kDraftRow ? "draft"
                                                : ReferenceText(node_, one.record.reference));
    cited->set_message_id(one.record.message_id);
    cited->set_author(one.record.author);
    *cited->mutable_since() = domain::ToZoned(one.hours.since, question_.zone);
    cited->set_kind(IsUnreadable(one) ? "newer_schema" : KindOf(one.message));
    cited->set_reason(one.message.has_proposal() ? one.message.proposal().papers().reason()
                                                 : one.message.notice().papers().reason());
    return place->second;
  }

  const NodeTerms& node_;
  const Question& question_;
  const HeardByRow& heard_;
  std::map<int64_t, int> cited_;  // Row, and its index in the response.
  v1::GetHoursResponse response_;
};

}  // namespace

absl::StatusOr<v1::GetHoursResponse> HoursQueries::GetHours(
    const v1::GetHoursRequest& request) const {
  return AnswerWith(request, nullptr);
}

absl::StatusOr<v1::GetHoursResponse> HoursQueries::GetHoursWith(const v1::GetHoursRequest& request,
                                                                const v1::Proposal& draft) const {
  return AnswerWith(request, &draft);
}

absl::StatusOr<v1::Timetable> HoursQueries::Resolved(const v1::Timetable& said) const {
  const domain::DayRange days = domain::DaysInherited(said);
  if (days.first > days.last) return said;
  const domain::Span span{absl::FromCivil(days.first - 1, absl::UTCTimeZone()),
                          absl::FromCivil(days.last + 2, absl::UTCTimeZone())};
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> store, store_.Read());
  GATEPOST_ASSIGN_OR_RETURN(const HeardByRow heard,
                            Listen(*store, domain::GatesOf(said), span, clock_.Now()));
  GATEPOST_ASSIGN_OR_RETURN(std::vector<domain::SaidHours> told, SaidIn(*store, heard));
  const domain::HoursInForce before(domain::AgreedOf(std::move(told)), gates_, calendars_);
  return domain::ResolveRelative(
      said, before, gates_, [&heard](int64_t row) { return CitationOf(heard.at(row).record); });
}

namespace {

// A resumption closes nothing, and what it would resume wholly includes a part that is closed.
absl::Status CheckClosesNothing(const v1::Timetable& resolved) {
  const auto closed =
      std::ranges::find(resolved.rules(), v1::REGIME_CLOSED, &v1::TimetableRule::regime);
  if (closed == resolved.rules().end()) return absl::OkStatus();
  return system::Refuse(
      v1::REASON_WRONG_FAMILY, "traffic that is resumed as a whole",
      fmt::format(
          "at {} a part of it{} is closed on some of the days on which the rest works, "
          "from {} on",
          closed->gate_ids(0),
          closed->cargo_classes().empty() ? "" : fmt::format(" ({})", closed->cargo_classes(0)),
          domain::DayText(domain::CheckedDay(closed->days().first()))),
      "resume fewer days, or only the traffic that works on all of them");
}

}  // namespace

absl::StatusOr<v1::PrepareNoticeResponse> HoursQueries::PrepareNotice(
    const v1::PrepareNoticeRequest& request) const {
  v1::PrepareNoticeResponse response;
  *response.mutable_notice() = request.draft();
  // Only a resumption says hours of its own.
  if (request.draft().has_resumption()) {
    v1::Timetable& timetable =
        *response.mutable_notice()->mutable_resumption()->mutable_timetable();
    GATEPOST_ASSIGN_OR_RETURN(timetable, Resolved(timetable));
    GATEPOST_RETURN_IF_ERROR(CheckClosesNothing(timetable));
  }
  return response;
}

absl::StatusOr<v1::GetHoursResponse> HoursQueries::AnswerWith(const v1::GetHoursRequest& request,
                                                              const v1::Proposal* draft) const {
  GATEPOST_ASSIGN_OR_RETURN(const Question question, Checked(gates_, request, clock_.Now()));
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> store, store_.Read());
  GATEPOST_ASSIGN_OR_RETURN(HeardByRow heard,
                            Listen(*store, question.gates, question.span, question.as_known_at));
  if (draft != nullptr) {
    HeardHours one;
    one.hours.message_row = kDraftRow;
    one.hours.layer = static_cast<int32_t>(domain::LayerOf(*draft));
    one.hours.since = question.as_known_at;
    *one.message.mutable_proposal() = *draft;
    heard.emplace(kDraftRow, std::move(one));
  }
  GATEPOST_ASSIGN_OR_RETURN(std::vector<domain::SaidHours> said, SaidIn(*store, heard));
  // Calendars that were not published then could not be known either.
  GATEPOST_ASSIGN_OR_RETURN(const absl::TimeZone zone, domain::LoadZone(question.zone));
  const domain::HolidayCalendars calendars =
      calendars_.PublishedBy(absl::ToCivilDay(question.as_known_at, zone));
  const domain::HoursInForce in_force(std::move(said), gates_, calendars);
  domain::HoursCell whole;
  if (request.traffic() != v1::TRAFFIC_UNSPECIFIED) whole.traffic = request.traffic();

  Answer answer(node_, question, heard);
  for (const std::string& gate : question.gates) {
    // The whole first, then each part for which something else holds.
    std::vector<domain::HoursCell> cells = in_force.Cells(gate, question.span, whole);
    std::erase(cells, whole);
    const std::vector<domain::HoursStretch> all = in_force.At(gate, whole, question.span);
    const bool nothing_said = all.size() == 1 && all.front().cited.empty();
    if (!nothing_said || cells.empty()) answer.Add(gate, whole, all);
    for (const domain::HoursCell& cell : cells) {
      const std::vector<domain::HoursStretch> part = in_force.At(gate, cell, question.span);
      if (part != all) answer.Add(gate, cell, part);
    }
  }
  answer.AddFacts();
  return answer.Take();
}

}  // namespace gatepost::exchange
