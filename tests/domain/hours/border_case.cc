#include "tests/domain/hours/border_case.h"

#include <fmt/format.h>

#include "absl/strings/str_split.h"
#include "daemon/domain/civil_time.h"
#include "daemon/domain/hours/notice_rules.h"
#include "daemon/domain/hours/timetable_rules.h"
#include "google/protobuf/text_format.h"
#include "tests/domain/hours/timetables.h"
#include "tests/support/daily_reports.h"

namespace gatepost::domain {
v1::MessageCitation BorderCase::Cite(int64_t row) {
  v1::MessageCitation cited;
  cited.set_author("spiffe://langson.example/agency/board/officer/shift-lead-2");
  cited.set_message_id(fmt::format("0194e1a2-7c00-7000-8000-{:012x}", row));
  cited.set_pae_sha256(std::string(32, static_cast<char>(row)));
  return cited;
}

GateRegister BorderCase::ProjectGates() { return testing::ProjectRegister(); }

HolidayCalendars BorderCase::OfficialCalendars() {
  static const HolidayCalendars calendars = [] {
    config::v1::HolidayCalendars proto;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
        testing::ReadProjectFile("daemon/domain/calendars/holidays.textproto"), &proto));
    return HolidayCalendars::FromProto(proto).value();
  }();
  return calendars;
}

int64_t BorderCase::Agree(HoursLayer layer, const std::string& bound, v1::Timetable timetable) {
  const absl::Status checked = CheckTimetable(timetable, gates_);
  EXPECT_TRUE(checked.ok()) << checked;
  said_.push_back({layer,
                   Hanoi(bound),
                   absl::InfiniteFuture(),
                   std::make_unique<v1::Timetable>(std::move(timetable)),
                   {}});
  return static_cast<int64_t>(said_.size());
}

absl::Status BorderCase::CheckPapersOf(const v1::Papers& papers, const std::string& gates) {
  v1::MessageHeader header;
  for (const std::string& gate : std::vector<std::string>(absl::StrSplit(gates, ' '))) {
    header.add_scope_ids(gate);
  }
  return CheckPapers(papers, header);
}

absl::Status BorderCase::Check(const std::string& sent, v1::Notice notice,
                               const NoticeLinks& links) {
  v1::MessageHeader header;
  for (const std::string& id : GatesOf(notice)) header.add_scope_ids(id);
  if (links.replaces != 0) {
    const v1::MessageCitation cited = Cite(links.replaces);
    header.mutable_replaces()->set_author(cited.author());
    header.mutable_replaces()->set_message_id(cited.message_id());
    header.mutable_replaces()->set_pae_sha256(cited.pae_sha256());
  }
  for (const int64_t row : links.ends) *notice.mutable_resumption()->add_ends() = Cite(row);
  return ValidateNotice(notice, header, {gates_, notice.side(), Hanoi(sent)});
}

int64_t BorderCase::Notify(const std::string& sent, v1::Notice notice, const NoticeLinks& links) {
  const absl::Status checked = Check(sent, notice, links);
  EXPECT_TRUE(checked.ok()) << checked;
  if (links.replaces != 0) said_[Index(links.replaces)].void_from = Hanoi(sent);
  const v1::Timetable* timetable = TimetableIn(notice);
  said_.push_back({timetable != nullptr ? HoursLayer::kEmergency : HoursLayer::kObserved,
                   Hanoi(sent), absl::InfiniteFuture(),
                   timetable != nullptr ? std::make_unique<v1::Timetable>(*timetable) : nullptr,
                   links.ends});
  return static_cast<int64_t>(said_.size());
}

std::vector<SaidHours> BorderCase::Said(const std::string& known) const {
  const absl::Time by = Hanoi(known.empty() ? "9000-01-01 00:00" : known);
  std::vector<SaidHours> said;
  for (size_t i = 0; i < said_.size(); ++i) {
    const Word& word = said_[i];
    if (word.timetable == nullptr || word.since > by || word.void_from <= by) continue;
    said.push_back(
        {static_cast<int64_t>(i) + 1, word.layer, word.since, word.timetable.get(), word.ends});
  }
  return said;
}

std::vector<HoursStretch> BorderCase::Stretches(const std::string& gate, const HoursCell& cell,
                                                Span span, const std::string& known) {
  return HoursInForce(Said(known), gates_, calendars_).At(gate, cell, span);
}

std::string BorderCase::At(const std::string& gate, const std::string& time, const HoursCell& cell,
                           const std::string& known) {
  const absl::Time from = Hanoi(time);
  const HoursStretch stretch =
      Stretches(gate, cell, {from, from + absl::Microseconds(1)}, known).front();
  return fmt::format("{}{} {} by {}", v1::Opening_Name(stretch.opening).substr(8),
                     stretch.intake_stopped ? "+stop" : "",
                     v1::Regime_Name(stretch.regime).substr(7), fmt::join(stretch.cited, " "));
}

HoursStretch BorderCase::AtInstant(const std::string& gate, const std::string& time,
                                   const HoursCell& cell) {
  const absl::Time from = Hanoi(time);
  return Stretches(gate, cell, {from, from + absl::Microseconds(1)}, "").front();
}

std::vector<HoursStretch> BorderCase::Hours(const std::string& gate, const std::string& from,
                                            const std::string& to, const HoursCell& cell) {
  return Stretches(gate, cell, {Hanoi(from), Hanoi(to)}, "");
}

std::string BorderCase::Over(const std::string& gate, const std::string& from,
                             const std::string& to, const HoursCell& cell,
                             const std::string& known) {
  return Told(Stretches(gate, cell, {Hanoi(from), Hanoi(to)}, known));
}

double BorderCase::DaysOf(v1::Regime regime, const std::string& gate, const std::string& from,
                          const std::string& to, const HoursCell& cell) {
  absl::Duration held;
  const Span span{Hanoi(from + " 00:00"), Hanoi(to + " 00:00")};
  for (const HoursStretch& stretch : Stretches(gate, cell, span, "")) {
    if (stretch.regime == regime) held += stretch.span.to - stretch.span.from;
  }
  return absl::FDivDuration(held, absl::Hours(24));
}

v1::Notice ClosureBy(const std::string& side, v1::Timetable timetable, v1::ChangeReason reason) {
  v1::Notice notice;
  notice.set_side(side);
  *notice.mutable_closure()->mutable_timetable() = std::move(timetable);
  notice.mutable_papers()->set_reason(reason);
  return notice;
}

v1::Notice IntakeStopBy(const std::string& side, v1::Timetable timetable) {
  v1::Notice notice;
  notice.set_side(side);
  *notice.mutable_intake_stop()->mutable_timetable() = std::move(timetable);
  return notice;
}

v1::Notice ResumptionBy(const std::string& side, v1::Timetable timetable) {
  v1::Notice notice;
  notice.set_side(side);
  *notice.mutable_resumption()->mutable_timetable() = std::move(timetable);
  return notice;
}

v1::Notice Seen(bool opened, const std::string& gate, const std::string& time,
                v1::Precision precision) {
  v1::Notice notice;
  notice.set_side("VN");
  v1::ObservedHours& seen = *notice.mutable_observed_hours();
  seen.add_gate_ids(gate);
  seen.set_traffic(v1::TRAFFIC_GOODS);
  seen.set_direction(v1::DIRECTION_BOTH);
  seen.set_opened(opened);
  *seen.mutable_at() = ToZoned(Hanoi(time), kHanoiZone);
  seen.set_precision(precision);
  return notice;
}

v1::CivilDate Dated(const std::string& day) { return ToCivilDate(ParseDay(day).value()); }

}  // namespace gatepost::domain
