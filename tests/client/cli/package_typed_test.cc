// A part of a package as it is typed.

#include "client/cli/package_typed.h"

#include <gtest/gtest.h>

#include "daemon/domain/message_id.h"
#include "daemon/system/reason.h"

namespace gatepost::cli {
namespace {

constexpr char kPackageId[] = "0194e1a2-7c00-7000-8000-000000000009";

// One proposal is part 1 of 3, any other none of a package.
absl::StatusOr<v1::Proposal> Held(const std::string& reference) {
  v1::Proposal proposal;
  if (reference != "LS/2026/00050") return proposal;
  proposal.mutable_package()->set_package_id(kPackageId);
  proposal.mutable_package()->set_part(1);
  proposal.mutable_package()->set_parts(3);
  return proposal;
}

v1::Reason Refused(const std::string& typed) {
  return system::ReasonOf(PackageTyped(typed, Held).status());
}

TEST(PackageTypedTest, TheFirstPartBeginsANewPackage) {
  const auto one = PackageTyped("1/3", Held), other = PackageTyped("1/3", Held);
  ASSERT_TRUE(one.ok()) << one.status();
  EXPECT_EQ(one->part(), 1);
  EXPECT_EQ(one->parts(), 3);
  EXPECT_TRUE(domain::CheckMessageId(one->package_id()).ok());
  EXPECT_NE(one->package_id(), other->package_id());
}

TEST(PackageTypedTest, FurtherPartsAreOfThePackageOfTheNamedOne) {
  const auto second = PackageTyped("2/3:LS/2026/00050", Held);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->part(), 2);
  EXPECT_EQ(second->package_id(), kPackageId);
}

TEST(PackageTypedTest, WhatDoesNotFitIsRefused) {
  for (const char* typed : {"2/3", "two/3", "1", "1/3/4", "1/3:LS/2026/00050", "2/4:LS/2026/00050",
                            "2/3:LS/2026/00051"}) {
    EXPECT_EQ(Refused(typed), v1::REASON_BAD_ARGUMENT) << typed;
  }
}

}  // namespace
}  // namespace gatepost::cli
