#include "certs/trust.h"

#include "tests/certs/practice_world.h"

namespace gatepost::certs {
namespace {

using ::testing::ElementsAre;

class TrustTest : public ::testing::Test {
 protected:
  PracticeWorld world_;
};

TEST_F(TrustTest, AcceptsEveryProfileForItsUse) {
  const absl::StatusOr<IssuedCertificate> node = world_.vn.IssueNode(world_.vn_node);
  EXPECT_THAT(world_.Validate(node, Usage::kTlsServer), IsOk());
  EXPECT_THAT(world_.Validate(node, Usage::kTlsClient), IsOk());
  EXPECT_THAT(world_.Validate(world_.vn.IssueClient(world_.vn_clerk), Usage::kTlsClient), IsOk());
  EXPECT_THAT(world_.Validate(world_.vn.IssueSigner(world_.vn_clerk), Usage::kSign), IsOk());
  EXPECT_THAT(
      world_.Validate(world_.vn.IssueSigner(world_.vn_clerk, {.key = PracticeKey::kEd25519}),
                      Usage::kSign),
      IsOk());
}

TEST_F(TrustTest, SaysWhomTheCertificateSpeaksFor) {
  const IssuedCertificate issued = Must(world_.cn.IssueSigner(world_.cn_officer));
  const std::vector<std::string> chain = DerFromPem(issued.certificate_chain_pem);
  const Identity identity = Must(world_.trust.Validate(chain, Usage::kSign, world_.now));
  EXPECT_EQ(identity.id, world_.cn_officer);
  EXPECT_EQ(identity.country, "CN");
  EXPECT_EQ(identity.certificate_sha256, Sha256Of(chain[0]));
  EXPECT_EQ(identity.not_before, world_.now - absl::Hours(1));
  EXPECT_EQ(identity.not_after, world_.now + absl::Hours(24 * 365));
  EXPECT_EQ(identity.key.kind(), KeyKind::kP256);
  EXPECT_TRUE(identity.practice);
}

TEST_F(TrustTest, RefusesAnEmptyChain) {
  EXPECT_THAT(world_.trust.Validate({}, Usage::kTlsClient, world_.now),
              RefusedAs(v1::REASON_NO_CERTIFICATE));
}

TEST_F(TrustTest, RefusesWhatIsNoCertificate) {
  const IssuedCertificate issued = Must(world_.vn.IssueClient(world_.vn_clerk));
  const std::string der = DerFromPem(issued.certificate_chain_pem)[0];
  for (const std::string& bytes : std::vector<std::string>{
           "", "x", std::string(100, '\0'), der.substr(0, der.size() - 1), der + "x"}) {
    EXPECT_THAT(world_.trust.Validate({bytes}, Usage::kTlsClient, world_.now),
                RefusedAs(v1::REASON_CERTIFICATE_MALFORMED));
    EXPECT_THAT(world_.trust.Validate({der, bytes}, Usage::kTlsClient, world_.now),
                RefusedAs(v1::REASON_CERTIFICATE_MALFORMED));
  }
}

// The length of the outermost sequence, which no issuer signs, spelled in one byte more: another
// SHA-256 for the same certificate.
TEST_F(TrustTest, RefusesASecondSpellingOfACertificate) {
  const IssuedCertificate issued = Must(world_.vn.IssueClient(world_.vn_clerk));
  std::string der = DerFromPem(issued.certificate_chain_pem)[0];
  ASSERT_EQ(der.substr(0, 2), "\x30\x82");
  der.replace(1, 1, std::string("\x83\0", 2));
  EXPECT_THAT(world_.trust.Validate({der}, Usage::kTlsClient, world_.now),
              RefusedAs(v1::REASON_CERTIFICATE_MALFORMED));
}

TEST_F(TrustTest, BoundsWhatItLooksAt) {
  const std::string der =
      DerFromPem(Must(world_.vn.IssueClient(world_.vn_clerk)).certificate_chain_pem)[0];
  EXPECT_THAT(world_.trust.Validate({der, der, der, der}, Usage::kTlsClient, world_.now), IsOk());
  EXPECT_THAT(world_.trust.Validate({der, der, der, der, der}, Usage::kTlsClient, world_.now),
              RefusedAs(v1::REASON_TOO_LARGE));
  EXPECT_THAT(
      world_.trust.Validate({std::string(16 * 1024 + 1, 'x')}, Usage::kTlsClient, world_.now),
      RefusedAs(v1::REASON_TOO_LARGE));
}

TEST_F(TrustTest, RefusesNoneSeveralOrForeignNames) {
  const std::string good = world_.vn_clerk.ToString();
  EXPECT_THAT(world_.Validate(
                  world_.vn.IssueClient(world_.vn_clerk, {.with_subject_alternative_name = false}),
                  Usage::kTlsClient),
              RefusedAs(v1::REASON_BAD_SPIFFE_ID));
  for (const std::vector<std::string>& uris :
       std::vector<std::vector<std::string>>{{},
                                             {good, good},
                                             {good, "https://langson.example/"},
                                             {"https://langson.example/"},
                                             {"spiffe://langson.practice.example/"},
                                             {good + "," + good},
                                             {good + std::string("\0", 1)}}) {
    // A node's certificate has other names (DNS, IP) beside the URI.
    EXPECT_THAT(
        world_.Validate(world_.vn.IssueNode(world_.vn_node, {.uris = uris}), Usage::kTlsClient),
        RefusedAs(v1::REASON_BAD_SPIFFE_ID));
  }
}

TEST_F(TrustTest, RefusesADomainThatIsNotConfigured) {
  const PracticeCa third = Must(PracticeCa::Create("hekou.practice.example", world_.now));
  EXPECT_THAT(world_.Validate(third.IssueClient(Id("spiffe://hekou.practice.example/auditor/01")),
                              Usage::kTlsClient),
              RefusedAs(v1::REASON_UNKNOWN_TRUST_DOMAIN));
}

TEST_F(TrustTest, RefusesANameUnderAnotherDomainsRoot) {
  // The other side's CA issues certificates in our domain's name, for every use.
  EXPECT_THAT(world_.Validate(world_.cn.IssueNode(world_.vn_node), Usage::kTlsServer),
              RefusedAs(v1::REASON_CROSS_DOMAIN));
  EXPECT_THAT(world_.Validate(world_.cn.IssueClient(world_.vn_clerk), Usage::kTlsClient),
              RefusedAs(v1::REASON_CROSS_DOMAIN));
  EXPECT_THAT(world_.Validate(world_.cn.IssueSigner(world_.vn_officer), Usage::kSign),
              RefusedAs(v1::REASON_CROSS_DOMAIN));
  // Through an intermediate and out of date: still first of all a claim to a foreign name.
  const PracticeCa below = Must(world_.cn.Subordinate("issuing"));
  EXPECT_THAT(world_.Validate(below.IssueSigner(world_.vn_officer,
                                                {.not_after = world_.now - absl::Minutes(1)}),
                              Usage::kSign),
              RefusedAs(v1::REASON_CROSS_DOMAIN));
}

TEST_F(TrustTest, RefusesARootThatOnlyBearsTheRightName) {
  const PracticeCa impostor = Must(PracticeCa::Create(world_.vn.trust_domain(), world_.now));
  const IssuedCertificate issued = Must(impostor.IssueSigner(world_.vn_officer));
  EXPECT_THAT(world_.Validate(issued, Usage::kSign), RefusedAs(v1::REASON_CHAIN_BROKEN));
  // Sending the impostor's root along does not help.
  std::vector<std::string> chain = DerFromPem(issued.certificate_chain_pem + impostor.root_pem());
  EXPECT_THAT(world_.trust.Validate(chain, Usage::kSign, world_.now),
              RefusedAs(v1::REASON_CHAIN_BROKEN));
}

TEST_F(TrustTest, FollowsIntermediatesAndNeedsAllOfThem) {
  const PracticeCa issuing = Must(world_.vn.Subordinate("issuing"));
  const PracticeCa deeper = Must(issuing.Subordinate("deeper"));
  const IssuedCertificate issued = Must(deeper.IssueSigner(world_.vn_officer));
  const std::vector<std::string> chain = DerFromPem(issued.certificate_chain_pem);
  ASSERT_EQ(chain.size(), 3u);
  EXPECT_THAT(world_.trust.Validate(chain, Usage::kSign, world_.now), IsOk());
  EXPECT_THAT(world_.trust.Validate({chain[0], chain[1]}, Usage::kSign, world_.now),
              RefusedAs(v1::REASON_CHAIN_BROKEN));
  EXPECT_THAT(world_.trust.Validate({chain[0], chain[2]}, Usage::kSign, world_.now),
              RefusedAs(v1::REASON_CHAIN_BROKEN));
  EXPECT_THAT(world_.trust.Validate({chain[0]}, Usage::kSign, world_.now),
              RefusedAs(v1::REASON_CHAIN_BROKEN));
}

TEST_F(TrustTest, TakesTheLongestChainAndNoLonger) {
  const PracticeCa one = Must(world_.vn.Subordinate("one"));
  const PracticeCa two = Must(one.Subordinate("two"));
  const PracticeCa three = Must(two.Subordinate("three"));
  const PracticeCa four = Must(three.Subordinate("four"));
  EXPECT_THAT(world_.Validate(three.IssueSigner(world_.vn_officer), Usage::kSign), IsOk());
  EXPECT_THAT(world_.Validate(four.IssueSigner(world_.vn_officer), Usage::kSign),
              RefusedAs(v1::REASON_TOO_LARGE));
}

TEST_F(TrustTest, RefusesALeafThatPlaysCa) {
  // A signer signs a certificate for someone else with its own key.
  const IssuedCertificate leaf = Must(world_.vn.IssueSigner(world_.vn_clerk));
  const PracticeCa mallory = Must(PracticeCa::Load(
      world_.vn.trust_domain(), leaf.certificate_chain_pem, leaf.private_key_pem, world_.now));
  const IssuedCertificate forged = Must(mallory.IssueSigner(world_.vn_officer));
  const std::vector<std::string> chain =
      DerFromPem(forged.certificate_chain_pem + leaf.certificate_chain_pem);
  EXPECT_THAT(world_.trust.Validate(chain, Usage::kSign, world_.now),
              RefusedAs(v1::REASON_CHAIN_BROKEN));
}

TEST_F(TrustTest, RefusesOutsideTheValidityAtTheExactSecond) {
  const absl::Time from = At("2026-03-01T00:00:00Z");
  const absl::Time until = At("2026-04-01T00:00:00Z");
  const std::vector<std::string> chain = DerFromPem(
      Must(world_.vn.IssueClient(world_.vn_clerk, {.not_before = from, .not_after = until}))
          .certificate_chain_pem);
  auto at = [&](absl::Time now) { return world_.trust.Validate(chain, Usage::kTlsClient, now); };
  EXPECT_THAT(at(from - absl::Milliseconds(1)), RefusedAs(v1::REASON_CERTIFICATE_NOT_YET_VALID));
  EXPECT_THAT(at(from), IsOk());
  EXPECT_THAT(at(until - absl::Milliseconds(1)), IsOk());
  EXPECT_THAT(at(until), RefusedAs(v1::REASON_CERTIFICATE_EXPIRED));
}

TEST_F(TrustTest, WindowIsThatOfTheWholeChain) {
  const absl::Time soon = world_.now + absl::Hours(2);
  const PracticeCa brief = Must(world_.vn.Subordinate("brief", {.not_after = soon}));
  const IssuedCertificate issued = Must(brief.IssueSigner(world_.vn_officer));
  const Identity identity = Must(world_.Validate(issued, Usage::kSign));
  EXPECT_EQ(identity.not_after, soon);
  EXPECT_THAT(world_.trust.Validate(DerFromPem(issued.certificate_chain_pem), Usage::kSign, soon),
              RefusedAs(v1::REASON_CERTIFICATE_EXPIRED));
}

TEST_F(TrustTest, SeveralRootsOfOneDomainAllServe) {
  // A root is replaced: for a while the domain has the old and the new one.
  const PracticeCa next = Must(PracticeCa::Create(world_.vn.trust_domain(), world_.now));
  std::vector<TrustDomain> domains = world_.Domains();
  domains[0].root_pems = {world_.vn.root_pem() + next.root_pem()};
  const TrustStore both = Must(TrustStore::Create(domains));
  for (const PracticeCa* ca : {&std::as_const(world_.vn), &next}) {
    const IssuedCertificate issued = Must(ca->IssueSigner(world_.vn_officer));
    EXPECT_THAT(both.Validate(DerFromPem(issued.certificate_chain_pem), Usage::kSign, world_.now),
                IsOk());
  }
}

TEST_F(TrustTest, FindsItsDomains) {
  ASSERT_NE(world_.trust.Find("langson.practice.example"), nullptr);
  EXPECT_EQ(world_.trust.Find("langson.practice.example")->country, "VN");
  EXPECT_EQ(world_.trust.Find("hekou.practice.example"), nullptr);
  EXPECT_EQ(world_.trust.Domains().size(), 2u);
  EXPECT_EQ(DerFromPem(world_.trust.AllRootsPem()).size(), 2u);
}

// Each entry spoils one thing of a good configuration.
TEST_F(TrustTest, RefusesABadConfigurationOfDomains) {
  auto with = [this](auto spoil) {
    std::vector<TrustDomain> domains = world_.Domains();
    spoil(domains);
    return TrustStore::Create(domains).status();
  };
  EXPECT_THAT(with([](auto&) {}), IsOk());
  const std::string leaf_pem = Must(world_.vn.IssueNode(world_.vn_node)).certificate_chain_pem;
  const PracticeCa below = Must(world_.vn.Subordinate("below"));
  const std::string intermediate_pem = PemFromDer(
      std::string_view(DerFromPem(Must(below.IssueNode(world_.vn_node)).certificate_chain_pem)[1]));
  const std::vector<absl::Status> refusals = {
      with([](auto& d) { d[0].name = ""; }),
      with([](auto& d) { d[0].name = "Langson"; }),
      with([](auto& d) { d[1].name = d[0].name; }),
      with([](auto& d) { d[0].country = "VNM"; }),
      with([](auto& d) { d[0].country = "vn"; }),
      with([](auto& d) { d[0].root_pems = {}; }),
      with([](auto& d) { d[0].root_pems = {""}; }),
      with([](auto& d) { d[0].root_pems = {"no certificate"}; }),
      with([&](auto& d) { d[0].root_pems = {leaf_pem}; }),
      with([&](auto& d) { d[0].root_pems = {intermediate_pem}; }),
      with([](auto& d) { d[0].allowed_suites = {}; }),
      with([](auto& d) { d[0].allowed_suites = {"rsa"}; }),
      with([](auto& d) { d[0].allowed_suites = {"sm2"}; }),
      with([](auto& d) { d[1].root_pems = d[0].root_pems; }),
      // Practice roots never vouch for real names.
      with([](auto& d) { d[0].name = "langson.example"; }),
      with([](auto& d) { d[0].name = "practice.example"; }),
  };
  for (size_t i = 0; i < refusals.size(); ++i) {
    EXPECT_THAT(refusals[i], RefusedAs(v1::REASON_BAD_CONFIG)) << "case " << i;
  }
}

TEST(PemTest, RoundTripsAndRefusesHalfAChain) {
  const PracticeWorld world;
  const std::string pem = world.vn.root_pem() + "some text\n" + world.cn.root_pem();
  const std::vector<std::string> ders = DerFromPem(pem);
  ASSERT_EQ(ders.size(), 2u);
  EXPECT_EQ(PemFromDer(ders), world.vn.root_pem() + world.cn.root_pem());
  // Keys between the certificates are left out.
  EXPECT_EQ(DerFromPem(world.vn.root_pem() + Must(world.vn.private_key_pem())).size(), 1u);
  // A damaged second block: nothing at all.
  std::string damaged = pem;
  damaged[damaged.size() - 100] = '!';
  EXPECT_THAT(DerFromPem(damaged), ElementsAre());
  EXPECT_THAT(DerFromPem(pem.substr(0, pem.size() - 30)), ElementsAre());
  EXPECT_THAT(DerFromPem(""), ElementsAre());
}

}  // namespace
}  // namespace gatepost::certs
