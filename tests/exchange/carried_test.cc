// Messages of a newer schema: kept and passed on byte for byte, never used (PROTOCOL.md 1).
#include <gtest/gtest.h>

#include "daemon/ledger/leaf.h"
#include "google/protobuf/unknown_field_set.h"
#include "tests/exchange/promises.h"
#include "tests/support/two_nodes.h"

namespace gatepost::testing {
namespace {

struct Case {
  const char* name;
  // Makes a sound report one of a newer schema.
  void (*make_newer)(v1::Message& message);
};

google::protobuf::UnknownFieldSet& UnknownOf(google::protobuf::Message& message) {
  return *message.GetReflection()->MutableUnknownFields(&message);
}

const Case kCases[] = {
    {"UnknownFieldOfTheMessage", [](v1::Message& m) { UnknownOf(m).AddVarint(900, 7); }},
    {"UnknownFieldOfTheHeader",
     [](v1::Message& m) { UnknownOf(*m.mutable_header()).AddLengthDelimited(901, "later"); }},
    {"UnknownFieldDeepInside",
     [](v1::Message& m) {
       UnknownOf(*m.mutable_yard_report()->mutable_figures(0)->mutable_quantity())
           .AddVarint(902, 1);
     }},
    {"UnknownEnumValue",
     [](v1::Message& m) {
       m.mutable_yard_report()->mutable_figures(0)->set_measure(static_cast<v1::Measure>(77));
     }},
    {"UnknownBody",
     [](v1::Message& m) {
       m.clear_yard_report();
       UnknownOf(m).AddLengthDelimited(1000, "a body of next year");
     }},
};

class Carried : public ::testing::TestWithParam<Case> {};

TEST_P(Carried, CrossesByteForByteAndIsNeverApplied) {
  TwoNodes world;
  Promises promises(world);
  world.Connect();
  v1::Message message = world.OneFigureReport(world.vn_clerk(), "LS-HN", 0, 312);
  GetParam().make_newer(message);
  const v1::Envelope envelope = promises.Submit(world.vn_clerk(), message);
  world.Run();
  promises.Check();

  for (const TestNode* node : {world.vn.get(), world.cn.get()}) {
    SCOPED_TRACE(node->setup.node.node);
    const ledger::Leaf leaf = node->Leaves().front();
    EXPECT_EQ(leaf.event, node == world.vn.get() ? "ACCEPTED" : "DELIVERED");
    EXPECT_EQ(leaf.result, "CARRIED");
    const auto reader = Need(node->store->Read());
    const auto record =
        Need(reader->FindMessage(message.header().author(), message.header().message_id()));
    ASSERT_TRUE(record.has_value());
    EXPECT_EQ(record->envelope, envelope.SerializeAsString());
    EXPECT_EQ(record->standing, v1::RUNG_CARRIED);
    EXPECT_TRUE(Need(reader->ListReports({})).empty()) << "a carried report is in force";
  }
  v1::GetStatusRequest request;
  request.set_reference(message.header().message_id());
  EXPECT_EQ(Need(world.vn->queries->GetStatus(request)).ladders(0).rung(), v1::RUNG_CARRIED);

  // It blocks nobody: the report that this program understands may still come.
  promises.Submit(world.vn_clerk(), world.OneFigureReport(world.vn_clerk(), "LS-HN", 0, 312));
  world.Run();
  promises.Check();
}

INSTANTIATE_TEST_SUITE_P(NewerSchema, Carried, ::testing::ValuesIn(kCases),
                         [](const auto& param) { return std::string(param.param.name); });

TEST(CarriedAbout, AnEntryThatDiffersIsRefusedLikeAnyOther) {
  TwoNodes world;
  world.Connect();
  world.Run();
  world.cn->blocked.Set("vn-langson", {"LS-HN"});
  v1::Message message = world.OneFigureReport(world.vn_clerk(), "LS-HN", 0, 312);
  UnknownOf(message).AddVarint(900, 7);
  Need(world.vn->Submit(world.vn_clerk(), world.Sign(world.vn_clerk(), message)).status());
  world.Run();
  EXPECT_EQ(world.cn->Leaves().front().result, "REFUSED:REGISTER_DIFFERS");
}

}  // namespace
}  // namespace gatepost::testing
