// What a register file may hold, and the digests by which two nodes compare theirs.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "daemon/domain/gate_register.h"
#include "google/protobuf/text_format.h"
#include "tests/domain/report_parts.h"

namespace gatepost::testing {
namespace {

using config::v1::GateRegister;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// Two gates of one branch and one beside them, on another border than the project's.
constexpr char kSmall[] = R"pb(
  version: "1"
  gates {
    id: "AA"
    validity {}
    names { en: "Alpha" }
    province: "North"
    landmarks { markers: "7" }
  }
  gates {
    id: "AA-1"
    parent_id: "AA"
    validity { from { year: 2020 month: 1 day: 1 } }
    names { en: "Alpha" }
    province: "North"
    landmarks { markers: "7" }
  }
  gates {
    id: "BB"
    validity {}
    names { en: "Beta" }
    province: "South"
    aliases: "Shared"
  }
  gates {
    id: "CC"
    validity {}
    names { en: "Gamma" }
    province: "South"
    aliases: "Shared"
  }
  scopes {
    id: "ALL"
    kind: SCOPE_EXTENT_GROUP
    province: "*"
    names { en: "all" }
    validity {}
  }
  scopes {
    id: "AB"
    kind: SCOPE_EXTENT_GROUP
    member_ids: "AA"
    member_ids: "BB"
    names { en: "both" }
    validity {}
  }
  scopes {
    id: "AA-Y"
    kind: SCOPE_EXTENT_YARD
    member_ids: "AA"
    names { en: "yard" }
    validity {}
  }
  cargo_classes {
    id: "food"
    names { en: "food" }
    validity {}
  }
  cargo_classes {
    id: "rice"
    parent_id: "food"
    names { en: "rice" }
    validity {}
  }
  cargo_splits {
    id: "goods"
    direction: DIRECTION_BOTH
    part_ids: "food"
    part_ids: "rice"
    rest_part_id: "rice"
    names { en: "goods" }
    validity {}
  }
)pb";

GateRegister Small() {
  GateRegister proto;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(kSmall, &proto));
  return proto;
}

std::string Read(const GateRegister& proto) {
  absl::StatusOr<domain::GateRegister> made = domain::GateRegister::FromProto(proto);
  return made.ok() ? "OK" : Shown(made.status());
}

v1::CivilDate Date(int year, int month, int day) {
  return domain::ToCivilDate(absl::CivilDay(year, month, day));
}

struct BadCase {
  std::string name;
  std::function<void(GateRegister&)> change;
  std::string told;
};

std::vector<BadCase> BadCases() {
  using R = GateRegister;
  return {
      {"no version", [](R& r) { r.clear_version(); }, "register: a version"},
      {"no id", [](R& r) { r.mutable_gates(2)->clear_id(); }, "an id such as LS-HN-1119"},
      {"a small id", [](R& r) { r.mutable_gates(2)->set_id("bb"); }, "bb: an id such as"},
      {"an id with a gap", [](R& r) { r.mutable_gates(2)->set_id("B B"); }, "an id such as"},
      {"an id that ends in a joint", [](R& r) { r.mutable_gates(2)->set_id("BB-"); }, "BB-: an id"},
      {"a class in capitals", [](R& r) { r.mutable_cargo_classes(1)->set_id("Rice"); },
       "an id such as durian"},
      {"an id of a gate and a scope", [](R& r) { r.mutable_scopes(0)->set_id("CC"); },
       "both a gate and a scope"},
      {"one id twice", [](R& r) { *r.add_gates() = r.gates(2); }, "'always' and 'always'"},
      {"days that overlap",
       [](R& r) {
         *r.add_gates() = r.gates(2);
         *r.mutable_gates(2)->mutable_validity()->mutable_to() = Date(2024, 5, 27);
         *r.mutable_gates(4)->mutable_validity()->mutable_from() = Date(2024, 5, 27);
       },
       "BB: rows whose validities do not overlap | 'to 2024-05-27' and 'from 2024-05-27'"},
      {"a validity that ends before it starts",
       [](R& r) { *r.mutable_gates(1)->mutable_validity()->mutable_to() = Date(2019, 12, 31); },
       "AA-1: a validity that ends on or after its first day"},
      {"a day that is none",
       [](R& r) { r.mutable_gates(1)->mutable_validity()->mutable_from()->set_month(13); },
       "AA-1: a day of the calendar"},
      {"a parent that is none", [](R& r) { r.mutable_gates(2)->set_parent_id("DD"); },
       "BB: a parent that holds whenever it does itself | 'DD' does not hold on 0001-01-01"},
      {"a parent that ended",
       [](R& r) { *r.mutable_gates(0)->mutable_validity()->mutable_to() = Date(2023, 12, 31); },
       "AA-1: a parent that holds whenever it does itself | 'AA' does not hold on 2024-01-01"},
      {"a circle",
       [](R& r) {
         r.mutable_gates(2)->set_parent_id("CC");
         r.mutable_gates(3)->set_parent_id("BB");
       },
       "BB: a tree | a circle of parents"},
      {"a gate above itself", [](R& r) { r.mutable_gates(2)->set_parent_id("BB"); },
       "BB: a tree | a circle of parents"},
      {"a circle of classes", [](R& r) { r.mutable_cargo_classes(0)->set_parent_id("rice"); },
       "food: a tree"},
      {"no name", [](R& r) { r.mutable_gates(2)->clear_names(); }, "BB: names | none"},
      {"a name that begins with a space",
       [](R& r) { r.mutable_gates(2)->mutable_names()->set_en(" Beta"); },
       "BB: en: a text that can be read"},
      {"a name of two lines",
       [](R& r) { r.mutable_gates(2)->mutable_names()->set_en("Beta\nparent AA"); },
       "BB: en: a text that can be read"},
      {"the digest's sign for nothing", [](R& r) { r.mutable_gates(2)->set_status("-"); },
       "BB: status: a text that can be read"},
      {"letters and marks apart",
       [](R& r) { r.mutable_gates(2)->mutable_names()->set_vi("Be\xcc\x81ta"); },
       "BB: vi: a text that can be read"},
      {"an empty alias", [](R& r) { r.mutable_gates(2)->add_aliases(""); },
       "BB: aliases: a text that can be read"},
      {"a long text", [](R& r) { r.mutable_gates(2)->set_status(std::string(301, 'x')); },
       "BB: status"},
      {"a landmark in words",
       [](R& r) { r.mutable_gates(2)->add_landmarks()->set_markers("km 3"); },
       "BB: a landmark such as 1088/2-1089"},
      {"a landmark of two branches",
       [](R& r) { r.mutable_gates(2)->add_landmarks()->set_markers("7"); },
       "BB: a landmark of its own | 7 is that of AA too on"},
      {"a duty desk without a post",
       [](R& r) { r.mutable_gates(2)->add_duty_desks()->set_post("shift lead"); },
       "BB: a duty desk's post as a SPIFFE id"},
      {"a yard of two gates", [](R& r) { r.mutable_scopes(2)->add_member_ids("BB"); },
       "AA-Y: a yard of exactly one gate | 2 members"},
      {"a yard of none", [](R& r) { r.mutable_scopes(2)->clear_member_ids(); },
       "AA-Y: a yard of exactly one gate"},
      {"a scope that is a gate", [](R& r) { r.mutable_scopes(1)->set_kind(v1::SCOPE_EXTENT_OWN); },
       "AB: SCOPE_EXTENT_YARD or SCOPE_EXTENT_GROUP"},
      {"a group of both", [](R& r) { r.mutable_scopes(1)->set_province("North"); },
       "AB: a group of either members or a province | both"},
      {"a group of nothing", [](R& r) { r.mutable_scopes(1)->clear_member_ids(); },
       "AB: a group of either members or a province | neither"},
      {"an unknown province", [](R& r) { r.mutable_scopes(0)->set_province("East"); },
       "ALL: a province that has gates | East"},
      {"an unknown member", [](R& r) { r.mutable_scopes(1)->add_member_ids("DD"); },
       "AB: members that are gates when it holds | 'DD'"},
      {"a member that came later",
       [](R& r) {
         r.mutable_scopes(1)->add_member_ids("AA-1");
         *r.mutable_scopes(1)->mutable_validity()->mutable_to() = Date(2019, 12, 31);
       },
       "AB: members that are gates when it holds | 'AA-1'"},
      {"a split of one part",
       [](R& r) {
         r.mutable_cargo_splits(0)->clear_part_ids();
         r.mutable_cargo_splits(0)->add_part_ids("rice");
       },
       "goods: at least two parts"},
      {"a part twice", [](R& r) { r.mutable_cargo_splits(0)->add_part_ids("rice"); },
       "goods: at least two parts, each once"},
      {"a part that is no class", [](R& r) { r.mutable_cargo_splits(0)->add_part_ids("tea"); },
       "goods: parts that are cargo classes | 'tea'"},
      {"a rest that is no part", [](R& r) { r.mutable_cargo_splits(0)->set_rest_part_id("tea"); },
       "goods: a rest part that is one of the parts | tea"},
      {"a split without direction", [](R& r) { r.mutable_cargo_splits(0)->clear_direction(); },
       "goods: a direction"},
      {"a field of a newer schema",
       [](R& r) { EXPECT_TRUE(r.mutable_gates(2)->MergeFromString("\xc0\xa9\x07\x01")); },
       "register: fields that this program knows"},
  };
}

TEST(RegisterFile, AGoodOneIsRead) { EXPECT_EQ(Read(Small()), "OK"); }

TEST(RegisterFile, EachBadEntryIsNamed) {
  for (const BadCase& one : BadCases()) {
    SCOPED_TRACE(one.name);
    GateRegister proto = Small();
    one.change(proto);
    EXPECT_THAT(Read(proto), AllOf(StartsWith("BAD_CONFIG: "), HasSubstr(one.told)));
  }
}

TEST(RegisterFile, ANameOfSeveralGatesMeansTheTopOneOrNone) {
  domain::GateRegister gates = *domain::GateRegister::FromProto(Small());
  EXPECT_EQ(gates.Resolve("alpha", TestDay())->id(), "AA");
  EXPECT_EQ(gates.Resolve("7", TestDay())->id(), "AA-1");
  EXPECT_EQ(Shown(gates.Resolve("shared", TestDay()).status()),
            "UNKNOWN_GATE: a name that only one gate, yard or group has | "
            "'shared', the name of BB, CC | write BB or CC");
}

TEST(RegisterFile, ChangesOnAnyDayAreSeenNotOnlyThoseOfThisBorder) {
  domain::GateRegister gates = *domain::GateRegister::FromProto(Small());
  absl::CivilDay first(2020, 1, 1);
  EXPECT_TRUE(gates.TreeChangedBetween("AB", first - 1, first));
  EXPECT_FALSE(gates.TreeChangedBetween("BB", first - 1, first));
}

std::string EntryHex(const domain::GateRegister& gates, std::string_view id) {
  std::optional<certs::Digest> digest = gates.EntryDigest(id);
  return digest ? certs::ToHex(*digest) : "none";
}

TEST(RegisterDigest, IsTheOneComputedByHand) {
  // README.md of daemon/domain shows these bytes; `sha256sum` computed the digests.
  EXPECT_EQ(EntryHex(TestRegister(), "LS-CM"),
            "d75351645bed7fc2c21c22745e80c7e64c6f19c5541cdb13d7b45bd5572fa719");
  EXPECT_EQ(EntryHex(TestRegister(), "class:durian"),
            "cfe2225475d16df248ff8199d56d69aa84145847c7f936a353030e0e3e549890");
  EXPECT_EQ(EntryHex(TestRegister(), "LS-XX"), "none");
}

TEST(RegisterDigest, CoversAllRowsOfAnIdInTheOrderOfTheirDays) {
  // The bytes of every kind of row, written out here a second time.
  GateRegister proto = Small();
  *proto.mutable_gates(2)->mutable_validity()->mutable_to() = Date(2024, 5, 26);
  v1::Gate& later = *proto.add_gates();
  later = proto.gates(2);
  later.mutable_validity()->Clear();
  *later.mutable_validity()->mutable_from() = Date(2024, 5, 27);
  later.add_aliases("Alias");
  v1::DutyDesk& desk = *later.add_duty_desks();
  desk.set_post("spiffe://b.example/agency/port/officer/duty-1");
  desk.set_telephone("+84 1");
  proto.mutable_gates()->SwapElements(2, 4);  // The file's order does not matter.
  domain::GateRegister gates = *domain::GateRegister::FromProto(proto);

  auto gate = [](const std::string& from, const std::string& to, const std::string& more) {
    return "gate BB\nvalid-from " + from + "\nvalid-to " + to +
           "\nparent -\nname-vi -\nname-zh -\nname-en Beta\nname-in-chinese -\n"
           "counterpart-vi -\ncounterpart-zh -\ncounterpart-en -\nprovince South\n"
           "counterpart-locality -\ntype-vn -\ntype-cn -\nunlocode-vn -\nunlocode-cn -\n"
           "status -\n" +
           more;
  };
  auto hashed = [](const std::string& rows) {
    return certs::ToHex(certs::Sha256Of("gatepost-register-entry/v1\n" + rows));
  };
  EXPECT_EQ(EntryHex(gates, "BB"),
            hashed(gate("-", "2024-05-26", "alias Shared\n") +
                   gate("2024-05-27", "-",
                        "alias Alias\nalias Shared\n"
                        "duty-post spiffe://b.example/agency/port/officer/duty-1\n"
                        "duty-telephone +84 1\n")));
  EXPECT_EQ(EntryHex(gates, "AB"),
            hashed("scope AB\nvalid-from -\nvalid-to -\nkind GROUP\nprovince -\nname-vi -\n"
                   "name-zh -\nname-en both\nmember AA\nmember BB\n"));
  EXPECT_EQ(EntryHex(gates, "AA-Y"),
            hashed("scope AA-Y\nvalid-from -\nvalid-to -\nkind YARD\nprovince -\nname-vi -\n"
                   "name-zh -\nname-en yard\nmember AA\n"));
  EXPECT_EQ(EntryHex(gates, "split:goods"),
            hashed("split goods\nvalid-from -\nvalid-to -\ndirection BOTH\nrest-part rice\n"
                   "name-vi -\nname-zh -\nname-en goods\npart food\npart rice\n"));

  std::string all = "gatepost-register/v1\n";
  for (const char* id :
       {"AA", "AA-1", "AA-Y", "AB", "ALL", "BB", "CC", "class:food", "class:rice", "split:goods"}) {
    all += std::string(id) + " " + EntryHex(gates, id) + "\n";
  }
  EXPECT_EQ(certs::ToHex(gates.RegisterDigest()), certs::ToHex(certs::Sha256Of(all)));
}

TEST(RegisterDigest, OnlyTheChangedIdDiffers) {
  domain::GateRegister before = *domain::GateRegister::FromProto(Small());
  GateRegister proto = Small();
  proto.set_version("2");
  proto.set_source("elsewhere");
  std::reverse(proto.mutable_gates()->begin(), proto.mutable_gates()->end());
  EXPECT_EQ(domain::GateRegister::FromProto(proto)->RegisterDigest(), before.RegisterDigest());

  proto.mutable_gates(0)->set_status("open");  // CC
  domain::GateRegister after = *domain::GateRegister::FromProto(proto);
  EXPECT_NE(after.RegisterDigest(), before.RegisterDigest());
  for (const auto& [id, digest] : before.EntryDigests()) {
    EXPECT_EQ(after.EntryDigest(id) == digest, id != "CC") << id;
  }
}

TEST(RegisterDigest, EveryFieldCounts) {
  // Any field of a gate left out of the bytes would let two registers differ unseen.
  GateRegister proto = Small();
  v1::Gate& gate = *proto.mutable_gates(2);
  gate.set_parent_id("AA");
  for (v1::Names* names : {gate.mutable_names(), gate.mutable_counterpart()}) {
    names->set_vi("a");
    names->set_zh("b");
    names->set_en("c");
  }
  gate.set_name_in_chinese("d");
  gate.set_counterpart_locality("e");
  gate.set_type_vn("f");
  gate.set_type_cn("g");
  gate.set_unlocode_vn("h");
  gate.set_unlocode_cn("i");
  gate.set_status("j");
  gate.add_landmarks()->set_markers("8");
  gate.add_duty_desks()->set_post("spiffe://b.example/agency/port/officer/duty-1");
  domain::GateRegister before = *domain::GateRegister::FromProto(proto);
  const google::protobuf::Descriptor& fields = *v1::Gate::descriptor();
  for (int at = 0; at < fields.field_count(); ++at) {
    const std::string& name = fields.field(at)->name();
    if (name == "id" || name == "names") continue;
    GateRegister changed = proto;
    v1::Gate& other = *changed.mutable_gates(2);
    if (name == "validity") {
      *other.mutable_validity()->mutable_from() = Date(1950, 1, 1);
    } else {
      other.GetReflection()->ClearField(&other, fields.field(at));
    }
    absl::StatusOr<domain::GateRegister> after = domain::GateRegister::FromProto(changed);
    ASSERT_TRUE(after.ok()) << name << after.status();
    EXPECT_NE(after->EntryDigest("BB"), before.EntryDigest("BB")) << name;
  }
}

}  // namespace
}  // namespace gatepost::testing
