#include "client/render/notices.h"

#include "client/render/hours_words.h"
#include "client/render/papers.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "client/render/timetable.h"
#include "daemon/domain/hours/notice_rules.h"
#include "fmt/core.h"

namespace gatepost::render {
namespace {

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

}  // namespace

std::string NoticeSubject(const v1::Notice& notice) {
  const auto* field = notice.GetDescriptor()->FindFieldByNumber(notice.kind_case());
  return Say("notice {0}: {1}", notice.side(),
             NoticeKindText(field == nullptr ? "?" : std::string(field->name())));
}

Lines NoticeLines(const v1::Notice& notice, const View& view) {
  Lines lines;
  AddFact(notice, view, lines);
  AddPapers(notice.papers(), lines);
  return lines;
}

std::string NoticeText(const v1::Notice& notice, const View& view) {
  const v1::Timetable* timetable = domain::TimetableIn(notice);
  const std::string text = timetable == nullptr ? "" : TimetableText(*timetable, view);
  return text + NoticeLines(notice, view).ToText();
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

Lines TranscriptLines(const v1::Transcript& transcript, const View& view) {
  Lines lines;
  lines.Add(_("heard at"), When(transcript.heard_at(), view));
  AddPapers(transcript.papers(), lines);
  return lines;
}

std::string TranscriptText(const v1::Transcript& transcript, const View& view) {
  return TimetableText(transcript.timetable(), view) + TranscriptLines(transcript, view).ToText();
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
