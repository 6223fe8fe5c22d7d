// Keys and roots that must not be enrolled, made by stock `openssl`.
#include "certs/key_strength.h"

#include <fmt/format.h>

#include <cstdlib>

#include "certs/key_file.h"
#include "certs/pem.h"
#include "tests/certs/practice_world.h"
#include "tests/support/temporary_folder.h"

namespace gatepost::certs {
namespace {

struct Root {
  const char* name;
  const char* key;   // Arguments of openssl that make a root's key.
  const char* hash;  // And of its signature.
  const char* says;  // What is wrong; empty: nothing.
};

class RootStrength : public ::testing::TestWithParam<Root> {
 protected:
  // A self-signed CA certificate as stock openssl makes it.
  static std::string Make(const Root& root) {
    testing::TemporaryFolder folder;
    const std::string command = fmt::format(
        "cd {} && openssl req -x509 -newkey {} -nodes -keyout key {} -days 3650 -subj /CN=root "
        "-addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign "
        "-out root.crt > log 2>&1",
        folder.path(), root.key, root.hash);
    if (std::system(command.c_str()) != 0) return "";
    return Must(ReadPublicFile(folder.Under("root.crt")));
  }
  static absl::Status Enrol(const std::string& pem) {
    return TrustStore::Create({{.name = "langson.example", .country = "VN", .root_pems = {pem}}})
        .status();
  }
};

TEST_P(RootStrength, DecidesWhetherItIsEnrolled) {
  const std::string pem = Make(GetParam());
  ASSERT_FALSE(pem.empty());
  const absl::Status enrolled = Enrol(pem);
  if (std::string_view(GetParam().says).empty()) {
    EXPECT_THAT(enrolled, IsOk());
    return;
  }
  EXPECT_THAT(enrolled, RefusedAs(v1::REASON_BAD_CONFIG));
  EXPECT_THAT(std::string(enrolled.message()), ::testing::HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Roots, RootStrength,
    ::testing::Values(
        Root{"P256", "ec -pkeyopt ec_paramgen_curve:P-256", "-sha256", ""},
        Root{"P384", "ec -pkeyopt ec_paramgen_curve:P-384", "-sha384", ""},
        Root{"Ed25519", "ed25519", "", ""}, Root{"Rsa3072", "rsa:3072", "-sha256", ""},
        Root{"Rsa1024", "rsa:1024", "-sha256", "RSA of 1024 bits"},
        Root{"Rsa2048", "rsa:2048", "-sha256", "RSA of 2048 bits"},
        Root{"RsaExponent3", "rsa -pkeyopt rsa_keygen_bits:3072 -pkeyopt rsa_keygen_pubexp:3",
             "-sha256", "public exponent"},
        Root{"P192", "ec -pkeyopt ec_paramgen_curve:prime192v1", "-sha256", "kind"},
        Root{"P224", "ec -pkeyopt ec_paramgen_curve:secp224r1", "-sha256", "kind"},
        Root{"Secp256k1", "ec -pkeyopt ec_paramgen_curve:secp256k1", "-sha256", "kind"},
        Root{"ExplicitCurve", "ec -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit",
             "-sha256", "kind"},
        Root{"Sha1", "ec -pkeyopt ec_paramgen_curve:P-256", "-sha1", "weaker than SHA-256"},
        Root{"Sha224", "ec -pkeyopt ec_paramgen_curve:P-256", "-sha224", "weaker than SHA-256"}),
    [](const auto& info) { return info.param.name; });

TEST_F(RootStrength, ARootWhoseOwnSignatureDoesNotHoldIsRefused) {
  const PracticeWorld world;
  std::string der = DerFromPem(world.vn.root_pem())[0];
  der.back() = static_cast<char>(der.back() ^ 1);
  const std::string forged = PemFromDer(std::string_view(der));
  const absl::Status enrolled =
      TrustStore::Create(
          {{.name = world.vn.trust_domain(), .country = "VN", .root_pems = {forged}}})
          .status();
  EXPECT_THAT(enrolled, RefusedAs(v1::REASON_BAD_CONFIG));
  EXPECT_THAT(std::string(enrolled.message()), ::testing::HasSubstr("does not hold"));
}

TEST_F(RootStrength, APointThatIsNotOnTheCurveIsRefused) {
  const PracticeWorld world;
  std::string der = DerFromPem(world.vn.root_pem())[0];
  // The key is an uncompressed point after 03 42 00 04.
  const size_t at = der.find(std::string("\x03\x42\x00\x04", 4));
  ASSERT_NE(at, std::string::npos);
  der[at + 10] = static_cast<char>(der[at + 10] ^ 1);
  EXPECT_THAT(TrustStore::Create({{.name = world.vn.trust_domain(),
                                   .country = "VN",
                                   .root_pems = {PemFromDer(std::string_view(der))}}})
                  .status(),
              RefusedAs(v1::REASON_BAD_CONFIG));
}

TEST_F(RootStrength, Ed25519KeysOfSmallOrderAreKnown) {
  std::string minus_one(32, '\xff');
  minus_one.front() = '\xec';
  minus_one.back() = '\x7f';
  std::string one(32, '\0');
  one.front() = '\x01';
  std::string one_with_sign = one;
  one_with_sign.back() = '\x80';
  for (const std::string& weak : {std::string(32, '\0'), one, one_with_sign, minus_one}) {
    EXPECT_TRUE(IsWeakEd25519(weak));
  }
  EXPECT_FALSE(IsWeakEd25519(std::string(31, '\0')));
  EXPECT_FALSE(IsWeakEd25519(std::string(32, 'k')));
}

}  // namespace
}  // namespace gatepost::certs
