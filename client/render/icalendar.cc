#include "client/render/icalendar.h"

#include <libical/ical.h>

#include <cstdlib>
#include <memory>
#include <optional>
#include <set>

#include "daemon/system/reason.h"
#include "fmt/core.h"

namespace gatepost::render {
namespace {

constexpr char kProgram[] = "-//Gatepost//gatepost hours calendar//EN";
constexpr char kNode[] = "X-GATEPOST-NODE";
constexpr char kScope[] = "X-GATEPOST-SCOPE";
constexpr char kTraffic[] = "X-GATEPOST-TRAFFIC";
constexpr char kVersion[] = "2.0";
// No event changes so often; a number beyond it is damage.
constexpr int kHighestSequence = 1'000'000'000;

struct Free {
  void operator()(icalcomponent* component) const { icalcomponent_free(component); }
  void operator()(char* text) const { std::free(text); }
};
using Component = std::unique_ptr<icalcomponent, Free>;

icaltimetype Utc(absl::Time time) {
  return icaltime_from_timet_with_zone(absl::ToTimeT(time), /*is_date=*/0,
                                       icaltimezone_get_utc_timezone());
}

void AddExtension(icalcomponent* component, const char* name, const std::string& value) {
  icalproperty* property = icalproperty_new_x(value.c_str());
  icalproperty_set_x_name(property, name);
  icalcomponent_add_property(component, property);
}

// The component, whose owner is the caller's.
icalcomponent* EventComponent(const CalendarEvent& event) {
  icalcomponent* component = icalcomponent_new(ICAL_VEVENT_COMPONENT);
  for (icalproperty* property :
       {icalproperty_new_uid(event.uid.c_str()), icalproperty_new_dtstamp(Utc(event.stamp)),
        icalproperty_new_sequence(event.sequence),
        icalproperty_new_status(event.cancelled ? ICAL_STATUS_CANCELLED : ICAL_STATUS_CONFIRMED),
        icalproperty_new_dtstart(Utc(event.from)), icalproperty_new_dtend(Utc(event.to)),
        icalproperty_new_summary(event.summary.c_str()),
        icalproperty_new_description(event.description.c_str()),
        // Hours of a gate make nobody busy.
        icalproperty_new_transp(ICAL_TRANSP_TRANSPARENT)}) {
    icalcomponent_add_property(component, property);
  }
  return component;
}

icalproperty* First(icalcomponent* component, icalproperty_kind kind) {
  return icalcomponent_get_first_property(component, kind);
}

std::string Text(const char* text) { return text == nullptr ? "" : text; }

// The instant of a property with a time in UTC; nullopt for any other time and for none.
std::optional<absl::Time> TimeIn(icalcomponent* component, icalproperty_kind kind) {
  const icalproperty* property = First(component, kind);
  if (property == nullptr) return std::nullopt;
  const icaltimetype time = icalvalue_get_datetime(icalproperty_get_value(property));
  if (icaltime_is_null_time(time) || icaltime_is_date(time) || !icaltime_is_utc(time)) {
    return std::nullopt;
  }
  return absl::FromTimeT(icaltime_as_timet(time));
}

// nullopt for an event that EventComponent does not make.
std::optional<CalendarEvent> EventIn(icalcomponent* component) {
  CalendarEvent event;
  const icalproperty* sequence = First(component, ICAL_SEQUENCE_PROPERTY);
  const icalproperty* status = First(component, ICAL_STATUS_PROPERTY);
  const auto stamp = TimeIn(component, ICAL_DTSTAMP_PROPERTY);
  const auto from = TimeIn(component, ICAL_DTSTART_PROPERTY);
  const auto to = TimeIn(component, ICAL_DTEND_PROPERTY);
  event.uid = Text(icalcomponent_get_uid(component));
  if (event.uid.empty() || sequence == nullptr || status == nullptr || !stamp.has_value() ||
      !from.has_value() || !to.has_value()) {
    return std::nullopt;
  }
  event.sequence = icalproperty_get_sequence(sequence);
  if (event.sequence < 0 || event.sequence > kHighestSequence) return std::nullopt;
  const icalproperty_status state = icalproperty_get_status(status);
  if (state != ICAL_STATUS_CANCELLED && state != ICAL_STATUS_CONFIRMED) return std::nullopt;
  event.cancelled = state == ICAL_STATUS_CANCELLED;
  event.stamp = *stamp;
  event.from = *from;
  event.to = *to;
  event.summary = Text(icalcomponent_get_summary(component));
  event.description = Text(icalcomponent_get_description(component));
  return event;
}

CalendarQuestion QuestionIn(icalcomponent* calendar) {
  CalendarQuestion question;
  for (icalproperty* property = First(calendar, ICAL_X_PROPERTY); property != nullptr;
       property = icalcomponent_get_next_property(calendar, ICAL_X_PROPERTY)) {
    const std::string name = Text(icalproperty_get_x_name(property));
    const std::string value = Text(icalproperty_get_x(property));
    if (name == kNode) question.node = value;
    if (name == kScope) question.scopes.push_back(value);
    if (name == kTraffic) question.traffic = value;
  }
  return question;
}

}  // namespace

std::string CalendarText(const Calendar& calendar) {
  const Component component(icalcomponent_new(ICAL_VCALENDAR_COMPONENT));
  for (icalproperty* property :
       {icalproperty_new_prodid(kProgram), icalproperty_new_version(kVersion),
        icalproperty_new_method(ICAL_METHOD_PUBLISH)}) {
    icalcomponent_add_property(component.get(), property);
  }
  AddExtension(component.get(), kNode, calendar.question.node);
  for (const std::string& scope : calendar.question.scopes) {
    AddExtension(component.get(), kScope, scope);
  }
  AddExtension(component.get(), kTraffic, calendar.question.traffic);
  for (const CalendarEvent& event : calendar.events) {
    icalcomponent_add_component(component.get(), EventComponent(event));
  }
  const std::unique_ptr<char, Free> text(icalcomponent_as_ical_string_r(component.get()));
  return text.get();
}

absl::StatusOr<Calendar> ReadCalendar(std::string_view bytes, std::string_view name) {
  const Component component(icalparser_parse_string(std::string(bytes).c_str()));
  const icalproperty* program = nullptr;
  if (component != nullptr && icalcomponent_isa(component.get()) == ICAL_VCALENDAR_COMPONENT) {
    program = First(component.get(), ICAL_PRODID_PROPERTY);
  }
  Calendar calendar;
  if (program != nullptr && Text(icalproperty_get_prodid(program)) == kProgram) {
    calendar.question = QuestionIn(component.get());
  }
  if (calendar.question.scopes.empty()) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, "a calendar that gatepost wrote, or a new file",
                          fmt::format("{}, which is neither", name), "name another file");
  }
  std::set<std::string> uids;
  for (icalcomponent* each =
           icalcomponent_get_first_component(component.get(), ICAL_VEVENT_COMPONENT);
       each != nullptr;
       each = icalcomponent_get_next_component(component.get(), ICAL_VEVENT_COMPONENT)) {
    std::optional<CalendarEvent> event = EventIn(each);
    if (!event.has_value() || !uids.insert(event->uid).second) {
      return system::Refuse(
          v1::REASON_BAD_ARGUMENT, "a calendar as gatepost wrote it",
          fmt::format("{}, with the damaged event {} \"{}\"", name, calendar.events.size() + 1,
                      Text(icalcomponent_get_uid(each))),
          "name another file, or put the one as it was written back");
    }
    calendar.events.push_back(*std::move(event));
  }
  return calendar;
}

}  // namespace gatepost::render
