// The commands of auditors as they are typed, against a node that answers as the test says: what
// they ask it, and what they do with pages.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/parse.h"
#include "gatepost/v1/audit_service.grpc.pb.h"
#include "tests/client/cli/authority_node.h"

namespace gatepost::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Three pages: two entries, none, one.
class Auditing : public v1::AuditService::Service {
 public:
  std::vector<v1::ListEntriesRequest> listed;
  std::vector<v1::GetEvidenceRequest> evidence;
  v1::ListEntriesResponse older;  // On the last page, beside its entry.
  v1::GetEvidenceResponse held;   // Whatever is asked for.

  grpc::Status ListEntries(grpc::ServerContext*, const v1::ListEntriesRequest* request,
                           v1::ListEntriesResponse* response) override {
    listed.push_back(*request);
    const std::string& token = request->page_token();
    if (token.empty()) {
      response->add_entries()->set_index(9);
      response->add_entries()->set_index(8);
      response->set_next_page_token("second");
    } else if (token == "second") {
      response->set_next_page_token("third");
    } else {
      response->add_entries()->set_index(3);
      response->MergeFrom(older);
    }
    return grpc::Status::OK;
  }
  grpc::Status GetEvidence(grpc::ServerContext*, const v1::GetEvidenceRequest* request,
                           v1::GetEvidenceResponse* response) override {
    evidence.push_back(*request);
    *response = held;
    response->set_node("vn-langson");
    return grpc::Status::OK;
  }
};

class AuditCommandsTest : public AnsweringNode {
 protected:
  void AddServices(grpc::ServerBuilder& builder) override {
    builder.RegisterService(&audit_);
    builder.RegisterService(&authorities_);
  }

  // Types a command line; its exit code. `out_` and `err_` hold what it printed.
  int Type(std::vector<std::string> words) {
    words.insert(words.begin(), {"gatepost", "--client-config", global_.client_config, "audit"});
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    const int code = ParseAndRun(static_cast<int>(arguments.size()), arguments.data());
    out_ = ::testing::internal::GetCapturedStdout();
    err_ = ::testing::internal::GetCapturedStderr();
    return code;
  }

  int Prove() {
    return Type({"prove", "LS/2026/00007", "--agreement", files_ / "agreement.textproto"});
  }

  Auditing audit_;
  Authorities authorities_;
};

TEST_F(AuditCommandsTest, EveryFilterIsAsked) {
  ASSERT_EQ(Type({"list",          "--from",          "2026-02-01",
                  "--to",          "2026-02-28",      "--logged-from",
                  "2026-02-15H",   "--logged-before", "2026-02-15 09:10B",
                  "--post",        "clerk/desk-1",    "--family",
                  "notice",        "--result",        "applied",
                  "--event",       "delivered",       "--event",
                  "READ",          "--thread",        "LS/2026/00007",
                  "--missing-ack", "--lead-below",    "2 days",
                  "--overridden"}),
            0)
      << err_;
  ASSERT_FALSE(audit_.listed.empty());
  const v1::ListEntriesRequest& asked = audit_.listed[0];
  EXPECT_EQ(asked.day_from().day(), 1);
  EXPECT_EQ(asked.day_to().day(), 28);
  EXPECT_EQ(asked.logged_from().seconds(), 1'771'088'400);    // 2026-02-14 17:00 UTC.
  EXPECT_EQ(asked.logged_before().seconds(), 1'771'117'800);  // 2026-02-15 01:10 UTC.
  EXPECT_EQ(asked.post(), "clerk/desk-1");
  EXPECT_EQ(asked.family(), "NOTICE");
  EXPECT_EQ(asked.result(), "APPLIED");
  EXPECT_THAT(asked.events(), ElementsAre("DELIVERED", "READ"));
  EXPECT_EQ(asked.thread(), "LS/2026/00007");
  EXPECT_TRUE(asked.missing_acknowledgement());
  EXPECT_EQ(asked.lead_minutes_below(), 2'880);
  EXPECT_TRUE(asked.overridden());
}

TEST_F(AuditCommandsTest, ShortAndEmptyPagesAreFollowedToTheEnd) {
  ASSERT_EQ(Type({"--output", "csv", "list", "--all"}), 0) << err_;
  EXPECT_THAT(audit_.listed, SizeIs(3));
  EXPECT_EQ(std::count(out_.begin(), out_.end(), '\n'), 4) << out_;  // One line of headings.
  EXPECT_THAT(out_, HasSubstr("\n9,"));
  EXPECT_THAT(out_, HasSubstr("\n3,"));
}

TEST_F(AuditCommandsTest, ALimitIsKeptAndSaysThatThereIsMore) {
  ASSERT_EQ(Type({"list", "--limit", "2"}), 0) << err_;
  ASSERT_THAT(audit_.listed, SizeIs(1));
  EXPECT_EQ(audit_.listed[0].page_size(), 2);
  EXPECT_THAT(err_, HasSubstr("there are older ones"));
}

TEST_F(AuditCommandsTest, LeadTimesAreTypedInMinutesHoursOrDays) {
  for (const auto& [typed, minutes] : std::vector<std::pair<std::string, int64_t>>{
           {"90", 90}, {"90 min", 90}, {"6h", 360}, {"2 days", 2'880}, {"1d", 1'440}}) {
    audit_.listed.clear();
    ASSERT_EQ(Type({"list", "--lead-below", typed}), 0) << err_;
    EXPECT_EQ(audit_.listed[0].lead_minutes_below(), minutes) << typed;
  }
  for (const char* wrong : {"soon", "2 weeks", "h", "99999999999"}) {
    EXPECT_EQ(Type({"list", "--lead-below", wrong}), 2) << wrong;
    EXPECT_THAT(err_, HasSubstr("--lead-below"));
  }
}

TEST_F(AuditCommandsTest, WithoutAnAgreementNothingIsProved) {
  EXPECT_EQ(Type({"prove", "LS/2026/00007"}), 1);
  EXPECT_THAT(err_, HasSubstr("EVIDENCE_INCOMPLETE"));
  EXPECT_THAT(audit_.evidence, IsEmpty());
}

TEST_F(AuditCommandsTest, WhatIsWrittenToFilesIsAskedAsAnExport) {
  ASSERT_EQ(Type({"prove", "LS/2026/00007", "--agreement", files_ / "agreement.textproto", "--out",
                  files_ / "proofs"}),
            0)
      << err_;
  ASSERT_THAT(audit_.evidence, SizeIs(1));
  EXPECT_TRUE(audit_.evidence[0].to_export());
  ASSERT_EQ(Type({"prove", "LS/2026/00007", "--agreement", files_ / "agreement.textproto"}), 0);
  EXPECT_FALSE(audit_.evidence[1].to_export());
}

// A call that is denied would be an entry of the log by itself.
TEST_F(AuditCommandsTest, WhoMayNotReadTheLogDoesNotAskItForAnnouncedKeys) {
  authorities_.caller.add_acts("AUDIT_LINK");
  ASSERT_EQ(Prove(), 0) << err_;
  EXPECT_THAT(audit_.listed, IsEmpty());
  EXPECT_THAT(audit_.evidence, SizeIs(1));
  authorities_.caller.add_acts("AUDIT");
  ASSERT_EQ(Prove(), 0) << err_;
  EXPECT_THAT(audit_.listed, SizeIs(3));
}

// Each answer brings those that crossed the same links.
TEST_F(AuditCommandsTest, AnAnnouncementThatCameWithAnotherIsNotAskedForAgain) {
  authorities_.caller.add_acts("AUDIT");
  for (const auto& [id, recipient] : std::vector<std::pair<std::string, std::string>>{
           {"11", "cn-pingxiang"}, {"12", "cn-pingxiang"}, {"13", "cn-ningming"}}) {
    v1::Message message;
    v1::MessageHeader& header = *message.mutable_header();
    header.set_message_id(id);
    header.set_author("spiffe://langson.practice.example/agency/board/officer/01");
    header.set_origin_node("vn-langson");
    header.add_recipient_nodes(recipient);
    audit_.held.add_messages()->mutable_envelope()->set_payload(message.SerializeAsString());
    v1::AuditSubject& subject = *audit_.older.add_entries()->mutable_subject();
    subject.set_kind("key_announcement");
    subject.set_message_id(id);
    subject.set_author(header.author());
  }
  ASSERT_EQ(Prove(), 0) << err_;
  std::vector<std::string> asked;
  for (const v1::GetEvidenceRequest& request : audit_.evidence) {
    asked.push_back(request.reference());
  }
  EXPECT_THAT(asked, ElementsAre("11", "13", "LS/2026/00007"));
}

// A node answers GetCaller to its own side alone, and would go by the role.
TEST_F(AuditCommandsTest, AnAuditorOfTheOtherSideAsksForWhatProvesAMessageAndNothingElse) {
  const certs::SpiffeId auditor =
      testing::Must(certs::SpiffeId::Parse("spiffe://pingxiang.practice.example/auditor/01"));
  ASSERT_TRUE(testing::Must(files_.cn().IssueClient(auditor))
                  .WriteFiles(files_ / "auditor.key", files_ / "auditor.crt")
                  .ok());
  files_.Change("client.textproto", "clerk.crt", "auditor.crt");
  files_.Change("client.textproto", "clerk.key", "auditor.key");
  authorities_.caller.add_acts("AUDIT");
  ASSERT_EQ(Prove(), 0) << err_;
  EXPECT_THAT(audit_.evidence, SizeIs(1));
  EXPECT_THAT(audit_.listed, IsEmpty());
  EXPECT_EQ(authorities_.callers, 0);
}

TEST_F(AuditCommandsTest, AMessageOrAnEntryIsNamedNotBothAndNotNothing) {
  EXPECT_EQ(Type({"show"}), 2);
  EXPECT_EQ(Type({"show", "LS/2026/00007", "--entry", "812"}), 2);
  EXPECT_EQ(Type({"show", "#8x"}), 2);
  EXPECT_EQ(Type({"prove", "--entry", "-1"}), 2);
  EXPECT_THAT(audit_.evidence, IsEmpty());
}

TEST_F(AuditCommandsTest, AFileThatIsNoneOfSaveIsRefused) {
  EXPECT_EQ(Type({"compare", "--agreement", files_ / "agreement.textproto", "--with",
                  files_ / "client.textproto"}),
            2);
  EXPECT_THAT(err_, HasSubstr("audit compare --save"));
}

}  // namespace
}  // namespace gatepost::cli
