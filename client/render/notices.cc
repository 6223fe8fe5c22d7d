#include "client/render/notices.h"

#include "absl/time/time.h"
#include "client/render/hours_words.h"
#include "client/render/lines.h"
#include "client/render/table.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "daemon/domain/civil_time.h"
#include "daemon/domain/hours/notice_rules.h"
#include "daemon/domain/hours/spans.h"
#include "fmt/core.h"
#include "fmt/ranges.h"

namespace gatepost::render {
namespace {

// The first and last instant of a rule, in both zones.
std::string RuleSpanText(const v1::TimetableRule& rule, const std::string& zone_name,
                         const View& view) {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(zone_name, &zone)) return "?";
  const std::string from = TimeText(domain::BeginOf(rule, zone), view.zones);
  const v1::TimetableDays& days = rule.days();
  if (days.end() == v1::END_KIND_OPEN) return Say("from {0}, open end", from);
  const absl::CivilDay last = domain::CheckedDay(days.last());
  const absl::Time end = days.has_ends() ? domain::InstantAt(last, days.ends(), zone)
                                         : absl::FromCivil(last + 1, zone);
  const std::string to = TimeText(end, view.zones);
  return days.end() == v1::END_KIND_ESTIMATED ? Say("{0} to about {1}", from, to)
                                              : Say("{0} to {1}", from, to);
}

// A window on the rule's first day, in both zones.
std::string WindowText(const v1::TimetableRule& rule, const v1::TimeWindow& window,
                       const std::string& zone_name, const View& view) {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(zone_name, &zone)) return "?";
  const absl::CivilDay day = domain::CheckedDay(rule.days().first());
  const domain::Span span = domain::WindowOn(day, window.opens(), window.closes(), zone);
  return Say("{0} to {1}", TimeText(span.from, view.zones, day),
             TimeText(span.to, view.zones, day));
}

std::string TimetableText(const v1::Timetable& timetable, const View& view) {
  Table table({{_("Gates")}, {_("Traffic")}, {_("When")}, {_("Regime")}, {_("Hours")}});
  for (const v1::TimetableRule& rule : timetable.rules()) {
    std::string hours;
    for (const v1::TimeWindow& window : rule.windows()) {
      hours += (hours.empty() ? "" : ", ") + WindowText(rule, window, timetable.zone(), view);
    }
    if (rule.hours() == v1::HOURS_KIND_AS_BEFORE) hours = _("as before");
    if (rule.hours() == v1::HOURS_KIND_ALL_DAY) hours = _("round the clock");
    table.Add({fmt::format("{}", fmt::join(rule.gate_ids(), " ")),
               CellText(rule.traffic(), rule.direction(), rule.vehicle_country(),
                        fmt::format("{}", fmt::join(rule.cargo_classes(), " ")), view),
               RuleSpanText(rule, timetable.zone(), view), RegimeText(rule.regime()), hours});
  }
  return table.ToText();
}

std::string When(const v1::ZonedTime& time, const View& view) {
  return TimeText(TimeOf(time.instant()), view.zones);
}

// What a notice without a timetable says.
void AddFact(const v1::Notice& notice, const View& view, Lines& lines) {
  if (notice.has_observed_stop()) {
    const v1::ObservedStop& stop = notice.observed_stop();
    lines.Add(_("seen closed"), Say("since {0}", When(stop.since(), view)));
    if (stop.has_answer_by()) lines.Add(_("answer by"), When(stop.answer_by(), view));
  } else if (notice.has_observed_hours()) {
    lines.Add(notice.observed_hours().opened() ? _("seen to open") : _("seen to close"),
              When(notice.observed_hours().at(), view));
    lines.Add(_("ends the stop"), notice.observed_hours().observed_stop().message_id());
  } else if (notice.has_service()) {
    lines.Add(notice.service().working() ? _("works again") : _("stopped"),
              Say("{0}, since {1}", v1::ServiceKind_Name(notice.service().service()),
                  When(notice.service().since(), view)));
  } else if (notice.has_cancellation()) {
    const v1::CancellationOutcome outcome = notice.cancellation().outcome();
    lines.Add(_("now"), outcome == v1::CANCELLATION_OUTCOME_POSTPONED
                            ? _("put off, without a new date")
                        : outcome == v1::CANCELLATION_OUTCOME_NEW_NOTICE_FOLLOWS
                            ? _("a new notice follows")
                            : _("what held before holds again"));
  }
}

void AddPapers(const v1::Papers& papers, Lines& lines) {
  lines.Add(_("reason"), ChangeReasonText(papers.reason()));
  for (const v1::PaperReference& reference : papers.references()) {
    lines.Add(_("letter"), fmt::format("{} {} {}", reference.issuer(), reference.number(),
                                       DateText(reference.date())));
  }
  lines.Add(_("letter date"), DateText(papers.letter_date()));
  lines.Add(_("letter came"), DateText(papers.received_on()));
  lines.Add(_("made public"), DateText(papers.published_on()));
  lines.Add(_("effect date"), DateText(papers.effective_on()));
  if (papers.has_official_signature()) {
    lines.Add(_("official signature"),
              Say("{0} by {1}, not judged here", papers.official_signature().suite(),
                  papers.official_signature().issuer()));
  }
}

}  // namespace

std::string NoticeSubject(const v1::Notice& notice) {
  const auto* field = notice.GetDescriptor()->FindFieldByNumber(notice.kind_case());
  return Say("notice {0}: {1}", notice.side(),
             NoticeKindText(field == nullptr ? "?" : std::string(field->name())));
}

std::string NoticeText(const v1::Notice& notice, const View& view) {
  const v1::Timetable* timetable = domain::TimetableIn(notice);
  std::string text = timetable == nullptr ? "" : TimetableText(*timetable, view);
  Lines lines;
  AddFact(notice, view, lines);
  AddPapers(notice.papers(), lines);
  return text + lines.ToText();
}

std::string TranscriptSubject(const v1::Transcript& transcript) {
  const char* channel = "?";
  switch (transcript.channel()) {
    case v1::TRANSCRIPT_CHANNEL_LETTER:
      channel = _("by letter");
      break;
    case v1::TRANSCRIPT_CHANNEL_CALL:
      channel = _("by telephone");
      break;
    case v1::TRANSCRIPT_CHANNEL_CONSULATE:
      channel = _("through a consulate");
      break;
    case v1::TRANSCRIPT_CHANNEL_MEETING:
      channel = _("in a meeting");
      break;
    case v1::TRANSCRIPT_CHANNEL_PRESS:
      channel = _("in the press");
      break;
    default:
      break;
  }
  return Say("heard of {0} {1}, UNCONFIRMED", transcript.heard_side(), channel);
}

std::string TranscriptText(const v1::Transcript& transcript, const View& view) {
  Lines lines;
  lines.Add(_("heard at"), When(transcript.heard_at(), view));
  AddPapers(transcript.papers(), lines);
  return TimetableText(transcript.timetable(), view) + lines.ToText();
}

std::string AcknowledgementSubject(const v1::Acknowledgement& ack) {
  switch (ack.kind()) {
    case v1::ACKNOWLEDGEMENT_KIND_READ:
      return _("read");
    case v1::ACKNOWLEDGEMENT_KIND_ANSWER_FOLLOWS:
      return _("read, an answer follows");
    case v1::ACKNOWLEDGEMENT_KIND_DISPUTED:
      return _("read and disputed");
    default:
      return fmt::format("?{}", static_cast<int>(ack.kind()));
  }
}

}  // namespace gatepost::render
