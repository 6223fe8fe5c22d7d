#include "daemon/system/protobuf_log.h"

#include <gtest/gtest.h>

#include "gatepost/v1/message.pb.h"

namespace gatepost::system {
namespace {

// A string that is no UTF-8, on the wire: the library complains of it on stderr unless told not to.
TEST(ProtobufLogTest, BytesOfStrangersDoNotWriteToTheLog) {
  v1::Message message;
  message.mutable_ping()->set_token("token");
  std::string bytes = message.SerializeAsString();
  bytes.back() = '\xff';
  testing::internal::CaptureStderr();
  EXPECT_FALSE(message.ParseFromString(bytes));
  EXPECT_NE(testing::internal::GetCapturedStderr(), "");
  SilenceProtobufLog();
  testing::internal::CaptureStderr();
  EXPECT_FALSE(message.ParseFromString(bytes));
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace gatepost::system
