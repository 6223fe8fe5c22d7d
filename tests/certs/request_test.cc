#include "certs/request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/certificate.h"
#include "certs/inspect.h"
#include "certs/key_file.h"
#include "certs/pem.h"
#include "certs/practice_ca.h"
#include "certs/profile.h"
#include "certs/tls.h"
#include "certs/trust.h"
#include "daemon/system/reason.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_files.h"

namespace gatepost::certs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

const absl::Time kNow = absl::FromUnixSeconds(1'790'000'000);
constexpr char kClerk[] = "spiffe://langson.practice.example/agency/board/clerk/desk-1";
constexpr char kNode[] = "spiffe://langson.practice.example/node/vn-langson";

RequestTerms Terms(const std::string& id, CertificateUse use) {
  return {.id = *SpiffeId::Parse(id), .use = use};
}

TEST(Request, AsksForNameUseAndKey) {
  RequestTerms terms = Terms(kNode, CertificateUse::kNode);
  terms.dns_names = {"node.langson.example"};
  const absl::StatusOr<RequestedKey> made = MakeRequest(terms);
  ASSERT_TRUE(made.ok()) << made.status();
  const absl::StatusOr<CertificateRequest> read = CertificateRequest::Parse(made->request_pem);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->id().ToString(), kNode);
  EXPECT_EQ(read->use(), CertificateUse::kNode);
  EXPECT_EQ(read->key().kind(), KeyKind::kP256);
  EXPECT_THAT(read->dns_names(), ElementsAre("node.langson.example"));
  EXPECT_THAT(made->request_pem, Not(HasSubstr("PRIVATE")));
}

TEST(Request, APracticeCaIssuesWhatWasAskedAndTheKeyFits) {
  const absl::StatusOr<PracticeCa> ca = PracticeCa::Create("langson.practice.example", kNow);
  ASSERT_TRUE(ca.ok());
  const absl::StatusOr<TrustStore> trust = TrustStore::Create(
      {{.name = "langson.practice.example", .country = "VN", .root_pems = {ca->root_pem()}}});
  ASSERT_TRUE(trust.ok());
  struct Case {
    const char* id;
    CertificateUse use;
    Usage usage;
    std::string_view suite;
  };
  for (const Case& one : {Case{kClerk, CertificateUse::kTls, Usage::kTlsClient, kEcdsaP256Sha256},
                          Case{kClerk, CertificateUse::kSign, Usage::kSign, kEd25519},
                          Case{kNode, CertificateUse::kNode, Usage::kTlsServer, kEd25519}}) {
    RequestTerms terms = Terms(one.id, one.use);
    terms.suite = std::string(one.suite);
    const absl::StatusOr<RequestedKey> made = MakeRequest(terms);
    ASSERT_TRUE(made.ok()) << made.status();
    const absl::StatusOr<CertificateRequest> request = CertificateRequest::Parse(made->request_pem);
    ASSERT_TRUE(request.ok()) << request.status();
    const absl::StatusOr<std::string> chain = ca->IssueRequested(*request);
    ASSERT_TRUE(chain.ok()) << chain.status();
    EXPECT_TRUE(CheckKeyPair(made->private_key_pem.Reveal(), *chain).ok());
    const absl::StatusOr<Identity> identity = trust->Validate(DerFromPem(*chain), one.usage, kNow);
    ASSERT_TRUE(identity.ok()) << identity.status();
    EXPECT_EQ(identity->id.ToString(), one.id);
  }
}

TEST(Request, AForeignNameIsNotIssued) {
  const absl::StatusOr<PracticeCa> ca = PracticeCa::Create("pingxiang.practice.example", kNow);
  const absl::StatusOr<RequestedKey> made = MakeRequest(Terms(kClerk, CertificateUse::kTls));
  ASSERT_TRUE(ca.ok() && made.ok());
  const absl::StatusOr<CertificateRequest> request = CertificateRequest::Parse(made->request_pem);
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(system::ReasonOf(ca->IssueRequested(*request).status()), v1::REASON_NOT_ALLOWED);
}

TEST(Request, WhatFitsNoProfileIsRefused) {
  EXPECT_EQ(system::ReasonOf(MakeRequest(Terms(kClerk, CertificateUse::kNode)).status()),
            v1::REASON_CERTIFICATE_WRONG_USAGE);
  EXPECT_EQ(system::ReasonOf(MakeRequest(Terms(kNode, CertificateUse::kSign)).status()),
            v1::REASON_CERTIFICATE_WRONG_USAGE);
  RequestTerms terms = Terms(kClerk, CertificateUse::kTls);
  terms.suite = "rsa-md5";
  EXPECT_EQ(system::ReasonOf(MakeRequest(terms).status()), v1::REASON_SUITE_NOT_ALLOWED);
  // TLS 1.3 here has no SM2.
  terms.suite = std::string(kSm2Sm3);
  EXPECT_EQ(system::ReasonOf(MakeRequest(terms).status()), v1::REASON_SUITE_NOT_ALLOWED);
  terms = Terms(kClerk, CertificateUse::kTls);
  terms.dns_names = {"a,URI:spiffe://other"};
  EXPECT_EQ(system::ReasonOf(MakeRequest(terms).status()), v1::REASON_BAD_ARGUMENT);
}

TEST(Request, Sm2IsMadeAsSoonAsItIsImplemented) {
  RequestTerms terms = Terms(kClerk, CertificateUse::kSign);
  terms.suite = std::string(kSm2Sm3);
  const absl::StatusOr<RequestedKey> made = MakeRequest(terms);
  EXPECT_EQ(made.ok(), SuiteImplemented(kSm2Sm3)) << made.status();
  if (!made.ok()) return;
  EXPECT_TRUE(CertificateRequest::Parse(made->request_pem).ok());
}

TEST(Request, AChangedByteIsNoticed) {
  const absl::StatusOr<RequestedKey> made = MakeRequest(Terms(kClerk, CertificateUse::kTls));
  ASSERT_TRUE(made.ok());
  std::string changed = made->request_pem;
  const size_t middle = changed.size() / 2;
  changed[middle] = changed[middle] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(CertificateRequest::Parse(changed).ok());
  EXPECT_EQ(system::ReasonOf(CertificateRequest::Parse("nothing").status()),
            v1::REASON_CERTIFICATE_MALFORMED);
}

TEST(Inspect, DescribesEverythingInAFileInItsOrder) {
  const absl::StatusOr<PracticeCa> ca = PracticeCa::Create("langson.practice.example", kNow);
  ASSERT_TRUE(ca.ok());
  const absl::StatusOr<IssuedCertificate> issued = ca->IssueNode(*SpiffeId::Parse(kNode));
  const absl::StatusOr<std::string> list =
      ca->IssueRevocationList({{issued->certificate_chain_pem, kNow}}, kNow, kNow + absl::Hours(9));
  ASSERT_TRUE(issued.ok() && list.ok());
  const absl::StatusOr<std::vector<Inspected>> found =
      Inspect(issued->certificate_chain_pem + ca->root_pem() + *list + issued->private_key_pem);
  ASSERT_TRUE(found.ok()) << found.status();
  ASSERT_THAT(*found, SizeIs(4));
  const Inspected& leaf = found->at(0);
  EXPECT_EQ(leaf.spiffe_id, kNode);
  EXPECT_THAT(leaf.uses, ElementsAre("tls-client", "tls-server"));
  EXPECT_THAT(leaf.other_names, ElementsAre("localhost", "127.0.0.1"));
  EXPECT_FALSE(leaf.root);
  EXPECT_TRUE(leaf.practice);
  EXPECT_TRUE(found->at(1).root);
  EXPECT_THAT(found->at(1).uses, ElementsAre("ca", "revocation-list"));
  EXPECT_EQ(found->at(2).kind, InspectedKind::kRevocationList);
  EXPECT_EQ(found->at(2).revoked, 1u);
  EXPECT_EQ(found->at(2).not_after, kNow + absl::Hours(9));
  EXPECT_EQ(found->at(3).kind, InspectedKind::kPrivateKey);
  EXPECT_EQ(found->at(3).key_sha256, leaf.key_sha256);
  EXPECT_FALSE(found->at(3).sha256.has_value());
}

TEST(Inspect, ReadsDerAndRefusesTheRest) {
  const absl::StatusOr<PracticeCa> ca = PracticeCa::Create("langson.practice.example", kNow);
  ASSERT_TRUE(ca.ok());
  EXPECT_TRUE(Inspect(DerFromPem(ca->root_pem()).at(0)).ok());
  for (const char* wrong : {"", "text", "-----BEGIN CERTIFICATE-----\nAAAA\n",
                            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}) {
    EXPECT_EQ(system::ReasonOf(Inspect(wrong).status()), v1::REASON_CERTIFICATE_MALFORMED) << wrong;
  }
}

TEST(KeyFile, ANewKeyNeverReplacesAnOldOne) {
  const testing::TemporaryFolder folder;
  const std::string path = folder.Under("a.key");
  ASSERT_TRUE(WriteNewPrivateKeyFile(path, "first").ok());
  EXPECT_EQ(system::ReasonOf(WriteNewPrivateKeyFile(path, "second")), v1::REASON_BAD_ARGUMENT);
  EXPECT_EQ(testing::ReadTestFile(path), "first");
  EXPECT_TRUE(ReadPrivateKeyFile(path).ok());
}

}  // namespace
}  // namespace gatepost::certs
