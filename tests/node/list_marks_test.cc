#include "daemon/node/list_marks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "certs/practice_ca.h"
#include "daemon/store/sqlite/sqlite_store.h"
#include "daemon/system/reason.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/two_nodes.h"

namespace gatepost::node {
namespace {

using ::gatepost::testing::Need;
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
  const std::vector<absl::Status> refused = second.LeaveOutOlder(&lists);
  ASSERT_THAT(refused, SizeIs(1));
  ExpectRefused(refused[0], "or later");
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
  ListMarks::KeepNewest(&lists);
  EXPECT_THAT(lists.lists, SizeIs(2));
  Take(marks, lists);
  EXPECT_TRUE(marks.Check(lists).ok());
  // The newer list of the one does not hide that the other's is an older one.
  ExpectRefused(marks.Check(Set({List(office_, absl::Hours(0)), List(next, absl::Hours(10))})),
                "or later");
  ExpectRefused(marks.Check(Set({List(office_, absl::Hours(2)), List(next, absl::Hours(0))})),
                "or later");
}

TEST_F(ListMarksTest, OnlyTheNewestListOfAnAuthorityIsKept) {
  certs::DomainRevocations lists =
      Set({List(root_, absl::Hours(2)), List(root_, absl::Hours(1)), List(root_, absl::Hours(3)),
           List(office_, absl::Hours(9))});
  ListMarks::KeepNewest(&lists);
  ASSERT_THAT(lists.lists, SizeIs(2));
  EXPECT_EQ(lists.lists[0].this_update(), now_ - absl::Hours(1));
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
