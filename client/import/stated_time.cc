#include "client/import/stated_time.h"

#include <cstddef>
#include <string>

#include "daemon/domain/civil_time.h"

namespace gatepost::client {
namespace {

// The zones of both sides as an offset from UTC, and the letter the domain reads for them.
struct OffsetWord {
  std::string_view word;
  char letter;
};
constexpr OffsetWord kOffsetWords[] = {
    {"UTC+7", 'H'}, {"UTC+07:00", 'H'}, {"UTC+8", 'B'}, {"UTC+08:00", 'B'}};

}  // namespace

std::optional<DateRange> ParseDates(std::string_view text) {
  const size_t slash = text.find('/');
  const absl::StatusOr<absl::CivilDay> first = domain::ParseDay(text.substr(0, slash));
  if (!first.ok()) return std::nullopt;
  if (slash == std::string_view::npos) return DateRange{*first, *first};
  const absl::StatusOr<absl::CivilDay> last = domain::ParseDay(text.substr(slash + 1));
  if (!last.ok() || *last < *first) return std::nullopt;
  return DateRange{*first, *last};
}

absl::StatusOr<v1::ZonedTime> ParseStatedTime(std::string_view text, absl::CivilDay day) {
  for (const OffsetWord& known : kOffsetWords) {
    if (!text.ends_with(known.word)) continue;
    std::string_view time = text.substr(0, text.size() - known.word.size());
    while (time.ends_with(' ')) time.remove_suffix(1);
    return domain::ParseInstant(std::string(time) + known.letter, day);
  }
  return domain::ParseInstant(text, day);
}

}  // namespace gatepost::client
