#include "client/render/calendar_events.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "client/render/conditions.h"
#include "client/render/hours.h"
#include "client/render/hours_words.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "client/render/words.h"
#include "daemon/domain/hours/cell.h"
#include "fmt/core.h"
#include "fmt/ranges.h"
#include "google/protobuf/util/message_differencer.h"

namespace gatepost::render {
namespace {

absl::Time InSeconds(absl::Time time) { return absl::FromUnixSeconds(absl::ToUnixSeconds(time)); }

std::string OrDash(const std::string& text) { return text.empty() ? "-" : text; }

// An enumerator without the name of its enumeration: TRAFFIC_GOODS is GOODS.
std::string Word(std::string_view name) { return std::string(name.substr(name.find('_') + 1)); }

std::string Uid(const v1::GateHours& gate, std::string_view message_id, absl::Time from) {
  return fmt::format("{}.{}.{}.{}.{}.{}.{}.{}@gatepost", gate.gate_id(),
                     Word(v1::Traffic_Name(gate.traffic())),
                     Word(v1::Direction_Name(gate.direction())), OrDash(gate.vehicle_country()),
                     Word(v1::Load_Name(gate.load())), OrDash(gate.cargo_class()), message_id,
                     absl::FormatTime("%Y%m%dT%H%M%SZ", from, absl::UTCTimeZone()));
}

std::string Summary(const v1::GateHours& gate, const v1::HoursSpan& span, bool practice,
                    const View& view) {
  std::string cell =
      CellText(gate.traffic(), gate.direction(), gate.vehicle_country(), gate.cargo_class(), view);
  if (gate.load() == v1::LOAD_LOADED || gate.load() == v1::LOAD_EMPTY) {
    cell += ", " + LoadText(gate.load());
  }
  std::string state;
  const auto add = [&state](const char* text) {
    state += (state.empty() ? "" : ", ") + std::string(text);
  };
  if (span.opening() == v1::OPENING_OPEN) add(_("open"));
  if (span.opening() == v1::OPENING_CLOSED) add(_("closed"));
  if (span.intake_stopped()) add(_("nothing new is accepted"));
  if (span.past_estimated_end()) add(_("beyond its expected end"));
  return fmt::format("{}{} {}: {}", practice ? std::string(_("PRACTICE")) + " " : "",
                     gate.gate_id(), cell, state);
}

// A bound in both zones, and how precisely it is known.
std::string BoundText(absl::Time time, v1::Precision precision, ZoneChoice zones) {
  const std::string known = KnownToText(precision);
  return TimeText(time, zones) + (known.empty() ? "" : " [" + known + "]");
}

// Why: the rule's own reason, else that of the message that decides.
std::string ReasonText(const v1::GetHoursResponse& hours, const v1::HoursSpan& span) {
  const std::string own = ChangeReasonText(span.reason());
  return own.empty() ? ChangeReasonText(hours.cited(span.cited(0)).reason()) : own;
}

// Whether the span ends only as its author expects: the same goes on beyond it.
bool EndIsExpected(const v1::GateHours& gate, int place) {
  const v1::HoursSpan& span = gate.spans(place);
  if (span.past_estimated_end() || place + 1 >= gate.spans_size()) return false;
  const v1::HoursSpan& next = gate.spans(place + 1);
  return next.past_estimated_end() && next.cited_size() > 0 && next.cited(0) == span.cited(0);
}

// Whether a wider line says just this stretch. A node tells a part whole when it differs anywhere
// in the asked span; its events must not hang on that.
bool IsSaidWider(const v1::GetHoursResponse& hours, const v1::GateHours& gate,
                 const v1::HoursSpan& span) {
  const auto same = [&span](const v1::HoursSpan& other) {
    return google::protobuf::util::MessageDifferencer::Equals(span, other);
  };
  return std::ranges::any_of(hours.hours(), [&](const v1::GateHours& wider) {
    return &wider != &gate && wider.gate_id() == gate.gate_id() &&
           domain::WithinByName(domain::CellOf(gate), domain::CellOf(wider)) &&
           std::ranges::any_of(wider.spans(), same);
  });
}

ZoneChoice BothZones(ZoneChoice zones) {
  return zones == ZoneChoice::kBeijing || zones == ZoneChoice::kBothBeijingFirst
             ? ZoneChoice::kBothBeijingFirst
             : ZoneChoice::kBothHanoiFirst;
}

std::string Description(const v1::GetHoursResponse& hours, const v1::GateHours& gate, int place,
                        const CalendarEvent& event, absl::Time asked_to, const View& view) {
  const v1::HoursSpan& span = gate.spans(place);
  const ZoneChoice zones = BothZones(view.zones);
  std::string text = Say("{0} to {1}", BoundText(event.from, span.begin_precision(), zones),
                         BoundText(event.to, span.end_precision(), zones)) +
                     "\n";
  if (EndIsExpected(gate, place)) {
    text += Say("the end is only expected: until somebody says so, it goes on") + "\n";
  } else if (span.past_estimated_end()) {
    text += Say("it was expected to end before; nobody has said that it did") + "\n";
  }
  if (event.to >= InSeconds(asked_to)) {
    text += Say("nobody asked beyond that end: it may go on") + "\n";
  }
  if (const std::string regime = RegimeText(span.regime()); !regime.empty()) {
    text += Say("regime: {0}", regime) + "\n";
  }
  if (const std::string reason = ReasonText(hours, span); !reason.empty()) {
    text += Say("reason: {0}", reason) + "\n";
  }
  const std::string terms = fmt::format("{}", fmt::join(ConditionTexts(span.conditions()), "; "));
  if (!terms.empty()) text += Say("terms: {0}", terms) + "\n";
  text += Say("says: {0}", SaysText(hours, span)) + "\n";
  return text + Say("as {0} knows it", hours.node());
}

}  // namespace

std::vector<CalendarEvent> HoursEvents(const v1::GetHoursResponse& hours, absl::Time asked_to,
                                       bool practice, const View& view) {
  std::vector<CalendarEvent> events;
  for (const v1::GateHours& gate : hours.hours()) {
    for (int place = 0; place < gate.spans_size(); ++place) {
      const v1::HoursSpan& span = gate.spans(place);
      const bool known = span.opening() == v1::OPENING_OPEN || span.opening() == v1::OPENING_CLOSED;
      if (!known && !span.intake_stopped()) continue;
      if (IsSaidWider(hours, gate, span)) continue;
      // Every stretch about which something is known rests on a message.
      if (span.cited_size() == 0 || span.cited(0) < 0 || span.cited(0) >= hours.cited_size()) {
        continue;
      }
      CalendarEvent event;
      event.from = InSeconds(TimeOf(span.period().start().instant()));
      event.to = InSeconds(TimeOf(span.period().end().instant()));
      if (event.from >= event.to) continue;
      event.stamp = InSeconds(TimeOf(hours.as_known_at().instant()));
      event.uid = Uid(gate, hours.cited(span.cited(0)).message_id(), event.from);
      event.summary = Summary(gate, span, practice, view);
      event.description = Description(hours, gate, place, event, asked_to, view);
      events.push_back(std::move(event));
    }
  }
  return events;
}

}  // namespace gatepost::render
