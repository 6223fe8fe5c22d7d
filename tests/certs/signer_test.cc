#include "certs/signer.h"

#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "certs/key_file.h"
#include "certs/suites.h"
#include "tests/certs/practice_world.h"
#include "tests/support/temporary_folder.h"

namespace gatepost::certs {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class SignerTest : public ::testing::Test {
 protected:
  PracticeWorld world_;
  IssuedCertificate issued_ = Must(world_.vn.IssueSigner(world_.vn_officer));
  testing::TemporaryFolder folder_;
  std::string key_path_ = folder_.Under("officer.key");
  std::string chain_path_ = folder_.Under("officer.pem");
};

TEST_F(SignerTest, ReadsFilesAndDescribesItself) {
  ASSERT_THAT(issued_.WriteFiles(key_path_, chain_path_), IsOk());
  const std::unique_ptr<Signer> signer = Must(Signer::FromFiles(key_path_, chain_path_));
  EXPECT_EQ(signer->id(), world_.vn_officer);
  EXPECT_EQ(signer->suite(), kEcdsaP256Sha256);
  ASSERT_EQ(signer->certificate_chain_der().size(), 1u);
  EXPECT_EQ(signer->certificate_sha256(), Sha256Of(signer->certificate_chain_der()[0]));
}

TEST_F(SignerTest, WritesKeysForTheirOwnerOnly) {
  ASSERT_THAT(issued_.WriteFiles(key_path_, chain_path_), IsOk());
  struct stat facts = {};
  ASSERT_EQ(::stat(key_path_.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 07777, 0600u);
  // Over an older file that everybody could read.
  ASSERT_EQ(::chmod(key_path_.c_str(), 0644), 0);
  ASSERT_THAT(WritePrivateKeyFile(key_path_, issued_.private_key_pem), IsOk());
  ASSERT_EQ(::stat(key_path_.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 07777, 0600u);
}

TEST_F(SignerTest, RefusesAKeyFileThatOthersCanReachAndSaysHowToMendIt) {
  ASSERT_THAT(issued_.WriteFiles(key_path_, chain_path_), IsOk());
  for (mode_t mode : {0640, 0604, 0620, 0610, 0644, 0777}) {
    ASSERT_EQ(::chmod(key_path_.c_str(), mode), 0);
    const absl::Status status = Signer::FromFiles(key_path_, chain_path_).status();
    EXPECT_THAT(status, RefusedAs(v1::REASON_BAD_CONFIG));
    EXPECT_THAT(std::string(status.message()), HasSubstr("chmod 600 " + key_path_));
  }
  ASSERT_EQ(::chmod(key_path_.c_str(), 0400), 0);
  EXPECT_THAT(Signer::FromFiles(key_path_, chain_path_), IsOk());
}

TEST_F(SignerTest, RefusesFilesThatAreNotThere) {
  EXPECT_THAT(Signer::FromFiles(key_path_, chain_path_), RefusedAs(v1::REASON_BAD_CONFIG));
  ASSERT_THAT(WritePrivateKeyFile(key_path_, issued_.private_key_pem), IsOk());
  EXPECT_THAT(Signer::FromFiles(key_path_, chain_path_), RefusedAs(v1::REASON_BAD_CONFIG));
  EXPECT_THAT(Signer::FromFiles(folder_.path(), chain_path_), RefusedAs(v1::REASON_BAD_CONFIG));
  ASSERT_EQ(::mkfifo(folder_.Under("pipe").c_str(), 0600), 0);
  EXPECT_THAT(Signer::FromFiles(folder_.Under("pipe"), chain_path_),
              RefusedAs(v1::REASON_BAD_CONFIG));
  EXPECT_THAT(WritePrivateKeyFile(folder_.Under("none/key"), "x"),
              RefusedAs(v1::REASON_BAD_CONFIG));
}

TEST_F(SignerTest, NamesTheFilesOfAWrongPair) {
  ASSERT_THAT(issued_.WriteFiles(key_path_, chain_path_), IsOk());
  const IssuedCertificate other = Must(world_.vn.IssueSigner(world_.vn_officer));
  ASSERT_THAT(WritePrivateKeyFile(key_path_, other.private_key_pem), IsOk());
  const absl::Status status = Signer::FromFiles(key_path_, chain_path_).status();
  EXPECT_THAT(status, RefusedAs(v1::REASON_BAD_CONFIG));
  EXPECT_THAT(std::string(status.message()), HasSubstr(key_path_));
  EXPECT_THAT(std::string(status.message()), HasSubstr(chain_path_));
}

TEST_F(SignerTest, RefusesAKeyThatDoesNotBelongToTheCertificate) {
  const IssuedCertificate other = Must(world_.vn.IssueSigner(world_.vn_officer));
  const IssuedCertificate another_kind =
      Must(world_.vn.IssueSigner(world_.vn_officer, {.key = PracticeKey::kEd25519}));
  for (const std::string& key : {other.private_key_pem, another_kind.private_key_pem}) {
    EXPECT_THAT(Signer::FromPem(key, issued_.certificate_chain_pem),
                RefusedAs(v1::REASON_BAD_CONFIG));
  }
}

TEST_F(SignerTest, RefusesWhatIsNoKeyOrNoCertificate) {
  EXPECT_THAT(Signer::FromPem("", issued_.certificate_chain_pem), RefusedAs(v1::REASON_BAD_CONFIG));
  EXPECT_THAT(Signer::FromPem(issued_.certificate_chain_pem, issued_.certificate_chain_pem),
              RefusedAs(v1::REASON_BAD_CONFIG));
  EXPECT_THAT(Signer::FromPem(issued_.private_key_pem, ""), RefusedAs(v1::REASON_BAD_CONFIG));
  const IssuedCertificate rsa =
      Must(world_.vn.IssueSigner(world_.vn_officer, {.key = PracticeKey::kRsa2048}));
  EXPECT_THAT(Signer::FromPem(rsa.private_key_pem, rsa.certificate_chain_pem),
              RefusedAs(v1::REASON_BAD_CONFIG));
  const IssuedCertificate nameless =
      Must(world_.vn.IssueSigner(world_.vn_officer, {.with_subject_alternative_name = false}));
  EXPECT_THAT(Signer::FromPem(nameless.private_key_pem, nameless.certificate_chain_pem),
              RefusedAs(v1::REASON_BAD_SPIFFE_ID));
}

TEST_F(SignerTest, RefusesAnEncryptedKeyWithoutAskingForAPassword) {
  ASSERT_THAT(issued_.WriteFiles(key_path_, chain_path_), IsOk());
  const std::string locked = folder_.Under("locked.key");
  const std::string command = "openssl pkey -in " + key_path_ + " -aes256 -passout pass:secret" +
                              " -out " + locked + " && chmod 600 " + locked;
  ASSERT_EQ(std::system(command.c_str()), 0);
  const absl::Status status = Signer::FromFiles(locked, chain_path_).status();
  EXPECT_THAT(status, RefusedAs(v1::REASON_BAD_CONFIG));
  EXPECT_THAT(std::string(status.message()), HasSubstr("not encrypted"));
}

TEST_F(SignerTest, NeverPutsTheKeyIntoAnError) {
  // The second line of the PEM is key material.
  std::istringstream lines(issued_.private_key_pem);
  std::string header, material;
  std::getline(lines, header);
  std::getline(lines, material);
  ASSERT_GT(material.size(), 40u);
  const IssuedCertificate other = Must(world_.vn.IssueSigner(world_.vn_officer));
  for (const std::string& key : {issued_.private_key_pem, issued_.private_key_pem.substr(0, 150)}) {
    const absl::Status status = Signer::FromPem(key, other.certificate_chain_pem).status();
    ASSERT_FALSE(status.ok());
    EXPECT_THAT(status.ToString(), Not(HasSubstr(material.substr(0, 16))));
  }
}

TEST_F(SignerTest, SignsWithBothSuites) {
  for (PracticeKey kind : {PracticeKey::kP256, PracticeKey::kEd25519}) {
    const std::unique_ptr<Signer> signer =
        SignerFrom(Must(world_.vn.IssueSigner(world_.vn_officer, {.key = kind})));
    const Identity identity =
        Must(world_.trust.Validate(signer->certificate_chain_der(), Usage::kSign, world_.now));
    for (const std::string& message : {std::string(), std::string("m"), std::string(100000, 'm')}) {
      const std::string value = Must(signer->Sign(message));
      EXPECT_THAT(Verify(identity.key, signer->suite(), message, value), IsOk());
      EXPECT_THAT(Verify(identity.key, signer->suite(), message + "x", value),
                  RefusedAs(v1::REASON_BAD_SIGNATURE));
    }
  }
}

TEST(SecretBytesTest, MovesAndComparesButNeverCopies) {
  static_assert(!std::is_copy_constructible_v<SecretBytes>);
  static_assert(!std::is_copy_assignable_v<SecretBytes>);
  SecretBytes a(std::string_view("secret"));
  EXPECT_TRUE(a.Equals(SecretBytes(std::string_view("secret"))));
  EXPECT_FALSE(a.Equals(SecretBytes(std::string_view("secreT"))));
  EXPECT_FALSE(a.Equals(SecretBytes(std::string_view("secret!"))));
  SecretBytes b = std::move(a);
  EXPECT_EQ(b.Reveal(), "secret");
  EXPECT_EQ(a.size(), 0u);  // NOLINT(bugprone-use-after-move): a moved secret is empty.
  EXPECT_TRUE(SecretBytes().Equals(a));
}

}  // namespace
}  // namespace gatepost::certs
