#ifndef GATEPOST_TESTS_EXCHANGE_AGREEMENT_CASE_H_
#define GATEPOST_TESTS_EXCHANGE_AGREEMENT_CASE_H_

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "daemon/domain/civil_time.h"
#include "tests/exchange/thread_world.h"

namespace gatepost::testing {

inline constexpr bool kVn = true;  // The sequencer's side here.
inline constexpr bool kCn = false;

// Two connected nodes whose officers make agreements.
class AgreementCase : public ::testing::Test {
 protected:
  AgreementCase() { world_.Connect(); }

  void Say(bool vn_side, const v1::Message& message) {
    const absl::Status sent = world_.Send(vn_side, message);
    ASSERT_TRUE(sent.ok()) << sent;
    world_.Run();
  }
  v1::Message Agreed(bool proposer, const Terms& terms,
                     const std::vector<v1::Message>& gives_way = {}) {
    v1::Message proposal = world_.Propose(proposer, terms, gives_way);
    Say(proposer, proposal);
    Say(!proposer, world_.Accept(!proposer, proposal, proposal));
    EXPECT_EQ(world_.State(proposal), "IN_FORCE");
    return proposal;
  }
  // What a node says of goods at 1119 at noon of a day of January 2027.
  static std::string Noon(TestNode& node, int day, const std::string& gate = "1119-1120") {
    v1::GetHoursRequest request;
    request.add_scopes(gate);
    *request.mutable_from() =
        Need(domain::ParseInstant("12:00H", absl::CivilDay(2027, 1, 1) + (day - 1)));
    request.set_traffic(v1::TRAFFIC_GOODS);
    const v1::GetHoursResponse answer = Need(node.hours_queries->GetHours(request));
    std::string told = v1::Opening_Name(answer.hours(0).spans(0).opening()).substr(8);
    for (const v1::CitedMessage& cited : answer.cited()) told += " " + cited.kind();
    return told;
  }
  std::string Noon(int day) {
    const std::string vn = Noon(*world_.vn, day);
    const std::string cn = Noon(*world_.cn, day);
    return vn == cn ? vn : "VN " + vn + ", CN " + cn;
  }
  // Results of the leaves of that event about the message, in the order of the log.
  static std::string Leaves(const TestNode& node, const std::string& event,
                            const v1::Message& message) {
    std::string results;
    for (const ledger::Leaf& leaf : node.Leaves()) {
      if (leaf.event == event && leaf.object == "message:" + message.header().message_id()) {
        results += (results.empty() ? "" : " ") + leaf.result;
      }
    }
    return results;
  }

  // Time passes without the link; then it is there again.
  void Later(absl::Duration time) {
    world_.Cut();
    world_.clock.Advance(time);
    world_.Connect();
    world_.Pass(absl::Seconds(2));
  }

  ThreadWorld world_;
};

}  // namespace gatepost::testing

#endif  // GATEPOST_TESTS_EXCHANGE_AGREEMENT_CASE_H_
