// One case for every rule of a header, of a ping and of a message id.

#include "daemon/domain/message_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "daemon/domain/message_id.h"
#include "daemon/domain/yard_rules.h"
#include "tests/domain/report_parts.h"

namespace gatepost::testing {
namespace {

using domain::CheckHeader;
using domain::CheckMessageId;
using domain::CheckPing;
using domain::HeaderContext;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

v1::Message GoodMessage() {
  v1::Message message;
  *message.mutable_yard_report() = ReportOf({Waiting("LS-HN", 5)});
  *message.mutable_header() = HeaderFor(message.yard_report());
  return message;
}

HeaderContext Context() {
  return {"spiffe://langson.example/agency/board/officer/shift-lead-2",
          domain::InstantOf(TestTime("20:00H")).value()};
}

struct Case {
  std::string name;
  std::function<void(v1::Message&, v1::MessageHeader&)> change;
  std::string reason;
  std::string told;  // Somewhere in the refusal.
};

std::vector<Case> Cases() {
  using M = v1::Message;
  using H = v1::MessageHeader;
  return {
      {"no header", [](M& m, H&) { m.clear_header(); }, "FIELD_MISSING", "header"},
      {"no body", [](M& m, H&) { m.clear_body(); }, "FIELD_MISSING", "body"},
      {"no message id", [](M&, H& h) { h.clear_message_id(); }, "BAD_MESSAGE_ID", "no message id"},
      {"a random UUID", [](M&, H& h) { h.set_message_id("0194e1a2-7c00-4000-8000-0123456789ab"); },
       "BAD_MESSAGE_ID", "version 7"},
      {"an id in upper case",
       [](M&, H& h) { h.set_message_id("0194E1A2-7C00-7000-8000-0123456789AB"); }, "BAD_MESSAGE_ID",
       "lower case"},
      {"another author",
       [](M&, H& h) { h.set_author("spiffe://langson.example/agency/board/clerk/yard-1"); },
       "AUTHOR_NOT_SIGNER", "clerk/yard-1"},
      {"the author in capitals",
       [](M&, H& h) { h.set_author("SPIFFE://langson.example/agency/board/officer/shift-lead-2"); },
       "AUTHOR_NOT_SIGNER", "SPIFFE:"},
      {"no author", [](M&, H& h) { h.clear_author(); }, "AUTHOR_NOT_SIGNER", "''"},
      {"no salt", [](M&, H& h) { h.clear_salt(); }, "SALT_TOO_SHORT", "at least 16"},
      {"a short salt", [](M&, H& h) { h.set_salt(std::string(15, 's')); }, "SALT_TOO_SHORT", "15"},
      {"a long salt", [](M&, H& h) { h.set_salt(std::string(65, 's')); }, "MALFORMED_PAYLOAD",
       "at most 64"},
      {"no origin", [](M&, H& h) { h.clear_origin_node(); }, "FIELD_MISSING", "origin_node"},
      {"a bad origin", [](M&, H& h) { h.set_origin_node("VN Langson"); }, "MALFORMED_PAYLOAD",
       "origin_node"},
      {"no recipient", [](M&, H& h) { h.clear_recipient_nodes(); }, "FIELD_MISSING",
       "recipient_nodes"},
      {"17 recipients",
       [](M&, H& h) {
         for (int at = 0; at < 16; ++at) h.add_recipient_nodes("node-" + std::to_string(at));
       },
       "MALFORMED_PAYLOAD", "at most 16"},
      {"a bad recipient", [](M&, H& h) { h.add_recipient_nodes("cn/pingxiang"); },
       "MALFORMED_PAYLOAD", "cn/pingxiang"},
      {"a recipient twice", [](M&, H& h) { h.add_recipient_nodes("cn-pingxiang"); },
       "FIELD_CONFLICT", "'cn-pingxiang' twice"},
      {"the origin as recipient", [](M&, H& h) { h.add_recipient_nodes("vn-langson"); },
       "FIELD_CONFLICT", "leave the origin out"},
      {"an agency twice",
       [](M&, H& h) {
         h.add_addressed_agencies("port-office");
         h.add_addressed_agencies("port-office");
       },
       "FIELD_CONFLICT", "addressed_agencies"},
      {"65 agencies",
       [](M&, H& h) {
         for (int at = 0; at < 65; ++at) h.add_addressed_agencies("a" + std::to_string(at));
       },
       "MALFORMED_PAYLOAD", "at most 64"},
      {"an empty agency", [](M&, H& h) { h.add_addressed_agencies(""); }, "MALFORMED_PAYLOAD",
       "addressed_agencies"},
      {"no time", [](M&, H& h) { h.clear_authored_at(); }, "FIELD_MISSING", "authored_at"},
      {"a time without zone", [](M&, H& h) { h.mutable_authored_at()->clear_zone(); },
       "NO_TIME_ZONE", "no time zone"},
      {"an impossible time",
       [](M&, H& h) { h.mutable_authored_at()->mutable_instant()->set_nanos(-1); }, "BAD_TIME",
       "-1 ns"},
      {"a time to come", [](M&, H& h) { *h.mutable_authored_at() = TestTime("20:06H"); },
       "FUTURE_DATE", "2026-07-01 20:06 H"},
  };
}

TEST(MessageRules, AGoodHeaderPasses) {
  EXPECT_EQ(Shown(CheckHeader(GoodMessage(), Context())), "OK");
}

TEST(MessageRules, EachBreachHasItsReason) {
  for (const Case& one : Cases()) {
    SCOPED_TRACE(one.name);
    v1::Message message = GoodMessage();
    one.change(message, *message.mutable_header());
    // A test that clears the header has just made it again.
    if (one.name == "no header") message.clear_header();
    EXPECT_THAT(Shown(CheckHeader(message, Context())),
                AllOf(StartsWith(one.reason + ": "), HasSubstr(one.told)));
  }
}

TEST(MessageRules, BoundsAreWithin) {
  // The longest salt, 16 recipients, and a clock five minutes ahead all pass.
  v1::Message message = GoodMessage();
  v1::MessageHeader& header = *message.mutable_header();
  header.set_salt(std::string(64, 's'));
  for (int at = 0; at < 15; ++at) header.add_recipient_nodes("node-" + std::to_string(at));
  header.add_addressed_agencies("port-office");
  *header.mutable_authored_at() = TestTime("20:05H");
  EXPECT_EQ(Shown(CheckHeader(message, Context())), "OK");
}

TEST(MessageRules, ABodyOfANewerSchemaPassesAndIsCarried) {
  v1::Message message = GoodMessage();
  message.clear_body();
  // Field 100 of Message, an empty message.
  ASSERT_TRUE(message.MergeFromString(std::string("\xa2\x06\x00", 3)));
  EXPECT_EQ(Shown(CheckHeader(message, Context())), "OK");
  EXPECT_TRUE(domain::HasUnknown(message));
}

TEST(MessageRules, NodeIdsHaveOneForm) {
  for (std::string_view id : {"vn-langson", "a", "node.1_b", "..."}) {
    EXPECT_TRUE(domain::IsNodeId(id)) << id;
  }
  for (const std::string& id :
       {std::string(), std::string("."), std::string(".."), std::string("VN"), std::string("a/b"),
        std::string("a b"), std::string("đ"), std::string(65, 'a')}) {
    EXPECT_FALSE(domain::IsNodeId(id)) << id;
  }
}

TEST(MessageRules, APingIsAboutNothing) {
  v1::Message message = GoodMessage();
  v1::MessageHeader header = message.header();
  v1::Ping ping;
  EXPECT_THAT(Shown(CheckPing(ping, header)),
              AllOf(StartsWith("FIELD_CONFLICT"), HasSubstr("scope_ids")));
  header.clear_scope_ids();
  EXPECT_EQ(Shown(CheckPing(ping, header)), "OK");
  ping.set_token(std::string(64, '~'));
  EXPECT_EQ(Shown(CheckPing(ping, header)), "OK");
  for (const std::string& token : {std::string(65, 'a'), std::string("a\nb"), std::string("đ")}) {
    ping.set_token(token);
    EXPECT_THAT(Shown(CheckPing(ping, header)), StartsWith("MALFORMED_PAYLOAD: token")) << token;
  }
  ping.clear_token();
  header.mutable_replaces()->set_author("a");
  EXPECT_THAT(Shown(CheckPing(ping, header)),
              AllOf(StartsWith("FIELD_CONFLICT"), HasSubstr("replaces")));
}

TEST(MessageId, IsTheExampleOfRfc9562) {
  // Appendix A.6; version and variant bits are set whatever the random bytes held there.
  constexpr std::array<uint8_t, 10> kRandom = {0xfc, 0xc3, 0xd8, 0xc4, 0xdc,
                                               0x0c, 0x0c, 0x07, 0x39, 0x8f};
  std::string id = domain::MakeMessageId(absl::FromUnixMillis(1645557742000), kRandom);
  EXPECT_EQ(id, "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
  EXPECT_TRUE(CheckMessageId(id).ok());
}

TEST(MessageId, SortsByTime) {
  constexpr std::array<uint8_t, 10> kHigh = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
  constexpr std::array<uint8_t, 10> kLow = {};
  absl::Time now = absl::FromUnixMillis(1785000000000);
  EXPECT_LT(domain::MakeMessageId(now, kHigh),
            domain::MakeMessageId(now + absl::Milliseconds(1), kLow));
  EXPECT_EQ(domain::MakeMessageId(absl::InfinitePast(), kLow),
            "00000000-0000-7000-8000-000000000000");
}

TEST(MessageId, HasOneSpelling) {
  for (std::string_view id :
       {"", "0194e1a2-7c00-7000-8000-0123456789a", "0194e1a2-7c00-7000-8000-0123456789abc",
        "0194e1a27c00-7000-8000-0123456789ab-", "{194e1a2-7c00-7000-8000-0123456789a}",
        "0194e1a2-7c00-7000-c000-0123456789ab", "0194e1a2-7c00-1000-8000-0123456789ab",
        "0194e1a2-7c00-7000-8000-0123456789aB", "0194e1a2-7c00-7000-8000-0123456789ag"}) {
    EXPECT_EQ(system::ReasonOf(CheckMessageId(id)), v1::REASON_BAD_MESSAGE_ID) << id;
  }
}

}  // namespace
}  // namespace gatepost::testing
