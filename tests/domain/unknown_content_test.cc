// What a newer schema may bring, at any depth, and what is merely empty.

#include "daemon/domain/unknown_content.h"

#include <gtest/gtest.h>

#include "gatepost/v1/message.pb.h"
#include "tests/domain/report_parts.h"

namespace gatepost::testing {
namespace {

using domain::HasUnknown;

// Field 15000, no field of any message here: a varint 1.
const std::string kNewField = "\xc0\xa9\x07\x01";

v1::Message MessageWithReport() {
  v1::Message message;
  *message.mutable_yard_report() = ReportOf({Waiting("LS-HN", 5), Waiting("LS-CM", 6)});
  *message.mutable_header() = HeaderFor(message.yard_report());
  return message;
}

TEST(UnknownContent, NothingIsUnknownInMessagesOfThisSchema) {
  EXPECT_FALSE(HasUnknown(v1::Message()));
  EXPECT_FALSE(HasUnknown(MessageWithReport()));
  v1::Message ping;
  ping.mutable_ping()->set_token("a");
  EXPECT_FALSE(HasUnknown(ping));
}

TEST(UnknownContent, AZeroEnumIsMissingAndNotUnknown) {
  v1::Message message = MessageWithReport();
  message.mutable_yard_report()->mutable_figures(0)->set_load(v1::LOAD_UNSPECIFIED);
  EXPECT_FALSE(HasUnknown(message));
}

TEST(UnknownContent, SeesANewFieldAtEveryDepth) {
  v1::Message message = MessageWithReport();
  ASSERT_TRUE(message.ParseFromString(message.SerializeAsString() + kNewField));
  EXPECT_TRUE(HasUnknown(message));

  message = MessageWithReport();
  ASSERT_TRUE(message.mutable_header()->MergeFromString(kNewField));
  EXPECT_TRUE(HasUnknown(message));

  message = MessageWithReport();
  v1::Figure& last = *message.mutable_yard_report()->mutable_figures(1);
  ASSERT_TRUE(last.mutable_quantity()->MergeFromString(kNewField));
  EXPECT_TRUE(HasUnknown(message));

  message = MessageWithReport();
  v1::ZonedTime& as_of = *message.mutable_yard_report()->mutable_as_of();
  ASSERT_TRUE(as_of.mutable_instant()->MergeFromString(kNewField));
  EXPECT_TRUE(HasUnknown(message));
}

TEST(UnknownContent, SeesABodyOfANewerSchema) {
  v1::Message message;
  *message.mutable_header() = MessageWithReport().header();
  // Field 100 of Message, an empty message.
  ASSERT_TRUE(message.MergeFromString(std::string("\xa2\x06\x00", 3)));
  EXPECT_EQ(message.body_case(), v1::Message::BODY_NOT_SET);
  EXPECT_TRUE(HasUnknown(message));
}

TEST(UnknownContent, SeesANewEnumValueAtEveryDepth) {
  v1::Message message = MessageWithReport();
  message.mutable_yard_report()->set_revision(static_cast<v1::RevisionKind>(99));
  EXPECT_TRUE(HasUnknown(message));

  message = MessageWithReport();
  v1::Figure& last = *message.mutable_yard_report()->mutable_figures(1);
  last.mutable_quantity()->set_unit(static_cast<v1::Unit>(99));
  EXPECT_TRUE(HasUnknown(message));

  message = MessageWithReport();
  message.mutable_yard_report()->mutable_figures(0)->set_measure(static_cast<v1::Measure>(-1));
  EXPECT_TRUE(HasUnknown(message));
}

}  // namespace
}  // namespace gatepost::testing
