// Random reports that are true to one count of vehicles: their sums hold, and no exact number can
// be changed without being caught. GATEPOST_SEED sets the seed.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>

#include "daemon/domain/yard_rules.h"
#include "tests/domain/report_parts.h"
#include "tests/support/seeded_random.h"

namespace gatepost::testing {
namespace {

constexpr int kReports = 30;
constexpr int kChangesOfEach = 8;

uint64_t Seed() {
  const char* given = std::getenv("GATEPOST_SEED");
  return given == nullptr ? 20260701 : std::strtoull(given, nullptr, 10);
}

// Vehicles that differ in nothing that a report tells apart.
struct Cell {
  std::string gate;
  v1::Direction direction;
  std::string cargo_class;
  std::string country;
  v1::Load load;
  v1::Dwell dwell;
  int64_t count;
};

// What a figure counts, beside its key: the cells that belong to it.
using Belongs = std::function<bool(const Cell&)>;

struct ScopeKind {
  std::string id;
  v1::ScopeExtent extent;
  std::vector<std::string> gates;
};

// Draws the world, and then reports it: wholes first, then each division of them in full.
class ReportMaker {
 public:
  explicit ReportMaker(SeededRandom& random) : random_(random) {}

  v1::YardReport Make() {
    report_ = EmptyReport();
    for (v1::Measure measure : {v1::MEASURE_WAITING, v1::MEASURE_CLEARED}) {
      DrawCells();
      // At least one scope that others make up, so that every number takes part in some sum.
      for (const ScopeKind& scope : DrawScopes()) AddScope(scope, measure);
    }
    for (int at = report_.figures_size() - 1; at > 0; --at) {
      report_.mutable_figures()->SwapElements(
          at, static_cast<int>(random_.Uniform(static_cast<uint64_t>(at) + 1)));
    }
    return report_;
  }

 private:
  bool Chance() { return random_.Uniform(2) == 0; }

  int64_t DrawCount() {
    // Zero is frequent and large numbers occur, as at the border.
    uint64_t bound = random_.Uniform(4) == 0 ? 400 : 4;
    return static_cast<int64_t>(random_.Uniform(bound));
  }

  void DrawCells() {
    cells_.clear();
    for (const char* gate : {"LS-HN", "LS-HN-1116", "LS-HN-1119", "LS-TT", "LS-TT-1088",
                             "LS-TT-1090", "LS-CN", "LS-CM"}) {
      for (v1::Direction direction : {v1::DIRECTION_VN_TO_CN, v1::DIRECTION_CN_TO_VN}) {
        for (const std::string& cargo_class : ClassesOf(direction)) {
          for (const char* country : {"VN", "CN"}) {
            for (v1::Load load : {v1::LOAD_LOADED, v1::LOAD_EMPTY}) {
              v1::Dwell dwell = static_cast<v1::Dwell>(v1::DWELL_UNDER_24H + random_.Uniform(3));
              cells_.push_back({gate, direction, cargo_class, country, load, dwell, DrawCount()});
            }
          }
        }
      }
    }
  }

  static std::vector<std::string> ClassesOf(v1::Direction direction) {
    if (direction == v1::DIRECTION_CN_TO_VN) return {"cargo", "new_vehicles"};
    return {"fruit", "other", "not_identified", "unregistered_outside"};
  }

  std::vector<ScopeKind> DrawScopes() {
    auto own = [](const std::string& gate) {
      return ScopeKind{gate, v1::SCOPE_EXTENT_OWN, {gate}};
    };
    std::vector<ScopeKind> scopes = {own("LS-HN"), own("LS-CM"), own("LS-TT")};
    scopes.push_back({"LS-3G", v1::SCOPE_EXTENT_GROUP, {"LS-CM", "LS-HN", "LS-TT"}});
    if (Chance()) scopes.push_back({"LS-HN+TT", v1::SCOPE_EXTENT_GROUP, {"LS-HN", "LS-TT"}});
    if (Chance()) scopes.push_back({"LS-HN+CM", v1::SCOPE_EXTENT_GROUP, {"LS-CM", "LS-HN"}});
    if (Chance()) {
      scopes.push_back(own("LS-TT-1088"));
      scopes.push_back(own("LS-TT-1090"));
      scopes.push_back(
          {"LS-TT", v1::SCOPE_EXTENT_WITH_BELOW, {"LS-TT", "LS-TT-1088", "LS-TT-1090"}});
      if (Chance()) {
        for (const char* gate : {"LS-HN-1116", "LS-HN-1119", "LS-CN"}) scopes.push_back(own(gate));
        scopes.push_back(
            {"LS-HN",
             v1::SCOPE_EXTENT_WITH_BELOW,
             {"LS-CN", "LS-HN", "LS-HN-1116", "LS-HN-1119", "LS-TT", "LS-TT-1088", "LS-TT-1090"}});
      }
    }
    return scopes;
  }

  void AddScope(const ScopeKind& scope, v1::Measure measure) {
    auto at_scope = [&scope](const Cell& cell) {
      return std::find(scope.gates.begin(), scope.gates.end(), cell.gate) != scope.gates.end();
    };
    v1::Figure whole = Towards(Vehicles(scope.id, measure, 0, scope.extent), v1::DIRECTION_BOTH);
    Add(whole, at_scope);
    for (v1::Direction direction : {v1::DIRECTION_VN_TO_CN, v1::DIRECTION_CN_TO_VN}) {
      AddDirection(Towards(whole, direction), [at_scope, direction](const Cell& cell) {
        return at_scope(cell) && cell.direction == direction;
      });
    }
  }

  void AddDirection(const v1::Figure& whole, const Belongs& belongs) {
    if (Chance()) {
      bool from_vn = whole.direction() == v1::DIRECTION_VN_TO_CN;
      std::string split = from_vn ? "export-goods" : "import-goods";
      for (const std::string& id : ClassesOf(whole.direction())) {
        Add(OfClass(whole, id, split),
            [&belongs, &id](const Cell& cell) { return belongs(cell) && cell.cargo_class == id; });
      }
      v1::Figure marked = whole;
      marked.add_complete_splits(split);
      Add(marked, belongs);
    } else {
      Add(whole, belongs);
    }
    if (Chance()) AddCountries(whole, belongs);
    if (Chance()) AddLoads(whole, belongs);
    if (whole.measure() == v1::MEASURE_WAITING && Chance()) AddDwells(whole, belongs);
  }

  void AddCountries(v1::Figure figure, const Belongs& belongs) {
    for (const char* country : {"VN", "CN"}) {
      figure.set_vehicle_country(country);
      Belongs narrower = [&belongs, country](const Cell& cell) {
        return belongs(cell) && cell.country == country;
      };
      Add(figure, narrower);
      if (Chance()) AddLoads(figure, narrower);
    }
  }

  void AddLoads(v1::Figure figure, const Belongs& belongs) {
    for (v1::Load load : {v1::LOAD_LOADED, v1::LOAD_EMPTY}) {
      figure.set_load(load);
      Add(figure,
          [&belongs, load](const Cell& cell) { return belongs(cell) && cell.load == load; });
    }
  }

  void AddDwells(v1::Figure figure, const Belongs& belongs) {
    for (v1::Dwell dwell : {v1::DWELL_UNDER_24H, v1::DWELL_24H_TO_36H, v1::DWELL_OVER_36H}) {
      figure.set_dwell(dwell);
      Add(figure,
          [&belongs, dwell](const Cell& cell) { return belongs(cell) && cell.dwell == dwell; });
    }
  }

  void Add(v1::Figure figure, const Belongs& belongs) {
    int64_t count = 0;
    for (const Cell& cell : cells_) count += belongs(cell) ? cell.count : 0;
    figure.mutable_quantity()->set_value(count);
    if (random_.Uniform(8) == 0) figure = Qualified(figure, v1::QUALIFIER_DERIVED);
    *report_.add_figures() = figure;
  }

  SeededRandom& random_;
  std::vector<Cell> cells_;
  v1::YardReport report_;
};

class SumsProperty : public ::testing::Test {
 protected:
  SumsProperty() : seed_(Seed()), random_(seed_), maker_(random_) {
    std::printf("GATEPOST_SEED=%llu\n", static_cast<unsigned long long>(seed_));
    RecordProperty("seed", std::to_string(seed_));
  }

  v1::Figure& AnyFigure(v1::YardReport& report) {
    return *report.mutable_figures(
        static_cast<int>(random_.Uniform(static_cast<uint64_t>(report.figures_size()))));
  }

  uint64_t seed_;
  SeededRandom random_;
  ReportMaker maker_;
};

TEST_F(SumsProperty, TrueReportsPassAndNoChangedNumberDoes) {
  absl::Time now = domain::InstantOf(TestTime("20:30H")).value();
  for (int round = 0; round < kReports; ++round) {
    SCOPED_TRACE(round);
    v1::YardReport report = maker_.Make();
    ASSERT_EQ(
        Shown(domain::ValidateYardReport(report, HeaderFor(report), {TestRegister(), "VN", now})),
        "OK");
    std::vector<v1::Finding> findings =
        domain::CheckSums(report, TestRegister(), domain::NoHistory());
    ASSERT_TRUE(findings.empty()) << findings.front().DebugString() << report.DebugString();
    for (int change = 0; change < kChangesOfEach; ++change) {
      v1::YardReport changed = report;
      v1::Figure& figure = AnyFigure(changed);
      int64_t value = figure.quantity().value();
      int64_t by = 1 + static_cast<int64_t>(random_.Uniform(random_.Uniform(2) == 0 ? 1 : 500));
      bool less = by <= value && random_.Uniform(2) == 0;
      figure.mutable_quantity()->set_value(less ? value - by : value + by);
      ASSERT_FALSE(Errors(changed).empty()) << "was " << value << ":\n"
                                            << figure.DebugString() << report.DebugString();
    }
  }
}

TEST_F(SumsProperty, LeavingANumberOutNeverMakesATrueReportFail) {
  for (int round = 0; round < kReports; ++round) {
    SCOPED_TRACE(round);
    v1::YardReport report = maker_.Make();
    for (int change = 0; change < kChangesOfEach; ++change) {
      v1::Figure& figure = AnyFigure(report);
      if (figure.quantity().state() != v1::VALUE_STATE_REPORTED) continue;
      figure = random_.Uniform(2) == 0 ? Stateless(figure, v1::VALUE_STATE_NOT_REPORTED)
                                       : Qualified(figure, v1::QUALIFIER_ABOUT);
      ASSERT_EQ(Errors(report), std::vector<std::string>()) << report.DebugString();
    }
  }
}

}  // namespace
}  // namespace gatepost::testing
