#include "certs/digest.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace gatepost::certs {
namespace {

// FIPS 180-4 examples.
TEST(DigestTest, Sha256HasTheKnownValues) {
  EXPECT_EQ(ToHex(Sha256Of("")),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(ToHex(Sha256Of("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(ToHex(Sha256Of(std::string(1000000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(DigestTest, PiecesGiveTheSameAsTheWhole) {
  Sha256 hash;
  hash.Update("a");
  hash.Update("");
  hash.Update("bc");
  EXPECT_EQ(hash.Finish(), Sha256Of("abc"));
  // Finish starts over.
  EXPECT_EQ(hash.Finish(), Sha256Of(""));
  hash.Update("abc");
  EXPECT_EQ(hash.Finish(), Sha256Of("abc"));
}

// More hashes alive at once than contexts are kept, half of them given up in the middle.
TEST(DigestTest, ManyHashesAtOnceDoNotMix) {
  for (int round = 0; round < 3; ++round) {
    std::vector<std::unique_ptr<Sha256>> hashes;
    for (int i = 0; i < 40; ++i) {
      hashes.push_back(std::make_unique<Sha256>());
      hashes.back()->Update(std::to_string(i));
    }
    for (int i = 0; i < 40; i += 2) hashes[static_cast<size_t>(i)].reset();
    for (int i = 1; i < 40; i += 2) {
      hashes[static_cast<size_t>(i)]->Update("!");
      EXPECT_EQ(hashes[static_cast<size_t>(i)]->Finish(), Sha256Of(std::to_string(i) + "!"));
    }
  }
}

TEST(DigestTest, ThreadsHashIndependently) {
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([thread] {
      for (int i = 0; i < 1000; ++i) {
        const std::string text = std::to_string(thread) + ":" + std::to_string(i);
        Sha256 hash;
        hash.Update(text);
        EXPECT_EQ(hash.Finish(), Sha256Of(text));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(DigestTest, HexAndBytesGoBothWaysAndAreStrict) {
  const Digest digest = Sha256Of("abc");
  const std::string hex = ToHex(digest);
  EXPECT_EQ(DigestFromHex(hex), digest);
  EXPECT_EQ(DigestFromBytes(AsView(digest)), digest);
  EXPECT_FALSE(DigestFromHex("").has_value());
  EXPECT_FALSE(DigestFromHex(hex.substr(2)).has_value());
  EXPECT_FALSE(DigestFromHex(hex + "00").has_value());
  EXPECT_FALSE(DigestFromHex("B" + hex.substr(1)).has_value());
  EXPECT_FALSE(DigestFromHex("g" + hex.substr(1)).has_value());
  EXPECT_FALSE(DigestFromBytes("short").has_value());
  EXPECT_EQ(HexEncode(std::string_view("\x00\x7f\xff", 3)), "007fff");
  EXPECT_EQ(HexDecode("007fff"), std::string("\x00\x7f\xff", 3));
  EXPECT_EQ(HexDecode(""), "");
  EXPECT_FALSE(HexDecode("0").has_value());
  EXPECT_FALSE(HexDecode("0x").has_value());
}

// RFC 4648 section 10.
TEST(Base64Test, KnownTextsGoBothWays) {
  const std::pair<const char*, const char*> known[] = {{"", ""},
                                                       {"f", "Zg=="},
                                                       {"fo", "Zm8="},
                                                       {"foo", "Zm9v"},
                                                       {"foob", "Zm9vYg=="},
                                                       {"fooba", "Zm9vYmE="},
                                                       {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : known) {
    EXPECT_EQ(Base64Encode(bytes), text);
    EXPECT_EQ(Base64Decode(text), bytes);
  }
  EXPECT_EQ(Base64Encode("\xfb\xff\xfe"), "+//+");
  EXPECT_EQ(Base64Decode("+//+"), "\xfb\xff\xfe");
  std::string all;
  for (int byte = 0; byte < 256; ++byte) {
    all.push_back(static_cast<char>(byte));
    EXPECT_EQ(Base64Decode(Base64Encode(all)), all);
  }
}

TEST(Base64Test, EveryOtherSpellingIsRefused) {
  for (const char* text : {"Zg", "Zg=", "Zg===", "Zm8", "Zm9v====", "Z===", "====", "=", "Zg==Zg==",
                           "Zh==",  // Unused bits are not zero.
                           "Zm9=",  // Likewise.
                           "-__-",  // The URL alphabet.
                           "Zm9v\n", " Zm9v", "Zm 9v", "Zm9v\xc3\xa9==", "Z=g=", "Zm9v=Zm9"}) {
    EXPECT_FALSE(Base64Decode(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace gatepost::certs
