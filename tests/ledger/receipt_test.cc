#include "daemon/ledger/receipt.h"

#include <gtest/gtest.h>

#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/merkle.h"
#include "daemon/system/reason.h"
#include "tests/ledger/known_answers.h"

namespace gatepost::ledger {
namespace {

constexpr char kObject[] = "message:0194e1a2-7c00-7000-8000-0123456789ab";

// The log of node a.example, epoch 2, whose leaf 1 of 3 is the receipt that node b.example awaits.
class ReceiptTest : public ::testing::Test {
 protected:
  ReceiptTest() : log_key_(known::LogKey()) {
    leaf_.event = event::kDelivered;
    leaf_.time = absl::FromUnixSeconds(1770000000);
    leaf_.epoch = 2;
    leaf_.actor = "spiffe://b.example/agency/board/clerk/01";
    leaf_.peer = "b.example";
    leaf_.object = kObject;
    leaf_.sequence = 7;
    leaf_.pae = certs::Sha256Of("pae");
    leaf_.signatures = certs::Sha256Of("signatures");
    leaf_.result = "APPLIED";

    expected_.event = event::kDelivered;
    expected_.object = kObject;
    expected_.pae = leaf_.pae;
    expected_.signatures = leaf_.signatures;
    expected_.peer = "b.example";
    expected_.origin = "a.example/audit/2";
  }

  // The receipt that the log gives for `leaf_bytes`.
  Receipt Give(const std::string& leaf_bytes, const std::string& origin = "a.example/audit/2",
               const NoteSigner& signer = known::LogSigner()) const {
    CompactRange range;
    std::vector<Digest> nodes;
    for (const std::string& leaf : {std::string("before"), leaf_bytes, std::string("after")}) {
      range.Append(LeafHash(leaf), &nodes);
    }
    TlogProof proof;
    proof.index = 1;
    proof.path = InclusionProof(1, 3, FlatNodeReader(nodes)).value();
    proof.checkpoint =
        SignCheckpoint(Checkpoint{origin, range.size(), range.Root()}, signer).value();
    return {leaf_bytes, proof.Format()};
  }

  v1::Reason Check(const Receipt& receipt) const {
    return system::ReasonOf(CheckReceipt(receipt, log_key_, expected_));
  }

  const VerifierKey log_key_;
  Leaf leaf_;
  ReceiptExpectation expected_;
};

TEST_F(ReceiptTest, TheExpectedReceiptOpens) {
  const Receipt receipt = Give(leaf_.Encode().value());
  absl::StatusOr<OpenedReceipt> opened = OpenReceipt(receipt, log_key_, expected_);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->leaf, leaf_);
  EXPECT_EQ(opened->proof.index, 1u);
  EXPECT_EQ(opened->proof.head.checkpoint.size, 3u);
  EXPECT_TRUE(CheckReceipt(receipt, log_key_, expected_).ok());
}

// Each of these leaves is in the log under a good signature, but is not about our message.
TEST_F(ReceiptTest, ReceiptAboutAnythingElseIsRefused) {
  const Leaf right = leaf_;
  auto given = [&](auto change) {
    Leaf leaf = right;
    change(leaf);
    return Check(Give(leaf.Encode().value()));
  };
  EXPECT_EQ(given([](Leaf&) {}), v1::REASON_UNSPECIFIED);
  EXPECT_EQ(given([](Leaf& leaf) { leaf.event = event::kAccepted; }), v1::REASON_BAD_RECEIPT);
  EXPECT_EQ(given([](Leaf& leaf) { leaf.object += "0"; }), v1::REASON_BAD_RECEIPT);
  EXPECT_EQ(given([](Leaf& leaf) { leaf.object = ""; }), v1::REASON_BAD_RECEIPT);
  EXPECT_EQ(given([](Leaf& leaf) { leaf.peer = "c.example"; }), v1::REASON_BAD_RECEIPT);
  EXPECT_EQ(given([](Leaf& leaf) { leaf.peer = ""; }), v1::REASON_BAD_RECEIPT);
  EXPECT_EQ(given([](Leaf& leaf) { leaf.pae = certs::Sha256Of("x"); }), v1::REASON_BAD_RECEIPT);
  EXPECT_EQ(given([](Leaf& leaf) { leaf.pae.reset(); }), v1::REASON_BAD_RECEIPT);
  EXPECT_EQ(given([](Leaf& leaf) { leaf.signatures = certs::Sha256Of("x"); }),
            v1::REASON_BAD_RECEIPT);
  EXPECT_EQ(given([](Leaf& leaf) { leaf.signatures.reset(); }), v1::REASON_BAD_RECEIPT);
  EXPECT_EQ(given([](Leaf& leaf) { leaf.epoch = 1; }), v1::REASON_BAD_RECEIPT);
}

TEST_F(ReceiptTest, ResultIsForTheHolderToRead) {
  leaf_.result = "REFUSED:SUM_MISMATCH";
  EXPECT_EQ(OpenReceipt(Give(leaf_.Encode().value()), log_key_, expected_).value().leaf.result,
            "REFUSED:SUM_MISMATCH");
}

TEST_F(ReceiptTest, ReceiptOfAnotherEpochIsRefused) {
  leaf_.epoch = 3;
  EXPECT_EQ(Check(Give(leaf_.Encode().value(), "a.example/audit/3")), v1::REASON_BAD_RECEIPT);
}

TEST_F(ReceiptTest, ReceiptUnderAnotherKeyIsRefused) {
  const Ed25519NoteSigner other =
      known::Signer("a.example/audit", kEd25519Type, known::kWitnessSeedHex);
  EXPECT_EQ(Check(Give(leaf_.Encode().value(), "a.example/audit/2", other)),
            v1::REASON_BAD_HEAD_SIGNATURE);
}

TEST_F(ReceiptTest, ProofWithoutItsLeafProvesNothing) {
  Receipt receipt = Give(leaf_.Encode().value());
  leaf_.result = "REFUSED:SUM_MISMATCH";
  receipt.leaf = leaf_.Encode().value();
  EXPECT_EQ(Check(receipt), v1::REASON_EVIDENCE_INVALID);
  receipt.leaf.clear();
  EXPECT_EQ(Check(receipt), v1::REASON_EVIDENCE_INVALID);
}

TEST_F(ReceiptTest, LoggedBytesThatAreNoLeafAreRefused) {
  EXPECT_EQ(Check(Give("something else")), v1::REASON_EVIDENCE_INVALID);
  EXPECT_EQ(Check(Give(leaf_.Encode().value() + "\n")), v1::REASON_EVIDENCE_INVALID);
}

TEST_F(ReceiptTest, MalformedProofIsRefused) {
  Receipt receipt = Give(leaf_.Encode().value());
  receipt.proof.pop_back();
  EXPECT_EQ(Check(receipt), v1::REASON_EVIDENCE_INVALID);
  EXPECT_EQ(Check({}), v1::REASON_EVIDENCE_INVALID);
}

}  // namespace
}  // namespace gatepost::ledger
