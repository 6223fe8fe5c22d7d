#include "client/render/observed.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

namespace gatepost::render {
namespace {

using ::testing::HasSubstr;

template <typename T>
T Of(const char* text) {
  T message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

// 14 February 2026: agreed 8:00 to 18:00 in Hanoi, seen to open at 8:20 and to close at 17:00.
constexpr char kDays[] = R"(
  days {
    gate_id: "LS-HN" date { year: 2026 month: 2 day: 14 }
    agreed { start { instant { seconds: 1771030800 } zone: "Asia/Ho_Chi_Minh" }
             end { instant { seconds: 1771066800 } zone: "Asia/Ho_Chi_Minh" } }
    agreed_cited: "LS/2026/00003"
    seen { opened: true side: "VN" reference: "LS/2026/00010" late_minutes: 20
           at { instant { seconds: 1771032000 } zone: "Asia/Ho_Chi_Minh" }
           agreed_at { instant { seconds: 1771030800 } zone: "Asia/Ho_Chi_Minh" } }
    seen { side: "CN" reference: "LS/2026/00011" late_minutes: -60
           at { instant { seconds: 1771063200 } zone: "Asia/Ho_Chi_Minh" }
           agreed_at { instant { seconds: 1771066800 } zone: "Asia/Ho_Chi_Minh" } }
    verdict: OBSERVED_VERDICT_DIFFERS agreed_minutes: 600 seen_minutes: 520
  }
  days {
    gate_id: "LS-HN" date { year: 2026 month: 2 day: 15 } seen_minutes: -1
    verdict: OBSERVED_VERDICT_NOT_SEEN
  })";

TEST(Observed, AgreedAndSeenStandSideBySideInBothZones) {
  const std::string text = ObservedText(Of<v1::ListObservedDaysResponse>(kDays), View());
  EXPECT_THAT(text, HasSubstr("08:00 H (09:00 B) to 18:00 H (19:00 B)"));
  EXPECT_THAT(text, HasSubstr("opened 08:20 H (09:20 B) [+0 h 20 min] (VN LS/2026/00010), closed "
                              "17:00 H (18:00 B) [-1 h 00 min] (CN LS/2026/00011)"));
  EXPECT_THAT(text, HasSubstr("CLOSED"));
  EXPECT_THAT(text,
              HasSubstr("LS-HN: 2 days, 1 with something seen, 0 of them as agreed; where all "
                        "was seen, agreed 10 h 00 min, open 8 h 40 min\n"));
}

TEST(Observed, ProgramsGetALineForEachDay) {
  EXPECT_EQ(ObservedCsv(Of<v1::ListObservedDaysResponse>(kDays)),
            "gate,date,verdict,agreed,agreed_unknown,agreed_minutes,seen,seen_minutes,agreed_cited,"
            "seen_cited\n"
            "LS-HN,2026-02-14,OBSERVED_VERDICT_DIFFERS,2026-02-14T08:00:00+07:00/"
            "2026-02-14T18:00:00+07:00,false,600,opened=2026-02-14T08:20:00+07:00 "
            "closed=2026-02-14T17:00:00+07:00,520,LS/2026/00003,LS/2026/00010 LS/2026/00011\n"
            "LS-HN,2026-02-15,OBSERVED_VERDICT_NOT_SEEN,,false,0,,,,\n");
}

TEST(LeadTimes, EachChangeAndTheShortestOfItsGate) {
  const auto list = Of<v1::ListLeadTimesResponse>(R"(
    lead_times { gate_id: "LS-HN" reference: "LS/2026/00003" kind: "closure" side: "VN"
                 begins { instant { seconds: 1771030800 } zone: "Asia/Ho_Chi_Minh" }
                 known { instant { seconds: 1770339600 } zone: "Asia/Ho_Chi_Minh" }
                 lead_minutes: 11520 }
    lead_times { gate_id: "LS-HN" reference: "LS/2026/00004" kind: "observed_stop" side: "VN"
                 begins { instant { seconds: 1771030800 } zone: "Asia/Ho_Chi_Minh" }
                 known { instant { seconds: 1771031400 } zone: "Asia/Ho_Chi_Minh" }
                 lead_minutes: -10 })");
  const std::string text = LeadTimesText(list, View());
  EXPECT_THAT(text, HasSubstr("8 d 0 h  VN    LS/2026/00003 closure\n"));
  EXPECT_THAT(text, HasSubstr("10 min 00 s after  VN    LS/2026/00004 stop seen\n"));
  EXPECT_THAT(text, HasSubstr("LS-HN: 2 changes, shortest lead time 10 min 00 s after, median"));
  EXPECT_EQ(LeadTimesText({}, View()), "no change of hours began\n");
  EXPECT_THAT(LeadTimesCsv(list), HasSubstr(",2026-02-14T08:00:00+07:00,2026-02-06T08:00:00+07:00,"
                                            "11520\n"));
}

}  // namespace
}  // namespace gatepost::render
