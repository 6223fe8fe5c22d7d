#include "daemon/node/list_marks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "certs/pem.h"
#include "certs/practice_ca.h"
#include "certs/spiffe_id.h"
#include "daemon/store/sqlite/sqlite_store.h"
#include "daemon/system/reason.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/two_nodes.h"

namespace gatepost::node {
namespace {

using ::gatepost::testing::Need;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kDomain[] = "langson.practice.example";

// The lists of a root and of an office below it, and what a node has stored of them.
class ListMarksTest : public ::testing::Test {
 protected:
  certs::RevocationList List(const certs::PracticeCa& ca, absl::Duration age) {
    const absl::Time issued = now_ - age;
    return Need(certs::RevocationList::Parse(
        Need(ca.IssueRevocationList({}, issued, issued + absl::Hours(24)))));
  }
  static certs::DomainRevocations Set(std::vector<certs::RevocationList> lists) {
    return {.trust_domain = kDomain, .lists = std::move(lists)};
  }
  void Take(ListMarks& marks, const certs::DomainRevocations& lists) {
    const std::unique_ptr<store::Transaction> transaction = Need(store_->Begin());
    for (const store::MetaRecord& mark : marks.Take(lists)) {
      Need(transaction->PutMeta(mark.key, mark.value));
    }
    Need(transaction->Commit());
  }
  // As after the node was started again.
  ListMarks Again() { return Need(ListMarks::Read(*Need(store_->Read()))); }

  static certs::Certificate CertificateOf(const certs::PracticeCa& office) {
    const auto issued = Need(office.IssueSigner(
        Need(certs::SpiffeId::Parse("spiffe://langson.practice.example/agency/board/clerk/1"))));
    return Need(certs::Certificate::Parse(certs::DerFromPem(issued.certificate_chain_pem).at(1)));
  }
  certs::Certificate Root() {
    return Need(certs::Certificate::Parse(certs::DerFromPem(root_.root_pem()).at(0)));
  }
  // The same list under a signature that does not hold.
  static certs::RevocationList Forged(const certs::RevocationList& list) {
    std::string der = list.der();
    der.back() = static_cast<char>(der.back() ^ 1);
    return Need(certs::RevocationList::Parse(der));
  }
  // How many hours old the lists are, in order.
  std::vector<int64_t> AgesOf(const certs::DomainRevocations& lists) {
    std::vector<int64_t> ages;
    for (const auto& list : lists.lists) {
      ages.push_back(absl::ToInt64Hours(now_ - list.this_update()));
    }
    return ages;
  }

  static void ExpectRefused(const absl::Status& status, const std::string& says) {
    EXPECT_EQ(system::ReasonOf(status), v1::REASON_BAD_CONFIG) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(says));
  }

  // Whole seconds, as lists tell time.
  const absl::Time now_ = absl::FromUnixSeconds(1780000000);
  const certs::PracticeCa root_ = Need(certs::PracticeCa::Create(kDomain, now_));
  const certs::PracticeCa office_ = Need(root_.Subordinate("office"));
  testing::TemporaryFolder folder_;
  const std::unique_ptr<store::Store> store_ =
      Need(store::OpenSqliteStore(folder_.Under("store"), {.durable = false}));
};

TEST_F(ListMarksTest, AnOlderListIsRefusedAndTheSameOrANewerOneIsTaken) {
  ListMarks marks;
  Take(marks, Set({List(root_, absl::Hours(2))}));
  ExpectRefused(marks.Check(Set({List(root_, absl::Hours(3))})), "or later");
  EXPECT_TRUE(marks.Check(Set({List(root_, absl::Hours(2))})).ok());
  EXPECT_TRUE(marks.Check(Set({List(root_, absl::Hours(1))})).ok());
}

TEST_F(ListMarksTest, AnOlderListIsLeftOutAfterANewStartToo) {
  ListMarks first;
  Take(first, Set({List(root_, absl::Hours(2)), List(office_, absl::Hours(2))}));
  ListMarks second = Again();
  certs::DomainRevocations lists =
      Set({List(root_, absl::Hours(3)), List(office_, absl::Hours(1))});
  const certs::Digest older = lists.lists[0].sha256();
  const std::vector<ListMarks::Older> refused = second.LeaveOutOlder(&lists);
  ASSERT_THAT(refused, SizeIs(1));
  ExpectRefused(refused[0].why, "or later");
  EXPECT_EQ(refused[0].sha256, older);
  ASSERT_THAT(lists.lists, SizeIs(1));
  EXPECT_EQ(lists.lists[0].this_update(), now_ - absl::Hours(1));
  // And while it runs, what was left out stays wanted.
  Take(second, lists);
  ExpectRefused(second.Check(lists), "which had one");
  EXPECT_TRUE(second.Check(Set({List(root_, absl::Hours(2)), List(office_, absl::Hours(1))})).ok());
}

TEST_F(ListMarksTest, OfTwoListsOfOneSecondTheLowerNumberIsOlder) {
  ListMarks marks;
  Take(marks, Set({List(root_, -absl::Milliseconds(300))}));
  ExpectRefused(marks.Check(Set({List(root_, absl::ZeroDuration())})), "or later");
  ListMarks again = Again();
  ExpectRefused(again.Check(Set({List(root_, absl::ZeroDuration())})), "or later");
  EXPECT_TRUE(again.Check(Set({List(root_, -absl::Milliseconds(300))})).ok());
}

// Two authorities of one name, as after a change of keys: each has lists of its own.
TEST_F(ListMarksTest, AuthoritiesOfOneNameAreToldApartByTheirKeys) {
  const certs::PracticeCa next = Need(root_.Subordinate("office"));
  ASSERT_EQ(List(next, absl::ZeroDuration()).Issuer(),
            List(office_, absl::ZeroDuration()).Issuer());
  ListMarks marks;
  certs::DomainRevocations lists = Set({List(office_, absl::Hours(1)), List(next, absl::Hours(9))});
  marks.KeepNewest({{CertificateOf(office_), CertificateOf(next)}}, &lists);
  EXPECT_THAT(lists.lists, SizeIs(2));
  Take(marks, lists);
  EXPECT_TRUE(marks.Check(lists).ok());
  // The newer list of the one does not hide that the other's is an older one.
  ExpectRefused(marks.Check(Set({List(office_, absl::Hours(0)), List(next, absl::Hours(10))})),
                "or later");
  ExpectRefused(marks.Check(Set({List(office_, absl::Hours(2)), List(next, absl::Hours(0))})),
                "or later");
}

TEST_F(ListMarksTest, OnlyTheNewestListOfAnAuthorityThatIsKnownIsKept) {
  certs::DomainRevocations lists =
      Set({List(root_, absl::Hours(2)), List(root_, absl::Hours(1)), List(root_, absl::Hours(3)),
           List(office_, absl::Hours(9)), List(office_, absl::Hours(8))});
  ListMarks().KeepNewest({{Root()}}, &lists);
  EXPECT_THAT(AgesOf(lists), ElementsAre(1, 9, 8));
  ListMarks().KeepNewest({{Root(), CertificateOf(office_)}}, &lists);
  EXPECT_THAT(AgesOf(lists), ElementsAre(1, 8));
}

TEST_F(ListMarksTest, AForgedNewerListDoesNotPushOutTheGenuineOne) {
  const certs::RevocationList genuine = List(office_, absl::Hours(2));
  const certs::RevocationList forged = Forged(List(office_, absl::Hours(1)));
  ASSERT_EQ(genuine.key_id(), forged.key_id());
  ASSERT_EQ(genuine.Issuer(), forged.Issuer());
  // Nobody knows yet who signed: both stay, and the genuine one can count.
  ListMarks marks;
  certs::DomainRevocations lists = Set({forged, genuine});
  marks.KeepNewest({}, &lists);
  EXPECT_THAT(AgesOf(lists), ElementsAre(1, 2));
  Take(marks, lists);
  // It does so when the same files are looked at again, in this run and in the next one.
  for (ListMarks again : {marks, Again()}) {
    again.KeepNewest({}, &lists);
    EXPECT_THAT(AgesOf(lists), ElementsAre(1, 2));
    EXPECT_TRUE(again.Check(lists).ok());
  }
  // But no older one comes back beside it.
  lists = Set({forged, List(office_, absl::Hours(3))});
  marks.KeepNewest({}, &lists);
  EXPECT_THAT(AgesOf(lists), ElementsAre(1));
  // Who has the authority's certificate tells them apart.
  lists = Set({forged, genuine});
  marks.KeepNewest({{CertificateOf(office_)}}, &lists);
  EXPECT_THAT(AgesOf(lists), ElementsAre(2));
}

TEST_F(ListMarksTest, AnAuthorityThatHadAListMustHaveOneUntilTheNextStart) {
  ListMarks marks;
  Take(marks, Set({List(root_, absl::Hours(2)), List(office_, absl::Hours(2))}));
  ExpectRefused(marks.Check(Set({List(root_, absl::Hours(1))})), "which had one");
  ListMarks again = Again();
  certs::DomainRevocations lists = Set({List(root_, absl::Hours(1))});
  EXPECT_THAT(again.LeaveOutOlder(&lists), IsEmpty());
  EXPECT_TRUE(again.Check(lists).ok());
  // It is not forgotten what it had.
  ExpectRefused(again.Check(Set({List(root_, absl::Hours(1)), List(office_, absl::Hours(3))})),
                "or later");
}

TEST_F(ListMarksTest, WhatCouldNotBeStoredIsStoredWhenItIsTakenAgain) {
  const certs::DomainRevocations lists = Set({List(root_, absl::Hours(2))});
  ListMarks marks;
  EXPECT_THAT(marks.Take(lists), SizeIs(1));
  Take(marks, lists);
  ExpectRefused(Again().Check(Set({List(root_, absl::Hours(3))})), "or later");
}

TEST_F(ListMarksTest, ListsOfAnotherDomainAreNotItsBusiness) {
  ListMarks marks;
  Take(marks, Set({List(root_, absl::Hours(2))}));
  certs::DomainRevocations other = Set({List(office_, absl::Hours(9))});
  other.trust_domain = "pingxiang.practice.example";
  EXPECT_TRUE(marks.Check(other).ok());
}

}  // namespace
}  // namespace gatepost::node
