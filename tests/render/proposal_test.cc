#include "client/render/proposal.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "client/render/agreement_words.h"
#include "client/render/messages.h"

namespace gatepost::render {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

template <typename Message>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message));
  return message;
}

v1::GetMessageResponse Stored(const std::string& body) {
  const auto message = Parse<v1::Message>(body);
  v1::GetMessageResponse response;
  v1::Envelope& envelope = *response.mutable_message()->mutable_envelope();
  envelope.set_payload_type("application/vnd.gatepost.message.v1+protobuf");
  envelope.set_payload(message.SerializeAsString());
  return response;
}

constexpr char kProposal[] = R"(
  side: "VN"
  thread { author: "spiffe://a.example/agency/port/officer/01" message_id: "first" }
  counters { author: "spiffe://a.example/agency/port/officer/01" message_id: "second" }
  basis { agreement { author: "a" message_id: "old" } gives_way: true }
  basis { agreement { author: "a" message_id: "kept" } }
  holiday_hours {
    occasion: "tet"
    timetable {
      zone: "Asia/Shanghai"
      rules {
        gate_ids: "LS-HN" traffic: TRAFFIC_GOODS direction: DIRECTION_BOTH load: LOAD_ANY
        days {
          first { year: 2027 month: 2 day: 5 } last { year: 2027 month: 2 day: 5 }
          end: END_KIND_STATED
        }
        regime: REGIME_SHORTENED hours: HOURS_KIND_WINDOWS
        windows { opens { hour: 8 } closes { hour: 12 } }
      }
    }
  }
  answer_by { instant { seconds: 1800000000 } zone: "Asia/Shanghai" }
  papers {
    reason: CHANGE_REASON_STATE_HOLIDAY
    references { kind: PAPER_KIND_MINUTES number: "7" issuer: "Board" gate_ids: "LS-HN" scan_sha256: "\001\377" }
  }
  package { package_id: "pack" part: 2 parts: 3 })";

TEST(ProposalTextTest, SaysAllThatIsSigned) {
  const std::string text = ProposalText(Parse<v1::Proposal>(kProposal), View());
  for (const char* part :
       {"counter-proposal of VN: holiday hours, tet", "07:00 H (08:00 B) to 11:00 H (12:00 B)",
        "shorter hours", "written in the time of Asia/Shanghai", "2027-01-15 15:00 H (16:00 B)",
        "first by officer 01 of port, a.example", "second by", "part 2 of 3 of pack",
        "public holiday", "Board 7, minutes of talks, for LS-HN, scan with SHA-256 01ff"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(text, ::testing::ContainsRegex("gives way +old by a"));
  EXPECT_THAT(text, ::testing::ContainsRegex("stays +kept by a"));
}

TEST(ProposalTextTest, ATerminationSaysWhen) {
  const auto proposal = Parse<v1::Proposal>(
      R"(side: "CN" termination { effective { instant { seconds: 1800000000 } zone: "Asia/Shanghai" } })");
  EXPECT_THAT(
      ProposalText(proposal, {.country = "CN", .zones = ZoneChoice::kBothBeijingFirst}),
      AllOf(HasSubstr("proposal of CN: termination"), HasSubstr("2027-01-15 16:00 B (15:00 H)")));
}

TEST(ProposalTextTest, WhatThisProgramCannotShowIsSaid) {
  auto proposal = Parse<v1::Proposal>(kProposal);
  EXPECT_THAT(ProposalText(proposal, View()), ::testing::Not(HasSubstr("newer schema")));
  v1::TimetableRule& rule =
      *proposal.mutable_holiday_hours()->mutable_timetable()->mutable_rules(0);
  rule.GetReflection()->MutableUnknownFields(&rule)->AddVarint(900, 1);
  EXPECT_THAT(ProposalText(proposal, View()), HasSubstr("newer schema"));
}

TEST(SubjectTest, EveryBodyOfAnAgreementHasOne) {
  const auto subject = [](const std::string& body) { return SubjectText(Stored(body).message()); };
  EXPECT_EQ(subject("proposal { " + std::string(kProposal) + " }"),
            "counter-proposal of VN: holiday hours, tet");
  EXPECT_EQ(subject("proposal { side: 'VN' schedule_change {} }"),
            "proposal of VN: change of hours");
  EXPECT_EQ(subject("proposal { side: 'VN' }"), "proposal of VN: terms this program does not know");
  EXPECT_EQ(subject("acceptance { proposal { message_id: 'p' } }"), "acceptance of p");
  EXPECT_EQ(subject("rejection { proposal { message_id: 'p' } }"), "rejection of p");
  EXPECT_EQ(subject("withdrawal { proposal { message_id: 'p' } }"), "withdrawal of p");
}

TEST(MessageTextTest, AnAcceptanceShowsTheDigestThatItBinds) {
  const std::string text =
      MessageText(Stored("acceptance { proposal { message_id: 'p' pae_sha256: '\\001\\002' } "
                         "seen { epoch: 1 leaf_index: 42 } }"),
                  View());
  EXPECT_THAT(text, ::testing::ContainsRegex("PAE digest +0102"));
  EXPECT_THAT(text, HasSubstr("leaf 42 of epoch 1"));
}

TEST(MessageTextTest, AForeignRemarkCannotSteerTheTerminal) {
  const std::string text = MessageText(
      Stored("rejection { proposal { message_id: 'p' } remark: 'no\\033[2J' }"), View());
  EXPECT_THAT(text, HasSubstr("no?[2J"));
}

TEST(StateTest, EveryStateOfTheContractHasItsWords) {
  const auto* states = v1::AgreementState_descriptor();
  for (int i = 0; i < states->value_count(); ++i) {
    const auto state = static_cast<v1::AgreementState>(states->value(i)->number());
    if (state == v1::AGREEMENT_STATE_UNSPECIFIED) continue;
    EXPECT_FALSE(StateText(state).starts_with("?")) << states->value(i)->name();
  }
  EXPECT_EQ(StateName(v1::AGREEMENT_STATE_IN_FORCE), "IN_FORCE");
  EXPECT_EQ(StateText(static_cast<v1::AgreementState>(99)), "?99");
}

}  // namespace
}  // namespace gatepost::render
