#include "certs/revocations.h"

#include <vector>

#include "certs/live_trust.h"
#include "certs/pem.h"
#include "tests/certs/practice_world.h"

namespace gatepost::certs {
namespace {

using ::testing::HasSubstr;
using Revoked = std::vector<std::pair<std::string, absl::Time>>;

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
