#include "client/message_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "certs/certificate.h"
#include "certs/dsse.h"
#include "certs/suites.h"
#include "daemon/domain/message_rules.h"
#include "tests/certs/practice_world.h"
#include "tests/support/manual_clock.h"
#include "tests/support/seeded_random.h"

namespace gatepost::client {
namespace {

using certs::IsOk;
using certs::Must;
using certs::RefusedAs;
using ::testing::ElementsAre;

class MessageBuilderTest : public ::testing::Test {
 protected:
  certs::PracticeWorld world_;
  testing::ManualClock clock_{world_.now};
  testing::SeededRandom random_{7};
  std::unique_ptr<certs::Signer> signer_ =
      certs::SignerFrom(Must(world_.vn.IssueSigner(world_.vn_clerk)));
  MessageBuilder builder_{
      {world_.vn_clerk, "vn-langson", {"cn-pingxiang"}, "Asia/Ho_Chi_Minh"}, clock_, random_};
};

TEST_F(MessageBuilderTest, HeaderPassesTheRules) {
  v1::Message message = builder_.Ping("hello");
  EXPECT_THAT(domain::CheckHeader(message, {world_.vn_clerk.ToString(), world_.now}), IsOk());
  EXPECT_EQ(message.header().authored_at().zone(), "Asia/Ho_Chi_Minh");
  EXPECT_EQ(message.header().salt().size(), 16u);
  EXPECT_THAT(message.header().recipient_nodes(), ElementsAre("cn-pingxiang"));
}

TEST_F(MessageBuilderTest, ReportNamesItsScopesSortedAndOnce) {
  v1::YardReport report;
  for (const char* scope : {"LS-TT", "LS-HN", "LS-TT"}) report.add_figures()->set_scope_id(scope);
  report.mutable_figures(0)->set_yard_id("LS-YARD-1");
  v1::MessageReference base;
  base.set_message_id("0194e1a2-7c00-7000-8000-0123456789ab");
  v1::Message message = builder_.Report(report, base);
  EXPECT_THAT(message.header().scope_ids(), ElementsAre("LS-HN", "LS-TT", "LS-YARD-1"));
  EXPECT_EQ(message.header().replaces().message_id(), base.message_id());
  EXPECT_EQ(message.yard_report().figures_size(), 3);
}

TEST_F(MessageBuilderTest, IdsRiseAlsoWhenTheClockStandsOrStepsBack) {
  std::string last;
  for (int i = 0; i < 2000; ++i) {
    if (i == 1000) clock_.Advance(-absl::Hours(1));
    std::string id = builder_.Ping("x").header().message_id();
    EXPECT_LT(last, id);
    last = id;
  }
}

TEST_F(MessageBuilderTest, SaltsDiffer) {
  std::set<std::string> salts;
  for (int i = 0; i < 100; ++i) salts.insert(builder_.Ping("x").header().salt());
  EXPECT_EQ(salts.size(), 100u);
}

TEST_F(MessageBuilderTest, SignedEnvelopeHoldsOverItsPayload) {
  v1::SubmitRequest request = Must(Sign(builder_.Ping("x"), *signer_));
  const v1::Envelope& envelope = request.envelope();
  ASSERT_EQ(envelope.signatures_size(), 1);
  certs::Certificate leaf = Must(certs::Certificate::Parse(request.chains(0).certificates(0)));
  EXPECT_THAT(certs::Verify(leaf.key(), envelope.signatures(0).suite(),
                            certs::Pae(envelope.payload_type(), envelope.payload()),
                            envelope.signatures(0).value()),
              IsOk());
  EXPECT_EQ(envelope.signatures(0).certificate_sha256(), certs::AsView(leaf.sha256()));
}

TEST_F(MessageBuilderTest, NobodySignsForAnotherAuthor) {
  v1::Message message = builder_.Ping("x");
  message.mutable_header()->set_author(world_.vn_officer.ToString());
  EXPECT_THAT(Sign(message, *signer_), RefusedAs(v1::REASON_AUTHOR_NOT_SIGNER));
}

TEST_F(MessageBuilderTest, ReferenceIsThePaeDigest) {
  v1::SubmitRequest request = Must(Sign(builder_.Ping("x"), *signer_));
  v1::MessageReference reference = ReferenceTo(request.envelope(), "a", "b");
  EXPECT_EQ(reference.pae_sha256(),
            certs::AsView(certs::Sha256Of(
                certs::Pae(request.envelope().payload_type(), request.envelope().payload()))));
}

}  // namespace
}  // namespace gatepost::client
