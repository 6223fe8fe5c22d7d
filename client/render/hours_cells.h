#ifndef GATEPOST_CLIENT_RENDER_HOURS_CELLS_H_
#define GATEPOST_CLIENT_RENDER_HOURS_CELLS_H_

#include <set>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "client/render/view.h"
#include "gatepost/v1/hours_service.pb.h"

// The hours of one gate on one day, as a cell of a table.
namespace gatepost::render {

// What an answer says of one line on the day, clipped to it.
struct DayHours {
  struct Window {
    absl::Time from;
    absl::Time to;
    friend bool operator==(const Window&, const Window&) = default;
  };
  std::vector<Window> open;  // Ascending.
  bool known = false;        // Something is known of the day,
  bool unknown = false;      // and something is not.
  bool intake_stopped = false;
  std::set<v1::Regime> regimes;  // Of the open hours; of a day without any, of all that is known.
  std::vector<int> cited;        // Indexes into the answer's `cited`, each once.

  // Whether both say the same of the day, whatever they rest on.
  bool SameAs(const DayHours& other) const;
};

// What a line is about beside its gate: `goods traffic, VN→CN export, empty`.
std::string LineText(const v1::GateHours& line, const View& view);

// `day` is a civil day in the reader's first zone. What lies outside of the line's stretches was
// not asked, and is not unknown for that.
DayHours HoursOn(const v1::GateHours& line, absl::CivilDay day, ZoneChoice zones);

// The windows in the `number`th zone of the reader's, e.g. `08:00-12:00, 13:00-18:00`; a time on
// another day than `day` has its distance after it: `01:00+1`. Empty when nothing is open.
std::string WindowsText(const DayHours& hours, absl::CivilDay day, ZoneChoice zones, size_t number);

// The whole cell in the reader's first zone: windows and regime, `closed`, `?` for unknown.
std::string DayHoursText(const DayHours& hours, absl::CivilDay day, ZoneChoice zones);

// The same with both zones: `07:00-18:00 H (08:00-19:00 B), shorter hours`.
std::string DayHoursInZones(const DayHours& hours, absl::CivilDay day, ZoneChoice zones);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_HOURS_CELLS_H_
