#include "client/render/messages.h"

#include <cstddef>
#include <vector>

#include "client/render/authority.h"
#include "client/render/content.h"
#include "client/render/figures.h"
#include "client/render/gate_days.h"
#include "client/render/held.h"
#include "client/render/lines.h"
#include "client/render/notices.h"
#include "client/render/proposal.h"
#include "client/render/reports.h"
#include "client/render/table.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "client/render/words.h"
#include "daemon/system/utf8.h"
#include "fmt/core.h"

namespace gatepost::render {
namespace {

constexpr std::string_view kPayloadType = "application/vnd.gatepost.message.v1+protobuf";

// Where a message stands: its rung, and the reason where a rule refused it.
std::string StandingText(const v1::StoredMessage& stored) {
  const v1::Rung rung = stored.rung() != v1::RUNG_UNSPECIFIED ? stored.rung() : stored.standing();
  std::string text = rung == v1::RUNG_UNSPECIFIED ? "" : RungName(rung);
  if (stored.has_held()) text = RungName(v1::RUNG_HELD);
  if (stored.reason() != v1::REASON_UNSPECIFIED) text += " " + ReasonCode(stored.reason());
  if (!stored.replaced_by().empty()) text += ", " + Say("replaced by {0}", stored.replaced_by());
  return text;
}

std::string RevisionWord(v1::RevisionKind kind) {
  if (kind == v1::REVISION_KIND_REVISION) return std::string(", ") + _("revision");
  if (kind == v1::REVISION_KIND_CORRECTION) return std::string(", ") + _("correction");
  return "";
}

std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : " ") + item;
  return text;
}

// The leaf's lines, as an auditor would hash them.
std::string LeafText(const std::string& leaf) {
  std::string text;
  size_t start = 0;
  while (start < leaf.size()) {
    const size_t end = leaf.find('\n', start);
    text += "    " + system::Printable(leaf.substr(start, end - start), 300) + "\n";
    if (end == std::string::npos) break;
    start = end + 1;
  }
  return text;
}

// What the message says, whole.
std::string BodyText(const v1::Message& message, const View& view) {
  switch (message.body_case()) {
    case v1::Message::kYardReport:
      return ReportHeading(message.yard_report(), view) +
             FigureTable(message.yard_report(), view).ToText(2);
    case v1::Message::kNotice:
      return NoticeText(message.notice(), view);
    case v1::Message::kTranscript:
      return TranscriptText(message.transcript(), view);
    case v1::Message::kProposal:
      return ProposalText(message.proposal(), view);
    case v1::Message::kAcknowledgement:
      return AcknowledgementLines(message.acknowledgement(), view).ToText(2);
    case v1::Message::kAcceptance:
      return AcceptanceText(message.acceptance());
    case v1::Message::kRejection:
      return RejectionText(message.rejection());
    case v1::Message::kWithdrawal:
      return WithdrawalText(message.withdrawal());
    case v1::Message::kRoster:
      return RosterText(message.roster(), view);
    case v1::Message::kKeyAnnouncement:
      return KeyAnnouncementLines(message.key_announcement(), view).ToText(2);
    case v1::Message::kCountersignature:
      return CountersignatureLines(message.countersignature()).ToText(2);
    default:
      return "";
  }
}

std::string BodySubject(const v1::Message& message) {
  switch (message.body_case()) {
    case v1::Message::kYardReport: {
      const v1::YardReport& report = message.yard_report();
      return Say("yard report {0} {1}", report.reporting_side(), DateText(report.business_date())) +
             RevisionWord(report.revision()) +
             (report.practice_figures() ? std::string(", ") + _("PRACTICE") : "");
    }
    case v1::Message::kNotice:
      return NoticeSubject(message.notice());
    case v1::Message::kTranscript:
      return TranscriptSubject(message.transcript());
    case v1::Message::kAcknowledgement:
      return AcknowledgementSubject(message.acknowledgement());
    case v1::Message::kPing:
      return _("line check");
    case v1::Message::kProposal:
      return ProposalSubject(message.proposal());
    case v1::Message::kAcceptance:
      return AcceptanceSubject(message.acceptance());
    case v1::Message::kRejection:
      return RejectionSubject(message.rejection());
    case v1::Message::kWithdrawal:
      return WithdrawalSubject(message.withdrawal());
    case v1::Message::kRoster:
      return RosterSubject(message.roster());
    case v1::Message::kKeyAnnouncement:
      return KeyAnnouncementSubject(message.key_announcement());
    case v1::Message::kCountersignature:
      return CountersignatureSubject(message.countersignature());
    default:
      return _("a body this program does not know");
  }
}

}  // namespace

std::optional<v1::Message> PayloadOf(const v1::StoredMessage& stored) {
  v1::Message message;
  if (stored.envelope().payload_type() != kPayloadType ||
      !message.ParseFromString(stored.envelope().payload())) {
    return std::nullopt;
  }
  return message;
}

std::string SubjectOf(const v1::Message& message) {
  const std::string subject = BodySubject(message);
  return message.header().has_emergency() ? Say("EMERGENCY: {0}", subject) : subject;
}

std::string SubjectText(const v1::StoredMessage& stored) {
  if (!stored.has_envelope()) return "";
  const std::optional<v1::Message> message = PayloadOf(stored);
  return message.has_value() ? SubjectOf(*message)
                             : _("of a type or schema this program does not know");
}

std::string MessageListText(const v1::ListMessagesResponse& list, const View& view) {
  if (list.messages().empty()) return std::string(_("no message")) + "\n";
  Table table(
      {{_("Reference")}, {_("Stored")}, {_("From")}, {_("About")}, {_("Standing")}, {_("Author")}});
  for (const v1::StoredMessage& stored : list.messages()) {
    table.Add({stored.short_reference(), LogTimeText(TimeOf(stored.stored_at()), view.zones),
               stored.origin_node(), SubjectText(stored), StandingText(stored), stored.author()});
  }
  std::string text = table.ToText();
  if (!list.next_page_token().empty()) {
    text += Say("there are older ones: --page-token {0}", list.next_page_token()) + "\n";
  }
  return text;
}

std::string MessageListCsv(const v1::ListMessagesResponse& list) {
  Table table({{"reference"},
               {"message_id"},
               {"stored_at"},
               {"origin_node"},
               {"author"},
               {"subject"},
               {"standing"},
               {"rung"},
               {"reason"},
               {"replaces"},
               {"replaced_by"},
               {"pae_sha256"}});
  for (const v1::StoredMessage& stored : list.messages()) {
    table.Add({stored.short_reference(), stored.message_id(),
               MachineTime(TimeOf(stored.stored_at())), stored.origin_node(), stored.author(),
               SubjectText(stored), RungName(stored.standing()), RungName(stored.rung()),
               stored.reason() == v1::REASON_UNSPECIFIED ? "" : ReasonCode(stored.reason()),
               stored.replaces(), stored.replaced_by(), HexText(stored.pae_sha256())});
  }
  return table.ToCsv();
}

std::string MessageText(const v1::GetMessageResponse& response, const View& view) {
  const v1::StoredMessage& stored = response.message();
  const std::optional<v1::Message> message = PayloadOf(stored);
  Lines lines;
  lines.Add(_("reference"), stored.short_reference());
  lines.Add(_("message id"), stored.message_id());
  lines.Add(_("author"), stored.author());
  lines.Add(_("about"), SubjectText(stored));
  if (message.has_value()) {
    const v1::MessageHeader& header = message->header();
    lines.Add(_("written"), LogTimeText(TimeOf(header.authored_at().instant()), view.zones));
    lines.Add(_("from node"), header.origin_node());
    lines.Add(_("to nodes"), Joined(header.recipient_nodes()));
    lines.Add(_("to agencies"), Joined(header.addressed_agencies()));
    lines.Add(_("scopes"), Joined(header.scope_ids()));
    if (header.has_emergency()) {
      lines.Add(_("EMERGENCY"), "\"" + system::Printable(header.emergency().reason(), 2000) + "\"");
    }
  }
  lines.Add(_("stored here"), LogTimeText(TimeOf(stored.stored_at()), view.zones));
  lines.Add(_("standing"), StandingText(stored));
  lines.Add(_("replaces"), stored.replaces());
  lines.Add(_("PAE digest"), HexText(stored.pae_sha256()));
  for (const std::string& signer : stored.signers()) lines.Add(_("signed by"), signer);
  for (const v1::Signature& signature : stored.envelope().signatures()) {
    lines.Add(_("signature"), Say("{0} by certificate {1}", signature.suite(),
                                  HexText(signature.certificate_sha256())));
  }
  std::string text = lines.ToText();
  if (stored.has_held()) {
    text += "\n" + HeldText(stored.held(), stored.short_reference(), view);
  }
  if (message.has_value()) {
    if (const std::string body = BodyText(*message, view); !body.empty()) text += "\n" + body;
  }
  if (message.has_value() && message->has_ping()) {
    text += Say("  token {0}", system::Printable(message->ping().token(), 64)) + "\n";
  }
  if (stored.has_receipt()) {
    text += std::string("\n  ") + _("leaf in this node's log:") + "\n" +
            LeafText(stored.receipt().leaf());
  }
  return text;
}

std::string EventText(const v1::WatchMessagesResponse& event, const View& view) {
  std::string text = LogTimeText(TimeOf(event.time()), view.zones) + "  " + event.event();
  if (!event.result().empty() && event.result() != "-") text += " " + event.result();
  if (!event.peer_node().empty() && event.peer_node() != "-") text += " " + event.peer_node();
  if (event.has_alarm()) {
    return system::Printable(text + "  " + AlarmText(event.alarm(), view), 1000) + "\n";
  }
  text += "  " + event.message().short_reference();
  if (const std::string subject = SubjectText(event.message()); !subject.empty()) {
    text += "  " + subject;
  }
  return system::Printable(text, 1000) + "\n";
}

std::string EventCsvHeadings() {
  return "cursor,time,event,result,peer_node,reference,message_id,author,alarm\n";
}

std::string EventCsv(const v1::WatchMessagesResponse& event) {
  const std::vector<std::string> cells = {event.cursor(),
                                          MachineTime(TimeOf(event.time())),
                                          event.event(),
                                          event.result(),
                                          event.peer_node(),
                                          event.message().short_reference(),
                                          event.message().message_id(),
                                          event.message().author(),
                                          event.alarm().object()};
  std::string line;
  for (const std::string& cell : cells) line += (line.empty() ? "" : ",") + CsvCell(cell);
  return line + "\n";
}

}  // namespace gatepost::render
