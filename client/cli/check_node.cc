#include "client/cli/check_node.h"

#include <cstdlib>
#include <string>

#include "client/cli/troubles.h"
#include "client/node_client.h"
#include "client/render/errors.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "client/render/words.h"

namespace gatepost::cli {
namespace {

using render::_;
using render::Say;

// From this difference on a clock is wrong (PROTOCOL.md 7: the links' own measure).
constexpr absl::Duration kClockSkew = absl::Seconds(60);

void CheckNodeClock(const v1::GetNodeResponse& node, absl::Time before, absl::Time after,
                    Checklist& list) {
  if (!node.has_time()) return;
  const absl::Duration skew = render::TimeOf(node.time()) - (before + (after - before) / 2);
  const std::string text = skew < absl::ZeroDuration()
                               ? Say("{0} behind this machine's", render::DurationText(-skew))
                               : Say("{0} ahead of this machine's", render::DurationText(skew));
  if (absl::AbsDuration(skew) < kClockSkew) {
    return list.Ok("node_clock", node.node(), text);
  }
  list.Fail("node_clock", v1::REASON_CLOCK_SKEW, node.node(), text,
            _("compare both with a third clock, and switch on time synchronisation (NTP) where it "
              "is wrong"));
}

void CheckAlarms(const v1::LinkState& link, Checklist& list) {
  for (const std::string& alarm : link.alarms()) {
    // Alarms begin with their code; older ones are a text alone.
    v1::Reason reason = v1::REASON_UNSPECIFIED;
    const size_t colon = alarm.find(':');
    if (!v1::Reason_Parse("REASON_" + alarm.substr(0, colon), &reason)) {
      reason = v1::REASON_UNSPECIFIED;
    }
    list.Fail("alarm", reason, link.peer_node(), alarm,
              _("a person must look at it: gatepost node status, gatepost audit list"));
  }
}

void CheckLink(const v1::LinkState& link, Checklist& list) {
  if (link.connected()) {
    list.Ok("link", link.peer_node(),
            Say("up since {0}", render::TimeText(render::TimeOf(link.since()), list.view().zones)));
  } else {
    const bool said = link.has_problem();
    list.Fail("link", said ? link.problem().reason() : v1::REASON_NOT_REACHABLE, link.peer_node(),
              Say("down since {0}: {1}",
                  render::TimeText(render::TimeOf(link.since()), list.view().zones),
                  said ? link.problem().came() : std::string(_("no reason known"))),
              said && !link.problem().todo().empty()
                  ? link.problem().todo()
                  : std::string(_("what is sent waits in the node; ask both sides' IT to look at "
                                  "gatepost doctor --node-config")));
  }
  const uint64_t waiting = link.last_queued() - std::min(link.last_queued(), link.last_receipted());
  const std::string text =
      render::SayCount("{0} message without a receipt", "{0} messages without a receipt", waiting);
  if (waiting == 0 || link.connected()) {
    list.Ok("waiting", link.peer_node(), text);
  } else {
    list.Warn("waiting", v1::REASON_NOT_REACHABLE, link.peer_node(), text,
              _("nothing is lost: they go by themselves when the link is up; urgent ones also by "
                "telephone"));
  }
  const absl::Duration skew = absl::Milliseconds(link.clock_skew_ms());
  if (absl::AbsDuration(skew) >= kClockSkew) {
    list.Fail(
        "node_clock", v1::REASON_CLOCK_SKEW, link.peer_node(),
        Say("differs from that of our node by {0}", render::DurationText(absl::AbsDuration(skew))),
        _("the IT of both nodes compares their clocks with a third one"));
  }
  for (const std::string& difference : link.differences()) {
    list.Warn("link", v1::REASON_REGISTER_DIFFERS, link.peer_node(), difference,
              _("both sides' IT install the same version"));
  }
  CheckAlarms(link, list);
}

}  // namespace

void CheckNode(const config::ClientSettings& settings,
               const std::shared_ptr<const system::Clock>& clock, Checklist& list) {
  client::ClientParts parts;
  parts.clock = clock;
  const absl::StatusOr<std::unique_ptr<client::NodeClient>> client =
      client::NodeClient::Create(settings, parts);
  absl::Status trouble = client.status();
  v1::GetNodeResponse node;
  const absl::Time before = clock->Now();
  if (trouble.ok()) {
    absl::StatusOr<v1::GetNodeResponse> answer = (*client)->GetNode();
    trouble = answer.status();
    if (answer.ok()) node = *std::move(answer);
  }
  const absl::Time after = clock->Now();
  if (!trouble.ok()) {
    const Trouble words = TroubleOf(trouble);
    return list.Fail("authority", words.reason, settings.origin_node, words.found, words.todo);
  }
  list.Ok("authority", settings.origin_node, Say("answers us, version {0}", node.version()));
  if (node.node() != settings.origin_node) {
    list.Warn("authority", v1::REASON_WRONG_NODE, settings.origin_node,
              Say("it calls itself {0}", node.node()), _("correct origin_node in the config"));
  }
  CheckNodeClock(node, before, after, list);
  if (node.links().empty()) {
    list.Warn("link", v1::REASON_NOT_REACHABLE, settings.origin_node,
              _("the node has no link, so nothing reaches the other side"),
              _("ask the node's IT to add the link agreement"));
  }
  for (const v1::LinkState& link : node.links()) CheckLink(link, list);
}

}  // namespace gatepost::cli
