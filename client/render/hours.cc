#include "client/render/hours.h"

#include "absl/time/time.h"
#include "client/render/conditions.h"
#include "client/render/hours_cells.h"
#include "client/render/hours_words.h"
#include "client/render/table.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "fmt/core.h"
#include "fmt/ranges.h"

namespace gatepost::render {
namespace {

std::string OpeningText(v1::Opening opening) {
  switch (opening) {
    case v1::OPENING_OPEN:
      return _("OPEN");
    case v1::OPENING_CLOSED:
      return _("CLOSED");
    default:
      return _("UNKNOWN");
  }
}

std::string StateText(const v1::HoursSpan& span) {
  std::string text = OpeningText(span.opening());
  if (span.intake_stopped()) text += std::string(", ") + _("nothing new is accepted");
  if (span.past_estimated_end()) text += std::string(", ") + _("beyond its expected end");
  return text;
}

// A bound, and how precisely it is known.
std::string BoundText(absl::Time time, v1::Precision precision, const View& view) {
  const std::string known = KnownToText(precision);
  return TimeText(time, view.zones) + (known.empty() ? "" : " [" + known + "]");
}

std::string PeriodText(const v1::HoursSpan& span, const View& view) {
  const absl::Time from = TimeOf(span.period().start().instant());
  const absl::Time to = TimeOf(span.period().end().instant());
  if (to - from <= absl::Microseconds(1)) return BoundText(from, span.begin_precision(), view);
  return Say("{0} to {1}", BoundText(from, span.begin_precision(), view),
             BoundText(to, span.end_precision(), view));
}

// The regime, and why, where the rule has a reason of its own.
std::string WhyText(const v1::HoursSpan& span) {
  const std::string regime = RegimeText(span.regime());
  const std::string reason = ChangeReasonText(span.reason());
  if (reason.empty()) return regime;
  return regime.empty() ? reason : fmt::format("{}: {}", regime, reason);
}

std::string TermsText(const v1::HoursSpan& span) {
  return fmt::format("{}", fmt::join(ConditionTexts(span.conditions()), "; "));
}

// Empty where the time is known to the minute.
std::string PrecisionWord(v1::Precision precision) {
  return precision == v1::PRECISION_UNSPECIFIED ? "" : v1::Precision_Name(precision);
}

}  // namespace

std::string SaysText(const v1::GetHoursResponse& hours, const v1::HoursSpan& span) {
  std::string text;
  for (const int index : span.cited()) {
    if (index < 0 || index >= hours.cited_size()) continue;
    const v1::CitedMessage& cited = hours.cited(index);
    text += (text.empty() ? "" : ", ") +
            fmt::format("{} {}", cited.short_reference(), NoticeKindText(cited.kind()));
  }
  return text;
}

std::string HoursText(const v1::GetHoursResponse& hours, const View& view) {
  std::string text = Say("as {0} knew it at {1}:", hours.node(),
                         TimeText(TimeOf(hours.as_known_at().instant()), view.zones));
  text += "\n";
  Table table({{_("Gate")},
               {_("Traffic")},
               {_("When")},
               {_("State")},
               {_("Regime")},
               {_("Terms")},
               {_("Rests on")}});
  for (const v1::GateHours& gate : hours.hours()) {
    bool first = true;
    for (const v1::HoursSpan& span : gate.spans()) {
      table.Add({first ? gate.gate_id() : "", first ? LineText(gate, view) : "",
                 PeriodText(span, view), StateText(span), WhyText(span), TermsText(span),
                 SaysText(hours, span)});
      first = false;
    }
  }
  text += table.ToText();
  for (const v1::Finding& finding : hours.findings()) {
    text += fmt::format("{}: {}\n", finding.subject(), finding.text());
  }
  return text;
}

std::string HoursCsv(const v1::GetHoursResponse& hours) {
  Table table({{"gate"},
               {"traffic"},
               {"direction"},
               {"vehicle_country"},
               {"cargo_class"},
               {"from"},
               {"to"},
               {"state"},
               {"regime"},
               {"intake_stopped"},
               {"says"},
               {"begin_precision"},
               {"end_precision"},
               {"reason"},
               {"terms"}});
  for (const v1::GateHours& gate : hours.hours()) {
    for (const v1::HoursSpan& span : gate.spans()) {
      table.Add({gate.gate_id(), v1::Traffic_Name(gate.traffic()),
                 v1::Direction_Name(gate.direction()), gate.vehicle_country(), gate.cargo_class(),
                 MachineTime(span.period().start()), MachineTime(span.period().end()),
                 v1::Opening_Name(span.opening()), v1::Regime_Name(span.regime()),
                 span.intake_stopped() ? "true" : "false", SaysText(hours, span),
                 PrecisionWord(span.begin_precision()), PrecisionWord(span.end_precision()),
                 span.reason() == v1::CHANGE_REASON_UNSPECIFIED
                     ? ""
                     : v1::ChangeReason_Name(span.reason()),
                 TermsText(span)});
    }
  }
  return table.ToCsv();
}

}  // namespace gatepost::render
