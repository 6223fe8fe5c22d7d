#include "client/render/observed.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

#include "absl/time/time.h"
#include "client/render/hours_words.h"
#include "client/render/table.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "daemon/domain/civil_time.h"
#include "fmt/core.h"

namespace gatepost::render {
namespace {

std::string VerdictText(v1::ObservedVerdict verdict) {
  switch (verdict) {
    case v1::OBSERVED_VERDICT_NOT_SEEN:
      return _("not seen");
    case v1::OBSERVED_VERDICT_AS_AGREED:
      return _("as agreed");
    case v1::OBSERVED_VERDICT_DIFFERS:
      return _("DIFFERS");
    case v1::OBSERVED_VERDICT_OPEN_THOUGH_CLOSED:
      return _("OPEN though agreed closed");
    case v1::OBSERVED_VERDICT_NOTHING_AGREED:
      return _("nothing agreed");
    default:
      return fmt::format("?{}", static_cast<int>(verdict));
  }
}

// `0 h 07 min`; for a time before it with a minus.
std::string MinutesText(int64_t minutes) {
  const int64_t length = std::abs(minutes);
  return (minutes < 0 ? "-" : "") + Say("{0} h {1:02} min", length / 60, length % 60);
}

absl::Time At(const v1::ZonedTime& time) { return TimeOf(time.instant()); }

std::string AgreedText(const v1::ObservedDay& day, const View& view) {
  const absl::CivilDay date = domain::CheckedDay(day.date());
  std::string text;
  for (const v1::ZonedPeriod& window : day.agreed()) {
    text += (text.empty() ? "" : ", ") + Say("{0} to {1}",
                                             TimeText(At(window.start()), view.zones, date),
                                             TimeText(At(window.end()), view.zones, date));
  }
  if (!text.empty()) return text;
  return day.agreed_unknown() ? _("UNKNOWN") : _("CLOSED");
}

std::string SeenText(const v1::ObservedDay& day, const View& view) {
  const absl::CivilDay date = domain::CheckedDay(day.date());
  std::string text;
  for (const v1::SeenEvent& seen : day.seen()) {
    const std::string at = TimeText(At(seen.at()), view.zones, date);
    if (!text.empty()) text += ", ";
    text += seen.opened() ? Say("opened {0}", at) : Say("closed {0}", at);
    if (seen.has_agreed_at() && seen.late_minutes() != 0) {
      text += fmt::format(" [{}{}]", seen.late_minutes() > 0 ? "+" : "",
                          MinutesText(seen.late_minutes()));
    }
    text += fmt::format(" ({} {})", seen.side(), seen.reference());
  }
  return text;
}

// What the days of one gate come to.
struct Sums {
  int days = 0;
  int seen = 0;
  int as_agreed = 0;
  int64_t agreed_minutes = 0;  // Of the days on which everything was seen.
  int64_t seen_minutes = 0;
};

}  // namespace

std::string ObservedText(const v1::ListObservedDaysResponse& list, const View& view) {
  Table table({{_("Gate")}, {_("Date")}, {_("Agreed")}, {_("Seen")}, {_("Verdict")}});
  std::map<std::string, Sums> gates;
  for (const v1::ObservedDay& day : list.days()) {
    Sums& sums = gates[day.gate_id()];
    table.Add({sums.days++ == 0 ? day.gate_id() : "", DateText(day.date()), AgreedText(day, view),
               SeenText(day, view), VerdictText(day.verdict())});
    if (day.verdict() != v1::OBSERVED_VERDICT_NOT_SEEN) ++sums.seen;
    if (day.verdict() == v1::OBSERVED_VERDICT_AS_AGREED) ++sums.as_agreed;
    if (day.seen_minutes() < 0) continue;
    sums.agreed_minutes += day.agreed_minutes();
    sums.seen_minutes += day.seen_minutes();
  }
  std::string text = table.ToText();
  for (const auto& [gate, sums] : gates) {
    text +=
        Say("{0}: {1} days, {2} with something seen, {3} of them as agreed; where all was seen, "
            "agreed {4}, open {5}",
            gate, sums.days, sums.seen, sums.as_agreed, MinutesText(sums.agreed_minutes),
            MinutesText(sums.seen_minutes)) +
        "\n";
  }
  return text;
}

std::string ObservedCsv(const v1::ListObservedDaysResponse& list) {
  Table table({{"gate"},
               {"date"},
               {"verdict"},
               {"agreed"},
               {"agreed_unknown"},
               {"agreed_minutes"},
               {"seen"},
               {"seen_minutes"},
               {"agreed_cited"},
               {"seen_cited"}});
  for (const v1::ObservedDay& day : list.days()) {
    std::string agreed;
    for (const v1::ZonedPeriod& window : day.agreed()) {
      agreed += (agreed.empty() ? "" : " ") + MachineTime(window.start()) + "/" +
                MachineTime(window.end());
    }
    std::string seen;
    std::string cited;
    for (const v1::SeenEvent& event : day.seen()) {
      seen += (seen.empty() ? "" : " ") + std::string(event.opened() ? "opened=" : "closed=") +
              MachineTime(event.at());
      cited += (cited.empty() ? "" : " ") + event.reference();
    }
    std::string agreed_cited;
    for (const std::string& reference : day.agreed_cited()) {
      agreed_cited += (agreed_cited.empty() ? "" : " ") + reference;
    }
    table.Add({day.gate_id(), DateText(day.date()), v1::ObservedVerdict_Name(day.verdict()), agreed,
               day.agreed_unknown() ? "true" : "false", fmt::format("{}", day.agreed_minutes()),
               seen, day.seen_minutes() < 0 ? "" : fmt::format("{}", day.seen_minutes()),
               agreed_cited, cited});
  }
  return table.ToCsv();
}

std::string LeadTimesText(const v1::ListLeadTimesResponse& list, const View& view) {
  if (list.lead_times().empty()) return std::string(_("no change of hours began")) + "\n";
  Table table({{_("Gate")},
               {_("Began")},
               {_("Known")},
               {_("Lead time"), Align::kRight},
               {_("Side")},
               {_("Rests on")}});
  std::map<std::string, std::vector<int64_t>> gates;
  const auto length = [](int64_t minutes) {
    const std::string text = DurationText(absl::Minutes(std::abs(minutes)));
    return minutes < 0 ? Say("{0} after", text) : text;
  };
  for (const v1::LeadTime& lead : list.lead_times()) {
    std::vector<int64_t>& leads = gates[lead.gate_id()];
    table.Add({leads.empty() ? lead.gate_id() : "", TimeText(At(lead.begins()), view.zones),
               TimeText(At(lead.known()), view.zones), length(lead.lead_minutes()), lead.side(),
               fmt::format("{} {}", lead.reference(), NoticeKindText(lead.kind()))});
    leads.push_back(lead.lead_minutes());
  }
  std::string text = table.ToText();
  for (auto& [gate, leads] : gates) {
    std::ranges::sort(leads);
    text += Say("{0}: {1} changes, shortest lead time {2}, median {3}", gate, leads.size(),
                length(leads.front()), length(leads[(leads.size() - 1) / 2])) +
            "\n";
  }
  return text;
}

std::string LeadTimesCsv(const v1::ListLeadTimesResponse& list) {
  Table table(
      {{"gate"}, {"reference"}, {"kind"}, {"side"}, {"begins"}, {"known"}, {"lead_minutes"}});
  for (const v1::LeadTime& lead : list.lead_times()) {
    table.Add({lead.gate_id(), lead.reference(), lead.kind(), lead.side(),
               MachineTime(lead.begins()), MachineTime(lead.known()),
               fmt::format("{}", lead.lead_minutes())});
  }
  return table.ToCsv();
}

}  // namespace gatepost::render
