// What a link agreement says about authorities, release rules and gates, and both sides' signatures
// on it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "certs/dsse.h"
#include "certs/pem.h"
#include "daemon/config/agreement_signatures.h"
#include "daemon/config/node_settings.h"
#include "daemon/domain/civil_time.h"
#include "daemon/system/reason.h"
#include "tests/config/practice_files.h"

namespace gatepost::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Must;
using testing::PracticeFiles;
using testing::ReadTestFile;
using testing::WriteTestFile;

constexpr char kAgreement[] = "agreement.textproto";
constexpr char kVnOfficer[] = "spiffe://langson.practice.example/agency/board/officer/1";
constexpr char kCnOfficer[] = "spiffe://pingxiang.practice.example/agency/port/officer/1";
constexpr char kEnd[] = "  suites: \"ed25519\"\n}\n";

// Names an authority of each side and adds `more` at the end.
void Agree(const PracticeFiles& files, const std::string& more = "") {
  for (const char* officer : {kVnOfficer, kCnOfficer}) {
    files.Change(kAgreement, kEnd,
                 std::string("  suites: \"ed25519\"\n  authorities: \"") + officer + "\"\n}\n");
  }
  WriteTestFile(files / kAgreement, ReadTestFile(files / kAgreement) + more);
}

std::vector<std::string> NamesOf(const std::vector<AgreementSigner>& signers) {
  std::vector<std::string> names;
  for (const AgreementSigner& signer : signers) names.push_back(signer.id.ToString());
  return names;
}

std::string DateLine(absl::Time time) {
  const absl::CivilDay day = absl::ToCivilDay(time, absl::UTCTimeZone());
  return absl::StrCat("agreed_on { year: ", day.year(), " month: ", day.month(),
                      " day: ", day.day(), " }\n");
}

constexpr char kRule[] =
    "release_rules { subject { families: \"AGREEMENT\" gate_classes: \"international\" } "
    "signatures { roles: \"officer\" count: 2 } }\n";
constexpr char kClass[] =
    "gate_classes { name: \"international\" type_words: \"international\" }\n";

TEST(AgreementRulesTest, AreReadWithTheAgreement) {
  PracticeFiles files;
  Agree(files, std::string(kClass) + kRule + "scope_ids: \"LS-HN\"\n");
  const NodeSettings settings = Must(LoadNodeSettings(files / "node.textproto"));
  const LinkSettings& link = settings.links.at(0);
  EXPECT_THAT(link.own.stated.authorities(), ElementsAre(kVnOfficer));
  EXPECT_THAT(link.peer.stated.authorities(), ElementsAre(kCnOfficer));
  EXPECT_EQ(link.agreement.release_rules_size(), 1);
  EXPECT_THAT(link.agreement.scope_ids(), ElementsAre("LS-HN"));
  EXPECT_THAT(link.agreement_signers, IsEmpty());
}

struct Fault {
  const char* name;
  std::string more;
  const char* place;
  bool authorities = true;
};

class AgreementFault : public ::testing::TestWithParam<Fault> {};

TEST_P(AgreementFault, IsRefusedWithFileLineAndField) {
  PracticeFiles files;
  if (GetParam().authorities) {
    Agree(files, GetParam().more);
  } else {
    WriteTestFile(files / kAgreement, ReadTestFile(files / kAgreement) + GetParam().more);
  }
  const absl::Status status = LoadNodeSettings(files / "node.textproto").status();
  EXPECT_EQ(system::ReasonOf(status), gatepost::v1::REASON_BAD_CONFIG) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("agreement.textproto:"));
  EXPECT_THAT(std::string(status.message()), HasSubstr(GetParam().place));
}

INSTANTIATE_TEST_SUITE_P(
    All, AgreementFault,
    ::testing::Values(
        Fault{"NobodyPublishesRosters", std::string(kClass) + kRule,
              "nodes[0].authorities:", false},
        Fault{"ClassUnknown", kRule, "release_rules[0]:"},
        Fault{"ClassTwice", std::string(kClass) + kClass, "gate_classes:"},
        Fault{"ClassWithoutWords", "gate_classes { name: \"main\" }\n", "gate_classes:"},
        Fault{"NoSignature", "release_rules { subject { families: \"NOTICE\" } }\n",
              "release_rules[0]:"},
        Fault{"CountOfNone", "release_rules { subject { } signatures { roles: \"officer\" } }\n",
              "release_rules[0]:"},
        Fault{"FamilyUnknown",
              "release_rules { subject { families: \"LETTER\" } signatures { roles: \"officer\" "
              "count: 1 } }\n",
              "release_rules[0]:"},
        Fault{"RuleGateUnknown",
              "release_rules { subject { scope_ids: \"LS-XX\" } signatures { roles: \"officer\" "
              "count: 1 } }\n",
              "release_rules[0].subject:"},
        Fault{"LinkGateUnknown", "scope_ids: \"LS-XX\"\n", "scope_ids:"},
        Fault{"NoDate", "agreed_on { year: 2026 month: 2 day: 30 }\n", "agreed_on:"}),
    [](const auto& info) { return info.param.name; });

TEST(AgreementRulesTest, OnlyOfficersOfTheOwnDomainAreAuthorities) {
  for (const std::string& wrong :
       {std::string("spiffe://langson.practice.example/agency/board/clerk/1"),
        std::string(kCnOfficer), std::string("spiffe://langson.practice.example/node/vn-langson"),
        std::string("an officer")}) {
    PracticeFiles files;
    files.Change(kAgreement, kEnd, "  suites: \"ed25519\"\n  authorities: \"" + wrong + "\"\n}\n");
    const absl::Status status = ReadLinkAgreement(files / kAgreement).status();
    EXPECT_EQ(system::ReasonOf(status), gatepost::v1::REASON_BAD_CONFIG) << wrong;
    EXPECT_THAT(std::string(status.message()), HasSubstr("nodes[0].authorities[0]:")) << wrong;
  }
}

TEST(AgreementRulesTest, AKeyThatAnybodyCanSignWithIsRefused) {
  PracticeFiles files;
  const std::string key(32, '\0');
  const std::string vkey =
      Must(ledger::VerifierKey::Create(LogKeyName("vn-langson"), ledger::kEd25519Type, key))
          .Format();
  const std::string good = Must(ReadLinkAgreement(files / kAgreement)).nodes[0].stated.log_vkey();
  files.Change(kAgreement, good, vkey);
  const absl::Status status = ReadLinkAgreement(files / kAgreement).status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("nodes[0].log_vkey:"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("small order"));
}

class AgreementSignatures : public ::testing::Test {
 protected:
  AgreementSignatures() { Agree(files_, DateLine(now_)); }

  std::unique_ptr<certs::Signer> Officer(bool vn, const certs::IssueOptions& options = {}) {
    return Post(vn ? kVnOfficer : kCnOfficer, vn, options);
  }
  std::unique_ptr<certs::Signer> Post(const std::string& id, bool vn_ca,
                                      const certs::IssueOptions& options = {}) {
    const certs::PracticeCa& ca = vn_ca ? files_.vn() : files_.cn();
    const certs::IssuedCertificate issued =
        Must(ca.IssueSigner(Must(certs::SpiffeId::Parse(id)), options));
    return Must(certs::Signer::FromPem(issued.private_key_pem, issued.certificate_chain_pem));
  }
  LinkAgreement Agreement() { return Must(ReadLinkAgreement(files_ / kAgreement)); }
  v1::AgreementSignatures SignedBy(const std::vector<const certs::Signer*>& signers) {
    v1::AgreementSignatures signatures;
    for (const certs::Signer* signer : signers) {
      const absl::Status added = SignAgreement(
          Agreement(), *signer, {files_.vn().root_pem(), files_.cn().root_pem()}, &signatures);
      EXPECT_TRUE(added.ok()) << added;
    }
    return signatures;
  }
  void Write(const v1::AgreementSignatures& signatures) {
    std::string text;
    google::protobuf::TextFormat::PrintToString(signatures, &text);
    WriteTestFile(SignaturesPathOf(files_ / kAgreement), text);
  }
  // Judged as a node that is not for practice does.
  absl::StatusOr<std::vector<std::string>> Check(bool may_lack = false) {
    const certs::TrustStore trust =
        Must(certs::TrustStore::Create({{.name = "langson.practice.example",
                                         .country = "VN",
                                         .root_pems = {files_.vn().root_pem()}},
                                        {.name = "pingxiang.practice.example",
                                         .country = "CN",
                                         .root_pems = {files_.cn().root_pem()}}}));
    const auto signers =
        CheckAgreementSigned(Agreement(), SignaturesPathOf(files_ / kAgreement), trust, may_lack);
    if (!signers.ok()) return signers.status();
    return NamesOf(*signers);
  }
  void ExpectNotSigned(const std::string& says) {
    const absl::Status status = Check(true).status();
    EXPECT_EQ(system::ReasonOf(status), gatepost::v1::REASON_AGREEMENT_NOT_SIGNED) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(says));
  }

  const absl::Time now_ = absl::Now();
  PracticeFiles files_;
};

TEST_F(AgreementSignatures, OfBothSidesAreEnough) {
  const auto vn = Officer(true);
  const auto cn = Officer(false, {.key = certs::PracticeKey::kEd25519});
  Write(SignedBy({vn.get(), cn.get()}));
  EXPECT_THAT(Must(Check()), ElementsAre(kVnOfficer, kCnOfficer));
  const NodeSettings settings = Must(LoadNodeSettings(files_ / "node.textproto"));
  EXPECT_THAT(NamesOf(settings.links.at(0).agreement_signers), ElementsAre(kVnOfficer, kCnOfficer));
}

TEST_F(AgreementSignatures, OnlyAPracticeNodeMayLackTheFile) {
  EXPECT_THAT(Must(Check(true)), IsEmpty());
  const absl::Status status = Check(false).status();
  EXPECT_EQ(system::ReasonOf(status), gatepost::v1::REASON_AGREEMENT_NOT_SIGNED);
  EXPECT_THAT(std::string(status.message()), HasSubstr("agreement.textproto.signatures"));
}

TEST_F(AgreementSignatures, OfOneSideAreNotEnough) {
  const auto vn = Officer(true);
  Write(SignedBy({vn.get()}));
  ExpectNotSigned("cn-pingxiang");
  EXPECT_EQ(system::ReasonOf(LoadNodeSettings(files_ / "node.textproto").status()),
            gatepost::v1::REASON_AGREEMENT_NOT_SIGNED)
      << "a practice node's file must be good when it is there";
}

TEST_F(AgreementSignatures, ACertificateThatHasExpiredSinceStillCounts) {
  const absl::Time day =
      absl::FromCivil(absl::ToCivilDay(now_, absl::UTCTimeZone()), absl::UTCTimeZone());
  const auto vn =
      Officer(true, {.not_before = day - absl::Hours(48), .not_after = day + absl::Hours(24)});
  const auto cn = Officer(false);
  Write(SignedBy({vn.get(), cn.get()}));
  EXPECT_TRUE(Check().ok()) << Check().status();
}

TEST_F(AgreementSignatures, ACertificateThatHadExpiredByThenDoesNot) {
  const absl::Time day =
      absl::FromCivil(absl::ToCivilDay(now_, absl::UTCTimeZone()), absl::UTCTimeZone());
  const auto vn =
      Officer(true, {.not_before = day - absl::Hours(48), .not_after = day + absl::Hours(23)});
  const auto cn = Officer(false);
  Write(SignedBy({vn.get(), cn.get()}));
  ExpectNotSigned("CERTIFICATE_EXPIRED");
}

TEST_F(AgreementSignatures, OfAnotherFileAreRefused) {
  const auto vn = Officer(true);
  const auto cn = Officer(false);
  Write(SignedBy({vn.get(), cn.get()}));
  files_.Change(kAgreement, "id: \"test\"", "id: \"test-2\"");
  ExpectNotSigned("agreement_sha256");
}

TEST_F(AgreementSignatures, ABadOneAmongGoodOnesIsRefused) {
  const auto vn = Officer(true);
  const auto cn = Officer(false);
  const v1::AgreementSignatures good = SignedBy({vn.get(), cn.get()});
  struct Crime {
    const char* says;
    std::function<void(v1::AgreementSignatures&)> commit;
  };
  const Crime crimes[] = {
      {"BAD_SIGNATURE",
       [&](auto& s) {
         *s.mutable_signatures(1) = s.signatures(0);
         s.mutable_signatures(1)->set_value("AAAA");
       }},
      {"BAD_SIGNATURE", [](auto& s) { s.mutable_signatures(0)->set_value("not base64"); }},
      {"DUPLICATE_SIGNER", [](auto& s) { *s.add_signatures() = s.signatures(0); }},
      {"NO_CERTIFICATE", [](auto& s) { s.mutable_signatures(0)->set_certificate_chain_pem(""); }},
      {"SUITE_NOT_ALLOWED", [](auto& s) { s.mutable_signatures(0)->set_suite("rot13"); }},
      {"agreement_sha256", [](auto& s) { s.set_agreement_sha256(std::string(64, '0')); }},
  };
  for (const Crime& crime : crimes) {
    v1::AgreementSignatures bad = good;
    crime.commit(bad);
    Write(bad);
    ExpectNotSigned(crime.says);
  }
}

TEST_F(AgreementSignatures, OnlyAuthoritiesCount) {
  const std::string other = "spiffe://langson.practice.example/agency/board/officer/2";
  const auto stranger = Post(other, true);
  v1::AgreementSignatures none;
  EXPECT_EQ(system::ReasonOf(SignAgreement(Agreement(), *stranger, {}, &none)),
            gatepost::v1::REASON_NOT_AN_AUTHORITY);
  // Put together by hand.
  const auto cn = Officer(false);
  v1::AgreementSignatures signatures = SignedBy({cn.get()});
  v1::AgreementSignature* added = signatures.add_signatures();
  added->set_suite(std::string(stranger->suite()));
  added->set_value(absl::Base64Escape(
      Must(stranger->Sign(certs::Pae(kLinkAgreementPayloadType, Agreement().file.bytes)))));
  added->set_certificate_chain_pem(certs::PemFromDer(stranger->certificate_chain_der()));
  Write(signatures);
  ExpectNotSigned("NOT_AN_AUTHORITY");
  // Nor somebody whom the other side's CA calls an authority of this one.
  const auto impostor = Post(kVnOfficer, false);
  Write(SignedBy({impostor.get(), cn.get()}));
  ExpectNotSigned("CROSS_DOMAIN");
}

TEST_F(AgreementSignatures, WithoutADateNothingIsSigned) {
  const auto vn = Officer(true);
  const auto cn = Officer(false);
  files_.Change(kAgreement, DateLine(now_), "");
  Write(SignedBy({vn.get(), cn.get()}));
  ExpectNotSigned("agreed_on");
}

TEST_F(AgreementSignatures, CarryTheRootsThatTheAgreementPins) {
  const auto vn = Officer(true);
  const auto cn = Officer(false);
  Write(SignedBy({vn.get(), cn.get()}));
  const SignaturesFile file =
      Must(ReadTextProto<v1::AgreementSignatures>(SignaturesPathOf(files_ / kAgreement)));
  const certs::TrustStore trust = Must(TrustFor(Agreement(), file.value, {}));
  for (const JudgedSignature& one : Must(JudgeSignatures(Agreement(), file, trust))) {
    EXPECT_TRUE(one.verdict.ok()) << one.verdict;
  }
}

}  // namespace
}  // namespace gatepost::config
