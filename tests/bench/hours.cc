#include "tests/bench/hours.h"

#include <fmt/format.h>

#include <random>
#include <set>
#include <vector>

#include "absl/time/clock.h"
#include "client/node_client.h"
#include "daemon/config/client_settings.h"
#include "daemon/domain/civil_time.h"
#include "daemon/system/status_macros.h"

namespace gatepost::bench {

namespace {

constexpr int kMonths = 120;
constexpr int kQuestions = 2000;
constexpr absl::CivilDay kFirst(2016, 1, 1);
constexpr absl::CivilDay kEnd(2026, 1, 1);

}  // namespace

absl::StatusOr<std::vector<std::string>> LastingGates(client::NodeClient& node,
                                                      absl::CivilDay first, absl::CivilDay end) {
  std::set<std::string> lasting;
  for (const absl::CivilDay day : {first, end - 1}) {
    v1::ListGatesRequest request;
    *request.mutable_on() = domain::ToCivilDate(day);
    request.set_page_size(500);
    GATEPOST_ASSIGN_OR_RETURN(const v1::ListGatesResponse listed, node.ListGates(request));
    std::set<std::string> ids;
    for (const v1::Gate& gate : listed.gates()) {
      if (lasting.empty() || lasting.contains(gate.id())) ids.insert(gate.id());
    }
    lasting.swap(ids);
  }
  return std::vector<std::string>(lasting.begin(), lasting.end());
}

absl::Status AskHours(client::NodeClient& node, const std::vector<std::string>& gates,
                      absl::CivilDay first, absl::CivilDay end, int64_t hours,
                      std::string_view what) {
  std::mt19937_64 random(1);
  Times times;
  const absl::TimeZone zone = *domain::LoadZone(domain::kHanoiZone);
  const auto minutes = static_cast<uint64_t>((end - first) * 24 - hours) * 60;
  for (int i = 0; i < kQuestions; ++i) {
    v1::GetHoursRequest request;
    request.add_scopes(gates[random() % gates.size()]);
    const absl::Time from =
        absl::FromCivil(first, zone) + absl::Minutes(static_cast<int64_t>(random() % minutes));
    *request.mutable_from() = domain::ToZoned(from, domain::kHanoiZone);
    *request.mutable_to() = domain::ToZoned(from + absl::Hours(hours), domain::kHanoiZone);
    const absl::Time start = absl::Now();
    GATEPOST_RETURN_IF_ERROR(node.GetHours(request).status());
    times.all.push_back(absl::Now() - start);
  }
  fmt::print("what is in force, {:<24} p50 {:7.3f} ms   p99 {:7.3f} ms   ({} questions)\n", what,
             absl::ToDoubleMilliseconds(times.Percentile(0.5)),
             absl::ToDoubleMilliseconds(times.Percentile(0.99)), kQuestions);
  return absl::OkStatus();
}

absl::StatusOr<int> MeasureHours(Feeder& feeder, const std::string& client_config) {
  GATEPOST_ASSIGN_OR_RETURN(const config::ClientSettings settings,
                            config::LoadClientSettings(client_config));
  GATEPOST_ASSIGN_OR_RETURN(const auto node, client::NodeClient::Create(settings));
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<std::string> gates,
                            LastingGates(*node, kFirst, kEnd));
  const int count = kMonths * static_cast<int>(gates.size());
  GATEPOST_RETURN_IF_ERROR(feeder.SendNotices(gates, count, 64).status());
  fmt::print("{} notices of {} gates over ten years\n", count, gates.size());
  GATEPOST_RETURN_IF_ERROR(AskHours(*node, gates, kFirst, kEnd, 0, "a gate, instant:"));
  GATEPOST_RETURN_IF_ERROR(AskHours(*node, gates, kFirst, kEnd, 7 * 24, "a gate, a week:"));
  return count;
}

}  // namespace gatepost::bench
