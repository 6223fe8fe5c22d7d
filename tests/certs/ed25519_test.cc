#include "certs/ed25519.h"

#include <gtest/gtest.h>

#include "certs/digest.h"
#include "daemon/system/reason.h"

namespace gatepost::certs {
namespace {

std::string Unhex(std::string_view hex) { return HexDecode(hex).value(); }

// RFC 8032 section 7.1, TEST 1 to 3.
constexpr struct {
  const char* seed;
  const char* public_key;
  const char* message;
  const char* signature;
} kKnown[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b"
     "4"
     "6bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11"
     "d"
     "8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc"
     "6"
     "594a7c15e9716ed28dc027beceea1ec40a"},
};

TEST(Ed25519Test, KeysAndSignaturesAreTheKnownOnes) {
  for (const auto& known : kKnown) {
    absl::StatusOr<Ed25519Key> key = Ed25519Key::FromSeed(Unhex(known.seed));
    ASSERT_TRUE(key.ok()) << key.status();
    EXPECT_EQ(HexEncode(key->public_key()), known.public_key);
    EXPECT_EQ(HexEncode(key->Sign(Unhex(known.message)).value()), known.signature);
    EXPECT_TRUE(
        Ed25519Verify(Unhex(known.public_key), Unhex(known.message), Unhex(known.signature)));
  }
}

TEST(Ed25519Test, AnyBitTurnedIsRefused) {
  const std::string key = Unhex(kKnown[2].public_key), message = Unhex(kKnown[2].message),
                    signature = Unhex(kKnown[2].signature);
  auto turned = [](std::string bytes, size_t bit) {
    bytes[bit / 8] ^= static_cast<char>(1 << bit % 8);
    return bytes;
  };
  for (size_t bit = 0; bit < 8 * key.size(); ++bit) {
    EXPECT_FALSE(Ed25519Verify(turned(key, bit), message, signature));
  }
  for (size_t bit = 0; bit < 8 * message.size(); ++bit) {
    EXPECT_FALSE(Ed25519Verify(key, turned(message, bit), signature));
  }
  for (size_t bit = 0; bit < 8 * signature.size(); ++bit) {
    EXPECT_FALSE(Ed25519Verify(key, message, turned(signature, bit)));
  }
}

TEST(Ed25519Test, WrongLengthsAreRefused) {
  const std::string key = Unhex(kKnown[0].public_key), signature = Unhex(kKnown[0].signature);
  ASSERT_TRUE(Ed25519Verify(key, "", signature));
  EXPECT_FALSE(Ed25519Verify(key.substr(1), "", signature));
  EXPECT_FALSE(Ed25519Verify(key + "x", "", signature));
  EXPECT_FALSE(Ed25519Verify("", "", signature));
  EXPECT_FALSE(Ed25519Verify(key, "", signature + "x"));
  EXPECT_FALSE(Ed25519Verify(key, "", signature.substr(1)));
  EXPECT_FALSE(Ed25519Verify(key, "", ""));
  EXPECT_EQ(system::ReasonOf(Ed25519Key::FromSeed("short").status()), v1::REASON_BAD_CONFIG);
  EXPECT_EQ(system::ReasonOf(Ed25519Key::FromSeed(key + "x").status()), v1::REASON_BAD_CONFIG);
}

TEST(Ed25519Test, KeySurvivesItsPemFile) {
  const Ed25519Key key = Ed25519Key::Generate().value();
  const std::string pem = key.ToPem().value();
  EXPECT_TRUE(pem.starts_with("-----BEGIN PRIVATE KEY-----\n")) << "not PKCS #8";
  const Ed25519Key again = Ed25519Key::FromPem(pem).value();
  EXPECT_EQ(again.public_key(), key.public_key());
  EXPECT_EQ(again.Sign("message").value(), key.Sign("message").value());
  EXPECT_TRUE(Ed25519Verify(key.public_key(), "message", again.Sign("message").value()));
}

TEST(Ed25519Test, AFileMayHoldSeveralKeys) {
  const std::string first = Ed25519Key::Generate().value().ToPem().value();
  const std::string second = Ed25519Key::Generate().value().ToPem().value();
  const auto keys = Ed25519Key::AllFromPem("of 2026:\n" + first + "\n" + second + "\n").value();
  ASSERT_EQ(keys.size(), 2u);
  EXPECT_EQ(keys[0].ToPem().value(), first);
  EXPECT_EQ(keys[1].ToPem().value(), second);
  EXPECT_EQ(Ed25519Key::AllFromPem(first).value().size(), 1u);
  EXPECT_FALSE(Ed25519Key::FromPem(first + second).ok()) << "which one?";
  EXPECT_FALSE(Ed25519Key::AllFromPem(first + second.substr(0, 60)).ok());
}

TEST(Ed25519Test, GeneratedKeysDiffer) {
  EXPECT_NE(Ed25519Key::Generate().value().public_key(),
            Ed25519Key::Generate().value().public_key());
}

TEST(Ed25519Test, OtherFilesAreRefused) {
  // PKCS #8 of RFC 8410 around the same 32 bytes, as X25519 (agreement) and as Ed25519.
  auto pkcs8 = [](std::string_view algorithm_hex) {
    const std::string der = Unhex("302e020100300506") + Unhex(algorithm_hex) + Unhex("04220420") +
                            Unhex(kKnown[0].seed);
    return "-----BEGIN PRIVATE KEY-----\n" + Base64Encode(der) + "\n-----END PRIVATE KEY-----\n";
  };
  ASSERT_EQ(HexEncode(Ed25519Key::FromPem(pkcs8("032b6570")).value().public_key()),
            kKnown[0].public_key);
  for (const std::string& pem :
       {std::string(), std::string("not a key"), pkcs8("032b656e"), std::string(70000, 'x'),
        std::string("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n")}) {
    EXPECT_EQ(system::ReasonOf(Ed25519Key::FromPem(pem).status()), v1::REASON_BAD_CONFIG);
  }
}

}  // namespace
}  // namespace gatepost::certs
