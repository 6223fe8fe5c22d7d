#include "client/render/standing.h"

#include "absl/time/time.h"
#include "client/render/held.h"
#include "client/render/lines.h"
#include "client/render/reports.h"
#include "client/render/table.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "client/render/words.h"
#include "daemon/system/utf8.h"
#include "fmt/core.h"

namespace gatepost::render {
namespace {

// The `number`th line (from 0) of a checkpoint: origin, size, root.
std::string CheckpointLine(const std::string& checkpoint, size_t number) {
  size_t start = 0;
  for (size_t i = 0; i < number && start != std::string::npos; ++i) {
    start = checkpoint.find('\n', start);
    if (start != std::string::npos) ++start;
  }
  if (start == std::string::npos) return "";
  return checkpoint.substr(start, checkpoint.find('\n', start) - start);
}

std::string ProblemText(const v1::RefusalDetail& problem) {
  return Say("{0}: wanted {1}; came {2}; {3}", ReasonCode(problem.reason()), problem.wanted(),
             problem.came(), problem.todo());
}

std::string LinkText(const v1::LinkState& link, const View& view) {
  std::string text = link.connected() ? Say("link to {0}: up since {1}", link.peer_node(),
                                            LogTimeText(TimeOf(link.since()), view.zones))
                                      : Say("link to {0}: DOWN since {1}", link.peer_node(),
                                            LogTimeText(TimeOf(link.since()), view.zones));
  text += "\n";
  Lines lines;
  lines.Add(_("sent"), Say("{0} queued, {1} receipted, {2} waiting", link.last_queued(),
                           link.last_receipted(), link.last_queued() - link.last_receipted()));
  lines.Add(_("received"), Say("up to {0}", link.last_received()));
  if (!link.peer_checkpoint().empty()) {
    lines.Add(_("peer's log"),
              Say("{0}, size {1}, checked", CheckpointLine(link.peer_checkpoint(), 0),
                  CheckpointLine(link.peer_checkpoint(), 1)));
  }
  lines.Add(_("session"), fmt::format("{}", link.fencing()));
  lines.Add(_("peer's clock"), Say("{0:+} ms", link.clock_skew_ms()));
  if (link.has_problem()) lines.Add(_("problem"), ProblemText(link.problem()));
  for (const std::string& difference : link.differences()) lines.Add(_("differs"), difference);
  for (const std::string& alarm : link.alarms()) lines.Add(_("ALARM"), alarm);
  return text + lines.ToText(2);
}

}  // namespace

std::string LadderText(const v1::GetStatusResponse& status, const View& view) {
  std::string text = fmt::format("{}  {}\n", status.short_reference(), status.message_id());
  for (const v1::Ladder& ladder : status.ladders()) {
    text += ladder.sequence() == 0
                ? Say("to {0}: {1}, {2}", ladder.recipient_node(), RungName(ladder.rung()),
                      RungText(ladder.rung()))
                : Say("to {0}: {1}, {2} (number {3} on the link)", ladder.recipient_node(),
                      RungName(ladder.rung()), RungText(ladder.rung()), ladder.sequence());
    text += "\n";
    Table table({{_("Rung")},
                 {_("Time")},
                 {_("Says")},
                 {_("Leaf"), Align::kRight},
                 {_("Agency")},
                 {_("Acted")},
                 {_("Acknowledgement")},
                 {_("Reason")}});
    for (const v1::LadderStep& step : ladder.steps()) {
      table.Add({RungName(step.rung()), LogTimeText(TimeOf(step.time()), view.zones), step.node(),
                 fmt::format("{}", step.leaf_index()), step.agency(), step.actor(),
                 step.acknowledgement(),
                 step.reason() == v1::REASON_UNSPECIFIED ? "" : ReasonCode(step.reason())});
    }
    text += table.ToText(2);
  }
  return text;
}

std::string LadderCsv(const v1::GetStatusResponse& status) {
  Table table({{"reference"},
               {"message_id"},
               {"recipient_node"},
               {"sequence"},
               {"rung"},
               {"time"},
               {"node"},
               {"leaf_index"},
               {"actor"},
               {"reason"},
               {"agency"},
               {"acknowledgement"}});
  for (const v1::Ladder& ladder : status.ladders()) {
    for (const v1::LadderStep& step : ladder.steps()) {
      table.Add({status.short_reference(), status.message_id(), ladder.recipient_node(),
                 fmt::format("{}", ladder.sequence()), RungName(step.rung()),
                 MachineTime(TimeOf(step.time())), step.node(),
                 fmt::format("{}", step.leaf_index()), step.actor(),
                 step.reason() == v1::REASON_UNSPECIFIED ? "" : ReasonCode(step.reason()),
                 step.agency(), step.acknowledgement()});
    }
  }
  return table.ToCsv();
}

std::string NodeText(const v1::GetNodeResponse& node, const View& view) {
  Lines lines;
  lines.Add(_("node"), node.node());
  lines.Add(_("version"), node.version());
  lines.Add(_("clock"), LogTimeText(TimeOf(node.time()), view.zones));
  if (node.practice()) lines.Add(_("PRACTICE"), _("its evidence is for practice only"));
  lines.Add(
      _("log"),
      Say("{0}, epoch {1}, size {2}, root {3}", CheckpointLine(node.checkpoint(), 0), node.epoch(),
          CheckpointLine(node.checkpoint(), 1), CheckpointLine(node.checkpoint(), 2)));
  lines.Add(_("register"), HexText(node.register_sha256()));
  if (node.has_cut_off()) {
    lines.Add(_("cut-off"),
              Say("{0:02}:{1:02} {2}, where a report states none", node.cut_off().hour(),
                  node.cut_off().minute(), node.cut_off().zone()));
  }
  std::string text = lines.ToText();
  for (const v1::LinkState& link : node.links()) text += "\n" + LinkText(link, view);
  return text;
}

std::string NodeCsv(const v1::GetNodeResponse& node) {
  Table table({{"node"},
               {"peer_node"},
               {"connected"},
               {"since"},
               {"last_queued"},
               {"last_receipted"},
               {"last_received"},
               {"fencing"},
               {"clock_skew_ms"},
               {"problem"},
               {"alarms"}});
  for (const v1::LinkState& link : node.links()) {
    table.Add({node.node(), link.peer_node(), link.connected() ? "true" : "false",
               MachineTime(TimeOf(link.since())), fmt::format("{}", link.last_queued()),
               fmt::format("{}", link.last_receipted()), fmt::format("{}", link.last_received()),
               fmt::format("{}", link.fencing()), fmt::format("{}", link.clock_skew_ms()),
               link.has_problem() ? ReasonCode(link.problem().reason()) : "",
               fmt::format("{}", link.alarms_size())});
  }
  return table.ToCsv();
}

std::string SubmittedText(const v1::SubmitResponse& response, bool validate_only, bool overridden,
                          const View& view) {
  std::string text;
  if (response.has_held() && validate_only) {
    text = Say("checked only, nothing was sent: it would be held for signatures: {0}",
               NeededText(response.held())) +
           "\n";
  } else if (response.has_held()) {
    text = Say("held as {0} (message {1})", response.short_reference(), response.message_id()) +
           "\n" + HeldText(response.held(), response.short_reference(), view);
  } else if (validate_only) {
    text = std::string(_("checked only, nothing was sent: it would be accepted")) + "\n";
  } else {
    text = Say("accepted as {0} (message {1})", response.short_reference(), response.message_id()) +
           "\n";
  }
  return text + FindingsText(response.findings(), {.overridden = overridden});
}

}  // namespace gatepost::render
