#include "client/render/errors.h"

#include <gtest/gtest.h>

#include "daemon/system/reason.h"

namespace gatepost::render {
namespace {

absl::Status Refused(v1::Reason reason) { return system::Refuse(reason, "a", "b", "c"); }

TEST(ErrorTextTest, SaysCodeWantedCameAndWhatToDo) {
  EXPECT_EQ(ErrorText(Refused(v1::REASON_SUM_MISMATCH)),
            "refused: SUM_MISMATCH\n"
            "  wanted      a\n"
            "  came        b\n"
            "  what to do  c\n");
}

TEST(ErrorTextTest, AnErrorOfOursIsStillAnError) {
  EXPECT_EQ(ErrorText(absl::InternalError("odd")), "refused: INTERNAL\n  came  odd\n");
}

TEST(ExitCodeTest, FollowsTheTableOfTheDesign) {
  EXPECT_EQ(ExitCode(absl::OkStatus()), 0);
  EXPECT_EQ(ExitCode(Refused(v1::REASON_SUM_MISMATCH)), 1);
  EXPECT_EQ(ExitCode(Refused(v1::REASON_UNMAPPED_ROW)), 1);
  EXPECT_EQ(ExitCode(Refused(v1::REASON_BAD_ARGUMENT)), 2);
  EXPECT_EQ(ExitCode(Refused(v1::REASON_BAD_CONFIG)), 2);
  EXPECT_EQ(ExitCode(Refused(v1::REASON_NOT_REACHABLE)), 3);
  EXPECT_EQ(ExitCode(Refused(v1::REASON_NOT_ALLOWED)), 4);
  EXPECT_EQ(ExitCode(Refused(v1::REASON_CROSS_DOMAIN)), 4);
  EXPECT_EQ(ExitCode(Refused(v1::REASON_EVIDENCE_INVALID)), 5);
}

}  // namespace
}  // namespace gatepost::render
