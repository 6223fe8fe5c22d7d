#include "client/render/evidence_text.h"

#include <utility>
#include <vector>

#include "client/render/agreement_words.h"
#include "client/render/errors.h"
#include "client/render/evidence_threads.h"
#include "client/render/evidence_words.h"
#include "client/render/lines.h"
#include "client/render/table.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "client/render/words.h"
#include "daemon/system/utf8.h"
#include "fmt/core.h"
#include "fmt/ranges.h"

namespace gatepost::render {
namespace {

using evidence::MessageFacts;
using evidence::ProvedEntry;

constexpr size_t kLongestLineBytes = 1000;

std::string FindingText(const evidence::Finding& finding) {
  const v1::RefusalDetail detail = ErrorDetail(finding.why);
  Lines lines;
  lines.Add(_("where"), finding.where);
  lines.Add(_("wanted"), detail.wanted());
  lines.Add(_("came"), detail.came());
  lines.Add(_("what to do"), detail.todo());
  return ReasonCode(detail.reason()) + "\n" + lines.ToText(2);
}

// Gates and days, as far as the message says them.
std::string ScopesText(const MessageFacts& message) {
  return fmt::format("{}", fmt::join(message.message.header().scope_ids(), " "));
}

std::string MessageText(const MessageFacts& message, const View& view) {
  Lines lines;
  lines.Add(_("message id"), message.message_id);
  lines.Add(_("author"), message.author.empty() ? "" : PostText(message.author));
  lines.Add(_("scopes"), ScopesText(message));
  if (const auto begins = BeginningOf(message.message)) {
    lines.Add(_("begins"), TimeText(*begins, view.zones));
  }
  if (message.message.has_yard_report()) {
    lines.Add(_("day"), DateText(message.message.yard_report().business_date()));
  }
  lines.Add(_("PAE digest"), DigestText(message.pae));
  for (const evidence::SignedBy& signature : message.signatures) {
    lines.Add(_("signed by"), fmt::format("{}; {}, {}", PostText(signature.spiffe_id),
                                          signature.suite, ValidityText(signature, view)));
  }
  return system::Printable(fmt::format("{}  {}", NameOf(message), SubjectOf(message)),
                           kLongestLineBytes) +
         "\n" + lines.ToText(2);
}

std::string EntriesText(const MessageFacts& message, const View& view) {
  Table table({{_("Time")},
               {_("Log")},
               {_("Entry"), Align::kRight},
               {_("Event")},
               {_("Result")},
               {_("Who")},
               {_("Behind it")}});
  for (const EntryAbout& about : EntriesOf({&message})) {
    const ProvedEntry& entry = *about.entry;
    table.Add({LogTimeText(entry.leaf.time, view.zones), entry.node, fmt::format("{}", entry.index),
               entry.leaf.event, entry.leaf.result,
               entry.leaf.actor.empty() ? "" : PostText(entry.leaf.actor),
               fmt::format("{}", fmt::join(StandingOf(entry, view), "; "))});
  }
  return table.ToText(2);
}

}  // namespace

std::string VerdictText(const evidence::Verdict& verdict, const View& view) {
  std::string text = system::Printable(AnswerLine(verdict), kLongestLineBytes) + "\n";
  text += AnswerText(verdict) + "\n";
  Lines lines;
  if (!verdict.exported_by.empty()) {
    lines.Add(_("exported"), Say("by {0} at {1}", verdict.exported_by,
                                 LogTimeText(verdict.exported_at, view.zones)));
  }
  lines.Add(_("link agreement"), DigestText(verdict.agreement_sha256));
  text += lines.ToText(2);
  for (const evidence::Finding& finding : verdict.findings) text += "\n" + FindingText(finding);
  for (const MessageFacts& message : verdict.messages) {
    text += "\n" + MessageText(message, view) + EntriesText(message, view);
  }
  if (!verdict.notes.empty()) text += std::string("\n") + _("to know:") + "\n";
  for (const std::string& note : verdict.notes) {
    text += "  " + system::Printable(note, kLongestLineBytes) + "\n";
  }
  return text;
}

std::string VerdictCsv(const evidence::Verdict& verdict) {
  const std::vector<const char*> names = {
      "row",    "answer", "practice", "satisfies", "peers",       "where",
      "reason", "wanted", "came",     "todo",      "reference",   "message_id",
      "author", "node",   "epoch",    "index",     "event",       "time",
      "result", "actor",  "sequence", "head_size", "cosigned_by", "held_by"};
  std::vector<Table::Column> columns;
  for (const char* name : names) columns.push_back({name});
  Table table(std::move(columns));
  const auto nodes = [](const std::vector<evidence::CosignedBy>& words) {
    std::string text;
    for (const evidence::CosignedBy& by : words) text += (text.empty() ? "" : " ") + by.node;
    return text;
  };
  table.Add({"verdict", AnswerName(verdict.answer), verdict.practice ? "true" : "false",
             verdict.satisfies, fmt::format("{}", fmt::join(verdict.peers, " "))});
  for (const evidence::Finding& finding : verdict.findings) {
    const v1::RefusalDetail detail = ErrorDetail(finding.why);
    table.Add({"finding", "", "", "", "", finding.where, ReasonCode(detail.reason()),
               detail.wanted(), detail.came(), detail.todo()});
  }
  for (const MessageFacts& message : verdict.messages) {
    for (const ProvedEntry& entry : message.entries) {
      const ledger::Leaf& leaf = entry.leaf;
      table.Add({"entry",
                 "",
                 "",
                 "",
                 "",
                 message.folder,
                 "",
                 "",
                 "",
                 "",
                 message.short_reference,
                 message.message_id,
                 message.author,
                 entry.node,
                 fmt::format("{}", leaf.epoch),
                 fmt::format("{}", entry.index),
                 leaf.event,
                 MachineTime(leaf.time),
                 leaf.result,
                 leaf.actor,
                 leaf.sequence.has_value() ? fmt::format("{}", *leaf.sequence) : "",
                 fmt::format("{}", entry.head_size),
                 nodes(entry.cosigned),
                 nodes(entry.held_by)});
    }
  }
  return table.ToCsv();
}

}  // namespace gatepost::render
