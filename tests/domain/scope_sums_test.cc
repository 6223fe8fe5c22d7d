// Sums over scopes: groups, gates with all below them, and sets that their author calls complete.

#include "tests/domain/sum_case.h"

namespace gatepost::testing {
namespace {

v1::Figure Wide(const std::string& gate, int64_t value) {
  return Vehicles(gate, v1::MEASURE_WAITING, value, v1::SCOPE_EXTENT_WITH_BELOW);
}

v1::Figure Marked(v1::Figure figure) {
  figure.set_set_complete(true);
  return figure;
}

TEST(ScopeSums, MembersAreAtMostTheirGroup) {
  ExpectSums({
      {"less", {GroupWaiting("LS-ALL", 500), Waiting("LS-HN", 300), Waiting("LS-CM", 100)}, {}},
      {"equal", {GroupWaiting("LS-ALL", 400), Waiting("LS-HN", 300), Waiting("LS-CM", 100)}, {}},
      {"more",
       {GroupWaiting("LS-ALL", 399), Waiting("LS-HN", 300), Waiting("LS-CM", 100)},
       {"waiting VN→CN LS-ALL: LS-HN + LS-CM: 300 + 100 = 400, more than the stated 399"}},
      {"one member alone",
       {GroupWaiting("LS-ALL", 299), Waiting("LS-HN", 300)},
       {"waiting VN→CN LS-ALL: LS-HN: 300, more than the stated 299"}},
      {"what is no member does not count",
       {GroupWaiting("LS-HN+CM", 100), Waiting("LS-TT", 300), Waiting("QN-MC", 300)},
       {}},
      {"a group within a group",
       {GroupWaiting("LS-ALL", 99), GroupWaiting("LS-HN+CM", 100)},
       {"waiting VN→CN LS-ALL: LS-HN+CM: 100, more than the stated 99"}},
      {"a province within the border",
       {GroupWaiting("VN-CN-ALL", 199), GroupWaiting("LS-ALL", 100), GroupWaiting("QN-ALL", 100)},
       {"waiting VN→CN VN-CN-ALL: LS-ALL + QN-ALL: 100 + 100 = 200, more than the stated 199"}},
      {"groups that overlap, each by itself",
       {GroupWaiting("LS-3G", 90), GroupWaiting("LS-HN+TT", 80), GroupWaiting("LS-HN+CM", 91)},
       {"waiting VN→CN LS-3G: LS-HN+CM: 91, more than the stated 90"}},
      {"groups that overlap do not add up",
       {GroupWaiting("LS-3G", 90), GroupWaiting("LS-HN+TT", 80), GroupWaiting("LS-HN+CM", 80)},
       {}},
      {"a part that is not exact is left out",
       {GroupWaiting("LS-ALL", 350), Waiting("LS-HN", 300),
        Qualified(Waiting("LS-CM", 100), v1::QUALIFIER_ABOUT)},
       {}},
  });
}

TEST(ScopeSums, AllMembersTogetherAreTheirGroup) {
  ExpectSums({
      {"they are",
       {GroupWaiting("LS-3G", 60), Waiting("LS-HN", 30), Waiting("LS-TT", 20),
        Waiting("LS-CM", 10)},
       {}},
      {"too few",
       {GroupWaiting("LS-3G", 60), Waiting("LS-HN", 30), Waiting("LS-TT", 20), Waiting("LS-CM", 9)},
       {"waiting VN→CN LS-3G: LS-HN + LS-TT + LS-CM: 30 + 20 + 9 = 59, stated 60"}},
      {"too many",
       {GroupWaiting("LS-3G", 60), Waiting("LS-HN", 30), Waiting("LS-TT", 20),
        Waiting("LS-CM", 11)},
       {"waiting VN→CN LS-3G: LS-HN + LS-TT + LS-CM: 30 + 20 + 11 = 61, stated 60"}},
      {"by a group and the rest",
       {GroupWaiting("LS-3G", 60), GroupWaiting("LS-HN+TT", 50), Waiting("LS-CM", 9)},
       {"waiting VN→CN LS-3G: LS-HN+TT + LS-CM: 50 + 9 = 59, stated 60"}},
      {"one that is not exact",
       {GroupWaiting("LS-HN+CM", 60), Waiting("LS-HN", 30),
        Stateless(Waiting("LS-CM", 0), v1::VALUE_STATE_NOT_REPORTED)},
       {},
       {"waiting VN→CN LS-HN+CM: LS-HN + LS-CM: "
        "waiting VN→CN LS-CM is not reported: only exact numbers are summed"}},
  });
}

TEST(ScopeSums, AGateWithAllBelowItIsItselfAndItsParts) {
  // Below LS-TT lie its two roads; a member's figure by itself does not count them twice.
  ExpectSums({
      {"all there",
       {Wide("LS-TT", 60), Waiting("LS-TT", 10), Waiting("LS-TT-1088", 30),
        Waiting("LS-TT-1090", 20)},
       {}},
      {"all there, one too few",
       {Wide("LS-TT", 60), Waiting("LS-TT", 10), Waiting("LS-TT-1088", 29),
        Waiting("LS-TT-1090", 20)},
       {"waiting VN→CN LS-TT with all below: LS-TT + LS-TT-1088 + LS-TT-1090: "
        "10 + 29 + 20 = 59, stated 60"}},
      {"the roads alone are at most",
       {Wide("LS-TT", 49), Waiting("LS-TT-1088", 30), Waiting("LS-TT-1090", 20)},
       {"waiting VN→CN LS-TT with all below: LS-TT-1088 + LS-TT-1090: "
        "30 + 20 = 50, more than the stated 49"}},
      {"a branch within a branch",
       {Wide("LS-HN", 59), Wide("LS-TT", 60)},
       {"waiting VN→CN LS-HN with all below: LS-TT with all below: 60, more than the stated 59"}},
      {"a branch and its own part are not added",
       {Wide("LS-HN", 70), Wide("LS-TT", 60), Waiting("LS-TT-1088", 60)},
       {}},
      {"by itself it may be less than its part",
       {Waiting("LS-TT", 0), Waiting("LS-TT-1088", 30)},
       {}},
      {"in a province",
       {GroupWaiting("LS-ALL", 79), Wide("LS-HN", 60), Waiting("LS-CM", 20)},
       {"waiting VN→CN LS-ALL: LS-HN with all below + LS-CM: 60 + 20 = 80, more than the stated "
        "79"}},
  });
}

TEST(ScopeSums, TheTreeIsThatOfTheBusinessDate) {
  v1::YardReport report = ReportOf({Wide("LS-HN", 10), Waiting("LS-TT", 30)});
  auto errors = [&report](absl::CivilDay day) {
    *report.mutable_business_date() = domain::ToCivilDate(day);
    *report.mutable_as_of() = TestTime(domain::DayText(day) + " 20:00H");
    return Errors(report);
  };
  EXPECT_EQ(errors(absl::CivilDay(2024, 5, 26)), std::vector<std::string>());
  EXPECT_EQ(errors(absl::CivilDay(2024, 5, 27)),
            std::vector<std::string>{"waiting VN→CN LS-HN with all below: LS-TT: "
                                     "30, more than the stated 10"});
}

TEST(ScopeSums, ASetMarkedCompleteIsItsGroup) {
  ExpectSums({
      {"it is",
       {GroupWaiting("LS-ALL", 40), Marked(Waiting("LS-HN", 30)), Marked(Waiting("LS-CM", 10))},
       {}},
      {"it is not",
       {GroupWaiting("LS-ALL", 41), Marked(Waiting("LS-HN", 30)), Marked(Waiting("LS-CM", 10))},
       {"waiting VN→CN LS-ALL: LS-HN + LS-CM: 30 + 10 = 40, stated 41"}},
      {"what is not marked stays out of it",
       {GroupWaiting("LS-ALL", 40), Marked(Waiting("LS-HN", 30)), Marked(Waiting("LS-CM", 10)),
        Waiting("LS-NH", 0)},
       {}},
      {"roads in place of their gate",
       {GroupWaiting("LS-3G", 60), Marked(Waiting("LS-HN", 30)), Marked(Waiting("LS-TT-1088", 20)),
        Marked(Waiting("LS-CM", 9))},
       {"waiting VN→CN LS-3G: LS-HN + LS-TT-1088 + LS-CM: 30 + 20 + 9 = 59, stated 60"}},
      {"the smallest group that holds them",
       {GroupWaiting("LS-ALL", 100), GroupWaiting("LS-HN+CM", 40), Marked(Waiting("LS-HN", 30)),
        Marked(Waiting("LS-CM", 10))},
       {}},
      {"one gate that is the group",
       {GroupWaiting("LS-ALL", 31), Marked(Waiting("LS-HN", 30))},
       {"waiting VN→CN LS-ALL: LS-HN: 30, stated 31"}},
      {"groups that are a group",
       {GroupWaiting("VN-CN-ALL", 201), Marked(GroupWaiting("LS-ALL", 100)),
        Marked(GroupWaiting("QN-ALL", 100))},
       {"waiting VN→CN VN-CN-ALL: LS-ALL + QN-ALL: 100 + 100 = 200, stated 201"}},
      {"a gate and one within it count once",
       {GroupWaiting("LS-ALL", 60), Marked(Wide("LS-HN", 60)), Marked(Waiting("LS-TT", 10))},
       {}},
      {"no group there",
       {Marked(Waiting("LS-HN", 30)), Marked(Waiting("LS-CM", 10))},
       {},
       {"waiting VN→CN LS-HN: set marked complete: "
        "no group of this kind is reported that holds it"}},
      {"a yard",
       {Marked(Vehicles("LS-HN-Y-VIETTEL", v1::MEASURE_WAITING, 3, v1::SCOPE_EXTENT_YARD))},
       {},
       {"waiting VN→CN LS-HN-Y-VIETTEL: set marked complete: yards are not added up to gates"}},
  });
}

TEST(ScopeSums, EachKindOfFigureIsASetOfItsOwn) {
  v1::Figure cleared = Vehicles("LS-HN", v1::MEASURE_CLEARED, 500);
  v1::Figure back = Towards(Waiting("LS-HN", 500), v1::DIRECTION_CN_TO_VN);
  v1::Figure empty = Waiting("LS-HN", 500);
  empty.set_load(v1::LOAD_EMPTY);
  ExpectSums({
      {"other measures, directions and loads",
       {GroupWaiting("LS-ALL", 3), cleared, back, empty},
       {}},
      {"what moved from gate to gate did not leave the group",
       {Vehicles("LS-ALL", v1::MEASURE_MOVED_TO_OTHER_GATE, 0, v1::SCOPE_EXTENT_GROUP),
        Vehicles("LS-HN", v1::MEASURE_MOVED_TO_OTHER_GATE, 9)},
       {}},
      {"places add up",
       {Vehicles("LS-ALL", v1::MEASURE_CAPACITY, 400, v1::SCOPE_EXTENT_GROUP),
        Vehicles("LS-HN", v1::MEASURE_CAPACITY, 450)},
       {"capacity VN→CN LS-ALL: LS-HN: 450, more than the stated 400"}},
  });
}

}  // namespace
}  // namespace gatepost::testing
