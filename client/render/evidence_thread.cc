#include <algorithm>
#include <string>
#include <vector>

#include "certs/digest.h"
#include "client/render/evidence_html.h"
#include "client/render/evidence_words.h"
#include "client/render/messages.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "fmt/core.h"

namespace gatepost::render {
namespace {

using evidence::MessageFacts;
using evidence::ProvedEntry;
namespace event = ledger::event;

Html None(const char* text) { return Element("span", Text(text), R"(class="open")"); }

Html TitleOf(const MessageFacts& message) {
  return Stacked(std::vector<Html>{NameHtml(message), Text(SubjectOf(message))});
}

Html Signatures(const MessageList& messages, const View& view) {
  std::vector<HtmlRow> rows;
  for (const MessageFacts* message : messages) {
    for (const evidence::SignedBy& by : message->signatures) {
      const Html validity = Text(ValidityText(by, view));
      rows.push_back(
          {{TitleOf(*message), WhoHtml(by.spiffe_id), Text(by.suite),
            Stacked(std::vector<Html>{
                by.revoked.has_value() ? Element("span", validity, R"(class="bad")") : validity,
                Element("code", Text(certs::ToHex(by.certificate_sha256)), R"(class="soft")")})}});
    }
    if (message->signatures.empty()) {
      const char* why = message->purged             ? _("purged with the body")
                        : message->without_envelope ? _("left out with the envelope")
                                                    : _("no signature under it holds");
      rows.push_back({{TitleOf(*message), None(why), Html(), Html()}});
    }
  }
  return HtmlTable({_("Message"), _("Signed by"), _("Suite"), _("Certificate")}, rows);
}

// The entries of one event about a message, each with its result and who stands behind it.
Html EntriesOfEvent(const MessageFacts& message, const char* name, const View& view) {
  std::vector<Html> pieces;
  for (const ProvedEntry& entry : message.entries) {
    if (entry.leaf.event != name) continue;
    pieces.push_back(TimeHtml(entry.leaf.time, view));
    pieces.push_back(PlaceHtml(entry));
    if (!entry.leaf.result.empty()) pieces.push_back(CodeHtml(entry.leaf.result));
    pieces.push_back(StandingHtml(entry, view));
  }
  return pieces.empty() ? None(_("none in this evidence")) : Stacked(pieces);
}

Html Receipts(const MessageList& messages, const View& view) {
  std::vector<HtmlRow> rows;
  for (const MessageFacts* message : messages) {
    rows.push_back({{TitleOf(*message), EntriesOfEvent(*message, event::kAccepted, view),
                     EntriesOfEvent(*message, event::kDelivered, view),
                     EntriesOfEvent(*message, event::kReceipt, view)}});
  }
  return HtmlTable({_("Message"), _("ACCEPTED by its own side"), _("DELIVERED to the other side"),
                    _("RECEIPT held by its own side")},
                   rows);
}

// Where the other node says that it knows of the decision: that it follows it, else the receipt
// that brought it; null where nothing says so.
const ProvedEntry* KnownBy(const std::vector<EntryAbout>& entries, const ProvedEntry& decision) {
  const std::string names = fmt::format("leaf:{}:", decision.index);
  const ProvedEntry* known = nullptr;
  for (const EntryAbout& one : entries) {
    const ledger::Leaf& leaf = one.entry->leaf;
    if (leaf.peer != decision.node || !leaf.detail.starts_with(names)) continue;
    if (known == nullptr || IsKnownDecision(*one.entry)) known = one.entry;
  }
  return known;
}

Html Decisions(const MessageList& messages, const View& view) {
  const std::vector<EntryAbout> entries = EntriesOf(messages);
  std::vector<HtmlRow> rows;
  for (const EntryAbout& one : DecisionsOf(messages)) {
    const ProvedEntry* known = KnownBy(entries, *one.entry);
    std::vector<Html> decision = {Element("b", Text(ResultText(one.entry->leaf)))};
    if (IsTakenBack(entries, *one.entry)) {
      decision.push_back(
          Element("span", Text(_("taken back by a later decision")), R"(class="bad")"));
    }
    if (one.entry->leaf.detail.starts_with("instead:")) {
      decision.push_back(Text(_("takes an earlier decision back")));
    }
    rows.push_back({{TimeHtml(one.entry->leaf.time, view), PlaceHtml(*one.entry),
                     TitleOf(*one.message), Stacked(decision),
                     known == nullptr ? None(_("none in this evidence"))
                                      : Stacked(std::vector<Html>{TimeHtml(known->leaf.time, view),
                                                                  PlaceHtml(*known)})}});
  }
  return HtmlTable({_("Decided"), _("By"), _("On"), _("Decision"), _("Known to the other side")},
                   rows);
}

Html LeadTimes(const MessageList& messages, const View& view) {
  std::vector<HtmlRow> rows;
  for (const LeadTime& lead : LeadTimesOf(messages)) {
    const bool late = lead.length() < absl::ZeroDuration();
    const Html length = Text(LeadText(lead.length()));
    rows.push_back(
        {{NameHtml(*lead.message),
          Text(lead.binding ? Say("{0} knew that it binds", lead.entry->node)
                            : Say("{0} knew of it", lead.entry->node)),
          TimeHtml(lead.entry->leaf.time, view), ZonesHtml(TimeText(lead.begins, view.zones)),
          late ? Element("span", length, R"(class="bad")") : Element("b", length)}});
  }
  return HtmlTable({_("Message"), _("Who"), _("Since"), _("Begins"), _("Lead time")}, rows);
}

// Who has fetched and read what, and what was signed about it.
Html Acknowledgements(const MessageList& messages, const View& view) {
  std::vector<HtmlRow> rows;
  for (const EntryAbout& one : EntriesOf(messages)) {
    const ledger::Leaf& leaf = one.entry->leaf;
    if (leaf.event != event::kFetched && leaf.event != event::kRead) continue;
    rows.push_back(
        {{TimeHtml(leaf.time, view), PlaceHtml(*one.entry), WhoHtml(leaf.actor),
          CodeHtml(leaf.event) + Text(", " + EventText(leaf.event)), NameHtml(*one.message)}});
  }
  for (const MessageFacts* message : messages) {
    if (!message->message.has_acknowledgement()) continue;
    for (const ProvedEntry& entry : message->entries) {
      if (entry.leaf.event != event::kAccepted && entry.leaf.event != event::kDelivered) continue;
      rows.push_back({{TimeHtml(entry.leaf.time, view), PlaceHtml(entry), WhoHtml(message->author),
                       Text(SubjectOf(*message)), NameHtml(*message)}});
    }
  }
  return HtmlTable({_("Time"), _("Log"), _("Who"), _("What it says"), _("Message")}, rows);
}

Html Titled(const char* title, const Html& contents, const char* otherwise) {
  return Element("h3", Text(title)) +
         (contents.empty() ? Element("p", Text(otherwise), R"(class="soft")") : contents);
}

}  // namespace

Html ThreadSection(const MessageList& messages, size_t number, const View& view) {
  if (messages.empty()) return {};
  const MessageFacts& first = *messages.front();
  Html html =
      Element("h2", Text(fmt::format("{}. {}  {}", number, NameOf(first), SubjectOf(first))));
  if (const std::vector<EntryAbout> decisions = DecisionsOf(messages); !decisions.empty()) {
    const ProvedEntry& last = *decisions.back().entry;
    html += Element("p", Text(Say("last decision: {0}; by {1} at {2}", ResultText(last.leaf),
                                  last.node, LogTimeText(last.leaf.time, view.zones))));
  }
  html += Titled(_("Signatures"), Signatures(messages, view), _("None."));
  html += Titled(_("Both logs, and receipts"), Receipts(messages, view), _("None."));
  if (std::ranges::any_of(messages, [](const MessageFacts* message) {
        return message->message.has_proposal() || message->message.has_acceptance();
      })) {
    html += Titled(_("Decisions of the sequencer"), Decisions(messages, view),
                   _("None in this evidence: nothing here is shown to bind."));
  }
  if (const Html leads = LeadTimes(messages, view); !leads.empty()) {
    html += Titled(_("Lead times: since when it was known before it began"), leads, "");
  }
  html += Titled(_("Read and acknowledged"), Acknowledgements(messages, view),
                 _("Nothing in this evidence says that somebody read it."));
  return Element("section", html + ContentsOf(messages, view));
}

}  // namespace gatepost::render
