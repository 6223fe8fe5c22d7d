#include "client/import/figure_path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/system/reason.h"
#include "tests/client/import/file_register.h"

namespace gatepost::client {
namespace {

using ::testing::HasSubstr;

class FigurePathTest : public ::testing::Test {
 protected:
  absl::StatusOr<v1::Figure> Typed(std::string_view text, std::string_view side = "VN") {
    return FigureFromAssignment(text, side, absl::CivilDay(2026, 1, 1), known_);
  }

  FileRegister known_;
};

TEST_F(FigurePathTest, ReadsBothForms) {
  const auto slashes = Typed("LS-ALL/export/waiting/fruit=155");
  const auto spaces = Typed("LS-ALL group export waiting fruit = 155");
  ASSERT_TRUE(slashes.ok()) << slashes.status();
  ASSERT_TRUE(spaces.ok()) << spaces.status();
  EXPECT_EQ(slashes->SerializeAsString(), spaces->SerializeAsString());
  EXPECT_EQ(slashes->extent(), v1::SCOPE_EXTENT_GROUP);
  EXPECT_EQ(slashes->direction(), v1::DIRECTION_VN_TO_CN);
  EXPECT_EQ(slashes->cargo_class(), "fruit");
  EXPECT_EQ(slashes->quantity().value(), 155);
}

TEST_F(FigurePathTest, WordsOfDirectionAreTheSidesOwn) {
  EXPECT_EQ(Typed("LS-HN/import/waiting=1", "CN")->direction(), v1::DIRECTION_VN_TO_CN);
}

TEST_F(FigurePathTest, ReadsEveryOtherWord) {
  const auto figure =
      Typed("1088/2-1089 import waiting vehicles:CN empty over_36h yard:LS-TT-Y-BAONGUYEN = >=5");
  ASSERT_TRUE(figure.ok()) << figure.status();
  EXPECT_EQ(figure->scope_id(), "LS-TT-1088");
  EXPECT_EQ(figure->extent(), v1::SCOPE_EXTENT_OWN);
  EXPECT_EQ(figure->vehicle_country(), "CN");
  EXPECT_EQ(figure->load(), v1::LOAD_EMPTY);
  EXPECT_EQ(figure->dwell(), v1::DWELL_OVER_36H);
  EXPECT_EQ(figure->yard_id(), "LS-TT-Y-BAONGUYEN");
  EXPECT_EQ(figure->quantity().qualifier(), v1::QUALIFIER_AT_LEAST);
}

TEST_F(FigurePathTest, SaysWhichWordMeansNothing) {
  const auto refusal = system::RefusalOf(Typed("LS-HN/export/waitng=1").status());
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->reason, v1::REASON_BAD_ARGUMENT);
  EXPECT_EQ(refusal->came, "waitng");
  EXPECT_THAT(refusal->wanted, HasSubstr("waiting"));
  EXPECT_EQ(system::ReasonOf(Typed("LS-HN/export=1").status()), v1::REASON_BAD_ARGUMENT);
  EXPECT_EQ(system::ReasonOf(Typed("LS-HN/waiting").status()), v1::REASON_BAD_ARGUMENT);
  EXPECT_EQ(system::ReasonOf(Typed("LS-HN/waiting=many").status()), v1::REASON_BAD_ARGUMENT);
  EXPECT_EQ(system::ReasonOf(Typed("LS-XX/waiting=1").status()), v1::REASON_UNKNOWN_GATE);
}

TEST_F(FigurePathTest, PathsReadBack) {
  for (const char* path :
       {"LS-ALL/export/waiting/fruit", "LS-HN/with_below/both/cleared",
        "LS-HN/import/cleared/per_day", "LS-HN/import/waiting/empty/over_36h/vehicles:CN"}) {
    const auto figure = FigureFromPath(path, "VN", absl::CivilDay(2026, 1, 1), known_);
    ASSERT_TRUE(figure.ok()) << figure.status();
    EXPECT_EQ(PathOfFigure(*figure, "VN"), path);
  }
}

TEST_F(FigurePathTest, SameSubjectLooksAtNeitherNumberNorClock) {
  v1::Figure a = *Typed("LS-HN/export/waiting=1");
  v1::Figure b = *Typed("LS-HN/export/waiting=2");
  b.mutable_time()->mutable_as_of()->set_zone("Asia/Shanghai");
  b.set_set_complete(true);
  EXPECT_TRUE(SameSubject(a, b));
  EXPECT_FALSE(SameSubject(a, *Typed("LS-HN/import/waiting=1")));
  EXPECT_FALSE(SameSubject(*Typed("LS-HN/cleared=1"), *Typed("LS-HN/cleared_per_day=1")));
}

}  // namespace
}  // namespace gatepost::client
