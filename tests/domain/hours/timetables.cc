#include "tests/domain/hours/timetables.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

#include "google/protobuf/text_format.h"

namespace gatepost::domain {
namespace {

absl::Time TimeIn(const std::string& zone_name, const std::string& text) {
  absl::TimeZone zone;
  absl::Time time;
  std::string error;
  if (!absl::LoadTimeZone(zone_name, &zone) ||
      !absl::ParseTime("%Y-%m-%d %H:%M", text, zone, &time, &error)) {
    std::fprintf(stderr, "no time: %s\n", text.c_str());
    std::abort();
  }
  return time;
}

}  // namespace

v1::Timetable TimetableOf(const std::string& text) {
  v1::Timetable timetable;
  if (!google::protobuf::TextFormat::ParseFromString(text, &timetable)) {
    std::fprintf(stderr, "no timetable: %s\n", text.c_str());
    std::abort();
  }
  return timetable;
}

v1::Timetable GoodsRule(const std::string& zone, const std::string& gate, const std::string& days,
                        const std::string& rest) {
  return TimetableOf(fmt::format(
      "zone: '{}' rules {{ gate_ids: '{}' traffic: TRAFFIC_GOODS direction: DIRECTION_BOTH "
      "load: LOAD_ANY days {{ {} }} {} }}",
      zone, gate, days, rest));
}

std::string Window(const std::string& hours) {
  int h1 = 0, m1 = 0, h2 = 0, m2 = 0;
  if (std::sscanf(hours.c_str(), "%d:%d-%d:%d", &h1, &m1, &h2, &m2) != 4) std::abort();
  return fmt::format(
      "windows {{ opens {{ hour: {} minute: {} }} closes {{ hour: {} minute: {} }} }} ", h1, m1, h2,
      m2);
}

absl::Time Hanoi(const std::string& text) { return TimeIn("Asia/Ho_Chi_Minh", text); }
absl::Time Beijing(const std::string& text) { return TimeIn("Asia/Shanghai", text); }

std::string Told(const std::vector<HoursStretch>& stretches) {
  absl::TimeZone zone;
  absl::LoadTimeZone("Asia/Ho_Chi_Minh", &zone);
  std::string told;
  for (const HoursStretch& stretch : stretches) {
    if (!told.empty()) told += ", ";
    told += absl::FormatTime("%d %H:%M ", stretch.span.from, zone);
    told += stretch.opening == v1::OPENING_OPEN     ? "OPEN"
            : stretch.opening == v1::OPENING_CLOSED ? "CLOSED"
                                                    : "?";
    if (stretch.intake_stopped) told += "+stop";
    if (stretch.past_estimated_end) told += "+overdue";
  }
  return told;
}

}  // namespace gatepost::domain
