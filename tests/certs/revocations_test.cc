#include "certs/revocations.h"

#include <openssl/ec.h>

#include <vector>

#include "certs/inspect.h"
#include "certs/live_trust.h"
#include "certs/openssl.h"
#include "certs/pem.h"
#include "tests/certs/practice_world.h"

namespace gatepost::certs {
namespace {

using ::testing::HasSubstr;
using Revoked = std::vector<std::pair<std::string, absl::Time>>;

std::string WithSignatureBytes(const std::string& der, const std::string& signature) {
  const auto* next = reinterpret_cast<const unsigned char*>(der.data());
  const X509Ptr x509(d2i_X509(nullptr, &next, static_cast<long>(der.size())));
  const ASN1_BIT_STRING* bits = nullptr;
  X509_get0_signature(&bits, nullptr, x509.get());
  ASN1_STRING_set(const_cast<ASN1_BIT_STRING*>(bits), signature.data(),
                  static_cast<int>(signature.size()));
  unsigned char* bytes = nullptr;
  const int size = i2d_X509(x509.get(), &bytes);
  std::string written(reinterpret_cast<char*>(bytes), static_cast<size_t>(size));
  OPENSSL_free(bytes);
  return written;
}

std::string SignatureOf(const std::string& der) {
  const auto* next = reinterpret_cast<const unsigned char*>(der.data());
  const X509Ptr x509(d2i_X509(nullptr, &next, static_cast<long>(der.size())));
  const ASN1_BIT_STRING* bits = nullptr;
  X509_get0_signature(&bits, nullptr, x509.get());
  return {reinterpret_cast<const char*>(bits->data), static_cast<size_t>(bits->length)};
}

// The certificate with its ECDSA signature changed, written in DER, and `tail` after it.
std::string WithSignature(const std::string& der, void (*change)(ECDSA_SIG*),
                          const std::string& tail = "") {
  const std::string old = SignatureOf(der);
  const auto* at = reinterpret_cast<const unsigned char*>(old.data());
  ECDSA_SIG* const pair = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(old.size()));
  change(pair);
  unsigned char* bytes = nullptr;
  const int size = i2d_ECDSA_SIG(pair, &bytes);
  const std::string written(reinterpret_cast<char*>(bytes), static_cast<size_t>(size));
  OPENSSL_free(bytes);
  ECDSA_SIG_free(pair);
  return WithSignatureBytes(der, written + tail);
}

// The length of the pair in two bytes where one is enough.
std::string WithLongLength(const std::string& der) {
  std::string signature = SignatureOf(der);
  signature.insert(1, 1, '\x81');
  return WithSignatureBytes(der, signature);
}

Certificate LeafOf(const IssuedCertificate& issued) {
  return Must(Certificate::Parse(DerFromPem(issued.certificate_chain_pem)[0]));
}

// The Vietnamese domain publishes lists; a root, an office under it, and signers of both.
class RevocationsTest : public ::testing::Test {
 protected:
  RevocationList ListOf(const PracticeCa& ca, const Revoked& revoked = {},
                        absl::Duration age = absl::Hours(1),
                        absl::Duration life = absl::Hours(24)) {
    const absl::Time issued = world_.now - age;
    return Must(
        RevocationList::Parse(Must(ca.IssueRevocationList(revoked, issued, issued + life))));
  }

  absl::StatusOr<RevocationBook> Book(std::vector<RevocationList> lists,
                                      absl::Duration grace = absl::ZeroDuration(),
                                      std::vector<DeniedIdentity> denied = {}) {
    return RevocationBook::Create(
        world_.trust,
        {{.trust_domain = world_.vn.trust_domain(), .lists = std::move(lists), .grace = grace}},
        std::move(denied));
  }

  absl::StatusOr<absl::Time> Check(const absl::StatusOr<RevocationBook>& book,
                                   const IssuedCertificate& issued, absl::Time at) {
    std::vector<Certificate> path;
    const Identity identity = Must(world_.trust.Validate(DerFromPem(issued.certificate_chain_pem),
                                                         Usage::kSign, world_.now, &path));
    return Must_(book).Check(identity.id, path, at);
  }

  static const RevocationBook& Must_(const absl::StatusOr<RevocationBook>& book) {
    if (!book.ok()) std::abort();
    return *book;
  }

  static DeniedIdentity Denied(const SpiffeId& id, absl::Time since = absl::InfinitePast()) {
    return {.id = id, .since = since, .reason = "left the service"};
  }

  PracticeWorld world_;
  const PracticeCa office_ = Must(world_.vn.Subordinate("office"));
  const IssuedCertificate clerk_ = Must(world_.vn.IssueSigner(world_.vn_clerk));
  const IssuedCertificate officer_ = Must(office_.IssueSigner(world_.vn_officer));
};

TEST_F(RevocationsTest, RevokedCertificateIsRefusedFromItsDateOnAndOthersAreNot) {
  const absl::Time since = world_.now - absl::Minutes(10);
  const auto book = Book({ListOf(world_.vn, {{clerk_.certificate_chain_pem, since}})});
  EXPECT_THAT(Check(book, clerk_, world_.now), RefusedAs(v1::REASON_CERTIFICATE_REVOKED));
  EXPECT_THAT(Check(book, clerk_, since), RefusedAs(v1::REASON_CERTIFICATE_REVOKED));
  // What was logged before that stays good.
  EXPECT_EQ(Must(Check(book, clerk_, since - absl::Seconds(1))), since);
  EXPECT_THAT(Check(book, Must(world_.vn.IssueSigner(world_.vn_clerk)), world_.now), IsOk());
}

TEST_F(RevocationsTest, DateBeforeTheListArrivedCountsAllTheSame) {
  // The list was issued an hour ago, and says that the key was lost a week before.
  const absl::Time lost = world_.now - absl::Hours(24 * 7);
  const auto book = Book({ListOf(world_.vn, {{clerk_.certificate_chain_pem, lost}})});
  EXPECT_THAT(Check(book, clerk_, world_.now - absl::Hours(24 * 6)),
              RefusedAs(v1::REASON_CERTIFICATE_REVOKED));
}

TEST_F(RevocationsTest, RevocationToComeRefusesWhenItsTimeHasCome) {
  const absl::Time since = world_.now + absl::Minutes(10);
  const auto book = Book({ListOf(world_.vn, {{clerk_.certificate_chain_pem, since}})});
  EXPECT_EQ(Must(Check(book, clerk_, world_.now)), since);
  EXPECT_THAT(Check(book, clerk_, since), RefusedAs(v1::REASON_CERTIFICATE_REVOKED));
}

TEST_F(RevocationsTest, EachAuthorityOfThePathNeedsItsOwnList) {
  EXPECT_THAT(Check(Book({ListOf(world_.vn)}), officer_, world_.now),
              RefusedAs(v1::REASON_REVOCATION_UNKNOWN));
  EXPECT_THAT(Check(Book({ListOf(office_)}), officer_, world_.now),
              RefusedAs(v1::REASON_REVOCATION_UNKNOWN));
  EXPECT_THAT(Check(Book({ListOf(office_), ListOf(world_.vn)}), officer_, world_.now), IsOk());
  EXPECT_THAT(Check(Book({}), clerk_, world_.now), RefusedAs(v1::REASON_REVOCATION_UNKNOWN));
}

TEST_F(RevocationsTest, RevokedIntermediateTakesEverybodyBelowWithIt) {
  const std::string office_pem =
      PemFromDer(std::string_view(DerFromPem(officer_.certificate_chain_pem)[1]));
  const auto book =
      Book({ListOf(world_.vn, {{office_pem, world_.now - absl::Minutes(1)}}), ListOf(office_)});
  EXPECT_THAT(Check(book, officer_, world_.now), RefusedAs(v1::REASON_CERTIFICATE_REVOKED));
  EXPECT_THAT(Check(book, clerk_, world_.now), IsOk());
  // It is said even when the list of the leaf's own authority is missing.
  EXPECT_THAT(Check(Book({ListOf(world_.vn, {{office_pem, world_.now - absl::Minutes(1)}})}),
                    officer_, world_.now),
              RefusedAs(v1::REASON_CERTIFICATE_REVOKED));
}

TEST_F(RevocationsTest, ListServesUntilItsGraceIsOver) {
  const absl::Time due = world_.now - absl::Hours(1) + absl::Hours(24);
  const auto book = Book({ListOf(world_.vn)}, /*grace=*/absl::Hours(6));
  EXPECT_EQ(Must(Check(book, clerk_, due)), due + absl::Hours(6));
  EXPECT_THAT(Check(book, clerk_, due + absl::Hours(6) - absl::Seconds(1)), IsOk());
  EXPECT_THAT(Check(book, clerk_, due + absl::Hours(6)), RefusedAs(v1::REASON_REVOCATION_UNKNOWN));
  EXPECT_THAT(Check(Book({ListOf(world_.vn)}), clerk_, due),
              RefusedAs(v1::REASON_REVOCATION_UNKNOWN));

  ASSERT_EQ(book->Lists().size(), 1u);
  const RevocationBook::ListState state = book->Lists().front();
  EXPECT_EQ(state.trust_domain, world_.vn.trust_domain());
  EXPECT_THAT(state.issuer, HasSubstr("Practice root"));
  EXPECT_EQ(state.next_update, due);
  EXPECT_EQ(state.serves_until, due + absl::Hours(6));
  EXPECT_FALSE(state.StaleAt(due - absl::Seconds(1)));
  EXPECT_TRUE(state.StaleAt(due));
}

TEST_F(RevocationsTest, NewestListOfAnAuthorityCounts) {
  // In either order: the older list does not know of the revocation yet.
  const RevocationList older = ListOf(world_.vn, {}, absl::Hours(3));
  const RevocationList newer =
      ListOf(world_.vn, {{clerk_.certificate_chain_pem, world_.now - absl::Hours(2)}});
  for (const auto& lists : {std::vector{older, newer}, std::vector{newer, older}}) {
    const auto book = Book(lists);
    EXPECT_THAT(Check(book, clerk_, world_.now), RefusedAs(v1::REASON_CERTIFICATE_REVOKED));
    ASSERT_EQ(book->Lists().size(), 1u);
    EXPECT_EQ(book->Lists().front().sha256, newer.sha256());
  }
}

TEST_F(RevocationsTest, ListThatNobodyOfTheDomainSignedCountsForNothing) {
  // A forger names the root: refused where it is loaded. He names the office: known when asked.
  const PracticeCa forger = Must(PracticeCa::Create(world_.vn.trust_domain(), world_.now));
  EXPECT_THAT(Book({ListOf(forger)}), RefusedAs(v1::REASON_BAD_CONFIG));
  const PracticeCa forged_office = Must(forger.Subordinate("office"));
  EXPECT_THAT(Check(Book({ListOf(world_.vn), ListOf(forged_office)}), officer_, world_.now),
              RefusedAs(v1::REASON_REVOCATION_UNKNOWN));
  // The other country's root signs no list for this one.
  EXPECT_THAT(Check(Book({ListOf(world_.cn)}), clerk_, world_.now),
              RefusedAs(v1::REASON_REVOCATION_UNKNOWN));
}

TEST_F(RevocationsTest, AuthorityWithoutTheRightToSignListsSignsNone) {
  const PracticeCa mute = Must(world_.vn.Subordinate("mute", {.key_usage = "keyCertSign"}));
  EXPECT_THAT(Check(Book({ListOf(world_.vn), ListOf(mute)}),
                    Must(mute.IssueSigner(world_.vn_officer)), world_.now),
              RefusedAs(v1::REASON_REVOCATION_UNKNOWN));
}

TEST_F(RevocationsTest, DomainWithoutListsAsksForNone) {
  EXPECT_EQ(Must(Check(RevocationBook(), clerk_, world_.now)), absl::InfiniteFuture());
  const auto only_cn =
      RevocationBook::Create(world_.trust, {{.trust_domain = world_.cn.trust_domain()}}, {});
  EXPECT_THAT(Check(only_cn, clerk_, world_.now), IsOk());
}

TEST_F(RevocationsTest, DeniedNameIsRefusedWhateverItsCertificate) {
  const auto book = RevocationBook::Create(world_.trust, {}, {Denied(world_.vn_clerk)});
  const absl::StatusOr<absl::Time> refused = Check(book, clerk_, world_.now);
  EXPECT_THAT(refused, RefusedAs(v1::REASON_IDENTITY_DENIED));
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("left the service"));
  EXPECT_THAT(Check(book, Must(office_.IssueSigner(world_.vn_clerk)), absl::UnixEpoch()),
              RefusedAs(v1::REASON_IDENTITY_DENIED));
  EXPECT_THAT(Check(book, officer_, world_.now), IsOk());
}

TEST_F(RevocationsTest, DeniedCertificateIsRefusedAndAnotherOfItsHolderIsNot) {
  const std::vector<std::string> chain = DerFromPem(officer_.certificate_chain_pem);
  const auto by_leaf =
      RevocationBook::Create(world_.trust, {}, {{.certificate_sha256 = Sha256Of(chain[0])}});
  EXPECT_THAT(Check(by_leaf, officer_, world_.now), RefusedAs(v1::REASON_IDENTITY_DENIED));
  EXPECT_THAT(Check(by_leaf, Must(office_.IssueSigner(world_.vn_officer)), world_.now), IsOk());
  const auto by_office =
      RevocationBook::Create(world_.trust, {}, {{.certificate_sha256 = Sha256Of(chain[1])}});
  EXPECT_THAT(Check(by_office, officer_, world_.now), RefusedAs(v1::REASON_IDENTITY_DENIED));
  EXPECT_THAT(Check(by_office, clerk_, world_.now), IsOk());
}

TEST_F(RevocationsTest, DeniedKeyIsRefusedInEveryCertificateOfIt) {
  const Certificate leaf = LeafOf(officer_);
  const auto by_key =
      RevocationBook::Create(world_.trust, {}, {{.key_sha256 = KeyDigest(leaf.key())}});
  EXPECT_THAT(Check(by_key, officer_, world_.now), RefusedAs(v1::REASON_IDENTITY_DENIED));
  EXPECT_THAT(Check(by_key, Must(office_.IssueSigner(world_.vn_officer)), world_.now), IsOk());
  const Certificate office =
      Must(Certificate::Parse(DerFromPem(officer_.certificate_chain_pem)[1]));
  const auto by_office =
      RevocationBook::Create(world_.trust, {}, {{.key_sha256 = KeyDigest(office.key())}});
  EXPECT_THAT(Check(by_office, officer_, world_.now), RefusedAs(v1::REASON_IDENTITY_DENIED));
  EXPECT_THAT(Check(by_office, clerk_, world_.now), IsOk());
}

TEST_F(RevocationsTest, DeniedNumberOfAnIssuerIsRefusedAndTheSameNumberOfAnotherIsNot) {
  const Certificate leaf = LeafOf(officer_);
  const std::string serial = SerialOf(leaf);
  const auto book =
      RevocationBook::Create(world_.trust, {}, {{.issuer = IssuerOf(leaf), .serial = serial}});
  EXPECT_THAT(Check(book, officer_, world_.now), RefusedAs(v1::REASON_IDENTITY_DENIED));
  EXPECT_THAT(Check(book, clerk_, world_.now), IsOk());
  const auto other = RevocationBook::Create(
      world_.trust, {}, {{.issuer = IssuerOf(LeafOf(clerk_)), .serial = serial}});
  EXPECT_THAT(Check(other, officer_, world_.now), IsOk());
}

TEST_F(RevocationsTest, DeniedNumberWithoutIssuerAndIssuerWithoutNumberAreRefused) {
  const Certificate leaf = LeafOf(officer_);
  const std::vector<DeniedIdentity> halves = {
      {.serial = SerialOf(leaf)},
      {.issuer = IssuerOf(leaf)},
      {.id = world_.vn_officer, .serial = SerialOf(leaf)},
      {.key_sha256 = KeyDigest(leaf.key()), .issuer = IssuerOf(leaf)}};
  for (const DeniedIdentity& half : halves) {
    EXPECT_EQ(system::ReasonOf(RevocationBook::Create(world_.trust, {}, {half}).status()),
              v1::REASON_BAD_CONFIG);
  }
}

// Anybody who has a certificate can write its ECDSA signature (r, s) as (r, n-s), which holds too.
TEST_F(RevocationsTest, RewrittenSignatureEvadesADeniedDigestButNeitherKeyNorNumber) {
  const std::string der = DerFromPem(clerk_.certificate_chain_pem)[0];
  const std::string rewritten = WithSignature(der, [](ECDSA_SIG* pair) {
    const std::unique_ptr<EC_GROUP, FreeWith<EC_GROUP_free>> curve(
        EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
    BIGNUM* const s = BN_new();
    BN_sub(s, EC_GROUP_get0_order(curve.get()), ECDSA_SIG_get0_s(pair));
    ECDSA_SIG_set0(pair, BN_dup(ECDSA_SIG_get0_r(pair)), s);
  });
  ASSERT_NE(Sha256Of(rewritten), Sha256Of(der));
  IssuedCertificate evader = clerk_;
  evader.certificate_chain_pem = PemFromDer(std::string_view(rewritten));
  const Certificate leaf = LeafOf(clerk_);
  const auto check = [&](DeniedIdentity denied) {
    return Check(RevocationBook::Create(world_.trust, {}, {std::move(denied)}), evader, world_.now);
  };
  EXPECT_THAT(check({.certificate_sha256 = leaf.sha256()}), IsOk());
  EXPECT_THAT(check({.key_sha256 = KeyDigest(leaf.key())}), RefusedAs(v1::REASON_IDENTITY_DENIED));
  EXPECT_THAT(check({.issuer = IssuerOf(leaf), .serial = SerialOf(leaf)}),
              RefusedAs(v1::REASON_IDENTITY_DENIED));
}

TEST_F(RevocationsTest, CertificateWhoseSignatureIsNotInDerIsMalformed) {
  const std::string der = DerFromPem(clerk_.certificate_chain_pem)[0];
  EXPECT_THAT(Certificate::Parse(WithSignature(der, [](ECDSA_SIG*) {})), IsOk());
  for (const std::string& tail : {std::string("\0", 1), std::string("\5\0", 2)}) {
    EXPECT_THAT(Certificate::Parse(WithSignature(
                    der, [](ECDSA_SIG*) {}, tail)),
                RefusedAs(v1::REASON_CERTIFICATE_MALFORMED));
  }
  EXPECT_THAT(Certificate::Parse(WithLongLength(der)), RefusedAs(v1::REASON_CERTIFICATE_MALFORMED));
}

TEST_F(RevocationsTest, OnePartIsExchangedAndTheOthersStay) {
  const Revoked revoked = {{clerk_.certificate_chain_pem, world_.now - absl::Minutes(1)}};
  const auto lists = Book({ListOf(world_.vn, revoked), ListOf(office_)});
  const auto both = Must_(lists).With(world_.trust, {Denied(world_.vn_officer)});
  EXPECT_THAT(Check(both, clerk_, world_.now), RefusedAs(v1::REASON_CERTIFICATE_REVOKED));
  EXPECT_THAT(Check(both, officer_, world_.now), RefusedAs(v1::REASON_IDENTITY_DENIED));
  const auto other = Must_(both).With(
      world_.trust, DomainRevocations{.trust_domain = world_.vn.trust_domain(),
                                      .lists = {ListOf(world_.vn), ListOf(office_)}});
  EXPECT_THAT(Check(other, clerk_, world_.now), IsOk());
  EXPECT_THAT(Check(other, officer_, world_.now), RefusedAs(v1::REASON_IDENTITY_DENIED));
  EXPECT_THAT(
      Must_(both).With(world_.trust, DomainRevocations{.trust_domain = world_.cn.trust_domain()}),
      RefusedAs(v1::REASON_BAD_CONFIG));
}

TEST_F(RevocationsTest, DenialCountsSinceItsDate) {
  const auto book = RevocationBook::Create(world_.trust, {}, {Denied(world_.vn_clerk, world_.now)});
  EXPECT_EQ(Must(Check(book, clerk_, world_.now - absl::Nanoseconds(1))), world_.now);
  EXPECT_THAT(Check(book, clerk_, world_.now), RefusedAs(v1::REASON_IDENTITY_DENIED));
}

TEST_F(RevocationsTest, BadBooksAreNotMade) {
  const auto create = [&](std::vector<DomainRevocations> domains,
                          std::vector<DeniedIdentity> denied = {}) {
    return RevocationBook::Create(world_.trust, std::move(domains), std::move(denied)).status();
  };
  const std::string vn = world_.vn.trust_domain();
  EXPECT_THAT(create({{.trust_domain = "nowhere.example"}}), RefusedAs(v1::REASON_BAD_CONFIG));
  EXPECT_THAT(create({{.trust_domain = vn}, {.trust_domain = vn}}),
              RefusedAs(v1::REASON_BAD_CONFIG));
  EXPECT_THAT(create({{.trust_domain = vn, .grace = -absl::Hours(1)}}),
              RefusedAs(v1::REASON_BAD_CONFIG));
  const RevocationList endless = Must(RevocationList::Parse(
      Must(world_.vn.IssueRevocationList({}, world_.now, /*next_update=*/std::nullopt))));
  EXPECT_THAT(create({{.trust_domain = vn, .lists = {endless}}}), RefusedAs(v1::REASON_BAD_CONFIG));
  EXPECT_THAT(create({}, {{.reason = "nobody"}}), RefusedAs(v1::REASON_BAD_CONFIG));
  EXPECT_THAT(create({}, {{.id = world_.vn_clerk, .certificate_sha256 = Digest{}}}),
              RefusedAs(v1::REASON_BAD_CONFIG));
  EXPECT_THAT(create({{.trust_domain = vn, .lists = {ListOf(world_.vn)}}}), IsOk());
}

}  // namespace
}  // namespace gatepost::certs
