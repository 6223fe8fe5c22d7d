#ifndef GATEPOST_TESTS_EXCHANGE_NOTICES_H_
#define GATEPOST_TESTS_EXCHANGE_NOTICES_H_

#include <gtest/gtest.h>

#include <string>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/hours/notice_rules.h"
#include "google/protobuf/text_format.h"
#include "tests/support/two_nodes.h"

// Two nodes that exchange notices about one gate.
namespace gatepost::testing {

// The world begins on 15 January 2027, 15:00 H.
inline constexpr char kRule[] =
    "gate_ids: 'LS-HN-1119' traffic: TRAFFIC_GOODS direction: DIRECTION_BOTH load: LOAD_ANY ";
inline constexpr char kFrom16[] =
    "days { first { year: 2027 month: 1 day: 16 } end: END_KIND_OPEN } ";

class Notices : public ::testing::Test {
 protected:
  Notices() { world_.Connect(); }

  // A notice of that text format by the author, about the gates in it.
  v1::Message Notice(const certs::Signer& author, const std::string& text) {
    v1::Message message = world_.NewMessage(author);
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, message.mutable_notice()))
        << text;
    for (const std::string& gate : domain::GatesOf(message.notice())) {
      message.mutable_header()->add_scope_ids(gate);
    }
    return message;
  }
  v1::Message Closure(const certs::Signer& author, const std::string& side) {
    return Notice(author, "side: '" + side +
                              "' closure { timetable { zone: 'Asia/Ho_Chi_Minh' rules { " + kRule +
                              kFrom16 + "regime: REGIME_CLOSED hours: HOURS_KIND_NONE } } }");
  }
  v1::MessageReference ReferenceTo(const v1::Message& message) const {
    v1::MessageReference reference;
    reference.set_author(message.header().author());
    reference.set_message_id(message.header().message_id());
    reference.set_pae_sha256(std::string(
        certs::AsView(certs::PaeDigest(certs::kMessagePayloadType, message.SerializeAsString()))));
    return reference;
  }
  void Cite(const v1::Message& message, v1::MessageCitation& cited) const {
    const v1::MessageReference reference = ReferenceTo(message);
    cited.set_author(reference.author());
    cited.set_message_id(reference.message_id());
    cited.set_pae_sha256(reference.pae_sha256());
  }
  v1::Message Cancel(const certs::Signer& author, const v1::Message& cancelled) {
    v1::Message message =
        Notice(author, "side: 'VN' cancellation { outcome: CANCELLATION_OUTCOME_POSTPONED }");
    *message.mutable_header()->mutable_replaces() = ReferenceTo(cancelled);
    *message.mutable_header()->mutable_scope_ids() = cancelled.header().scope_ids();
    return message;
  }
  absl::Status Send(const certs::Signer& author, const v1::Message& message, bool by_vn = true) {
    TestNode& node = by_vn ? *world_.vn : *world_.cn;
    const auto answer = node.Submit(author, world_.Sign(author, message));
    world_.Run();
    return answer.status();
  }
  // What a node says of goods at the gate at `typed`, e.g. "12:00H" on 16 January 2027: the opening
  // and the kinds of message cited.
  std::string Ask(TestNode& node, const std::string& typed, absl::Time as_known_at = {}) {
    v1::GetHoursRequest request;
    request.add_scopes("1119-1120");
    *request.mutable_from() = Need(domain::ParseInstant(typed, absl::CivilDay(2027, 1, 16)));
    request.set_traffic(v1::TRAFFIC_GOODS);
    if (as_known_at != absl::Time()) {
      *request.mutable_as_known_at() = domain::ToZoned(as_known_at, domain::kHanoiZone);
    }
    const v1::GetHoursResponse answer = Need(node.hours_queries->GetHours(request));
    EXPECT_EQ(answer.hours_size(), 1);
    EXPECT_EQ(answer.node(), node.setup.node.node);
    std::string told = v1::Opening_Name(answer.hours(0).spans(0).opening()).substr(8);
    for (const v1::CitedMessage& cited : answer.cited()) told += " " + cited.kind();
    for (const v1::Finding& finding : answer.findings()) told += "; " + finding.text();
    return told;
  }
  std::string AskBoth(const std::string& typed) {
    const std::string told = Ask(*world_.vn, typed);
    EXPECT_EQ(Ask(*world_.cn, typed), told);
    return told;
  }

  TwoNodes world_;
};

}  // namespace gatepost::testing

#endif  // GATEPOST_TESTS_EXCHANGE_NOTICES_H_
