// Whatever people do with held messages in whatever order, and whenever the node dies: what left
// had its signatures, each message left once, and what was answered is so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/exchange/four_eyes.h"

namespace gatepost::testing {
namespace {

class HeldWorld : public FourEyes {
 public:
  void TestBody() override {}

  // What the test knows of one message.
  struct Known {
    v1::Envelope plain;
    std::string released;  // The answer to its release; empty: none was given.
  };

  void Act(SeededRandom& chance) {
    authority_.hold_for = absl::Hours(1);
    switch (chance.Uniform(7)) {
      case 0:
        known_.push_back({Report(static_cast<int>(known_.size())), ""});
        break;
      case 1:
        world_.KillAndRestart(/*vn=*/true);
        return;
      case 2:
        world_.clock.Advance(absl::Minutes(7));
        world_.vn->hold_limit->OnTick();
        world_.vn->Settle();
        return;
      case 3:
        world_.Cut();
        world_.Connect();
        world_.Run();
        return;
      default:
        break;
    }
    if (known_.empty()) return;
    Known& one = known_[chance.Uniform(known_.size())];
    const std::vector<const certs::Signer*> signers = {&world_.vn_officer(), agent_, stranger_};
    const certs::Signer& who = *signers[chance.Uniform(signers.size())];
    switch (chance.Uniform(3)) {
      case 0:
        Check(one, HandIn(world_.vn_clerk(), one.plain));
        break;
      case 1:
        if (!IsHeld(one)) break;  // An approval is of what is held.
        Check(one, HandIn(who, With(one.plain, who)));
        break;
      default: {
        const bool held = IsHeld(one);
        const auto answer = world_.vn->DropHeld(who, IdIn(one.plain), "chance");
        EXPECT_EQ(answer.ok(), held && &who != stranger_) << answer.status();
        if (answer.ok()) {
          EXPECT_FALSE(IsHeld(one));
        }
        break;
      }
    }
  }

  void CheckAll() {
    world_.Cut();
    world_.Connect();
    world_.Run();
    const auto here = Need(world_.vn->store->Read());
    const auto there = Need(world_.cn->store->Read());
    uint64_t left = 0;
    for (const Known& one : known_) {
      const std::string author = world_.vn_clerk().id().ToString();
      const auto sent = Need(here->FindMessage(author, IdIn(one.plain)));
      const auto came = Need(there->FindMessage(author, IdIn(one.plain)));
      EXPECT_EQ(sent.has_value(), came.has_value());
      EXPECT_EQ(sent.has_value(), !one.released.empty());
      EXPECT_FALSE(sent.has_value() && IsHeld(one));
      if (!sent.has_value() || !came.has_value()) continue;
      ++left;
      EXPECT_EQ(sent->envelope, came->envelope);
      EXPECT_EQ(sent->signatures, came->signatures);
      v1::Envelope envelope;
      ASSERT_TRUE(envelope.ParseFromString(came->envelope));
      EXPECT_EQ(envelope.signatures_size(), 2);
      const auto told = LeavesAbout(*world_.vn, IdIn(one.plain));
      EXPECT_EQ(std::ranges::count(told, "ACCEPTED APPLIED desk-1"), 1);
      EXPECT_EQ(Need(HandIn(world_.vn_clerk(), one.plain)).SerializeAsString(), one.released);
    }
    EXPECT_EQ(Queued(), left);
    EXPECT_EQ(world_.cn->LinkRecord().last_received, left);
  }

 private:
  bool IsHeld(const Known& one) {
    const certs::Digest pae = certs::PaeDigest(one.plain.payload_type(), one.plain.payload());
    return Need(Need(world_.vn->store->Read())->Held(pae)).has_value();
  }
  void Check(Known& one, const absl::StatusOr<v1::SubmitResponse>& answer) {
    if (!answer.ok() || answer->has_held()) {
      EXPECT_TRUE(one.released.empty()) << answer.status();
      return;
    }
    if (one.released.empty()) one.released = answer->SerializeAsString();
    EXPECT_EQ(answer->SerializeAsString(), one.released);
  }

  std::vector<Known> known_;
};

TEST(HeldProperty, HoldsForRandomOrders) {
  for (uint64_t seed = 1; seed <= 25; ++seed) {
    SCOPED_TRACE(seed);
    SeededRandom chance(seed);
    HeldWorld world;
    for (int i = 0; i < 60; ++i) world.Act(chance);
    world.CheckAll();
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace gatepost::testing
