#include "daemon/exchange/hours_queries.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/hours/in_force.h"
#include "daemon/domain/hours/notice_rules.h"
#include "daemon/exchange/heard_hours.h"
#include "daemon/exchange/naming.h"
#include "daemon/exchange/scopes_asked.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

namespace gatepost::exchange {

namespace {

constexpr absl::Duration kLongestSpan = absl::Hours(24 * 62);

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
    }
  }

  // What was seen, and services: facts beside the hours.
  void AddFacts() {
    for (const auto& [row, one] : heard_) {
      const v1::Notice& notice = one.message.notice();
      std::string text;
      if (notice.has_observed_stop()) {
        const v1::ObservedStop& stop = notice.observed_stop();
        text = fmt::format("seen closed since {}{}", Text(stop.since()),
                           stop.has_official() ? "" : ", no notice received");
        if (stop.has_answer_by())
          text += fmt::format("; answer asked by {}", Text(stop.answer_by()));
      } else if (notice.has_observed_hours()) {
        text = fmt::format("seen to {} at {}", notice.observed_hours().opened() ? "open" : "close",
                           Text(notice.observed_hours().at()));
      } else if (notice.has_service()) {
        text = fmt::format("{} {} since {}", v1::ServiceKind_Name(notice.service().service()),
                           notice.service().working() ? "works" : "stopped",
                           Text(notice.service().since()));
      } else if (one.message.has_transcript()) {
        const v1::Transcript& heard = one.message.transcript();
        text = fmt::format("UNCONFIRMED, heard at {} of {}: see the message",
                           Text(heard.heard_at()), heard.papers().references(0).issuer());
      } else {
        continue;
      }
      v1::Finding* finding = response_.add_findings();
      finding->set_severity(v1::SEVERITY_WARNING);
      finding->set_subject(fmt::format("{}", fmt::join(one.hours.gate_ids, " ")));
      finding->set_text(fmt::format("{} ({})", text, ReferenceText(node_, one.record.reference)));
      finding->set_figure_index(-1);
    }
  }

  v1::GetHoursResponse Take() { return std::move(response_); }

 private:
  static std::string Text(const v1::ZonedTime& time) {
    return domain::TimeText(domain::InstantOf(time).value_or(absl::UnixEpoch()), time.zone());
  }

  int Cite(int64_t row) {
    const auto [place, added] = cited_.emplace(row, response_.cited_size());
    if (!added) return place->second;
    const HeardHours& one = heard_.at(row);
    v1::CitedMessage* cited = response_.add_cited();
    cited->set_short_reference(ReferenceText(node_, one.record.reference));
    cited->set_message_id(one.record.message_id);
    cited->set_author(one.record.author);
    *cited->mutable_since() = domain::ToZoned(one.hours.since, question_.zone);
    const v1::Notice& notice = one.message.notice();
    if (const auto* field = notice.GetDescriptor()->FindFieldByNumber(notice.kind_case())) {
      cited->set_kind(field->name());
    }
    cited->set_reason(notice.papers().reason());
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
  GATEPOST_ASSIGN_OR_RETURN(const Question question, Checked(gates_, request, clock_.Now()));
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> store, store_.Read());
  GATEPOST_ASSIGN_OR_RETURN(const HeardByRow heard,
                            Listen(*store, question.gates, question.span, question.as_known_at));
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
