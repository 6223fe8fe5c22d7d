// The project's register against the tables it was made from, its dates, and what people may write
// for a gate.

#include "daemon/domain/gate_register.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "tests/domain/report_parts.h"

namespace gatepost::testing {
namespace {

using domain::GateRegister;
using domain::Place;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

// The two days between which Tân Thanh and Cốc Nam became parts of the Hữu Nghị pair (DOMAIN.md 2).
const absl::CivilDay kBefore(2024, 5, 26);
const absl::CivilDay kAfter(2024, 5, 27);

// Days on which a row of a table holds: its first, its last, one of today.
std::vector<absl::CivilDay> DaysOf(const CsvRow& row) {
  std::vector<absl::CivilDay> days;
  if (!row.at("valid_from").empty()) days.push_back(*domain::ParseDay(row.at("valid_from")));
  if (!row.at("valid_to").empty()) days.push_back(*domain::ParseDay(row.at("valid_to")));
  if (row.at("valid_to").empty()) days.push_back(TestDay());
  return days;
}

// `text` up to a remark in parentheses that is not part of the name.
std::string WithoutRemark(const std::string& text) {
  return std::regex_replace(text, std::regex(" \\((also|with|vi:|to confirm|Tuyên).*\\)$"), "");
}

// The id that a text stands for, or the refusal.
std::string Resolved(std::string_view text, absl::CivilDay on = TestDay()) {
  absl::StatusOr<Place> place = TestRegister().Resolve(text, on);
  return place.ok() ? place->id() : Shown(place.status());
}

std::string Required(std::string_view id, absl::CivilDay on = TestDay()) {
  absl::StatusOr<Place> place = TestRegister().RequireId(id, on);
  return place.ok() ? place->id() : Shown(place.status());
}

TEST(GateRegister, HoldsEveryRowOfTheGatesTable) {
  std::set<std::string> ids;
  for (const CsvRow& row : ReadCsv("tests/data/gates.csv")) {
    ids.insert(row.at("gate_id"));
    for (absl::CivilDay day : DaysOf(row)) {
      SCOPED_TRACE(row.at("gate_id") + " on " + domain::DayText(day));
      const v1::Gate* gate = TestRegister().FindGate(row.at("gate_id"), day);
      ASSERT_NE(gate, nullptr);
      EXPECT_EQ(gate->parent_id(), row.at("parent_id"));
      EXPECT_EQ(gate->names().vi(), WithoutRemark(row.at("name_vi")));
      EXPECT_EQ(gate->names().en(), row.at("name_ascii"));
      EXPECT_EQ(gate->name_in_chinese(), row.at("vn_gate_name_in_chinese"));
      EXPECT_EQ(gate->counterpart_locality(), row.at("locality_cn"));
      EXPECT_EQ(gate->type_vn(), row.at("type_vn_side"));
      EXPECT_EQ(gate->type_cn(), row.at("type_cn_side"));
      EXPECT_EQ(gate->unlocode_vn(), row.at("unlocode_vn"));
      EXPECT_EQ(gate->unlocode_cn(), row.at("unlocode_cn"));
      EXPECT_THAT(gate->status(), StartsWith(row.at("status_as_found")));
      EXPECT_EQ(gate->province(), row.at("gate_id").starts_with("HG-")
                                      ? "Tuyên Quang"  // Since July 2025.
                                      : row.at("province_vn"));
    }
  }
  std::set<std::string> held;
  for (const v1::Gate& gate : TestRegister().proto().gates()) held.insert(gate.id());
  EXPECT_EQ(held, ids);
  EXPECT_EQ(ids.size(), 36u);
}

TEST(GateRegister, HoldsEveryNameAndLandmarkOfTheGatesTable) {
  for (const CsvRow& row : ReadCsv("tests/data/gates.csv")) {
    for (absl::CivilDay day : DaysOf(row)) {
      SCOPED_TRACE(row.at("gate_id") + " on " + domain::DayText(day));
      const v1::Gate& gate = *TestRegister().FindGate(row.at("gate_id"), day);
      std::set<std::string> names(gate.aliases().begin(), gate.aliases().end());
      for (const v1::Names* some : {&gate.names(), &gate.counterpart()}) {
        names.insert({some->vi(), some->zh(), some->en()});
      }
      // `弄尧 / 弄怀`: two names. `Puzhai (vi: Pò Chài)`, `Cốc Nam (also Lũng Vài)`: a second one.
      static const std::regex kSecond("\\((?:also|with|vi:) ([^)]*)\\)$");
      for (const char* column : {"name_vi", "cn_counterpart_zh", "cn_counterpart_en"}) {
        std::string cell = row.at(column);
        if (std::smatch second; std::regex_search(cell, second, kSecond)) {
          EXPECT_THAT(names, Contains(second[1].str()));
        }
        cell = WithoutRemark(cell);
        size_t slash = cell.find(" / ");
        EXPECT_THAT(names, Contains(cell.substr(0, slash)));
        if (slash != std::string::npos) {
          EXPECT_THAT(names, Contains(cell.substr(slash + 3)));
        }
      }
      std::vector<std::string> wanted;
      static const std::regex kMarkers("[0-9]+(/[0-9]+)?(-[0-9]+(/[0-9]+)?)?");
      const std::string& cell = row.at("landmarks");
      for (std::sregex_iterator at(cell.begin(), cell.end(), kMarkers), end; at != end; ++at) {
        wanted.push_back(at->str());
      }
      std::vector<std::string> held;
      for (const v1::Landmark& landmark : gate.landmarks()) held.push_back(landmark.markers());
      EXPECT_EQ(held, wanted);
    }
  }
}

TEST(GateRegister, HoldsEveryRowOfTheScopesTable) {
  size_t count = 0;
  for (const CsvRow& row : ReadCsv("tests/data/scopes.csv")) {
    ++count;
    for (absl::CivilDay day : DaysOf(row)) {
      SCOPED_TRACE(row.at("scope_id") + " on " + domain::DayText(day));
      const v1::Scope* scope = TestRegister().FindScope(row.at("scope_id"), day);
      ASSERT_NE(scope, nullptr);
      EXPECT_EQ(scope->kind(),
                row.at("kind") == "yard" ? v1::SCOPE_EXTENT_YARD : v1::SCOPE_EXTENT_GROUP);
      EXPECT_EQ(scope->names().vi(), row.at("name_vi"));
      if (!row.at("name_zh").empty()) {
        EXPECT_EQ(scope->names().zh(), row.at("name_zh"));
      }
      std::string members;
      for (const std::string& id : scope->member_ids()) members += " " + id;
      std::string held = members.empty() ? "province:" + scope->province() : members.substr(1);
      EXPECT_EQ(held, row.at("members"));
    }
  }
  EXPECT_EQ(TestRegister().proto().scopes_size(), static_cast<int>(count));
}

TEST(GateRegister, TheTreeChangedOn27May2024) {
  const GateRegister& gates = TestRegister();
  EXPECT_THAT(gates.BelowOrSelf("LS-HN", kBefore),
              ElementsAre("LS-HN", "LS-HN-1116", "LS-HN-1119"));
  EXPECT_THAT(gates.BelowOrSelf("LS-HN", kAfter),
              ElementsAre("LS-CN", "LS-HN", "LS-HN-1116", "LS-HN-1119", "LS-TT", "LS-TT-1088",
                          "LS-TT-1090"));
  EXPECT_THAT(gates.TreeChangesBetween("LS-HN", kBefore, kAfter),
              ElementsAre("LS-CN", "LS-TT", "LS-TT-1088", "LS-TT-1090"));
  for (std::string_view changed : {"LS-HN", "LS-TT", "LS-CN", "LS-ALL", "LS-3G", "VN-CN-ALL"}) {
    EXPECT_TRUE(gates.TreeChangedBetween(changed, kBefore, kAfter)) << changed;
    EXPECT_TRUE(gates.TreeChangedBetween(changed, kAfter, kBefore)) << changed;
    EXPECT_FALSE(gates.TreeChangedBetween(changed, kBefore - 1, kBefore)) << changed;
    EXPECT_FALSE(gates.TreeChangedBetween(changed, kAfter, kAfter + 1)) << changed;
  }
  for (std::string_view same : {"LS-CM", "LS-HN-1119", "LS-HN+CM", "QN-ALL"}) {
    bool wide = same == "LS-HN+CM";  // With what lies below its members.
    EXPECT_EQ(gates.TreeChangedBetween(same, kBefore, kAfter), wide) << same;
  }
}

TEST(GateRegister, AGateIsKnownOnItsDaysOnly) {
  EXPECT_EQ(TestRegister().FindGate("LS-TT-1088", kBefore), nullptr);
  EXPECT_EQ(Required("LS-TT-1088", kAfter), "LS-TT-1088");
  EXPECT_EQ(Required("LS-TT-1088", kBefore),
            "GATE_NOT_VALID_ON_DATE: a gate, yard or group that is valid on 2024-05-26 | "
            "'LS-TT-1088': LS-TT-1088 is valid from 2024-05-27 | "
            "name what was valid on that day, or correct the date");
  EXPECT_THAT(Required("LS-HN-PAIR", kBefore), StartsWith("GATE_NOT_VALID_ON_DATE"));
  // The landmark is older than the road that is named for it.
  EXPECT_EQ(Resolved("1088/2-1089", kBefore), "LS-TT");
  EXPECT_EQ(Resolved("1088/2-1089", kAfter), "LS-TT-1088");
  // A province's group follows its gates.
  EXPECT_EQ(TestRegister().FindGate("HG-TT", absl::CivilDay(2025, 6, 30))->province(), "Hà Giang");
  EXPECT_EQ(TestRegister().FindGate("HG-TT", absl::CivilDay(2025, 7, 1))->province(),
            "Tuyên Quang");
  EXPECT_EQ(TestRegister().FindGate("CB-TRL", absl::CivilDay(2023, 12, 27))->type_vn(),
            "main (bilateral) road");
  EXPECT_EQ(TestRegister().FindGate("CB-TRL", absl::CivilDay(2023, 12, 28))->type_vn(),
            "international road");
}

TEST(GateRegister, KnowsAGateByAnyOfItsNames) {
  struct Case {
    std::string_view text;
    std::string_view id;
  };
  constexpr Case kCases[] = {
      {"LS-HN", "LS-HN"},
      {"ls-hn", "LS-HN"},
      {"ls - hn", "LS-HN"},
      {"Hữu Nghị", "LS-HN"},
      {"HỮU  NGHỊ", "LS-HN"},
      {"huu nghi", "LS-HN"},
      {"Hu\xcc\x9b\xcc\x83u Nghi\xcc\xa3", "LS-HN"},  // Letters and marks apart.
      {"友谊关", "LS-HN"},
      {"Youyiguan", "LS-HN"},
      {"友谊", "LS-HN"},
      // DOMAIN.md 2: all LS-CN.
      {"Lũng Vài", "LS-CN"},
      {"Lung Nghiu", "LS-CN"},
      {"Nongyao", "LS-CN"},
      {"弄怀", "LS-CN"},
      {"Cốc Nam", "LS-CN"},
      {"Pò Chài", "LS-TT"},
      {"Dong Dang", "LS-DD"},
      {"đồng đăng", "LS-DD"},
      {"LS-ALL", "LS-ALL"},
      {"tat ca cua khau Lang Son", "LS-ALL"},
      {"bãi xe Xuân Cương", "LS-HN-Y-XUANCUONG"},
      {"1119-1120", "LS-HN-1119"},
      {"1119 - 1120", "LS-HN-1119"},
      {"1119–1120", "LS-HN-1119"},
      {"１１１９－１１２０", "LS-HN-1119"},
      {"mốc 1088/2-1089", "LS-TT-1088"},
      {"Moc 1035", "LS-BN"},
      {"landmark 1104-1105", "LS-CN"},
  };
  for (const Case& one : kCases) EXPECT_EQ(Resolved(one.text), one.id) << one.text;
}

TEST(GateRegister, AMistypedLandmarkNamesTheNearestValidOne) {
  struct Case {
    std::string_view text;
    std::string_view todo;
  };
  constexpr Case kCases[] = {
      {"119-1120", "write 1119-1120 (LS-HN-1119)"},       // A digit left out.
      {"1104-1005", "write 1104-1105 (LS-CN)"},           // A digit mistaken.
      {"1191-1120", "write 1119-1120 (LS-HN-1119)"},      // Two digits swapped.
      {"11190-1120", "write 1119-1120 (LS-HN-1119)"},     // A digit too many.
      {"1088/1-1089", "write 1088/2-1089 (LS-TT-1088)"},  // Another marker of the same number.
      {"1088-1089", "write 1088/2-1089 (LS-TT-1088)"},    // Without it.
      {"1120", "write 1119-1120 (LS-HN-1119)"},           // Half of the pair.
      {"1036", "write 1035 (LS-BN)"},
  };
  for (const Case& one : kCases) {
    std::string refusal = "UNKNOWN_LANDMARK: a landmark of a gate valid on 2026-07-01 | '" +
                          std::string(one.text) + "' | " + std::string(one.todo);
    EXPECT_EQ(Resolved(one.text), refusal);
    EXPECT_EQ(Required(one.text), refusal);
  }
}

// Each landmark that is compared costs memory and time by the length of both.
TEST(GateRegister, DigitsWithoutEndAreComparedWithNoLandmark) {
  EXPECT_THAT(Resolved(std::string(500'000, '1') + "-1120"),
              AllOf(StartsWith("UNKNOWN_GATE"), HasSubstr("name it by its id")));
}

TEST(GateRegister, AnUnknownNameNamesTheNearestIds) {
  EXPECT_EQ(Resolved("LS-HM"),
            "UNKNOWN_GATE: a gate, yard or group valid on 2026-07-01 | 'LS-HM' | "
            "write its id; nearest: LS-CM, LS-HN, LS-3G");
  EXPECT_THAT(Resolved("Hữu Nghi Quan"), AllOf(StartsWith("UNKNOWN_GATE"), HasSubstr("LS-HN")));
  EXPECT_THAT(Resolved(""), StartsWith("UNKNOWN_GATE"));
  EXPECT_THAT(Resolved(std::string(5000, 'x')),
              AllOf(StartsWith("UNKNOWN_GATE"), HasSubstr("name it by its id")));
  EXPECT_THAT(Resolved("\xff\x1b[31m"), AllOf(StartsWith("UNKNOWN_GATE"), Not(HasSubstr("\x1b"))));
}

TEST(GateRegister, InAMessageOnlyIdsAreAllowed) {
  EXPECT_EQ(Required("LS-HN"), "LS-HN");
  EXPECT_EQ(Required("LS-HN-Y-VIETTEL"), "LS-HN-Y-VIETTEL");
  EXPECT_EQ(Required("Hữu Nghị"),
            "UNKNOWN_GATE: the id of a gate, yard or group | 'Hữu Nghị' | write LS-HN");
  EXPECT_EQ(Required("1119-1120"),
            "UNKNOWN_GATE: the id of a gate, yard or group | '1119-1120' | write LS-HN-1119");
  EXPECT_EQ(Required("ls-hn"),
            "UNKNOWN_GATE: the id of a gate, yard or group | 'ls-hn' | write LS-HN");
}

TEST(GateRegister, AGroupIsItsGatesEachByItself) {
  const GateRegister& gates = TestRegister();
  EXPECT_THAT(gates.GroupMembers("LS-3G", TestDay()), ElementsAre("LS-CM", "LS-HN", "LS-TT"));
  EXPECT_THAT(gates.GroupMembers("LS-ALL", kBefore),
              ElementsAre("LS-BN", "LS-CM", "LS-CN", "LS-DD", "LS-HN", "LS-HN-1116", "LS-HN-1119",
                          "LS-NH", "LS-NN", "LS-PN", "LS-TT"));
  EXPECT_THAT(gates.GroupMembers("LS-ALL", kAfter),
              ElementsAre("LS-BN", "LS-CM", "LS-CN", "LS-DD", "LS-HN", "LS-HN-1116", "LS-HN-1119",
                          "LS-NH", "LS-NN", "LS-PN", "LS-TT", "LS-TT-1088", "LS-TT-1090"));
  EXPECT_EQ(gates.GroupMembers("VN-CN-ALL", TestDay()).size(), gates.GatesOn(TestDay()).size());
  EXPECT_THAT(gates.GroupMembers("LS-HN", TestDay()), IsEmpty());
  EXPECT_THAT(gates.GroupMembers("LS-HN-Y-VIETTEL", TestDay()), IsEmpty());
}

TEST(GateRegister, ScopesOverlapAsTheirGatesDo) {
  const GateRegister& gates = TestRegister();
  const domain::ScopeRef own{"LS-HN", v1::SCOPE_EXTENT_OWN};
  const domain::ScopeRef wide{"LS-HN", v1::SCOPE_EXTENT_WITH_BELOW};
  const domain::ScopeRef part{"LS-TT", v1::SCOPE_EXTENT_OWN};
  const domain::ScopeRef group{"LS-ALL", v1::SCOPE_EXTENT_GROUP};
  const domain::ScopeRef far{"QN-ALL", v1::SCOPE_EXTENT_GROUP};
  const domain::ScopeRef yard{"LS-HN-Y-VIETTEL", v1::SCOPE_EXTENT_YARD};
  EXPECT_TRUE(gates.Disjoint(own, part, kAfter));
  EXPECT_TRUE(gates.Disjoint(wide, part, kBefore));
  EXPECT_FALSE(gates.Disjoint(wide, part, kAfter));
  EXPECT_TRUE(gates.Disjoint(group, far, kAfter));
  EXPECT_FALSE(gates.Disjoint(own, yard, kAfter));
  EXPECT_TRUE(gates.Contains(wide, own, kAfter));
  EXPECT_FALSE(gates.Contains(own, wide, kAfter));
  EXPECT_FALSE(gates.Contains(wide, part, kBefore));
  EXPECT_TRUE(gates.Contains(group, wide, kAfter));
  EXPECT_FALSE(gates.Contains(group, yard, kAfter));
  EXPECT_TRUE(gates.Contains(yard, yard, kAfter));
}

TEST(GateRegister, KnowsTheCargoTreeAndItsSplits) {
  const GateRegister& gates = TestRegister();
  EXPECT_EQ(gates.FindCargoClass("durian", TestDay())->parent_id(), "fruit");
  EXPECT_EQ(gates.FindCargoClass("pepper", TestDay()), nullptr);
  EXPECT_THAT(gates.FindSplit("export-goods", TestDay())->part_ids(),
              ElementsAre("fruit", "other", "not_identified", "unregistered_outside"));
  EXPECT_EQ(gates.FindSplit("export-goods", TestDay())->rest_part_id(), "other");
  EXPECT_THAT(gates.FindSplit("import-goods", TestDay())->part_ids(),
              ElementsAre("cargo", "new_vehicles"));
  EXPECT_EQ(gates.FindSplit("import-goods", TestDay())->rest_part_id(), "cargo");
}

}  // namespace
}  // namespace gatepost::testing
