#ifndef GATEPOST_DAEMON_RPC_UNARY_CALL_H_
#define GATEPOST_DAEMON_RPC_UNARY_CALL_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "certs/identity.h"
#include "daemon/rpc/grpc_status.h"
#include "daemon/rpc/limits/limits.h"
#include "daemon/rpc/raw_call.h"

namespace gatepost::rpc {

// One unary call from its first byte until the wire has taken its answer; gone after that. Whoever
// answers it must not touch it afterwards.
class UnaryCall : public grpc::ServerUnaryReactor {
 public:
  // `context` and `response` are gRPC's and live as long as the call; `limits` must outlive it.
  UnaryCall(grpc::CallbackServerContext* context, grpc::ByteBuffer* response, Limits& limits)
      : context_(context), response_(response), limits_(limits) {}

  // What the call holds until it is over, and whose line it stands in.
  void Admitted(certs::Identity caller, CallPermit permit) {
    caller_ = std::move(caller);
    line_ = caller_->id.ToString();
    permit_ = std::move(permit);
  }
  const certs::Identity& caller() const { return *caller_; }
  // Empty before Admitted.
  const std::string& line() const { return line_; }

  // Answers, from any thread. Only the first answer counts.
  void Answer(const absl::Status& refused) { End(ToGrpcStatus(refused)); }
  template <typename Response>
  void Answer(const absl::StatusOr<Response>& answer) {
    if (answered_.exchange(true)) return;
    Finish_(WriteResponse(answer, response_));
  }
  // Puts a good answer where End(OK) will find it. INTERNAL when it cannot be serialized.
  template <typename Response>
  grpc::Status Write(const Response& response) {
    bool unused = false;
    return grpc::SerializationTraits<Response>::Serialize(response, response_, &unused);
  }
  void End(const grpc::Status& status) {
    if (!answered_.exchange(true)) Finish_(status);
  }

  void OnDone() override {
    limits_.slow.Taken(waiting_);
    delete this;
  }

 private:
  void Finish_(const grpc::Status& status) {
    if (!line_.empty()) {
      limits_.workers.Answered(line_);
      permit_.Hold(static_cast<int64_t>(response_->Length()));
      waiting_ = limits_.slow.Began([context = context_] { context->TryCancel(); });
    }
    Finish(status);
  }

  grpc::CallbackServerContext* const context_;
  grpc::ByteBuffer* const response_;
  Limits& limits_;
  std::optional<certs::Identity> caller_;
  std::string line_;
  CallPermit permit_;
  SlowTakers::Waiting waiting_;
  std::atomic<bool> answered_ = false;
};

}  // namespace gatepost::rpc

#endif  // GATEPOST_DAEMON_RPC_UNARY_CALL_H_
