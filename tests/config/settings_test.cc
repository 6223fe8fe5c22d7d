#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "absl/time/clock.h"
#include "certs/key_file.h"
#include "daemon/config/calendars_file.h"
#include "daemon/config/client_settings.h"
#include "daemon/config/node_settings.h"
#include "daemon/config/register_file.h"
#include "daemon/system/reason.h"
#include "tests/config/practice_files.h"

namespace gatepost::config {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::Must;
using testing::PracticeFiles;
using testing::ReadTestFile;
using testing::WriteTestFile;

TEST(NodeSettingsTest, GoodFileGivesEverythingChecked) {
  PracticeFiles files;
  NodeSettings settings = Must(LoadNodeSettings(files / "node.textproto"));
  EXPECT_EQ(settings.node, "vn-langson");
  EXPECT_EQ(settings.listen, "127.0.0.1:0");
  EXPECT_EQ(settings.data_dir, files / "data");
  EXPECT_EQ(settings.guard_file, files / "vn-langson.guard");
  EXPECT_EQ(settings.port_file, files / "port");
  EXPECT_EQ(settings.trust_domains.size(), 2u);
  EXPECT_EQ(settings.gate_register.version(), "test-1");
  EXPECT_EQ(settings.limits.window_messages, 100u);
  EXPECT_EQ(settings.limits.max_envelope_bytes, 1u << 20);
  EXPECT_EQ(settings.limits.window_bytes, 8u << 20);
  EXPECT_EQ(settings.limits.queue_messages, 4096u);
  EXPECT_EQ(settings.limits.refusals_per_minute, 10u);
  EXPECT_EQ(settings.limits.calls_per_second, 2000u);
  EXPECT_EQ(settings.limits.call_burst, 4000u);
  EXPECT_EQ(settings.limits.shared_calls_per_second, 200u);
  EXPECT_EQ(settings.limits.calls_in_flight, 512u);
  EXPECT_EQ(settings.limits.bytes_in_flight, 32u << 20);
  EXPECT_EQ(settings.limits.connection_age_seconds, 600u);
  ASSERT_EQ(settings.links.size(), 1u);
  const LinkSettings& link = settings.links[0];
  EXPECT_EQ(link.peer.stated.node(), "cn-pingxiang");
  EXPECT_EQ(link.own.stated.node(), "vn-langson");
  EXPECT_EQ(link.agreement_sha256, certs::Sha256Of(ReadTestFile(files / "agreement.textproto")));
  EXPECT_EQ(certs::Sha256Of(link.agreement_bytes), link.agreement_sha256);
  EXPECT_TRUE(link.own_decides);
  EXPECT_EQ(link.dial, "localhost:7443");
  EXPECT_EQ(Must(LoadLogKeys(settings)).at(0)->public_key(), link.own.log.public_key());
  EXPECT_EQ(Must(LoadWitnessKeys(settings)).at(0)->public_key(), link.own.witness.public_key());
  EXPECT_TRUE(CheckTlsIdentity(settings, absl::Now()).ok());
}

TEST(NodeSettingsTest, AKeyFileMayHoldTheKeysBeforeAndAfter) {
  PracticeFiles files;
  const std::string path = files / "log.key";
  const std::string both = ReadTestFile(path) + "\n" + ReadTestFile(files / "cn-log.key");
  ASSERT_TRUE(certs::WritePrivateKeyFile(path, both).ok());
  const NodeSettings settings = Must(LoadNodeSettings(files / "node.textproto"));
  const NoteSigners keys = Must(LoadLogKeys(settings));
  ASSERT_EQ(keys.size(), 2u);
  EXPECT_EQ(keys[0]->public_key(), settings.links[0].own.log.public_key());
  EXPECT_NE(keys[1]->public_key(), keys[0]->public_key());
  EXPECT_EQ(keys[1]->name(), "vn-langson/audit");
}

TEST(NodeSettingsTest, ExpiredTlsCertificateIsNamed) {
  PracticeFiles files;
  NodeSettings settings = Must(LoadNodeSettings(files / "node.textproto"));
  EXPECT_EQ(system::ReasonOf(CheckTlsIdentity(settings, absl::Now() + absl::Hours(24 * 400))),
            gatepost::v1::REASON_CERTIFICATE_EXPIRED);
}

TEST(NodeSettingsTest, CertificateOfAnotherNodeIsRefused) {
  PracticeFiles files;
  auto other = Must(certs::SpiffeId::Parse("spiffe://langson.practice.example/node/vn-caobang"));
  ASSERT_TRUE(
      Must(files.vn().IssueNode(other)).WriteFiles(files / "tls.key", files / "tls.crt").ok());
  NodeSettings settings = Must(LoadNodeSettings(files / "node.textproto"));
  EXPECT_EQ(system::ReasonOf(CheckTlsIdentity(settings, absl::Now())),
            gatepost::v1::REASON_BAD_CONFIG);
}

// One change to one file, and what the complaint must say.
struct Fault {
  const char* name;
  const char* file;
  const char* from;
  const char* to;
  const char* place;  // "file:line: field:"
};

class NodeFaultTest : public ::testing::TestWithParam<Fault> {};

TEST_P(NodeFaultTest, IsRefusedWithFileLineAndField) {
  PracticeFiles files;
  const Fault& fault = GetParam();
  files.Change(fault.file, fault.from, fault.to);
  absl::Status status = LoadNodeSettings(files / "node.textproto").status();
  EXPECT_EQ(system::ReasonOf(status), gatepost::v1::REASON_BAD_CONFIG) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(fault.place));
}

constexpr char kNode[] = "node.textproto";
constexpr char kAgreement[] = "agreement.textproto";

INSTANTIATE_TEST_SUITE_P(
    All, NodeFaultTest,
    ::testing::Values(
        Fault{"NodeId", kNode, "\"vn-langson\"", "\"VN\"", "node.textproto:1: node:"},
        Fault{"SpiffeId", kNode, "/node/vn-langson", "/node/vn-other",
              "node.textproto:2: spiffe_id:"},
        Fault{"NotANode", kNode, "/node/vn-langson", "/auditor/vn-langson",
              "node.textproto:2: spiffe_id:"},
        Fault{"Listen", kNode, "127.0.0.1:0", "127.0.0.1", "node.textproto:3: listen:"},
        Fault{"Port", kNode, "127.0.0.1:0", "127.0.0.1:70000", "node.textproto:3: listen:"},
        Fault{"NoDataDir", kNode, "data_dir: \"data\"\n", "", "node.textproto:1: data_dir:"},
        Fault{"GuardInTheStore", kNode, "data_dir: \"data\"\n",
              "data_dir: \"data\" guard_file: \"data/guard\"\n", "guard_file:"},
        Fault{"NoCertificate", kNode, "\"tls.crt\"", "\"gone.crt\"", "tls_key_file:"},
        Fault{"WrongTlsKey", kNode, "\"tls.key\"", "\"clerk.key\"",
              "node.textproto:7: tls_key_file:"},
        Fault{"NoLogKey", kNode, "\"log.key\"", "\"tls.key\"", "node.textproto:8: log_key_file:"},
        Fault{"OneKeyTwice", kNode, "\"witness.key\"", "\"log.key\"",
              "node.textproto:9: witness_key_file:"},
        Fault{"RootGone", kNode, "cn-root.crt", "gone.crt",
              "node.textproto:11: trust_domains[1].root_files[0]:"},
        Fault{"RootOfTheOther", kNode, "cn-root.crt", "vn-root.crt", "trust_domains:"},
        Fault{"PracticeRootsInEarnest", kNode, "practice: true", "practice: false",
              "node.textproto:10: trust_domains[0].root_files[0]:"},
        Fault{"OwnDomainUnknown", kNode,
              "trust_domains { name: \"langson.practice.example\" country: \"VN\" root_files: "
              "\"vn-root.crt\" }",
              "", "trust_domains:"},
        Fault{"UnknownSuite", kNode, "root_files: \"cn-root.crt\"",
              "root_files: \"cn-root.crt\" suites: \"rot13\"",
              "node.textproto:11: trust_domains[1]:"},
        Fault{"Dial", kNode, "localhost:7443", "localhost:0", "node.textproto:12: links[0].dial:"},
        Fault{"NoAgreement", kNode, "agreement.textproto", "gone.textproto", "gone.textproto"},
        Fault{"NoRegister", kNode, "gates.textproto", "gone.textproto", "gone.textproto"},
        Fault{"SecondLink", kNode, "register_file",
              "links { agreement_file: \"agreement.textproto\" }\nregister_file",
              "node.textproto:13: links[1].agreement_file:"},
        Fault{"Prefix", kNode, "\"LS\"", "\"ls/\"", "node.textproto:14: reference_prefix:"},
        Fault{"Zone", kNode, "Asia/Ho_Chi_Minh", "Hanoi", "node.textproto:15: zone:"},
        Fault{"FixedZone", kNode, "Asia/Ho_Chi_Minh", "Fixed/UTC+07:00", "zone:"},
        Fault{"Limit", kNode, "window_messages: 100", "window_messages: 1000000",
              "node.textproto:17: limits.window_messages:"},
        Fault{"BytesBelowEnvelope", kNode, "window_messages: 100", "bytes_in_flight: 5000",
              "limits.bytes_in_flight:"},
        Fault{"ConnectionAge", kNode, "window_messages: 100", "connection_age_seconds: 1",
              "node.textproto:17: limits.connection_age_seconds:"},
        Fault{"WindowBelowEnvelope", kNode, "window_messages: 100", "window_bytes: 5000",
              "limits.window_bytes:"},
        Fault{"AgreementOfOthers", kAgreement, "langson.practice.example/node/vn-langson",
              "hanoi.practice.example/node/vn-langson", "nodes[0].spiffe_id:"},
        Fault{"AgreedNodeName", kAgreement, "node: \"cn-pingxiang\"", "node: \"cn-other\"",
              "nodes[1].spiffe_id:"},
        Fault{"AgreedRoot", kAgreement, "root_sha256: \"", "root_sha256: \"z",
              "agreement.textproto:6: nodes[0].root_sha256[0]:"},
        Fault{"AgreedCountry", kAgreement, "\"CN\"", "\"LA\"", "nodes[1].country:"},
        Fault{"AgreedSuites", kAgreement, "  suites: \"ed25519\"\n", "", "nodes[0].suites:"},
        Fault{"AgreedKeyDamaged", kAgreement, "audit+", "audit+0",
              "agreement.textproto:7: nodes[0].log_vkey:"},
        Fault{"Sequencer", kAgreement, "sequencer: \"vn-langson\"", "sequencer: \"vn\"",
              "sequencer:"},
        Fault{"Family", kAgreement, "REPORT", "RUMOUR", "families[0]:"},
        Fault{"CutOff", kAgreement, "hour: 20", "hour: 24", "cut_off:"},
        Fault{"CutOffZone", kAgreement, "hour: 20 zone: \"Asia/Ho_Chi_Minh\"", "hour: 20",
              "cut_off:"},
        Fault{"DutySide", kAgreement,
              "families:", "report_duties { side: \"LA\" gate_ids: \"LS-HN\" }\nfamilies:",
              "report_duties[0].side:"},
        Fault{"DutyWithoutGate", kAgreement, "families:",
              "report_duties { side: \"VN\" }\nfamilies:", "report_duties[0].gate_ids:"},
        Fault{"DutyTwice", kAgreement, "families:",
              "report_duties { side: \"VN\" gate_ids: \"LS-HN\" }\n"
              "report_duties { side: \"VN\" gate_ids: \"LS-HN\" }\nfamilies:",
              "report_duties[1].gate_ids[0]:"},
        Fault{"DutyOfNoGate", kAgreement,
              "families:", "report_duties { side: \"VN\" gate_ids: \"LS-ALL\" }\nfamilies:",
              "report_duties[0].gate_ids:"},
        Fault{"DutyFromNoDay", kAgreement, "families:",
              "report_duties { side: \"VN\" gate_ids: \"LS-HN\" first_day { year: 2026 month: 2 "
              "day: 30 } }\nfamilies:",
              "report_duties[0].first_day:"},
        Fault{"BadRegister", "gates.textproto", "version: \"test-1\"", "version: \"\"",
              "gates.textproto:1: version:"},
        Fault{"NoCalendars", kNode, "register_file",
              "calendars_file: \"gone.textproto\"\nregister_file", "gone.textproto"},
        Fault{"NotCalendars", kNode, "register_file",
              "calendars_file: \"gates.textproto\"\nregister_file", "gates.textproto"}),
    [](const auto& info) { return info.param.name; });

TEST(NodeSettingsTest, AgreedRootsMustBeTheHeldOnes) {
  PracticeFiles files;
  WriteTestFile(
      files / "cn-root.crt",
      Must(certs::PracticeCa::Create("pingxiang.practice.example", absl::Now())).root_pem());
  absl::Status status = LoadNodeSettings(files / "node.textproto").status();
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("agreement.textproto:"), HasSubstr("nodes[1].root_sha256:")));
}

TEST(NodeSettingsTest, KeyThatOthersCanReadIsRefused) {
  for (const char* key : {"tls.key", "log.key", "witness.key"}) {
    PracticeFiles files;
    ASSERT_EQ(chmod((files / key).c_str(), 0640), 0);
    absl::Status status = LoadNodeSettings(files / "node.textproto").status();
    EXPECT_EQ(system::ReasonOf(status), gatepost::v1::REASON_BAD_CONFIG);
    EXPECT_THAT(std::string(status.message()), HasSubstr(key));
  }
}

TEST(ClientSettingsTest, GoodFileGivesEverythingChecked) {
  PracticeFiles files;
  ClientSettings settings = Must(LoadClientSettings(files / "client.textproto"));
  EXPECT_EQ(settings.node_address, "127.0.0.1:7443");
  EXPECT_EQ(settings.trust_domain.name, "langson.practice.example");
  EXPECT_EQ(settings.recipient_nodes, std::vector<std::string>{"cn-pingxiang"});
  EXPECT_EQ(settings.outbox_dir, files / "outbox");
  EXPECT_EQ(settings.deadline, absl::Seconds(10));
  EXPECT_EQ(settings.signing_key_file, files / "sign.key");
}

TEST(ClientSettingsTest, ReaderNeedsNoSigningKey) {
  PracticeFiles files;
  files.Change("client.textproto", "signing_certificate_file: \"sign.crt\"\n", "");
  files.Change("client.textproto", "signing_key_file: \"sign.key\"\n", "");
  EXPECT_EQ(Must(LoadClientSettings(files / "client.textproto")).signing_key_file, "");
}

TEST(ClientSettingsTest, WhoSignsWithSm2IsServed) {
  PracticeFiles files;
  const auto id =
      Must(certs::SpiffeId::Parse("spiffe://langson.practice.example/agency/board/clerk/desk-1"));
  const auto issued = Must(files.vn().IssueSigner(id, {.key = certs::PracticeKey::kSm2}));
  ASSERT_TRUE(issued.WriteFiles(files / "sign.key", files / "sign.crt").ok());
  EXPECT_EQ(Must(LoadClientSettings(files / "client.textproto")).signing_key_file,
            files / "sign.key");
}

class ClientFaultTest : public ::testing::TestWithParam<Fault> {};

TEST_P(ClientFaultTest, IsRefusedWithFileLineAndField) {
  PracticeFiles files;
  const Fault& fault = GetParam();
  files.Change(fault.file, fault.from, fault.to);
  absl::Status status = LoadClientSettings(files / "client.textproto").status();
  EXPECT_EQ(system::ReasonOf(status), gatepost::v1::REASON_BAD_CONFIG) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(fault.place));
}

constexpr char kClient[] = "client.textproto";

INSTANTIATE_TEST_SUITE_P(
    All, ClientFaultTest,
    ::testing::Values(
        Fault{"Address", kClient, ":7443", "", "client.textproto:1: node_address:"},
        Fault{"NodeName", kClient, "/node/vn-langson", "/node/vn-other",
              "client.textproto:2: node_spiffe_id:"},
        Fault{"NoRoot", kClient, "root_files: \"vn-root.crt\"\n", "", "root_files:"},
        Fault{"WrongKey", kClient, "\"clerk.key\"", "\"sign.key\"",
              "client.textproto:5: tls_key_file:"},
        Fault{"WrongSigner", kClient, "\"sign.key\"", "\"clerk.key\"",
              "client.textproto:7: signing_key_file:"},
        Fault{"HalfSigner", kClient, "signing_key_file: \"sign.key\"\n", "", "signing_key_file:"},
        Fault{"RecipientTwice", kClient, "recipient_nodes: \"cn-pingxiang\"",
              "recipient_nodes: [\"cn-pingxiang\", \"cn-pingxiang\"]", "recipient_nodes[1]:"},
        Fault{"RecipientIsOrigin", kClient, "recipient_nodes: \"cn-pingxiang\"",
              "recipient_nodes: \"vn-langson\"", "client.textproto:9: recipient_nodes[0]:"},
        Fault{"Country", kClient, "\"VN\"", "\"vn\"", "client.textproto:10: country:"},
        Fault{"Zone", kClient, "Asia/Ho_Chi_Minh", "", "client.textproto:11: zone:"},
        Fault{"NoOutbox", kClient, "outbox_dir: \"outbox\"\n", "", "outbox_dir:"},
        Fault{"Deadline", kClient, "outbox_dir", "deadline_ms: 999999999\noutbox_dir",
              "client.textproto:12: deadline_ms:"}),
    [](const auto& info) { return info.param.name; });

TEST(ClientConfigPathTest, FlagThenEnvironmentThenHome) {
  ASSERT_EQ(setenv("GATEPOST_CONFIG", "/etc/gatepost/desk.textproto", 1), 0);
  EXPECT_EQ(Must(ClientConfigPath("mine.textproto")), "mine.textproto");
  EXPECT_EQ(Must(ClientConfigPath("")), "/etc/gatepost/desk.textproto");
  ASSERT_EQ(unsetenv("GATEPOST_CONFIG"), 0);
  ASSERT_EQ(setenv("XDG_CONFIG_HOME", "/x", 1), 0);
  EXPECT_EQ(Must(ClientConfigPath("")), "/x/gatepost/client.textproto");
  ASSERT_EQ(unsetenv("XDG_CONFIG_HOME"), 0);
  ASSERT_EQ(setenv("HOME", "/h", 1), 0);
  EXPECT_EQ(Must(ClientConfigPath("")), "/h/.config/gatepost/client.textproto");
  ASSERT_EQ(unsetenv("HOME"), 0);
  EXPECT_EQ(system::ReasonOf(ClientConfigPath("").status()), gatepost::v1::REASON_BAD_CONFIG);
}

// Each example is refused only for the files that it names and that are not there.
TEST(ExamplesTest, AreOfTheirTypes) {
  const std::string folder = std::string(GATEPOST_SOURCE_DIR) + "/daemon/config/examples/";
  EXPECT_TRUE(ReadLinkAgreement(folder + "link-agreement.textproto").ok());
  EXPECT_THAT(std::string(LoadNodeSettings(folder + "node.textproto").status().message()),
              HasSubstr("tls.key"));
  EXPECT_THAT(std::string(LoadClientSettings(folder + "client.textproto").status().message()),
              HasSubstr("langson-root.crt"));
}

TEST(RegisterFileTest, BuildTreeUsesItsSourceTree) {
  std::string path = Must(InstalledRegisterFile());
  EXPECT_TRUE(path.starts_with(GATEPOST_SOURCE_DIR)) << path;
  EXPECT_TRUE(LoadGateRegister(path).ok());
}

TEST(CalendarsFileTest, BuildTreeUsesItsSourceTree) {
  std::string path = Must(InstalledCalendarsFile());
  EXPECT_TRUE(path.starts_with(GATEPOST_SOURCE_DIR)) << path;
  EXPECT_TRUE(LoadHolidayCalendars(path).ok());
}

TEST(CalendarsFileTest, ANodeTakesThoseItsConfigNamesOrTheInstalledOnes) {
  PracticeFiles files;
  absl::CivilDay day(2031, 5, 5);
  NodeSettings installed = Must(LoadNodeSettings(files / "node.textproto"));
  EXPECT_EQ(installed.calendars_file, Must(InstalledCalendarsFile()));
  EXPECT_EQ(installed.calendars.StatusOf(domain::Country::kVietNam, absl::CivilDay(2026, 2, 17)),
            domain::DayStatus::kOffHoliday);
  EXPECT_EQ(installed.calendars.StatusOf(domain::Country::kVietNam, day),
            domain::DayStatus::kUnknown);
  WriteTestFile(files / "own.textproto", R"(version: "own"
calendars {
  country: "VN" year: 2031 issuer: "a test" version: 1 source: "none"
  published_on { year: 2030 month: 12 day: 1 }
  days { date { year: 2031 month: 5 day: 5 } kind: DAY_KIND_OFF holiday: "test_day" }
}
)");
  files.Change("node.textproto", "register_file",
               "calendars_file: \"own.textproto\"\nregister_file");
  NodeSettings own = Must(LoadNodeSettings(files / "node.textproto"));
  EXPECT_EQ(own.calendars_file, files / "own.textproto");
  EXPECT_EQ(own.calendars.StatusOf(domain::Country::kVietNam, day), domain::DayStatus::kOffHoliday);
  files.Change("own.textproto", "version: \"own\"", "version: \"\"");
  EXPECT_THAT(std::string(LoadNodeSettings(files / "node.textproto").status().message()),
              HasSubstr("own.textproto:1: version:"));
}

}  // namespace
}  // namespace gatepost::config
