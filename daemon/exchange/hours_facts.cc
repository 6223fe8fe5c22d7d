#include "daemon/exchange/hours_facts.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "daemon/domain/civil_time.h"
#include "daemon/domain/hours/cell.h"
#include "daemon/exchange/naming.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

namespace gatepost::exchange {

namespace {

// A fact of an instant says something of this much before and after it.
constexpr absl::Duration kNear = absl::Hours(24);

using Gates = std::vector<std::string>;

absl::Time InstantIn(const v1::ZonedTime& time) {
  return domain::InstantOf(time).value_or(absl::UnixEpoch());  // Was checked.
}

std::string Text(const v1::ZonedTime& time) {
  return domain::TimeText(InstantIn(time), time.zone());
}

bool IsNear(const v1::ZonedTime& time, domain::Span span) {
  const absl::Time instant = InstantIn(time);
  return span.from - kNear <= instant && instant < span.to + kNear;
}

// The traffic of what was seen; the defaults of a cell stand for everything.
template <typename Seen>
domain::HoursCell CellSeen(const Seen& seen) {
  return {.traffic = seen.traffic(), .direction = seen.direction()};
}

// What a stop that was seen says of a span.
struct Standing {
  Gates gates;                                // Where it still stands when the span begins.
  std::optional<v1::ZonedTime> seen_to_open;  // Within the span, the last of those gates.
};

Standing StandingOf(const HeardHours& stop, const HeardByRow& heard, domain::Span span) {
  const v1::ObservedStop& said = stop.message.notice().observed_stop();
  Standing standing{{said.gate_ids().begin(), said.gate_ids().end()}, std::nullopt};
  for (const auto& [row, one] : heard) {
    const v1::ObservedHours& opened = one.message.notice().observed_hours();
    if (!opened.has_observed_stop() || opened.observed_stop().author() != stop.record.author ||
        opened.observed_stop().message_id() != stop.record.message_id ||
        !domain::WithinByName(CellSeen(said), CellSeen(opened))) {
      continue;
    }
    if (InstantIn(opened.at()) <= span.from) {
      std::erase_if(standing.gates, [&](const std::string& gate) {
        return std::ranges::find(opened.gate_ids(), gate) != opened.gate_ids().end();
      });
    } else if (InstantIn(opened.at()) < span.to) {
      standing.seen_to_open = opened.at();
    }
  }
  return standing;
}

std::string StopText(const v1::ObservedStop& stop, const Standing& standing) {
  std::string text = fmt::format("seen closed since {}{}", Text(stop.since()),
                                 stop.has_official() ? "" : ", no notice received");
  if (standing.seen_to_open.has_value()) {
    text += fmt::format("; seen to open at {}", Text(*standing.seen_to_open));
  } else if (stop.has_answer_by()) {
    text += fmt::format("; answer asked by {}", Text(stop.answer_by()));
  }
  return text;
}

// Empty for a message that is no fact of this span.
std::string OtherFact(const v1::Message& message, domain::Span span) {
  const v1::Notice& notice = message.notice();
  if (notice.has_observed_hours() && IsNear(notice.observed_hours().at(), span)) {
    return fmt::format("seen to {} at {}", notice.observed_hours().opened() ? "open" : "close",
                       Text(notice.observed_hours().at()));
  }
  if (notice.has_service() && IsNear(notice.service().since(), span)) {
    return fmt::format("{} {} since {}", v1::ServiceKind_Name(notice.service().service()),
                       notice.service().working() ? "works" : "stopped",
                       Text(notice.service().since()));
  }
  if (message.has_transcript()) {
    const v1::Transcript& transcript = message.transcript();
    return fmt::format("UNCONFIRMED, heard at {} of {}: see the message",
                       Text(transcript.heard_at()), transcript.papers().references(0).issuer());
  }
  return "";
}

}  // namespace

std::vector<v1::Finding> FactsBeside(const HeardByRow& heard, domain::Span span,
                                     const NodeTerms& node) {
  std::vector<v1::Finding> facts;
  for (const auto& [row, one] : heard) {
    Gates gates = one.hours.gate_ids;
    std::string text;
    if (IsUnreadable(one)) {
      text =
          one.record.envelope.empty()
              ? "its body was purged by retention, so that nothing here is known: look for it in "
                "an archive"
              : "written by newer software, so that nothing here is known: bring the node up to "
                "that version, and have it said again";
    } else if (one.message.notice().has_observed_stop()) {
      const Standing standing = StandingOf(one, heard, span);
      if (standing.gates.empty()) continue;
      gates = standing.gates;
      text = StopText(one.message.notice().observed_stop(), standing);
    } else {
      text = OtherFact(one.message, span);
    }
    if (text.empty()) continue;
    v1::Finding& finding = facts.emplace_back();
    finding.set_severity(v1::SEVERITY_WARNING);
    finding.set_subject(fmt::format("{}", fmt::join(gates, " ")));
    finding.set_text(fmt::format("{} ({})", text, ReferenceText(node, one.record.reference)));
    finding.set_figure_index(-1);
  }
  return facts;
}

}  // namespace gatepost::exchange
