#include "daemon/ledger/leaf.h"

#include <gtest/gtest.h>

#include <vector>

#include "daemon/ledger/merkle.h"
#include "daemon/system/reason.h"
#include "tests/support/seeded_random.h"

namespace gatepost::ledger {
namespace {

// The leaf of PROTOCOL.md 3.
constexpr char kDelivered[] =
    "gatepost-leaf/v1\n"
    "event DELIVERED\n"
    "time 2026-02-07T08:15:30.123456Z\n"
    "epoch 1\n"
    "actor spiffe://langson.example/agency/board/officer/01\n"
    "peer vn-langson\n"
    "object message:0194e1a2-7c00-7000-8000-0123456789ab\n"
    "sequence 42\n"
    "pae 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n"
    "signatures 60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752\n"
    "result APPLIED\n"
    "detail -\n"
    "nonce 000102030405060708090a0b0c0d0e0f\n";

Leaf DeliveredLeaf() {
  Leaf leaf;
  leaf.event = event::kDelivered;
  leaf.time = absl::FromCivil(absl::CivilSecond(2026, 2, 7, 8, 15, 30), absl::UTCTimeZone()) +
              absl::Microseconds(123456);
  leaf.epoch = 1;
  leaf.actor = "spiffe://langson.example/agency/board/officer/01";
  leaf.peer = "vn-langson";
  leaf.object = "message:0194e1a2-7c00-7000-8000-0123456789ab";
  leaf.sequence = 42;
  leaf.pae = certs::Sha256Of("test");
  leaf.signatures =
      certs::DigestFromHex("60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752");
  leaf.result = "APPLIED";
  for (uint8_t i = 0; i < 16; ++i) leaf.nonce[i] = i;
  return leaf;
}

std::string Replaced(std::string_view from, std::string_view to) {
  std::string bytes = kDelivered;
  const size_t at = bytes.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return bytes.replace(at, from.size(), to);
}

bool Refused(std::string_view bytes) {
  return system::ReasonOf(Leaf::Parse(bytes).status()) == v1::REASON_EVIDENCE_INVALID;
}

TEST(LeafTest, DeliveredLeafHasTheKnownBytesAndHash) {
  absl::StatusOr<std::string> bytes = DeliveredLeaf().Encode();
  ASSERT_TRUE(bytes.ok()) << bytes.status();
  EXPECT_EQ(*bytes, kDelivered);
  EXPECT_EQ(certs::ToHex(LeafHash(*bytes)),
            "ff583fbf81bac345ebbf0156558dff7507ca69c264993ae7c7a8838163158b76");
}

TEST(LeafTest, AcceptedLeafHasTheKnownHash) {
  Leaf leaf = DeliveredLeaf();
  leaf.event = event::kAccepted;
  leaf.peer.clear();
  leaf.sequence.reset();
  leaf.result = "OPEN";
  EXPECT_EQ(certs::ToHex(LeafHash(leaf.Encode().value())),
            "43eed09b33a3e88facfcff1500845d71d71604841ebe5368c45d14763fb5aefd");
}

TEST(LeafTest, ParseGivesBackWhatWasEncoded) {
  absl::StatusOr<Leaf> leaf = Leaf::Parse(kDelivered);
  ASSERT_TRUE(leaf.ok()) << leaf.status();
  EXPECT_EQ(*leaf, DeliveredLeaf());
}

TEST(LeafTest, EverythingThatMayBeAbsentSurvivesBeingAbsent) {
  Leaf leaf;
  leaf.event = event::kEpoch;
  leaf.time = absl::UnixEpoch();
  absl::StatusOr<std::string> bytes = leaf.Encode();
  ASSERT_TRUE(bytes.ok()) << bytes.status();
  EXPECT_NE(bytes->find("\nactor -\npeer -\nobject -\nsequence -\npae -\nsignatures -\nresult -\n"
                        "detail -\n"),
            std::string::npos);
  EXPECT_EQ(Leaf::Parse(*bytes).value(), leaf);
}

TEST(LeafTest, UnknownEventsAreReadAsTheyAre) {
  EXPECT_EQ(Leaf::Parse(Replaced("event DELIVERED", "event FROM_A_NEWER_VERSION")).value().event,
            "FROM_A_NEWER_VERSION");
}

TEST(LeafTest, TimeIsCutToMicrosecondsAndNeverRounded) {
  Leaf leaf = DeliveredLeaf();
  leaf.time += absl::Nanoseconds(999);
  EXPECT_EQ(leaf.Encode().value(), kDelivered);
  leaf.time = absl::UnixEpoch() - absl::Nanoseconds(1);
  EXPECT_NE(leaf.Encode().value().find("time 1969-12-31T23:59:59.999999Z"), std::string::npos);
}

TEST(LeafTest, ParseRefusesEveryMissingDoubledOrMovedLine) {
  std::vector<std::string> lines;
  std::string_view rest = kDelivered;
  while (!rest.empty()) {
    lines.emplace_back(rest.substr(0, rest.find('\n') + 1));
    rest.remove_prefix(lines.back().size());
  }
  ASSERT_EQ(lines.size(), 13u);
  auto join = [](const std::vector<std::string>& all) {
    std::string bytes;
    for (const std::string& line : all) bytes += line;
    return bytes;
  };
  ASSERT_EQ(join(lines), kDelivered);
  for (size_t at = 0; at < lines.size(); ++at) {
    std::vector<std::string> missing = lines, doubled = lines, moved = lines, extra = lines;
    missing.erase(missing.begin() + static_cast<ptrdiff_t>(at));
    EXPECT_TRUE(Refused(join(missing))) << lines[at];
    doubled.insert(doubled.begin() + static_cast<ptrdiff_t>(at), lines[at]);
    EXPECT_TRUE(Refused(join(doubled))) << lines[at];
    std::swap(moved[at], moved[(at + 1) % moved.size()]);
    EXPECT_TRUE(Refused(join(moved))) << lines[at];
    extra.insert(extra.begin() + static_cast<ptrdiff_t>(at), "colour red\n");
    EXPECT_TRUE(Refused(join(extra))) << lines[at];
    extra[at] = "\n";
    EXPECT_TRUE(Refused(join(extra))) << lines[at];
  }
}

TEST(LeafTest, ParseRefusesEveryOtherSpellingOfEveryLine) {
  const struct {
    const char* from;
    std::vector<std::string> to;
  } cases[] = {
      {"gatepost-leaf/v1\n",
       {"gatepost-leaf/v2\n", "gatepost-leaf/v1 \n", "gatepost-leaf/v1\r\n", "\n"}},
      {"event DELIVERED",
       {"event -", "event ", "event", "event  DELIVERED", "event DELIVERED ", "Event DELIVERED",
        "event\tDELIVERED", "event A B", "event \xc3\xa9"}},
      {"time 2026-02-07T08:15:30.123456Z",
       {"time -", "time 2026-02-07T08:15:30Z", "time 2026-02-07T08:15:30.123Z",
        "time 2026-02-07T08:15:30.1234560Z", "time 2026-02-07T08:15:30.123456+00:00",
        "time 2026-02-07T08:15:30.123456z", "time 2026-02-07 08:15:30.123456Z",
        "time 2026-02-30T08:15:30.123456Z", "time 2026-13-07T08:15:30.123456Z",
        "time 2026-00-07T08:15:30.123456Z", "time 2026-02-00T08:15:30.123456Z",
        "time 2026-02-07T24:00:00.000000Z", "time 2026-02-07T08:60:30.123456Z",
        "time 2026-02-07T08:15:60.123456Z", "time 0000-02-07T08:15:30.123456Z",
        "time +026-02-07T08:15:30.123456Z", "time infinite-future"}},
      {"epoch 1",
       {"epoch -", "epoch 01", "epoch +1", "epoch -1", "epoch 1.0", "epoch 0x1",
        "epoch 9223372036854775808", "epoch 18446744073709551616"}},
      {"actor spiffe", {"actor", "actor  spiffe", "actor \x7fspiffe"}},
      {"peer vn-langson", {"peer ", "peer vn langson", "peer vn-langson\r"}},
      {"object message", {"object  message", "object \nmessage"}},
      {"sequence 42", {"sequence 042", "sequence ", "sequence 42a", "sequence -42"}},
      {"pae 9f86", {"pae 9F86", "pae 9f8", "pae 9f860", "pae 9g86", "pae "}},
      {"signatures 6030", {"signatures 603", "signatures 60300", "signatures 603G"}},
      {"result APPLIED", {"result ", "result APPLIED "}},
      {"detail -", {"detail", "detail ", "detail  -"}},
      {"nonce 0001", {"nonce 000", "nonce 00010", "nonce 000G", "nonce -"}},
      {"0c0d0e0f\n",
       {"0c0d0e0f", "0C0d0e0f\n", "0c0d0e0f\n\n", "0c0d0e0f\nx\n", "0c0d0e0f\nx", "0c0d0e\n"}},
  };
  for (const auto& [from, spellings] : cases) {
    for (const std::string& to : spellings) EXPECT_TRUE(Refused(Replaced(from, to))) << to;
  }
  EXPECT_TRUE(Refused(""));
  EXPECT_TRUE(Refused(std::string(kDelivered) + kDelivered));
  EXPECT_TRUE(Refused(Replaced("detail -", "detail " + std::string(kLargestLeafBytes, 'x'))));
}

// Turns bytes at random: whatever still parses must be spelled in the only way.
TEST(LeafTest, WhateverParsesEncodesToTheSameBytes) {
  const uint64_t seed = 20260207;
  RecordProperty("seed", std::to_string(seed));
  testing::SeededRandom random(seed);
  int parsed = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string bytes = kDelivered;
    bytes[random.Uniform(bytes.size())] = static_cast<char>(random.Uniform(256));
    absl::StatusOr<Leaf> leaf = Leaf::Parse(bytes);
    if (!leaf.ok()) continue;
    ++parsed;
    ASSERT_EQ(leaf->Encode().value(), bytes);
  }
  EXPECT_GT(parsed, 1000);
}

TEST(LeafTest, EveryTruncationIsRefused) {
  for (size_t size = 0; size + 1 < sizeof kDelivered; ++size) {
    EXPECT_TRUE(Refused(std::string_view(kDelivered, size))) << size;
  }
}

TEST(LeafTest, EncodeRefusesWhatCannotBeReadBack) {
  auto refused = [](auto change) {
    Leaf leaf = DeliveredLeaf();
    change(leaf);
    return system::ReasonOf(leaf.Encode().status()) == v1::REASON_BAD_ARGUMENT;
  };
  EXPECT_FALSE(refused([](Leaf&) {}));
  EXPECT_TRUE(refused([](Leaf& leaf) { leaf.event = ""; }));
  EXPECT_TRUE(refused([](Leaf& leaf) { leaf.event = "A B"; }));
  EXPECT_TRUE(refused([](Leaf& leaf) { leaf.actor = "a\nb"; }));
  EXPECT_TRUE(refused([](Leaf& leaf) { leaf.peer = "-"; }));
  EXPECT_TRUE(refused([](Leaf& leaf) { leaf.object = "L\u1ea1ng"; }));
  EXPECT_TRUE(refused([](Leaf& leaf) { leaf.result = std::string("a\0b", 3); }));
  EXPECT_TRUE(refused([](Leaf& leaf) { leaf.detail = "\x7f"; }));
  EXPECT_TRUE(refused([](Leaf& leaf) { leaf.detail = std::string(2048, 'x'); }));
  EXPECT_TRUE(refused([](Leaf& leaf) { leaf.sequence = uint64_t{1} << 63; }));
  EXPECT_TRUE(refused([](Leaf& leaf) { leaf.epoch = uint64_t{1} << 63; }));
  EXPECT_TRUE(refused([](Leaf& leaf) { leaf.time = absl::InfiniteFuture(); }));
  EXPECT_TRUE(refused([](Leaf& leaf) { leaf.time = absl::InfinitePast(); }));
}

TEST(LeafTest, LargestLeafIsTwoKibibytes) {
  Leaf leaf = DeliveredLeaf();
  const size_t rest = leaf.Encode().value().size() - 1;
  leaf.detail = std::string(kLargestLeafBytes - rest, 'x');
  EXPECT_EQ(leaf.Encode().value().size(), kLargestLeafBytes);
  EXPECT_TRUE(Leaf::Parse(leaf.Encode().value()).ok());
  leaf.detail += 'x';
  EXPECT_FALSE(leaf.Encode().ok());
}

}  // namespace
}  // namespace gatepost::ledger
