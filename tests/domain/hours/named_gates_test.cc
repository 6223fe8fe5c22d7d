// Gates named by a class with exceptions come to the ids that were signed (N11).
#include "daemon/domain/hours/named_gates.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/match.h"
#include "daemon/domain/hours/timetable_rules.h"
#include "daemon/system/reason.h"
#include "tests/domain/hours/rule_words.h"
#include "tests/support/daily_reports.h"

namespace gatepost::domain {
namespace {

constexpr absl::CivilDay kDay(2020, 5, 1);

class NamedGates : public ::testing::Test {
 protected:
  static v1::GateSelection Auxiliary(const std::string& except) {
    v1::GateSelection selection;
    selection.set_within("LS-ALL");
    selection.set_type_vn("auxiliary");
    if (!except.empty()) selection.add_except_gate_ids(except);
    return selection;
  }
  std::vector<std::string> Expanded(const v1::GateSelection& selection) const {
    return GatesNamed(selection, gates_, kDay).value_or(std::vector<std::string>{"refused"});
  }
  v1::Reason Refused(const v1::GateSelection& selection) const {
    return system::ReasonOf(GatesNamed(selection, gates_, kDay).status());
  }
  const GateRegister gates_ = testing::ProjectRegister();
};

TEST_F(NamedGates, AClassOfAProvinceWithAnException) {
  const std::vector<std::string> all = Expanded(Auxiliary(""));
  ASSERT_GT(all.size(), 1u);
  for (const std::string& id : all) EXPECT_EQ(gates_.FindGate(id, kDay)->type_vn(), "auxiliary");
  std::vector<std::string> rest = all;
  rest.erase(rest.begin());
  EXPECT_EQ(Expanded(Auxiliary(all.front())), rest);
}

TEST_F(NamedGates, AGateStandsForAllBelowIt) {
  v1::GateSelection selection;
  selection.set_within("LS-HN");
  EXPECT_EQ(Expanded(selection), gates_.BelowOrSelf("LS-HN", kDay));
}

TEST_F(NamedGates, WhatIsNoClassIsRefused) {
  EXPECT_EQ(Refused({}), v1::REASON_FIELD_MISSING);
  v1::GateSelection selection = Auxiliary("");
  selection.set_within("LS-HN-Y-VIETTEL");
  EXPECT_EQ(Refused(selection), v1::REASON_UNKNOWN_GATE) << "a yard";
  selection.set_within("LS-AA");
  EXPECT_EQ(Refused(selection), v1::REASON_UNKNOWN_GATE);
  selection = Auxiliary("");
  selection.set_type_vn("enormous");
  EXPECT_EQ(Refused(selection), v1::REASON_FIELD_CONFLICT) << "no gate is left";
  EXPECT_EQ(Refused(Auxiliary("LS-HN")), v1::REASON_FIELD_CONFLICT) << "not of the class";
  selection = Auxiliary(Expanded(Auxiliary("")).front());
  selection.add_except_gate_ids(selection.except_gate_ids(0));
  EXPECT_EQ(Refused(selection), v1::REASON_FIELD_CONFLICT) << "twice";
}

// Both at the author's door and at the recipient's, by the register of the first day.
TEST_F(NamedGates, TheSignedGatesAreThoseOfTheClass) {
  v1::Timetable timetable =
      InHanoi({{.gates = "LS-CM", .days = "2020-05-01..2020-05-05", .regime = v1::REGIME_CLOSED}});
  v1::TimetableRule& rule = *timetable.mutable_rules(0);
  rule.clear_gate_ids();
  const std::vector<std::string> all = Expanded(Auxiliary(""));
  const std::string spared = all.front();
  for (const std::string& id : all) {
    if (id != spared) rule.add_gate_ids(id);
  }
  *rule.mutable_named_as() = Auxiliary(spared);
  EXPECT_TRUE(CheckTimetable(timetable, gates_).ok());

  rule.mutable_named_as()->clear_except_gate_ids();
  absl::Status checked = CheckTimetable(timetable, gates_);
  EXPECT_EQ(system::ReasonOf(checked), v1::REASON_FIELD_CONFLICT);
  EXPECT_TRUE(absl::StrContains(checked.message(), "missing " + spared)) << checked;

  rule.mutable_named_as()->add_except_gate_ids(spared);
  rule.mutable_named_as()->add_except_gate_ids(all.at(1));
  checked = CheckTimetable(timetable, gates_);
  EXPECT_EQ(system::ReasonOf(checked), v1::REASON_FIELD_CONFLICT);
  EXPECT_TRUE(absl::StrContains(checked.message(), "too many " + all.at(1))) << checked;
}

}  // namespace
}  // namespace gatepost::domain
