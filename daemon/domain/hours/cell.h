#ifndef GATEPOST_DAEMON_DOMAIN_HOURS_CELL_H_
#define GATEPOST_DAEMON_DOMAIN_HOURS_CELL_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "daemon/domain/gate_register.h"
#include "gatepost/v1/hours_service.pb.h"
#include "gatepost/v1/timetable.pb.h"

namespace gatepost::domain {

// What a rule of hours is about, beside gate and time. The defaults stand for everything.
struct HoursCell {
  v1::Traffic traffic = v1::TRAFFIC_ALL;
  v1::Direction direction = v1::DIRECTION_BOTH;
  std::string vehicle_country = {};  // ISO 3166-1 alpha-2; empty: all.
  v1::Load load = v1::LOAD_ANY;
  std::string cargo_class = {};  // With all below it; empty: all.
  friend auto operator<=>(const HoursCell&, const HoursCell&) = default;
};

// The cells of a rule: one for each cargo class, or one.
std::vector<HoursCell> CellsOf(const v1::TimetableRule& rule);

// What lies in both; nullopt when nothing does. Cargo classes are those of the day.
std::optional<HoursCell> Meet(const HoursCell& a, const HoursCell& b, const GateRegister& gates,
                              absl::CivilDay on);

// Whether all of `inner` lies in `outer`.
bool Within(const HoursCell& inner, const HoursCell& outer, const GateRegister& gates,
            absl::CivilDay on);

// The cell of a line of an answer.
HoursCell CellOf(const v1::GateHours& line);

// As Within, for whoever has no register: that one cargo class lies below another is not seen.
bool WithinByName(const HoursCell& inner, const HoursCell& outer);

// How many of its values stand for less than everything.
int Narrowness(const HoursCell& cell);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_HOURS_CELL_H_
