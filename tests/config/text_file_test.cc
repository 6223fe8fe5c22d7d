#include "daemon/config/text_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/system/reason.h"
#include "gatepost/config/v1/link_agreement.pb.h"
#include "gatepost/config/v1/node.pb.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_files.h"

namespace gatepost::config {
namespace {

using ::testing::HasSubstr;
using testing::TemporaryFolder;
using testing::WriteTestFile;

absl::Status ReadNode(const std::string& text) {
  TemporaryFolder folder;
  WriteTestFile(folder.Under("node.textproto"), text);
  return ReadTextProto<v1::NodeConfig>(folder.Under("node.textproto")).status();
}

TEST(TextFileTest, KeepsBytesAndValueAndPlaces) {
  TemporaryFolder folder;
  const std::string text = "node: \"vn\"\nlinks {\n  dial: \"a:1\"\n}\nlinks { dial: \"b:2\" }\n";
  WriteTestFile(folder.Under("node.textproto"), text);
  auto parsed = ReadTextProto<v1::NodeConfig>(folder.Under("node.textproto"));
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->bytes, text);
  EXPECT_EQ(parsed->value.links(1).dial(), "b:2");
  EXPECT_EQ(LineOf(parsed->value, *parsed->places, "links[0].dial"), 3);
  EXPECT_EQ(LineOf(parsed->value, *parsed->places, "links[1].dial"), 5);
}

TEST(TextFileTest, AbsentFieldHasTheLineOfWhatIsAroundIt) {
  TemporaryFolder folder;
  WriteTestFile(folder.Under("node.textproto"), "node: \"vn\"\n\nlinks {\n  dial: \"a:1\"\n}\n");
  auto parsed = ReadTextProto<v1::NodeConfig>(folder.Under("node.textproto"));
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(LineOf(parsed->value, *parsed->places, "links[0].agreement_file"), 3);
  EXPECT_EQ(LineOf(parsed->value, *parsed->places, "links[7].dial"), 1);
  EXPECT_EQ(LineOf(parsed->value, *parsed->places, "zone"), 1);
  EXPECT_EQ(LineOf(parsed->value, *parsed->places, "no_such_field"), 1);
}

TEST(TextFileTest, FieldErrorNamesFileLineAndField) {
  TemporaryFolder folder;
  WriteTestFile(folder.Under("node.textproto"), "node: \"vn\"\nzone: \"Mars\"\n");
  auto parsed = ReadTextProto<v1::NodeConfig>(folder.Under("node.textproto"));
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  absl::Status status = FieldError(*parsed, "zone", "a zone", "'Mars'");
  EXPECT_EQ(system::ReasonOf(status), gatepost::v1::REASON_BAD_CONFIG);
  EXPECT_EQ(system::RefusalOf(status)->came, (folder.Under("node.textproto")) + ":2: zone: 'Mars'");
}

struct Broken {
  const char* name;
  const char* text;
  const char* place;  // ":line: field:" of the complaint.
};

class BrokenTextTest : public ::testing::TestWithParam<Broken> {};

TEST_P(BrokenTextTest, IsRefusedWithLineAndField) {
  absl::Status status = ReadNode(GetParam().text);
  EXPECT_EQ(system::ReasonOf(status), gatepost::v1::REASON_BAD_CONFIG);
  EXPECT_THAT(system::RefusalOf(status)->came,
              HasSubstr(std::string("node.textproto") + GetParam().place));
}

INSTANTIATE_TEST_SUITE_P(
    All, BrokenTextTest,
    ::testing::Values(
        Broken{"UnknownField", "node: \"vn\"\ncolour: \"red\"\n", ":2: colour:"},
        Broken{"UnknownNestedField", "links {\n  dial: \"a:1\"\n  speed: 3\n}\n", ":3: speed:"},
        Broken{"WrongType", "node: \"vn\"\n\npractice: \"yes\"\n", ":3: practice:"},
        Broken{"WrongTypeOnOneLine", "node: \"vn\" practice: 7\n", ":1: practice:"},
        Broken{"TooLarge", "limits { window_messages: 99999999999 }\n", ":1: window_messages:"},
        Broken{"GivenTwice", "node: \"vn\"\nnode: \"cn\"\n", ":2: node:"},
        Broken{"OpenBrace", "links {\n  dial: \"a:1\"\n", ":3: (file):"},
        Broken{"NotUtf8", "node: \"vn\"\nzone: \"\xff\"\n", ":2: (file):"}),
    [](const auto& info) { return info.param.name; });

TEST(TextFileTest, MissingFileIsBadConfigThatNamesIt) {
  TemporaryFolder folder;
  absl::Status status = ReadTextProto<v1::NodeConfig>(folder.Under("gone.textproto")).status();
  EXPECT_EQ(system::ReasonOf(status), gatepost::v1::REASON_BAD_CONFIG);
  EXPECT_THAT(system::RefusalOf(status)->came, HasSubstr("gone.textproto"));
}

TEST(TextFileTest, PathsAreRelativeToTheFileTheyStandIn) {
  EXPECT_EQ(AbsolutePath("", "/etc/gatepost"), "");
  EXPECT_EQ(AbsolutePath("tls.crt", "/etc/gatepost"), "/etc/gatepost/tls.crt");
  EXPECT_EQ(AbsolutePath("../a/./b/", "/etc/gatepost"), "/etc/a/b");
  EXPECT_EQ(AbsolutePath("/var/x", "/etc/gatepost"), "/var/x");
}

}  // namespace
}  // namespace gatepost::config
