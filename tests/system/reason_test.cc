#include "daemon/system/reason.h"

#include <gtest/gtest.h>

#include "absl/strings/cord.h"
#include "google/rpc/error_details.pb.h"

namespace gatepost::system {
namespace {

TEST(ReasonTest, RefusalSurvivesTheWayThroughAStatus) {
  const absl::Status status = Refuse(v1::REASON_SUM_MISMATCH, "waiting + crossed = 120",
                                     "90 + 20 = 110", "correct one of the three figures");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  std::optional<Refusal> refusal = RefusalOf(status);
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->reason, v1::REASON_SUM_MISMATCH);
  EXPECT_EQ(refusal->wanted, "waiting + crossed = 120");
  EXPECT_EQ(refusal->came, "90 + 20 = 110");
  EXPECT_EQ(refusal->todo, "correct one of the three figures");
  EXPECT_EQ(ReasonOf(status), v1::REASON_SUM_MISMATCH);
  EXPECT_EQ(std::string(status.message()),
            "SUM_MISMATCH: wanted waiting + crossed = 120; came 90 + 20 = 110; "
            "correct one of the three figures");
}

TEST(ReasonTest, PayloadIsAnErrorInfoThatAnyClientCanRead) {
  const absl::Status status = Refuse(v1::REASON_OVERLOADED, "a", "b", "c");
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(info.ParseFromString(std::string(status.GetPayload(kErrorInfoUrl).value())));
  EXPECT_EQ(info.reason(), "OVERLOADED");
  EXPECT_EQ(info.domain(), "gatepost");
  EXPECT_EQ(info.metadata().size(), 3u);
  EXPECT_EQ(info.metadata().at("wanted"), "a");
}

TEST(ReasonTest, OtherErrorsAreInternalAndOkHasNoReason) {
  EXPECT_EQ(ReasonOf(absl::OkStatus()), v1::REASON_UNSPECIFIED);
  EXPECT_EQ(ReasonOf(absl::UnknownError("x")), v1::REASON_INTERNAL);
  EXPECT_FALSE(RefusalOf(absl::UnknownError("x")).has_value());
  absl::Status foreign = absl::UnknownError("x");
  google::rpc::ErrorInfo info;
  info.set_reason("SUM_MISMATCH");
  info.set_domain("elsewhere");
  foreign.SetPayload(kErrorInfoUrl, absl::Cord(info.SerializeAsString()));
  EXPECT_EQ(ReasonOf(foreign), v1::REASON_INTERNAL);
  foreign.SetPayload(kErrorInfoUrl, absl::Cord("\xff\xff no protobuf"));
  EXPECT_EQ(ReasonOf(foreign), v1::REASON_INTERNAL);
}

TEST(ReasonTest, ReasonOfANewerProgramKeepsItsTexts) {
  google::rpc::ErrorInfo info;
  info.set_reason("NOT_INVENTED_YET");
  info.set_domain("gatepost");
  (*info.mutable_metadata())["todo"] = "upgrade";
  absl::Status status = absl::InvalidArgumentError("x");
  status.SetPayload(kErrorInfoUrl, absl::Cord(info.SerializeAsString()));
  ASSERT_TRUE(RefusalOf(status).has_value());
  EXPECT_EQ(RefusalOf(status)->reason, v1::REASON_UNSPECIFIED);
  EXPECT_EQ(RefusalOf(status)->todo, "upgrade");
}

TEST(ReasonTest, EveryReasonHasANameWithoutPrefixAndAnErrorCode) {
  const google::protobuf::EnumDescriptor* reasons = v1::Reason_descriptor();
  for (int at = 0; at < reasons->value_count(); ++at) {
    const v1::Reason reason = static_cast<v1::Reason>(reasons->value(at)->number());
    EXPECT_EQ("REASON_" + ReasonName(reason), reasons->value(at)->name());
    EXPECT_NE(CodeOf(reason), absl::StatusCode::kOk);
    EXPECT_EQ(Refuse(reason, "", "", "").code(), CodeOf(reason));
    EXPECT_EQ(ReasonOf(Refuse(reason, "", "", "")), reason);
  }
  EXPECT_EQ(ReasonName(static_cast<v1::Reason>(9999)), "UNKNOWN_9999");
}

// The calls that a client may simply repeat (reason.proto: "Retry: yes").
TEST(ReasonTest, OnlyReasonsToTryAgainAreUnavailable) {
  for (v1::Reason reason : {v1::REASON_OVERLOADED, v1::REASON_NODE_STOPPING,
                            v1::REASON_STORE_FAILED, v1::REASON_NOT_REACHABLE}) {
    EXPECT_EQ(CodeOf(reason), absl::StatusCode::kUnavailable);
  }
  for (v1::Reason reason :
       {v1::REASON_BAD_SIGNATURE, v1::REASON_MALFORMED_PAYLOAD, v1::REASON_MESSAGE_ID_REUSED,
        v1::REASON_NOT_ALLOWED, v1::REASON_HEAD_FORKED, v1::REASON_INTERNAL}) {
    EXPECT_NE(CodeOf(reason), absl::StatusCode::kUnavailable);
  }
  EXPECT_EQ(CodeOf(v1::REASON_STALE_REVISION), absl::StatusCode::kAborted);
  EXPECT_EQ(CodeOf(v1::REASON_REGISTER_DIFFERS), absl::StatusCode::kFailedPrecondition);
}

TEST(ReasonTest, WhatStrangersSentCannotSpoilTheAnswer) {
  const std::string huge(100000, 'x');
  const absl::Status status = Refuse(v1::REASON_BAD_ARGUMENT, "text", "\xff\n" + huge, "again");
  const std::string payload(status.GetPayload(kErrorInfoUrl).value());
  EXPECT_LT(payload.size(), 1200u);
  EXPECT_LT(status.message().size(), 1200u);
  EXPECT_EQ(RefusalOf(status)->came.substr(0, 4), "??xx");
}

}  // namespace
}  // namespace gatepost::system
