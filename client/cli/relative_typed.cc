#include "client/cli/relative_typed.h"

#include <cstdio>
#include <string>
#include <utility>

#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/core.h"

namespace gatepost::cli {
namespace {

absl::Status WrongUse(std::string_view wanted, std::string_view came, std::string_view todo) {
  return system::Refuse(v1::REASON_BAD_ARGUMENT, wanted, came, todo);
}

absl::Status AddWindow(const char* flag, const std::string& typed, v1::RelativeChange& change) {
  int h1 = 0, m1 = 0, h2 = 0, m2 = 0, end = 0;
  if (std::sscanf(typed.c_str(), "%2d:%2d-%2d:%2d%n", &h1, &m1, &h2, &m2, &end) != 4 ||
      static_cast<size_t>(end) != typed.size()) {
    return WrongUse(fmt::format("{} OPENS-CLOSES, e.g. 12:00-13:00", flag),
                    fmt::format("'{}'", typed), "write both as HH:MM, in the zone of --from");
  }
  v1::TimeWindow& window = *change.add_windows();
  window.mutable_opens()->set_hour(h1);
  window.mutable_opens()->set_minute(m1);
  window.mutable_closes()->set_hour(h2);
  window.mutable_closes()->set_minute(m2);
  return absl::OkStatus();
}

// A bound that is moved: to a time, or by minutes.
absl::Status SetMoved(const char* flag, const std::string& typed, v1::RelativeChange& change) {
  const bool by_minutes = typed.starts_with('+') || typed.starts_with('-');
  int hour = 0, minute = 0, end = 0;
  if (by_minutes && std::sscanf(typed.c_str(), "%4d%n", &minute, &end) == 1 && minute != 0 &&
      static_cast<size_t>(end) == typed.size()) {
    change.set_moved_by_minutes(minute);
    return absl::OkStatus();
  }
  if (!by_minutes && std::sscanf(typed.c_str(), "%2d:%2d%n", &hour, &minute, &end) == 2 &&
      static_cast<size_t>(end) == typed.size()) {
    change.mutable_moved_to()->set_hour(hour);
    change.mutable_moved_to()->set_minute(minute);
    return absl::OkStatus();
  }
  return WrongUse(fmt::format("{} a time such as 20:00, or minutes such as +60 or -30", flag),
                  fmt::format("'{}'", typed), "write it in the zone of --from");
}

}  // namespace

absl::StatusOr<std::optional<v1::RelativeChange>> ChangeTyped(const RelativeOptions& options) {
  const int said = int{!options.add_windows.empty()} + int{!options.remove_windows.empty()} +
                   int{!options.opens.empty()} + int{!options.closes.empty()} +
                   int{!options.shift.empty()} + int{options.without_break};
  if (said == 0) return std::nullopt;
  if (said > 1) {
    return WrongUse(
        "one of --opens, --closes, --shift, --without-break, --add-window, --remove-window",
        "several of them", "say one change in one message");
  }
  v1::RelativeChange change;
  for (const std::string& window : options.add_windows) {
    change.set_kind(v1::CHANGE_KIND_ADD);
    GATEPOST_RETURN_IF_ERROR(AddWindow("--add-window", window, change));
  }
  for (const std::string& window : options.remove_windows) {
    change.set_kind(v1::CHANGE_KIND_REMOVE);
    GATEPOST_RETURN_IF_ERROR(AddWindow("--remove-window", window, change));
  }
  if (!options.opens.empty()) {
    change.set_kind(v1::CHANGE_KIND_MOVE_OPENING);
    GATEPOST_RETURN_IF_ERROR(SetMoved("--opens", options.opens, change));
  }
  if (!options.closes.empty()) {
    change.set_kind(v1::CHANGE_KIND_MOVE_CLOSING);
    GATEPOST_RETURN_IF_ERROR(SetMoved("--closes", options.closes, change));
  }
  if (!options.shift.empty()) {
    change.set_kind(v1::CHANGE_KIND_MOVE_ALL);
    GATEPOST_RETURN_IF_ERROR(SetMoved("--shift", options.shift, change));
    if (change.has_moved_to()) {
      return WrongUse("--shift minutes such as -60", fmt::format("'{}'", options.shift),
                      "a whole day is moved by minutes");
    }
  }
  if (options.without_break) change.set_kind(v1::CHANGE_KIND_WITHOUT_BREAK);
  return change;
}

absl::Status SetChange(const RelativeOptions& options, bool hours_typed, v1::TimetableRule& rule) {
  GATEPOST_ASSIGN_OR_RETURN(std::optional<v1::RelativeChange> change, ChangeTyped(options));
  if (!change.has_value()) return absl::OkStatus();
  if (hours_typed) {
    return WrongUse("hours as they are, or a change of those before", "both",
                    "say one change in one message, or state the windows with --window");
  }
  rule.set_hours(v1::HOURS_KIND_WINDOWS);
  *rule.mutable_said_as() = *std::move(change);
  return absl::OkStatus();
}

}  // namespace gatepost::cli
