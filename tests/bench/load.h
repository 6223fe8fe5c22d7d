#ifndef GATEPOST_TESTS_BENCH_LOAD_H_
#define GATEPOST_TESTS_BENCH_LOAD_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "certs/signer.h"
#include "client/connection.h"
#include "client/message_builder.h"
#include "daemon/config/client_settings.h"
#include "daemon/system/clock.h"
#include "daemon/system/random.h"
#include "gatepost/v1/exchange_service.grpc.pb.h"
#include "tests/bench/machine.h"

namespace gatepost::bench {

// One agency system that sends signed reports and follows their receipts.
class Feeder {
 public:
  // REASON_BAD_CONFIG and what connecting may say.
  static absl::StatusOr<std::unique_ptr<Feeder>> Create(const std::string& client_config);

  struct Outcome {
    Times latencies;         // From the call to the RECEIPT event of the node.
    absl::Duration elapsed;  // From the first call to the last receipt.
    int sent = 0;
  };
  // Sends `count` signed reports with at most `in_flight` of them without receipt from the other
  // side, and waits for every receipt. The messages are signed as they are sent: what an agency's
  // system costs is part of the figure.
  absl::StatusOr<Outcome> Send(int count, int in_flight);

  // The same for `count` notices: closures of one day, one after the other at each of `gates`, at
  // equal distances over the ten years from 2016 on.
  absl::StatusOr<Outcome> SendNotices(const std::vector<std::string>& gates, int count,
                                      int in_flight);

  struct Answered {
    Times submits;  // From the call to its answer.
    Times reads;
    std::string last_reference;
  };
  // Submits `count` signed reports and reads each, one call after the other and two calls `every`
  // so often at most.
  absl::StatusOr<Answered> OneByOne(int count, absl::Duration every);

  // Signed reports to send.
  std::vector<v1::SubmitRequest> Reports(int count);
  // Leaves out so many reports, so that two feeders of one side never send the same.
  void Skip(int64_t reports) { next_ += reports; }

 private:
  Feeder() = default;
  v1::SubmitRequest NextReport();
  v1::SubmitRequest Closure(const std::string& gate, absl::CivilDay day);
  absl::StatusOr<Outcome> SendEach(int count, int in_flight,
                                   const std::function<v1::SubmitRequest(int)>& make);

  std::unique_ptr<client::Connection> connection_;
  std::unique_ptr<v1::ExchangeService::Stub> stub_;
  std::unique_ptr<certs::Signer> signer_;
  system::SystemClock clock_;
  system::SystemRandom random_;
  std::unique_ptr<client::MessageBuilder> builder_;
  std::string country_;
  int64_t next_ = 0;
};

}  // namespace gatepost::bench

#endif  // GATEPOST_TESTS_BENCH_LOAD_H_
