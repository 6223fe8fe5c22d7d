// What is in force, as people and programs read it: terms, reasons and rough bounds are not lost.
#include "client/render/hours.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

namespace gatepost::render {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A gate that closes in the course of a day, and opens on terms.
v1::GetHoursResponse Hours() {
  v1::GetHoursResponse hours;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(R"(
    node: "vn-langson"
    as_known_at { instant { seconds: 1800000000 } zone: "Asia/Ho_Chi_Minh" }
    hours {
      gate_id: "LS-TT" traffic: TRAFFIC_GOODS direction: DIRECTION_BOTH load: LOAD_ANY
      spans {
        period { start { instant { seconds: 1801760400 } } end { instant { seconds: 1802106000 } } }
        opening: OPENING_CLOSED regime: REGIME_CLOSED cited: 0
        begin_precision: PRECISION_PART_OF_DAY end_precision: PRECISION_DAY
        reason: CHANGE_REASON_EPIDEMIC
      }
      spans {
        period { start { instant { seconds: 1802106000 } } end { instant { seconds: 1802192400 } } }
        opening: OPENING_UNKNOWN regime: REGIME_PREREGISTERED_ONLY cited: 0
        begin_precision: PRECISION_DAY
        conditions {
          handover: HANDOVER_METHOD_AT_LINE_PROTECTIVE
          dwell_limits { hours: 36 two_way: true }
          diversions { cargo_classes: "dry" gate_ids: "LS-NH" gate_ids: "LS-PN" }
        }
      }
    }
    cited { short_reference: "LS/2026/00002" message_id: "01a2-2" kind: "closure" })",
                                                            &hours));
  return hours;
}

TEST(HoursTest, PeopleReadTermsReasonsAndRoughBounds) {
  const std::string text = HoursText(Hours(), View());
  EXPECT_THAT(text, HasSubstr("[known to a part of the day only] to"));
  EXPECT_THAT(text, HasSubstr("[known to the day only]"));
  EXPECT_THAT(text, HasSubstr("closed: epidemic"));
  EXPECT_THAT(text, HasSubstr("handed over at the line, in protective clothing; at most 36 h, "
                              "loaded both ways; dry goods: better by LS-NH LS-PN"));
  EXPECT_THAT(text, HasSubstr("UNKNOWN"));
  EXPECT_THAT(text, HasSubstr("only registered beforehand"));
}

TEST(HoursTest, NothingIsSaidWhereNothingIsToSay) {
  v1::GetHoursResponse hours = Hours();
  hours.mutable_hours(0)->mutable_spans()->RemoveLast();
  hours.mutable_hours(0)->mutable_spans(0)->clear_begin_precision();
  hours.mutable_hours(0)->mutable_spans(0)->set_end_precision(v1::PRECISION_MINUTE);
  const std::string text = HoursText(hours, View());
  EXPECT_THAT(text, Not(HasSubstr("known to")));
  EXPECT_THAT(text, Not(HasSubstr("Terms")));
}

TEST(HoursTest, ProgramsReadThemInColumns) {
  const std::string csv = HoursCsv(Hours());
  EXPECT_THAT(csv, HasSubstr("says,begin_precision,end_precision,reason,terms\n"));
  EXPECT_THAT(csv, HasSubstr("PRECISION_PART_OF_DAY,PRECISION_DAY,CHANGE_REASON_EPIDEMIC,\n"));
}

}  // namespace
}  // namespace gatepost::render
