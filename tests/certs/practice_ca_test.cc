#include "certs/practice_ca.h"

#include "certs/certificate.h"
#include "tests/certs/practice_world.h"

namespace gatepost::certs {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

Certificate Leaf(const IssuedCertificate& issued) {
  return Must(Certificate::Parse(DerFromPem(issued.certificate_chain_pem)[0]));
}

TEST(PracticeCaTest, OnlyMakesRootsOfPracticeDomains) {
  const absl::Time now = At("2026-01-01T00:00:00Z");
  for (const char* name :
       {"langson.example", "practice.example", ".practice.example", "", "Langson.practice.example",
        "a/b.practice.example", "langson.practice.example.vn"}) {
    EXPECT_THAT(PracticeCa::Create(name, now), RefusedAs(v1::REASON_BAD_ARGUMENT)) << name;
  }
  EXPECT_THAT(PracticeCa::Create("a.practice.example", now), IsOk());
}

TEST(PracticeCaTest, EverythingItMakesSaysPractice) {
  const PracticeWorld world;
  EXPECT_TRUE(IsPracticeRoot(world.vn.root_pem()));
  EXPECT_FALSE(IsPracticeRoot(""));
  EXPECT_FALSE(IsPracticeRoot("no certificate"));
  EXPECT_THAT(Leaf(Must(world.vn.IssueSigner(world.vn_clerk))).Subject(),
              HasSubstr("O=GATEPOST PRACTICE"));
  EXPECT_TRUE(IsPracticeDomain(world.vn.trust_domain()));
  EXPECT_FALSE(IsPracticeDomain("langson.example"));
}

TEST(PracticeCaTest, CarriesOnWithARootMadeBefore) {
  const PracticeWorld world;
  const PracticeCa again = Must(PracticeCa::Load(world.vn.trust_domain(), world.vn.root_pem(),
                                                 Must(world.vn.private_key_pem()), world.now));
  EXPECT_EQ(again.root_pem(), world.vn.root_pem());
  EXPECT_THAT(world.Validate(again.IssueSigner(world.vn_clerk), Usage::kSign), IsOk());
  EXPECT_THAT(PracticeCa::Load(world.vn.trust_domain(), world.vn.root_pem(),
                               Must(world.cn.private_key_pem()), world.now),
              RefusedAs(v1::REASON_BAD_CONFIG));
  EXPECT_THAT(PracticeCa::Load(world.vn.trust_domain(), "", "", world.now),
              RefusedAs(v1::REASON_BAD_CONFIG));
  EXPECT_THAT(PracticeCa::Load("langson.example", world.vn.root_pem(), "", world.now),
              RefusedAs(v1::REASON_BAD_ARGUMENT));
}

TEST(PracticeCaTest, NoTwoCertificatesShareSerialOrKey) {
  const PracticeWorld world;
  const Certificate a = Leaf(Must(world.vn.IssueSigner(world.vn_clerk)));
  const Certificate b = Leaf(Must(world.vn.IssueSigner(world.vn_clerk)));
  EXPECT_NE(a.sha256(), b.sha256());
  EXPECT_NE(a.Describe(), b.Describe());
}

TEST(PracticeCaTest, DescribesACertificateInOneLine) {
  const PracticeWorld world;
  EXPECT_THAT(Leaf(Must(world.vn.IssueSigner(world.vn_clerk))).Describe(),
              AllOf(HasSubstr("CN=01"), HasSubstr("Practice root langson.practice.example"),
                    HasSubstr("valid 2026-01-01T07:00:00"), HasSubstr("sha256 ")));
}

// A name from outside goes into logs: no line break, no terminal control.
TEST(PracticeCaTest, DescribesHostileNamesHarmlessly) {
  const PracticeWorld world;
  const PracticeCa hostile = Must(world.vn.Subordinate("x\n2026 ALARM \x1b[31m"));
  const std::string text = Leaf(Must(hostile.IssueSigner(world.vn_clerk))).Describe();
  EXPECT_EQ(text.find('\n'), std::string::npos);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace gatepost::certs
