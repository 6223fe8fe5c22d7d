#ifndef GATEPOST_TESTS_EXCHANGE_PROMISES_H_
#define GATEPOST_TESTS_EXCHANGE_PROMISES_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "certs/digest.h"
#include "gatepost/v1/exchange_service.pb.h"
#include "gatepost/v1/link_service.pb.h"
#include "tests/support/two_nodes.h"

namespace gatepost::testing {

// What two nodes promise once everything has been delivered: none lost, none doubled, order kept,
// running digests equal, a receipt for each that verifies, and logs whose every leaf and every head
// ever shown belong to one history. Remembers what was answered OK and which heads were shown;
// Check compares all of it with what both nodes hold.
class Promises {
 public:
  // Sees every frame on the wire from now on (it takes world.on_wire). `world` must outlive it.
  explicit Promises(TwoNodes& world);
  Promises(const Promises&) = delete;
  Promises& operator=(const Promises&) = delete;

  // Hands the message in at its author's own node, expecting OK; returns the envelope.
  v1::Envelope Submit(const certs::Signer& author, const v1::Message& message);
  // The node of the author answered `envelope` OK.
  void Answered(bool by_vn, const v1::Envelope& envelope, const v1::SubmitResponse& answer);

  // Connects, again where an older session still had work at the disk, until both sides are live;
  // then lets everything happen. Fails the test when they do not come together.
  void ConnectAndRun();

  // Fails the test for every promise that is broken. Nothing may be on its way.
  void Check();

  // Frames delivered so far.
  int frames() const { return frames_; }
  // The most messages that were ever on the wire or at the peer without a delivered receipt.
  uint64_t most_in_flight() const { return most_in_flight_; }
  // What else happens to a frame after it was seen; as TwoNodes::on_wire.
  std::function<bool(bool from_vn, v1::LinkFrame&)> on_wire;

 private:
  struct Answer {
    v1::Envelope envelope;
    v1::SubmitResponse response;
  };
  void See(bool from_vn, const v1::LinkFrame& frame);
  void SeeHead(bool of_vn, const std::string& note);
  void CheckDirection(bool from_vn);
  void CheckReceipts(bool from_vn, const store::MessageRecord& sent, uint64_t sequence);
  void CheckLog(bool of_vn);

  TwoNodes& world_;
  std::map<std::string, Answer> answers_[2];  // By message id; [1] of vn-langson.
  std::map<uint64_t, std::pair<certs::Digest, std::string>> heads_[2];  // Shown, by size.
  uint64_t last_sent_[2] = {};
  uint64_t last_receipted_[2] = {};
  uint64_t most_in_flight_ = 0;
  int frames_ = 0;
};

}  // namespace gatepost::testing

#endif  // GATEPOST_TESTS_EXCHANGE_PROMISES_H_
