// peer ping: from this desk to the other side's log and back, one line for each step.

#include <cstdio>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "client/cli/commands.h"
#include "client/cli/dial.h"
#include "client/cli/session.h"
#include "client/cli/submit.h"
#include "client/render/table.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "client/render/width.h"
#include "client/render/words.h"
#include "client/retry.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/core.h"

namespace gatepost::cli {
namespace {

using render::_;
using render::N_;
using render::Say;

// What the steps hand on to each other.
struct Course {
  Session& session;
  absl::Duration limit;
  v1::SubmitResponse submitted;
  v1::GetStatusResponse status;
};

// A step's name and what it does; it answers what it found.
struct Step {
  const char* id;
  const char* name;
  std::function<absl::StatusOr<std::string>(Course&)> run;
};

absl::StatusOr<std::string> DialNode(Course& course) {
  const std::string& address = course.session.settings.node_address;
  GATEPOST_RETURN_IF_ERROR(Dial(address, course.limit));
  return address;
}

absl::StatusOr<std::string> HandShake(Course& course) {
  GATEPOST_RETURN_IF_ERROR(course.session.node->Connect());
  return std::string(course.session.settings.node_spiffe_id.ToString());
}

absl::StatusOr<std::string> AskNode(Course& course) {
  GATEPOST_ASSIGN_OR_RETURN(const v1::GetNodeResponse node, course.session.node->GetNode());
  std::string text = Say("{0} answers us, version {1}", node.node(), node.version());
  for (const v1::LinkState& link : node.links()) {
    text += "; " + (link.connected() ? Say("link to {0} is up", link.peer_node())
                                     : Say("link to {0} is DOWN", link.peer_node()));
  }
  return text;
}

absl::StatusOr<std::string> LoadKey(Course& course) {
  GATEPOST_ASSIGN_OR_RETURN(const auto signer, OpenSigner(course.session));
  return Say("{0} as {1}", std::string(signer->suite()), std::string(signer->id().ToString()));
}

absl::StatusOr<std::string> Submit(Course& course) {
  const std::string token = fmt::format("ping-{}", absl::ToUnixMicros(absl::Now()));
  GATEPOST_ASSIGN_OR_RETURN(course.submitted, SubmitPing(course.session, token));
  return Say("{0}, in the log of {1}", course.submitted.short_reference(),
             course.session.settings.origin_node);
}

bool AllDelivered(const v1::GetStatusResponse& status) {
  for (const v1::Ladder& ladder : status.ladders()) {
    if (ladder.rung() < v1::RUNG_DELIVERED) return false;
  }
  return !status.ladders().empty();
}

absl::StatusOr<std::string> AwaitReceipts(Course& course) {
  v1::GetStatusRequest request;
  request.set_reference(course.submitted.message_id());
  const absl::Time end = absl::Now() + course.limit;
  client::SystemPause pause;
  while (true) {
    GATEPOST_ASSIGN_OR_RETURN(course.status, course.session.node->GetStatus(request));
    if (AllDelivered(course.status)) break;
    if (absl::Now() >= end) {
      return system::Refuse(
          v1::REASON_NOT_REACHABLE,
          fmt::format("a receipt of the other side within {}", absl::FormatDuration(course.limit)),
          "none yet; the message waits in the node and will be delivered",
          "look at gatepost node status for what the link says");
    }
    pause.For(absl::Milliseconds(5), std::stop_token());
  }
  std::string text;
  for (const v1::Ladder& ladder : course.status.ladders()) {
    text += (text.empty() ? "" : "; ") +
            Say("{0}: {1}, leaf {2} of its log", ladder.recipient_node(),
                render::RungName(ladder.rung()),
                ladder.steps().empty() ? 0 : ladder.steps().rbegin()->leaf_index());
  }
  return text;
}

const std::vector<Step>& Steps() {
  static const auto* const steps = new std::vector<Step>{
      {"dial", N_("dial"), DialNode},          {"tls", N_("TLS"), HandShake},
      {"authority", N_("authority"), AskNode}, {"sign", N_("sign"), LoadKey},
      {"durable", N_("durable"), Submit},      {"receipt", N_("receipt"), AwaitReceipts}};
  return *steps;
}

void ShowStep(const Global& global, const Step& step, bool ok, absl::Duration took,
              const std::string& found) {
  if (global.output == Output::kTable) {
    std::fputs(fmt::format("{}  {}  {}  {}\n", render::PadRight(_(step.name), 10),
                           render::PadRight(ok ? _("ok") : _("FAILED"), 6),
                           render::PadLeft(render::DurationText(took), 8), found)
                   .c_str(),
               stdout);
    std::fflush(stdout);
  } else if (global.output == Output::kCsv) {
    std::fputs(fmt::format("{},{},{},{}\n", step.id, ok ? "ok" : "failed",
                           absl::ToInt64Microseconds(took), render::CsvCell(found))
                   .c_str(),
               stdout);
  }
}

}  // namespace

int PeerPing(const Global& global, const PingOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  Course course{.session = *session,
                .limit = absl::Seconds(options.timeout_seconds),
                .submitted = {},
                .status = {}};
  if (global.output == Output::kCsv) std::fputs("step,result,microseconds,found\n", stdout);
  for (const Step& step : Steps()) {
    const absl::Time start = absl::Now();
    const absl::StatusOr<std::string> found = step.run(course);
    ShowStep(global, step, found.ok(), absl::Now() - start,
             found.ok() ? *found : render::ReasonCode(system::ReasonOf(found.status())));
    if (!found.ok()) return Fail(global, found.status());
  }
  if (global.output == Output::kJson) {
    Print(global, course.status, [] { return std::string(); }, [] { return std::string(); });
  }
  return 0;
}

}  // namespace gatepost::cli
