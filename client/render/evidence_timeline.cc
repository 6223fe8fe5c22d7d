#include <algorithm>
#include <string>
#include <vector>

#include "client/render/agreement_words.h"
#include "client/render/evidence_html.h"
#include "client/render/evidence_words.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "fmt/core.h"
#include "fmt/ranges.h"

namespace gatepost::render {
namespace {

// One entry in its column; `name_log` where a column holds several logs.
Html EntryHtml(const EntryAbout& about, bool name_log, const View& view) {
  const evidence::ProvedEntry& entry = *about.entry;
  const ledger::Leaf& leaf = entry.leaf;
  std::string said = EventText(leaf.event);
  if (!said.empty()) said = ", " + said;
  if (!leaf.result.empty()) said += " → " + ResultText(leaf);
  Html log = name_log ? PlaceHtml(entry) : Text(Say("entry {0}", entry.index));
  if (!leaf.actor.empty()) log += Text("; " + PostText(leaf.actor));
  const std::vector<Html> pieces = {
      CodeHtml(leaf.event) + Text(said),
      NameHtml(*about.message) + Text(" " + SubjectOf(*about.message)),
      Element("span", log, R"(class="soft")"), StandingHtml(entry, view)};
  return Stacked(pieces);
}

HtmlRow DayRow(absl::CivilDay day) {
  return {{Text(absl::FormatCivilTime(day)), Html(), Html()}, R"(class="day")"};
}

}  // namespace

Html Timeline(const evidence::Verdict& verdict, const View& view) {
  MessageList all;
  for (const evidence::MessageFacts& message : verdict.messages) all.push_back(&message);
  std::vector<std::string> nodes = NodesOf(verdict);
  if (nodes.empty()) return {};
  const std::string left = nodes.front();
  const std::vector<std::string> others(nodes.begin() + 1, nodes.end());
  std::vector<HtmlRow> rows;
  absl::CivilDay day;
  for (const EntryAbout& about : EntriesOf(all)) {
    const absl::Time time = about.entry->leaf.time;
    if (const absl::CivilDay its = DayIn(time, view.zones); rows.empty() || its != day) {
      day = its;
      rows.push_back(DayRow(day));
    }
    HtmlRow row{{TimeHtml(time, view), Html(), Html()}};
    row.cells[about.entry->node == left ? 1 : 2] = EntryHtml(about, others.size() > 1, view);
    rows.push_back(std::move(row));
  }
  if (rows.empty()) return {};
  return HtmlTable({_("Time"), Say("log of {0}", left),
                    others.empty() ? _("other logs: none")
                                   : Say("log of {0}", fmt::format("{}", fmt::join(others, ", ")))},
                   rows, R"(class="timeline")");
}

}  // namespace gatepost::render
