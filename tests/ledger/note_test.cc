#include "daemon/ledger/note.h"

#include <gtest/gtest.h>

#include "daemon/system/reason.h"
#include "tests/ledger/known_answers.h"

namespace gatepost::ledger {
namespace {

// The example of c2sp.org/signed-note.
constexpr char kExampleVkey[] =
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
constexpr char kExampleText[] = "This is an example message.\n";
constexpr char kExampleLine[] =
    "\u2014 example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
    "\n";

std::string ExampleNote() { return std::string(kExampleText) + "\n" + kExampleLine; }

VerifierKey ExampleKey() { return VerifierKey::Parse(kExampleVkey).value(); }

v1::Reason ReasonToRefuse(std::string_view note, std::vector<VerifierKey> known = {ExampleKey()}) {
  return system::ReasonOf(OpenNote(note, known).status());
}

// The example's line with one bit of its signature turned.
std::string DamagedLine() {
  std::string line = kExampleLine;
  const size_t at = line.find("Uw2QOkn8") + 8;
  line[at] = line[at] == 's' ? 't' : 's';
  return line;
}

TEST(VerifierKeyTest, VkeysParseAndFormatToTheSameText) {
  for (const char* vkey : {kExampleVkey, known::kLogVkey, known::kWitnessVkey}) {
    absl::StatusOr<VerifierKey> key = VerifierKey::Parse(vkey);
    ASSERT_TRUE(key.ok()) << key.status();
    EXPECT_EQ(key->Format(), vkey);
  }
  EXPECT_EQ(known::LogKey().name(), "a.example/audit");
  EXPECT_EQ(known::LogKey().type(), kEd25519Type);
  EXPECT_EQ(known::LogKey().key_id(), 0xf3dd2733u);
  EXPECT_EQ(known::WitnessKey().type(), kEd25519CosignatureType);
}

TEST(VerifierKeyTest, SignersHaveTheKnownVkeys) {
  EXPECT_EQ(VerifierOf(known::LogSigner()).value().Format(), known::kLogVkey);
  EXPECT_EQ(VerifierOf(known::WitnessSigner()).value().Format(), known::kWitnessVkey);
}

TEST(VerifierKeyTest, BadVkeysAreRefused) {
  const std::string key = "AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";
  for (const std::string& vkey : {
           std::string(), std::string("a.example/audit"), std::string("a.example/audit+f3dd2733"),
           "+f3dd2733+" + key,                 // No name.
           "a.example audit+f3dd2733+" + key,  // A space in the name.
           "a.example/audit+f3dd2734+" + key,  // Another key id.
           "a.example/audit+F3DD2733+" + key,  // Upper case.
           "a.example/audit+3dd2733+" + key,   // Too short.
           "b.example/audit+f3dd2733+" + key,  // Another name.
           "a.example/audit+f3dd2733+" + key + "=", std::string("a.example/audit+f3dd2733+"),
           std::string("a.example/audit+f3dd2733+AQ=="),  // No key after the type.
       }) {
    EXPECT_EQ(system::ReasonOf(VerifierKey::Parse(vkey).status()), v1::REASON_BAD_CONFIG) << vkey;
  }
  const std::string public_key(32, 'k');
  EXPECT_TRUE(VerifierKey::Create("n", 0x01, public_key).ok());
  EXPECT_FALSE(VerifierKey::Create("n", 0x02, public_key).ok());
  EXPECT_FALSE(VerifierKey::Create("n", 0x06, public_key).ok());
  EXPECT_FALSE(VerifierKey::Create("n", 0x01, public_key + "k").ok());
  EXPECT_FALSE(VerifierKey::Create("n+m", 0x01, public_key).ok());
  EXPECT_FALSE(VerifierKey::Create("n\u00a0m", 0x01, public_key).ok());
  EXPECT_FALSE(VerifierKey::Create("n\u3000m", 0x01, public_key).ok());
  EXPECT_FALSE(VerifierKey::Create("n\xff", 0x01, public_key).ok());
  EXPECT_FALSE(VerifierKey::Create("n\nm", 0x01, public_key).ok());
  EXPECT_TRUE(VerifierKey::Create("L\u1ea1ng-S\u01a1n/audit", 0x01, public_key).ok());
}

TEST(NoteTest, TheSpecificationsExampleOpens) {
  absl::StatusOr<OpenedNote> opened = OpenNote(ExampleNote(), std::vector{ExampleKey()});
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->text, kExampleText);
  ASSERT_EQ(opened->verified.size(), 1u);
  EXPECT_EQ(opened->verified[0].key, ExampleKey());
  EXPECT_TRUE(opened->unknown.empty());
}

TEST(NoteTest, ASignedNoteOpensAgainAndIsTheSameEveryTime) {
  const std::string text = "first\n\nthird, after an empty line: h\u00e0ng\n";
  const Ed25519NoteSigner signer = known::LogSigner();
  const std::string note = SignNote(text, signer).value();
  EXPECT_EQ(SignNote(text, signer).value(), note);
  EXPECT_EQ(OpenNote(note, std::vector{known::LogKey()}).value().text, text);
}

TEST(NoteTest, SigningRefusesTextsThatNobodyCouldOpen) {
  const Ed25519NoteSigner signer = known::LogSigner();
  for (std::string_view text : {"", "no line end", "tab\there\n", "\xff\n", "cr\r\n"}) {
    EXPECT_EQ(system::ReasonOf(SignNote(text, signer).status()), v1::REASON_BAD_ARGUMENT) << text;
  }
  EXPECT_EQ(system::ReasonOf(SignNote("text\n", known::WitnessSigner()).status()),
            v1::REASON_BAD_ARGUMENT);
}

TEST(NoteTest, UnknownSignaturesAreIgnored) {
  const std::string stranger = SignatureLine(known::LogKey(), "anything at all");
  // The same name with another id, and the same id with another name, are strangers too.
  const std::string same_name = SignatureLine(
      VerifierKey::Create("example.com/foo", kEd25519Type, std::string(32, 'k')).value(),
      std::string(64, 's'));
  std::string same_id = kExampleLine;
  same_id.replace(same_id.find("/foo"), 4, "/bar");
  const std::string note =
      std::string(kExampleText) + "\n" + stranger + same_name + kExampleLine + same_id + stranger;
  absl::StatusOr<OpenedNote> opened = OpenNote(note, std::vector{ExampleKey()});
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->verified.size(), 1u);
  ASSERT_EQ(opened->unknown.size(), 4u);
  EXPECT_EQ(opened->unknown[0].name, "a.example/audit");
  EXPECT_EQ(opened->unknown[0].key_id, 0xf3dd2733u);
  EXPECT_EQ(opened->unknown[0].payload, "anything at all");
}

TEST(NoteTest, OnlyUnknownSignaturesAreNotEnough) {
  EXPECT_EQ(ReasonToRefuse(ExampleNote(), {known::LogKey()}), v1::REASON_BAD_HEAD_SIGNATURE);
  EXPECT_EQ(ReasonToRefuse(ExampleNote(), {}), v1::REASON_BAD_HEAD_SIGNATURE);
}

TEST(NoteTest, OneBadSignatureOfAKnownKeyRefusesTheWholeNote) {
  const std::string good_then_bad = ExampleNote() + DamagedLine();
  const std::string bad_then_good = std::string(kExampleText) + "\n" + DamagedLine() + kExampleLine;
  EXPECT_EQ(ReasonToRefuse(good_then_bad), v1::REASON_BAD_HEAD_SIGNATURE);
  EXPECT_EQ(ReasonToRefuse(bad_then_good), v1::REASON_BAD_HEAD_SIGNATURE);
  EXPECT_EQ(ReasonToRefuse(std::string(kExampleText) + "\n" + DamagedLine()),
            v1::REASON_BAD_HEAD_SIGNATURE);
}

TEST(NoteTest, AnyChangeOfTheTextIsRefused) {
  const std::string note = ExampleNote();
  for (size_t at = 0; at + 1 < sizeof kExampleText - 1; ++at) {
    std::string changed = note;
    changed[at] ^= 1;
    EXPECT_NE(ReasonToRefuse(changed), v1::REASON_UNSPECIFIED) << at;
  }
}

TEST(NoteTest, MalformedNotesAreRefused) {
  const std::string text = kExampleText, line = kExampleLine;
  const std::string dash = "\u2014 ";
  for (const std::string& note : {
           std::string(),
           std::string("\n"),
           text,
           text + "\n",
           text + line,
           "\n" + line.substr(0, line.size() - 1),
           text + "\n" + line.substr(0, line.size() - 1),      // No final LF.
           text + "\n" + "- " + line.substr(dash.size()),      // Another dash.
           text + "\n" + line.substr(dash.size()),             // No dash.
           text + "\n" + dash + "example.com/foo\n",           // No signature.
           text + "\n" + dash + "example.com/foo \n",          // An empty one.
           text + "\n" + dash + "example.com/foo Uw2QOg==\n",  // A key id alone.
           text + "\n" + dash + "example.com/foo Uw2Q\n",      // Less than a key id.
           text + "\n" + dash + "example.com/foo Uw2QOkn8s\n",
           text + "\n" + line + "\r\n",
           text + "\n" + dash + " Uw2QOkn8\n",             // No name.
           text + "\n" + dash + "example+foo Uw2QOkn8\n",  // `+` in the name.
           text + "\n" + line + "trailing\n",
           text + "\n" + line + "\n",
           "a\tb\n\n" + line,
           "\xc0\x80\n\n" + line,
       }) {
    EXPECT_EQ(ReasonToRefuse(note), v1::REASON_EVIDENCE_INVALID) << note;
  }
}

TEST(NoteTest, HundredSignaturesAreReadAndOneMoreIsNot) {
  std::string note = ExampleNote();
  for (int i = 1; i < 100; ++i) note += SignatureLine(known::LogKey(), "x");
  EXPECT_EQ(OpenNote(note, std::vector{ExampleKey()}).value().unknown.size(), 99u);
  note += SignatureLine(known::LogKey(), "x");
  EXPECT_EQ(ReasonToRefuse(note), v1::REASON_EVIDENCE_INVALID);
}

}  // namespace
}  // namespace gatepost::ledger
