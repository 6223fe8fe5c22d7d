#include "client/render/content.h"

#include <string_view>

#include "client/render/agreement_words.h"
#include "client/render/authority.h"
#include "client/render/figures.h"
#include "client/render/held.h"
#include "client/render/notices.h"
#include "client/render/proposal.h"
#include "client/render/reports.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "client/render/timetable.h"
#include "daemon/domain/agreements/proposal_rules.h"
#include "daemon/domain/hours/notice_rules.h"
#include "daemon/domain/unknown_content.h"

namespace gatepost::render {
namespace {

void AddTimetable(const v1::Timetable& timetable, const View& view, Content& content) {
  content.table = TimetableTable(timetable, view);
  content.remarks.push_back(Say("written in the time of {0}", timetable.zone()));
}

std::string GroundText(v1::DisputeGround ground) {
  switch (ground) {
    case v1::DISPUTE_GROUND_UNSPECIFIED:
      return "";
    case v1::DISPUTE_GROUND_FACTS:
      return _("the facts");
    case v1::DISPUTE_GROUND_AUTHORITY:
      return _("whether the author may say so");
    case v1::DISPUTE_GROUND_NOT_AGREED:
      return _("whether it was agreed");
    case v1::DISPUTE_GROUND_DECISION:
      return _("a decision that contradicts a receipt");
    default:
      return "?";
  }
}

}  // namespace

Lines AcknowledgementLines(const v1::Acknowledgement& ack, const View& view) {
  Lines lines;
  lines.Add(_("about"),
            Say("{0} by {1}", ack.about().message_id(), PostText(ack.about().author())));
  if (ack.has_answer_by()) {
    lines.Add(_("answer by"), TimeText(TimeOf(ack.answer_by().instant()), view.zones));
  }
  lines.Add(_("disputed"), GroundText(ack.ground()));
  if (!ack.remark().empty()) lines.Add(_("remark"), "\"" + ack.remark() + "\"");
  return lines;
}

namespace {

Content ReportContent(const v1::YardReport& report, const View& view) {
  Content content;
  std::string_view heading;
  const std::string text = ReportHeading(report, view);
  for (heading = text; !heading.empty();) {
    const size_t end = std::min(heading.find('\n'), heading.size());
    const size_t start = std::min(heading.find_first_not_of(' '), end);
    content.remarks.emplace_back(heading.substr(start, end - start));
    heading.remove_prefix(std::min(end + 1, heading.size()));
  }
  content.table = FigureTable(report, view);
  return content;
}

}  // namespace

Content ContentOf(const v1::Message& message, const View& view) {
  Content content;
  switch (message.body_case()) {
    case v1::Message::kYardReport:
      content = ReportContent(message.yard_report(), view);
      break;
    case v1::Message::kNotice:
      if (const v1::Timetable* timetable = domain::TimetableIn(message.notice())) {
        AddTimetable(*timetable, view, content);
      }
      content.lines = NoticeLines(message.notice(), view);
      break;
    case v1::Message::kTranscript:
      AddTimetable(message.transcript().timetable(), view, content);
      content.lines = TranscriptLines(message.transcript(), view);
      break;
    case v1::Message::kProposal:
      if (const v1::Timetable* timetable = domain::TimetableIn(message.proposal())) {
        AddTimetable(*timetable, view, content);
      }
      content.lines = ProposalLines(message.proposal(), view);
      break;
    case v1::Message::kAcceptance:
      content.lines = AcceptanceLines(message.acceptance());
      break;
    case v1::Message::kRejection:
      content.lines = RejectionLines(message.rejection());
      break;
    case v1::Message::kWithdrawal:
      content.lines = WithdrawalLines(message.withdrawal());
      break;
    case v1::Message::kAcknowledgement:
      content.lines = AcknowledgementLines(message.acknowledgement(), view);
      break;
    case v1::Message::kRoster:
      content.table = RosterTable(message.roster());
      content.lines = RosterLines(message.roster(), view);
      break;
    case v1::Message::kKeyAnnouncement:
      content.lines = KeyAnnouncementLines(message.key_announcement(), view);
      break;
    case v1::Message::kCountersignature:
      content.lines = CountersignatureLines(message.countersignature());
      break;
    default:
      break;
  }
  if (message.header().has_emergency()) {
    content.remarks.push_back(
        Say("sent in an emergency: {0}", "\"" + message.header().emergency().reason() + "\""));
  }
  if (domain::HasUnknown(message)) {
    content.remarks.emplace_back(_("of a newer schema: this program cannot show all of it"));
  }
  return content;
}

}  // namespace gatepost::render
