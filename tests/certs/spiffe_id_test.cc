#include "certs/spiffe_id.h"

#include <unordered_set>

#include "absl/container/flat_hash_set.h"
#include "tests/certs/practice_world.h"

namespace gatepost::certs {
namespace {

TEST(SpiffeIdTest, ReadsEveryForm) {
  const SpiffeId node = Id("spiffe://langson.example/node/vn-langson");
  EXPECT_EQ(node.role(), Role::kNode);
  EXPECT_EQ(node.trust_domain(), "langson.example");
  EXPECT_EQ(node.agency(), "");
  EXPECT_EQ(node.name(), "vn-langson");

  const SpiffeId officer = Id("spiffe://langson.example/agency/board/officer/shift-lead-2");
  EXPECT_EQ(officer.role(), Role::kOfficer);
  EXPECT_EQ(officer.agency(), "board");
  EXPECT_EQ(officer.name(), "shift-lead-2");
  EXPECT_EQ(officer.ToString(), "spiffe://langson.example/agency/board/officer/shift-lead-2");

  EXPECT_EQ(Id("spiffe://a.example/agency/b/service/c").role(), Role::kService);
  EXPECT_EQ(Id("spiffe://a.example/agency/b/clerk/c_1").role(), Role::kClerk);
  EXPECT_EQ(Id("spiffe://a.example/auditor/state-audit").role(), Role::kAuditor);
}

TEST(SpiffeIdTest, RefusesEverythingElse) {
  const std::string long_segment(SpiffeId::kMaxSegmentBytes + 1, 'a');
  const std::string long_domain(SpiffeId::kMaxSizeBytes, 'a');
  for (const std::string& text : std::vector<std::string>{
           "",
           "spiffe:/",
           "spiffe://",
           "spiffe:///node/a",
           "spiffe://a.example",
           "spiffe://a.example/",
           "spiffe://a.example/node",
           "spiffe://a.example/node/",
           "spiffe://a.example/node/a/",
           "spiffe://a.example//node/a",
           "spiffe://a.example/node/a/b",
           "spiffe://a.example/node/..",
           "spiffe://a.example/node/.",
           "spiffe://../node/a",
           "spiffe://a.example/node/A",
           "spiffe://A.example/node/a",
           "spiffe://a.example:443/node/a",
           "spiffe://user@a.example/node/a",
           "spiffe://a.example/node/a?b",
           "spiffe://a.example/node/a#b",
           "spiffe://a.example/node/a%2fb",
           "spiffe://a.example/node/a b",
           std::string("spiffe://a.example/node/a\0", 26),
           "spiffe://a.example/node/\xc4\x91",
           "spiffe://a.example/agency/b/auditor/c",
           "spiffe://a.example/agency/b/node/c",
           "spiffe://a.example/agency/b/officer",
           "spiffe://a.example/agency/b/officer/c/d",
           "spiffe://a.example/agency//officer/c",
           "spiffe://a.example/officer/c",
           "Spiffe://a.example/node/a",
           "https://a.example/node/a",
           "spiffe://a.example/node/" + long_segment,
           "spiffe://" + long_domain + "/node/a",
       }) {
    EXPECT_THAT(SpiffeId::Parse(text), RefusedAs(v1::REASON_BAD_SPIFFE_ID)) << text;
  }
}

TEST(SpiffeIdTest, TakesTheLongestAllowed) {
  const std::string prefix = "spiffe://";
  const std::string path = "/node/" + std::string(SpiffeId::kMaxSegmentBytes, 'n');
  const std::string domain(SpiffeId::kMaxSizeBytes - prefix.size() - path.size(), 'd');
  EXPECT_EQ(Id(prefix + domain + path).trust_domain(), domain);
  EXPECT_THAT(SpiffeId::Parse(prefix + domain + "d" + path), RefusedAs(v1::REASON_BAD_SPIFFE_ID));
}

TEST(SpiffeIdTest, ComparesAndHashesByText) {
  const SpiffeId a = Id("spiffe://a.example/node/a");
  const SpiffeId b = Id("spiffe://a.example/node/b");
  EXPECT_EQ(a, Id("spiffe://a.example/node/a"));
  EXPECT_NE(a, b);
  EXPECT_LT(a, b);
  EXPECT_EQ((std::unordered_set<SpiffeId>{a, b, a}.size()), 2u);
  EXPECT_EQ((absl::flat_hash_set<SpiffeId>{a, b, a}.size()), 2u);
}

TEST(SpiffeIdTest, SurvivesCopyAndMove) {
  SpiffeId a =
      Id("spiffe://a.example/node/a");  // Short enough for the small-string buffer's rival.
  const SpiffeId copy = a;
  const SpiffeId moved = std::move(a);
  EXPECT_EQ(copy.name(), "a");
  EXPECT_EQ(moved.trust_domain(), "a.example");
}

}  // namespace
}  // namespace gatepost::certs
