// The ladder of a message, as people and programs read it.
#include "client/render/standing.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>

namespace gatepost::render {
namespace {

using ::testing::HasSubstr;

constexpr char kStatus[] = R"(
  message_id: "0194e1a2-7c00-7000-8000-0123456789ab" short_reference: "LS/2026/00142"
  ladders {
    recipient_node: "cn-pingxiang" sequence: 42 rung: RUNG_READ
    steps { rung: RUNG_FETCHED node: "cn-pingxiang" time { seconds: 1770451530 } leaf_index: 7
            actor: "spiffe://pingxiang.example/agency/port-office/service/feeder"
            agency: "port-office" }
    steps { rung: RUNG_READ node: "cn-pingxiang" time { seconds: 1770451590 } leaf_index: 9
            actor: "spiffe://pingxiang.example/agency/customs/officer/1" agency: "customs"
            acknowledgement: "LS/2026/00150" }
  })";

v1::GetStatusResponse Status() {
  v1::GetStatusResponse status;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(kStatus, &status));
  return status;
}

TEST(Standing, TheLadderShowsWhoOfWhichAgencyHasIt) {
  const std::string text = LadderText(Status(), View());
  for (const char* shown :
       {"READ, read by a person there", "FETCHED", "Agency", "port-office", "customs",
        "spiffe://pingxiang.example/agency/customs/officer/1", "LS/2026/00150"}) {
    EXPECT_THAT(text, HasSubstr(shown));
  }
}

TEST(Standing, TheLadderForProgramsHasALineForEachRung) {
  const std::string csv = LadderCsv(Status());
  EXPECT_THAT(csv, HasSubstr("actor,reason,agency,acknowledgement\n"));
  EXPECT_THAT(csv, HasSubstr("service/feeder,,port-office,\n"));
  EXPECT_THAT(csv, HasSubstr("officer/1,,customs,LS/2026/00150\n"));
}

}  // namespace
}  // namespace gatepost::render
