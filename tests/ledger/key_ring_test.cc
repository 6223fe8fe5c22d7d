#include "daemon/ledger/key_ring.h"

#include <string>

#include "certs/ed25519.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/merkle.h"
#include "daemon/system/reason.h"
#include "gatepost/v1/reason.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace gatepost::ledger {
namespace {

using ::testing::ElementsAre;

template <typename T>
T Need(absl::StatusOr<T> result) {
  EXPECT_TRUE(result.ok()) << result.status();
  return *std::move(result);
}

Ed25519NoteSigner SignerOf(const std::string& name, char seed, uint8_t type = kEd25519Type) {
  return {name, type, Need(certs::Ed25519Key::FromSeed(std::string(32, seed)))};
}

class KeyRingTest : public ::testing::Test {
 protected:
  const Ed25519NoteSigner first_ = SignerOf("vn/audit", 'a');
  const Ed25519NoteSigner second_ = SignerOf("vn/audit", 'b');
  const Ed25519NoteSigner third_ = SignerOf("vn/audit", 'c');
  const Checkpoint head_{"vn/audit/1", 0, EmptyRoot()};

  static VerifierKey KeyOf(const NoteSigner& signer) { return Need(VerifierOf(signer)); }
  KeyRing TwoKeys() const {
    KeyRing ring(KeyOf(first_));
    EXPECT_TRUE(ring.Add(KeyOf(second_)).ok());
    return ring;
  }
};

TEST_F(KeyRingTest, HeadsOfEveryKeyVerifyForEver) {
  const KeyRing ring = TwoKeys();
  const std::string by_first = Need(SignCheckpoint(head_, first_));
  const std::string by_second = Need(SignCheckpoint(head_, second_));
  EXPECT_EQ(Need(CheckNote(by_first, ring, {})).log_key, KeyOf(first_));
  EXPECT_EQ(Need(CheckNote(by_second, ring, {})).log_key, KeyOf(second_));
}

TEST_F(KeyRingTest, AKeyThatIsNotInTheRingProvesNothing) {
  const std::string by_third = Need(SignCheckpoint(head_, third_));
  EXPECT_EQ(system::ReasonOf(CheckNote(by_third, TwoKeys(), {}).status()),
            v1::REASON_BAD_HEAD_SIGNATURE);
}

TEST_F(KeyRingTest, OfTwoLinesTheNewestKeysIsTheOneThatCounts) {
  const std::string by_first = Need(SignCheckpoint(head_, first_));
  const std::string by_second = Need(SignCheckpoint(head_, second_));
  const std::string line = by_second.substr(by_second.rfind("\n\n") + 2);
  const CheckedNote both = Need(CheckNote(by_first + line, TwoKeys(), {}));
  EXPECT_EQ(both.log_key, KeyOf(second_));
  EXPECT_EQ(both.note, by_second);  // Only the line that was checked is kept.
}

TEST_F(KeyRingTest, ALineThatNamesANewerKeyAndDoesNotHoldRefusesTheNote) {
  const std::string by_first = Need(SignCheckpoint(head_, first_));
  const std::string forged = SignatureLine(KeyOf(second_), std::string(64, 'x'));
  EXPECT_EQ(system::ReasonOf(CheckNote(by_first + forged, TwoKeys(), {}).status()),
            v1::REASON_BAD_HEAD_SIGNATURE);
}

TEST_F(KeyRingTest, TakesKeysOfTheSameNameAndTypeThatItNeverHad) {
  KeyRing ring = TwoKeys();
  EXPECT_THAT(ring.keys(), ElementsAre(KeyOf(first_), KeyOf(second_)));
  EXPECT_EQ(ring.newest(), KeyOf(second_));
  EXPECT_EQ(ring.PlaceOf(KeyOf(second_)), 1u);
  EXPECT_EQ(ring.PlaceOf(KeyOf(third_)), std::nullopt);
  for (const VerifierKey& wrong : {KeyOf(first_), KeyOf(second_), KeyOf(SignerOf("cn/audit", 'd')),
                                   KeyOf(SignerOf("vn/audit", 'd', kEd25519CosignatureType))}) {
    EXPECT_EQ(system::ReasonOf(ring.Add(wrong)), v1::REASON_FIELD_CONFLICT) << wrong.Format();
  }
  EXPECT_EQ(ring, TwoKeys());
}

TEST_F(KeyRingTest, CopiesOfLiveKeysSeeWhatIsAdded) {
  const LiveKeys live = KeyOf(first_);
  const LiveKeys copy = live;  // NOLINT(performance-unnecessary-copy-initialization)
  ASSERT_TRUE(live.Add(KeyOf(second_)).ok());
  EXPECT_TRUE(copy.Add(KeyOf(second_)).ok());  // Again: nothing new.
  EXPECT_EQ(copy.Now(), TwoKeys());
  const std::vector<LiveKeys> rings = {copy, KeyOf(SignerOf("cn/witness", 'd'))};
  EXPECT_THAT(AllKeys(rings),
              ElementsAre(KeyOf(first_), KeyOf(second_), KeyOf(SignerOf("cn/witness", 'd'))));
}

}  // namespace
}  // namespace gatepost::ledger
