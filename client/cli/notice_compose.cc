#include "client/cli/notice_compose.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <optional>
#include <set>

#include "absl/time/clock.h"
#include "client/import/words.h"
#include "daemon/domain/civil_time.h"
#include "daemon/domain/hours/spans.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/core.h"

namespace gatepost::cli {
namespace {

absl::Status WrongUse(std::string_view wanted, std::string_view came, std::string_view todo) {
  return system::Refuse(v1::REASON_BAD_ARGUMENT, wanted, came, todo);
}

// A day, perhaps with a time of day, in a zone.
struct Moment {
  absl::CivilDay day;
  std::optional<v1::TimeOfDay> time;
  std::string zone;
};

// `2026-02-15H`, `2026-02-15 09:10H` or, today, `09:10B`.
absl::StatusOr<Moment> MomentTyped(const std::string& typed) {
  const char letter = typed.empty() ? ' ' : typed.back();
  const std::string_view zone_name = domain::ZoneOfLetter(letter);
  if (zone_name.empty()) {
    return system::Refuse(v1::REASON_NO_TIME_ZONE, "a day or time with its zone",
                          fmt::format("'{}'", typed),
                          "write 2026-02-15H (Hanoi), '2026-02-15 09:10B' (Beijing) or 09:10H");
  }
  Moment moment{.day = {}, .time = std::nullopt, .zone = std::string(zone_name)};
  std::string rest = typed.substr(0, typed.size() - 1);
  while (!rest.empty() && rest.back() == ' ') rest.pop_back();
  if (rest.size() == 10) {
    GATEPOST_ASSIGN_OR_RETURN(moment.day, domain::ParseDay(rest));
    return moment;
  }
  GATEPOST_ASSIGN_OR_RETURN(const absl::TimeZone zone, domain::LoadZone(zone_name));
  GATEPOST_ASSIGN_OR_RETURN(const v1::ZonedTime time,
                            domain::ParseInstant(typed, absl::ToCivilDay(absl::Now(), zone)));
  GATEPOST_ASSIGN_OR_RETURN(const absl::Time instant, domain::InstantOf(time));
  const absl::CivilMinute minute = absl::ToCivilMinute(instant, zone);
  moment.day = absl::CivilDay(minute);
  moment.time.emplace();
  moment.time->set_hour(minute.hour());
  moment.time->set_minute(minute.minute());
  return moment;
}

absl::Status SetDays(const SpanOptions& options, const Moment& from, v1::TimetableDays& days) {
  *days.mutable_first() = domain::ToCivilDate(from.day);
  if (from.time) *days.mutable_begins() = *from.time;
  const std::string& until = options.until.empty() ? options.estimated : options.until;
  if (until.empty()) {
    days.set_end(v1::END_KIND_OPEN);
    return absl::OkStatus();
  }
  GATEPOST_ASSIGN_OR_RETURN(const Moment end, MomentTyped(until));
  if (end.zone != from.zone) {
    return WrongUse("both ends of the span in one zone",
                    fmt::format("{} and {}", options.from, until),
                    "write both with H, or both with B");
  }
  days.set_end(options.until.empty() ? v1::END_KIND_ESTIMATED : v1::END_KIND_STATED);
  *days.mutable_last() = domain::ToCivilDate(end.day);
  if (end.time) *days.mutable_ends() = *end.time;
  return absl::OkStatus();
}

absl::Status SetDate(const std::string& typed, v1::CivilDate* (v1::Papers::*field)(),
                     v1::Papers& papers) {
  if (typed.empty()) return absl::OkStatus();
  GATEPOST_ASSIGN_OR_RETURN(const absl::CivilDay day, domain::ParseDay(typed));
  *(papers.*field)() = domain::ToCivilDate(day);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<std::string>> GatesTyped(Session& session,
                                                    const std::vector<std::string>& names,
                                                    absl::CivilDay on) {
  std::set<std::string> ids;
  for (const std::string& name : names) {
    v1::ListGatesRequest request;
    request.set_below(name);
    *request.mutable_on() = domain::ToCivilDate(on);
    request.set_page_size(500);
    GATEPOST_ASSIGN_OR_RETURN(const v1::ListGatesResponse listed, session.node->ListGates(request));
    for (const v1::Gate& gate : listed.gates()) ids.insert(gate.id());
    if (listed.gates().empty()) {
      return WrongUse("a gate, or a group of gates", name,
                      "name the gate that the yard belongs to");
    }
  }
  return std::vector<std::string>(ids.begin(), ids.end());
}

v1::Traffic TrafficTyped(const std::string& word) {
  static const std::map<std::string, v1::Traffic> kWords = {{"all", v1::TRAFFIC_ALL},
                                                            {"goods", v1::TRAFFIC_GOODS},
                                                            {"passengers", v1::TRAFFIC_PASSENGERS},
                                                            {"rail", v1::TRAFFIC_RAIL},
                                                            {"waterway", v1::TRAFFIC_WATERWAY}};
  const auto found = kWords.find(word);
  return found == kWords.end() ? v1::TRAFFIC_UNSPECIFIED : found->second;
}

absl::StatusOr<v1::Direction> DirectionTyped(const std::string& word, const std::string& country) {
  if (const auto direction = client::DirectionOf(word, country)) return *direction;
  return WrongUse("--direction export, import or both", fmt::format("'{}'", word),
                  "say it in the words of your own side");
}

absl::StatusOr<v1::ZonedTime> BeginningTyped(const std::string& typed) {
  GATEPOST_ASSIGN_OR_RETURN(const Moment moment, MomentTyped(typed));
  GATEPOST_ASSIGN_OR_RETURN(const absl::TimeZone zone, domain::LoadZone(moment.zone));
  absl::Time begin = absl::FromCivil(moment.day, zone);
  if (moment.time) begin = domain::InstantAt(moment.day, *moment.time, zone);
  return domain::ToZoned(begin, moment.zone);
}

absl::StatusOr<v1::TimeWindow> WindowTyped(const std::string& flag, const std::string& typed) {
  int h1 = 0, m1 = 0, h2 = 0, m2 = 0, end = 0;
  if (std::sscanf(typed.c_str(), "%2d:%2d-%2d:%2d%n", &h1, &m1, &h2, &m2, &end) != 4 ||
      static_cast<size_t>(end) != typed.size()) {
    return WrongUse(flag + " OPENS-CLOSES, e.g. 08:00-12:00", fmt::format("'{}'", typed),
                    "write both as HH:MM, in the zone of --from");
  }
  v1::TimeWindow window;
  window.mutable_opens()->set_hour(h1);
  window.mutable_opens()->set_minute(m1);
  window.mutable_closes()->set_hour(h2);
  window.mutable_closes()->set_minute(m2);
  return window;
}

absl::StatusOr<v1::Timetable> TimetableTyped(const SpanOptions& options, const std::string& country,
                                             const ExpandGates& gates, v1::Regime regime,
                                             v1::HoursKind hours) {
  GATEPOST_ASSIGN_OR_RETURN(const Moment from, MomentTyped(options.from));
  v1::Timetable timetable;
  timetable.set_zone(from.zone);
  v1::TimetableRule* rule = timetable.add_rules();
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<std::string> ids, gates(options.gates, from.day));
  for (const std::string& gate : ids) rule->add_gate_ids(gate);
  rule->set_traffic(TrafficTyped(options.traffic));
  GATEPOST_ASSIGN_OR_RETURN(const v1::Direction direction,
                            DirectionTyped(options.direction, country));
  rule->set_direction(direction);
  rule->set_vehicle_country(options.vehicle_country);
  rule->set_load(v1::LOAD_ANY);
  const std::set<std::string> cargo(options.cargo.begin(), options.cargo.end());
  for (const std::string& cargo_class : cargo) rule->add_cargo_classes(cargo_class);
  GATEPOST_RETURN_IF_ERROR(SetDays(options, from, *rule->mutable_days()));
  rule->set_regime(regime);
  rule->set_hours(options.windows.empty() ? hours : v1::HOURS_KIND_WINDOWS);
  for (const std::string& window : options.windows) {
    GATEPOST_ASSIGN_OR_RETURN(*rule->add_windows(), WindowTyped("--window", window));
  }
  return timetable;
}

absl::StatusOr<v1::Timetable> TimetableTyped(Session& session, const SpanOptions& options,
                                             v1::Regime regime, v1::HoursKind hours) {
  const auto gates = [&session](const std::vector<std::string>& names, absl::CivilDay on) {
    return GatesTyped(session, names, on);
  };
  return TimetableTyped(options, session.settings.country, gates, regime, hours);
}

v1::Regime RegimeTyped(const std::string& word) {
  static const std::map<std::string, v1::Regime> kRegimes = {
      {"normal", v1::REGIME_NORMAL},
      {"closed", v1::REGIME_CLOSED},
      {"preregistered", v1::REGIME_PREREGISTERED_ONLY},
      {"passengers", v1::REGIME_PASSENGERS_ONLY},
      {"empties", v1::REGIME_EMPTIES_ONLY},
      {"intake-stop", v1::REGIME_INTAKE_STOP},
      {"shortened", v1::REGIME_SHORTENED},
      {"extended", v1::REGIME_EXTENDED},
      {"pilot", v1::REGIME_PILOT},
      {"as-before", v1::REGIME_AS_BEFORE}};
  const auto found = kRegimes.find(word);
  return found == kRegimes.end() ? v1::REGIME_NORMAL : found->second;
}

absl::StatusOr<v1::Papers> PapersTyped(const PaperOptions& options) {
  static const std::map<std::string, v1::ChangeReason> kReasons = {
      {"holiday", v1::CHANGE_REASON_STATE_HOLIDAY},
      {"epidemic", v1::CHANGE_REASON_EPIDEMIC},
      {"force-majeure", v1::CHANGE_REASON_FORCE_MAJEURE},
      {"technical", v1::CHANGE_REASON_TECHNICAL_FAILURE},
      {"security", v1::CHANGE_REASON_SECURITY_OR_VISIT},
      {"infrastructure", v1::CHANGE_REASON_INFRASTRUCTURE},
      {"peak", v1::CHANGE_REASON_DEMAND_PEAK},
      {"counterpart", v1::CHANGE_REASON_COUNTERPART_REQUEST},
      {"unknown", v1::CHANGE_REASON_UNKNOWN}};
  v1::Papers papers;
  if (!options.reason.empty()) papers.set_reason(kReasons.at(options.reason));
  GATEPOST_RETURN_IF_ERROR(SetDate(options.dated, &v1::Papers::mutable_letter_date, papers));
  GATEPOST_RETURN_IF_ERROR(SetDate(options.received, &v1::Papers::mutable_received_on, papers));
  GATEPOST_RETURN_IF_ERROR(SetDate(options.published, &v1::Papers::mutable_published_on, papers));
  if (!options.letter.empty() || !options.issuer.empty()) {
    v1::PaperReference* reference = papers.add_references();
    reference->set_kind(v1::PAPER_KIND_OWN_DOCUMENT);
    reference->set_number(options.letter);
    reference->set_issuer(options.issuer);
    if (papers.has_letter_date()) *reference->mutable_date() = papers.letter_date();
  }
  return papers;
}

}  // namespace gatepost::cli
