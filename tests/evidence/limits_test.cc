#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "client/evidence/verify_bundle.h"
#include "daemon/system/reason.h"
#include "tests/evidence/roster_world.h"
#include "tests/support/test_files.h"

// What is not in a bundle, or whose agreement is not the reader's, is missing and never wrong; and
// nothing that is missing makes anything better.
namespace gatepost::evidence {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

struct Crossed : EvidenceWorld {
  Crossed() {
    Cross(Write(vn, *vn_officer, Ping("one")));
    Agree();
    Cosign();
  }
};

Verdict Check(const EvidenceWorld& world, const v1::GetEvidenceResponse& evidence) {
  return VerifyBundle(Sealed(evidence), world.Options());
}

// An agreement of the same node with a third one, whose keys are the reader's or not.
std::string WithThird(const EvidenceWorld& world) {
  std::string text = testing::Replaced(world.agreement, "id: \"test\"", "id: \"third\"");
  const TestLog third("cn-hekou", 'p');
  const size_t second = text.find("node: \"cn-pingxiang\"");
  std::string head = text.substr(0, second);
  std::string tail = text.substr(second);
  for (const auto& [from, to] :
       {std::pair<std::string, std::string>{"node: \"cn-pingxiang\"", "node: \"cn-hekou\""},
        {"/node/cn-pingxiang", "/node/cn-hekou"},
        {world.cn.log_vkey(), third.log_vkey()},
        {world.cn.witness_vkey(), third.witness_vkey()}}) {
    tail = testing::Replaced(tail, from, to);
  }
  return head + tail;
}

bool SaysInForce(const Verdict& verdict) {
  return std::ranges::any_of(verdict.notes, [](const std::string& note) {
    return note.find(": in force by") != std::string::npos;
  });
}

TEST(EvidenceLimits, WithoutARootOrAChainIsIncomplete) {
  const Crossed world;
  for (int root = 0; root < 2; ++root) {
    v1::GetEvidenceResponse evidence = world.Evidence(world.vn);
    evidence.mutable_roots()->DeleteSubrange(root, 1);
    const Verdict verdict = Check(world, evidence);
    EXPECT_EQ(verdict.answer, Answer::kIncomplete) << Describe(verdict);
    EXPECT_EQ(verdict.messages.at(0).message_id, world.sent[0].message.header().message_id());
  }
  v1::GetEvidenceResponse evidence = world.Evidence(world.vn);
  evidence.clear_roots();
  EXPECT_EQ(Check(world, evidence).answer, Answer::kIncomplete);
  evidence = world.Evidence(world.vn);
  evidence.clear_chains();
  EXPECT_EQ(Check(world, evidence).answer, Answer::kIncomplete);
}

// An agreement that came in the bundle alone lends nobody its keys.
TEST(EvidenceLimits, OfAnAgreementThatIsNotTheReadersNothingIsUsed) {
  const Crossed world;
  v1::GetEvidenceResponse evidence = world.Evidence(world.vn);
  evidence.add_link_agreements(WithThird(world));
  VerifyOptions options;
  options.link_agreements = {WithThird(world)};
  const Verdict verdict = VerifyBundle(Sealed(evidence), options);
  EXPECT_EQ(verdict.answer, Answer::kIncomplete) << Describe(verdict);
  for (const MessageFacts& message : verdict.messages) {
    for (const ProvedEntry& entry : message.entries) {
      EXPECT_EQ(entry.node, "vn-langson");
      EXPECT_TRUE(entry.cosigned.empty());
    }
  }
}

// ALL is all that the reader's own agreements name, in the bundle or not.
TEST(EvidenceLimits, StandsByAllOnlyByTheReadersAgreements) {
  const Crossed world;
  const std::string bundle = world.Bundle(world.vn);
  EXPECT_EQ(VerifyBundle(bundle, world.Options()).satisfies, "ALL");
  EXPECT_EQ(VerifyBundle(bundle, {}).satisfies, "PEER");
  VerifyOptions more = world.Options();
  more.link_agreements.push_back(WithThird(world));
  const Verdict verdict = VerifyBundle(bundle, more);
  EXPECT_EQ(verdict.answer, Answer::kValid) << Describe(verdict);
  EXPECT_EQ(verdict.satisfies, "PEER");
}

// An entry that names no node is fixed by one whom the message is addressed to, not by any.
TEST(EvidenceLimits, AnAcceptedEntryStandsByARecipientOnly) {
  EvidenceWorld world;
  world.Accept(world.Write(world.vn, *world.vn_officer, world.Ping("one")));
  const TestLog third("cn-hekou", 'p');
  world.vn.CosignedBy(third, world.now);
  v1::GetEvidenceResponse evidence = world.Evidence(world.vn);
  evidence.add_link_agreements(WithThird(world));
  VerifyOptions options = world.Options();
  options.link_agreements.push_back(WithThird(world));
  const Verdict verdict = VerifyBundle(Sealed(evidence), options);
  EXPECT_EQ(verdict.satisfies, "LOG") << Describe(verdict);
}

// Each recipient's answer is there, or said to be pending.
TEST(EvidenceLimits, WithoutARecipientsAnswerSaysThatItIsPending) {
  EvidenceWorld world;
  world.Accept(world.Write(world.vn, *world.vn_officer, world.Ping("one")));
  world.Cosign();
  const Verdict verdict = Check(world, world.Evidence(world.vn));
  EXPECT_EQ(verdict.answer, Answer::kValid) << Describe(verdict);
  EXPECT_THAT(verdict.notes, Contains(HasSubstr("pending, no entry of cn-pingxiang")));
}

// Two heads that nobody else has seen may be of two histories.
TEST(EvidenceLimits, OfTwoHeadsThatNobodySawTogetherSaysSo) {
  EvidenceWorld world;
  world.Cross(world.Write(world.vn, *world.vn_officer, world.Ping("one")));
  world.Cosign();
  world.Cross(world.Write(world.vn, *world.vn_officer, world.Ping("two")));
  const Verdict verdict = Check(world, world.Evidence(world.vn));
  EXPECT_EQ(verdict.satisfies, "LOG");
  EXPECT_THAT(verdict.notes, Contains(HasSubstr("vn-langson/audit/1: its entries lie under 2 "
                                                "heads")));
  world.Cosign();
  const Verdict cosigned = Check(world, world.Evidence(world.vn));
  EXPECT_THAT(cosigned.notes, Not(Contains(HasSubstr("heads, and no one node"))));
}

// Each entry and each message left out of a good bundle that is sealed again: it is found, or the
// notes say something else than before.
TEST(BundleSweep, EveryOmissionIsFoundOrItsLimitIsStated) {
  EvidenceWorld own;
  own.AgreeWithOwnAcceptance();
  own.Cosign();
  const Crossed crossed;
  EvidenceWorld refused;  // What was decided binds nobody, whatever is left out.
  refused.AgreeWithOwnAcceptance("REFUSED:CERTIFICATE_EXPIRED");
  refused.Decide(refused.sent[0], "REFUSED:CERTIFICATE_EXPIRED", "instead:1");
  refused.Cosign();
  RosterWorld released;
  for (uint32_t version = 1; version < 3; ++version) {
    released.Cross(released.Signed(released.UsualRoster(version), {released.vn_officer.get()}));
  }
  released.ExchangeLogKey(released.vn, 'p');
  released.ExchangeWitnessKey(released.vn, 'q');
  released.Cross(released.BothSigned("one"));
  released.Cosign();
  size_t entries = 0;
  size_t stated = 0;
  size_t messages = 0;
  const std::vector<const EvidenceWorld*> worlds = {&own, &crossed, &refused, &released};
  for (const EvidenceWorld* world : worlds) {
    for (const TestLog* exporter : {&world->vn, &world->cn}) {
      const v1::GetEvidenceResponse whole =
          world == &released ? released.Evidence(*exporter) : world->Evidence(*exporter);
      const Verdict before = Check(*world, whole);
      ASSERT_EQ(before.answer, Answer::kValid) << Describe(before);
      const auto check = [&](const v1::GetEvidenceResponse& evidence, const std::string& what) {
        const Verdict verdict = Check(*world, evidence);
        EXPECT_TRUE(verdict.answer != Answer::kValid || verdict.notes != before.notes)
            << what << Describe(verdict);
        EXPECT_FALSE(world == &refused && SaysInForce(verdict)) << what << Describe(verdict);
        stated += verdict.answer == Answer::kValid ? 1 : 0;
      };
      for (int m = 0; m < whole.messages_size(); ++m) {
        v1::GetEvidenceResponse evidence = whole;
        evidence.mutable_messages()->DeleteSubrange(m, 1);
        check(evidence, "message " + std::to_string(m));
        ++messages;
        for (int l = 0; l < whole.messages(m).leaves_size(); ++l) {
          evidence = whole;
          evidence.mutable_messages(m)->mutable_leaves()->DeleteSubrange(l, 1);
          check(evidence, "message " + std::to_string(m) + " leaf " + std::to_string(l));
          ++entries;
        }
        evidence = whole;
        evidence.mutable_messages(m)->clear_envelope();
        EXPECT_NE(Check(*world, evidence).answer, Answer::kValid);
      }
    }
  }
  std::printf("%zu entries and %zu messages left out: %zu found, %zu stated as a limit\n", entries,
              messages, entries + messages - stated, stated);
}

}  // namespace
}  // namespace gatepost::evidence
