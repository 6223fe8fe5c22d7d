#ifndef GATEPOST_TESTS_EXCHANGE_THREAD_WORLD_H_
#define GATEPOST_TESTS_EXCHANGE_THREAD_WORLD_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tests/support/two_nodes.h"

// Two nodes whose officers make agreements; the world begins on 15 January 2027, 15:00 H.
namespace gatepost::testing {

// What a schedule change says.
struct Terms {
  std::string gate = "LS-HN-1119";
  std::string second_gate = "";  // After the first; empty: none.
  int first_day = 20;            // Of January 2027.
  int last_day = 25;             // 0: no end.
  std::string hours = "7-18";    // On whole hours of Hanoi; empty: closed.
  std::string traffic = "GOODS";
  std::string direction = "BOTH";
  bool holiday = false;
};

class ThreadWorld : public TwoNodes {
 public:
  explicit ThreadWorld(const Options& options = {}) : TwoNodes(options) {}

  const certs::Signer& Officer(bool vn_side) const { return vn_side ? vn_officer() : cn_officer(); }
  TestNode& Node(bool vn_side) { return vn_side ? *vn : *cn; }

  // A proposal of that side whose basis names all that the terms touch, as its node knows it;
  // those among `gives_way` give way.
  v1::Message Propose(bool vn_side, const Terms& terms,
                      const std::vector<v1::Message>& gives_way = {});
  // One that counters a proposal in the thread that `first` began.
  v1::Message Counter(bool vn_side, const Terms& terms, const v1::Message& first,
                      const v1::Message& countered);
  // One that ends agreements from the hour on (of that day of January 2027).
  v1::Message Terminate(bool vn_side, int day, const std::vector<v1::Message>& ended);
  // Answers, by what the side's node knows.
  v1::Message Accept(bool vn_side, const v1::Message& first, const v1::Message& proposal);
  v1::Message Reject(bool vn_side, const v1::Message& first, const v1::Message& proposal);
  v1::Message Withdraw(bool vn_side, const v1::Message& first, const v1::Message& proposal);

  // Fills the basis anew, by what the side's node knows now.
  void Rebase(bool vn_side, v1::Message& proposal, const std::vector<v1::Message>& gives_way = {});

  // Signed by the side's officer and submitted; what crosses then, crosses only in Run.
  absl::Status Send(bool vn_side, const v1::Message& message);

  // How a proposal stands at a side's node, e.g. IN_FORCE; `-` when it is not held. `!` after it
  // when it is disputed.
  std::string StateAt(bool vn_side, const v1::Message& proposal);
  // At both, when it is the same: else `VN <state>, CN <state>`.
  std::string State(const v1::Message& proposal);

  static v1::MessageCitation Cite(const v1::Message& message);
};

}  // namespace gatepost::testing

#endif  // GATEPOST_TESTS_EXCHANGE_THREAD_WORLD_H_
