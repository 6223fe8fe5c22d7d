#include "client/render/hours_words.h"

#include "client/render/text.h"
#include "client/render/words.h"
#include "fmt/core.h"

namespace gatepost::render {

std::string TrafficText(v1::Traffic traffic) {
  switch (traffic) {
    case v1::TRAFFIC_ALL:
      return _("all traffic");
    case v1::TRAFFIC_GOODS:
      return _("goods traffic");
    case v1::TRAFFIC_PASSENGERS:
      return _("passengers");
    case v1::TRAFFIC_RAIL:
      return _("rail");
    case v1::TRAFFIC_WATERWAY:
      return _("waterway");
    default:
      return fmt::format("?{}", static_cast<int>(traffic));
  }
}

std::string RegimeText(v1::Regime regime) {
  switch (regime) {
    case v1::REGIME_UNSPECIFIED:
      return "";
    case v1::REGIME_NORMAL:
      return _("normal");
    case v1::REGIME_CLOSED:
      return _("closed");
    case v1::REGIME_PREREGISTERED_ONLY:
      return _("only registered beforehand");
    case v1::REGIME_PASSENGERS_ONLY:
      return _("passengers only");
    case v1::REGIME_EMPTIES_ONLY:
      return _("empty vehicles only");
    case v1::REGIME_INTAKE_STOP:
      return _("nothing new is accepted");
    case v1::REGIME_SHORTENED:
      return _("shorter hours");
    case v1::REGIME_EXTENDED:
      return _("longer hours");
    case v1::REGIME_PILOT:
      return _("on trial");
    case v1::REGIME_AS_BEFORE:
      return _("as before");
    default:
      return fmt::format("?{}", static_cast<int>(regime));
  }
}

std::string KnownToText(v1::Precision precision) {
  switch (precision) {
    case v1::PRECISION_UNSPECIFIED:
    case v1::PRECISION_MINUTE:
      return "";
    case v1::PRECISION_HOUR:
      return _("known to the hour only");
    case v1::PRECISION_PART_OF_DAY:
      return _("known to a part of the day only");
    case v1::PRECISION_DAY:
      return _("known to the day only");
    default:
      return fmt::format("?{}", static_cast<int>(precision));
  }
}

std::string CellText(v1::Traffic traffic, v1::Direction direction, const std::string& country,
                     const std::string& cargo, const View& view) {
  std::string text = TrafficText(traffic);
  if (direction != v1::DIRECTION_BOTH) text += ", " + DirectionText(direction, view);
  if (!country.empty()) text += ", " + Say("vehicles of {0}", country);
  if (!cargo.empty()) text += ", " + CargoText(cargo);
  return text;
}

std::string WeekdayText(v1::Weekday day) {
  switch (day) {
    case v1::WEEKDAY_MONDAY:
      return _("Mon");
    case v1::WEEKDAY_TUESDAY:
      return _("Tue");
    case v1::WEEKDAY_WEDNESDAY:
      return _("Wed");
    case v1::WEEKDAY_THURSDAY:
      return _("Thu");
    case v1::WEEKDAY_FRIDAY:
      return _("Fri");
    case v1::WEEKDAY_SATURDAY:
      return _("Sat");
    case v1::WEEKDAY_SUNDAY:
      return _("Sun");
    default:
      return fmt::format("?{}", static_cast<int>(day));
  }
}

std::string NoticeKindText(std::string_view kind) {
  if (kind == "closure") return _("closure");
  if (kind == "intake_stop") return _("intake stop");
  if (kind == "observed_stop") return _("stop seen");
  if (kind == "resumption") return _("resumption");
  if (kind == "cancellation") return _("cancellation");
  if (kind == "service") return _("service");
  if (kind == "observed_hours") return _("hours seen");
  if (kind == "holiday_hours") return _("holiday hours");
  if (kind == "schedule_change") return _("change of hours");
  if (kind == "regular_timetable") return _("regular timetable");
  if (kind == "termination") return _("termination");
  if (kind == "draft") return _("this draft");
  if (kind == "newer_schema") return _("written by newer software");
  return std::string(kind);
}

std::string ChangeReasonText(v1::ChangeReason reason) {
  switch (reason) {
    case v1::CHANGE_REASON_UNSPECIFIED:
      return "";
    case v1::CHANGE_REASON_STATE_HOLIDAY:
      return _("public holiday");
    case v1::CHANGE_REASON_EPIDEMIC:
      return _("epidemic");
    case v1::CHANGE_REASON_FORCE_MAJEURE:
      return _("force majeure");
    case v1::CHANGE_REASON_TECHNICAL_FAILURE:
      return _("technical failure");
    case v1::CHANGE_REASON_SECURITY_OR_VISIT:
      return _("security event or official visit");
    case v1::CHANGE_REASON_INFRASTRUCTURE:
      return _("works on roads or buildings");
    case v1::CHANGE_REASON_DEMAND_PEAK:
      return _("more or less traffic than usual");
    case v1::CHANGE_REASON_COUNTERPART_REQUEST:
      return _("the other side asked for it");
    case v1::CHANGE_REASON_UNKNOWN:
      return _("not known");
    default:
      return fmt::format("?{}", static_cast<int>(reason));
  }
}

}  // namespace gatepost::render
