#include "tests/bench/flood.h"

#include <fmt/format.h>
#include <grpcpp/grpcpp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "client/connection.h"
#include "daemon/config/client_settings.h"
#include "daemon/system/clock.h"
#include "daemon/system/status_macros.h"
#include "gatepost/v1/exchange_service.grpc.pb.h"
#include "tests/bench/load.h"
#include "tests/bench/machine.h"

namespace gatepost::bench {

namespace {

// Reports that a flooder has signed before it begins, so that it is bounded by the node.
constexpr int kSignedBefore = 4000;
// So far above the quiet caller's reports that none is another's original.
constexpr int64_t kFloodersReports = 60'000'000;
// The quiet caller keeps far below what an identity may call: this often one report and one read.
constexpr absl::Duration kQuietPace = absl::Milliseconds(20);

double Milliseconds(absl::Duration time) { return absl::ToDoubleMilliseconds(time); }

// Calls one after the other without end, on one connection.
class Flooder {
 public:
  Flooder(std::shared_ptr<grpc::Channel> channel, const FloodSettings& settings,
          const std::vector<v1::SubmitRequest>& reports, std::string known)
      : stub_(v1::ExchangeService::NewStub(std::move(channel))),
        settings_(settings),
        reports_(reports),
        known_(std::move(known)) {}

  void Begin() {
    for (int i = 0; i < settings_.outstanding; ++i) Call();
  }
  void Stop() {
    stopping_ = true;
    while (open_ > 0) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }

  std::atomic<int64_t> served = 0, refused = 0, failed = 0;

 private:
  template <typename Request, typename Response>
  struct OneCall {
    grpc::ClientContext context;
    Request request;
    Response response;
  };

  void Call() {
    ++open_;
    if (settings_.kind == "submit") {
      Start<v1::SubmitRequest, v1::SubmitResponse>(
          reports_[static_cast<size_t>(next_++) % reports_.size()], [this](auto& call, auto done) {
            stub_->async()->Submit(&call.context, &call.request, &call.response, std::move(done));
          });
    } else if (settings_.kind == "list") {
      v1::ListMessagesRequest request;
      request.set_page_size(100);
      Start<v1::ListMessagesRequest, v1::ListMessagesResponse>(request, [this](auto& call,
                                                                               auto done) {
        stub_->async()->ListMessages(&call.context, &call.request, &call.response, std::move(done));
      });
    } else {
      v1::GetMessageRequest request;
      request.set_reference(known_);
      Start<v1::GetMessageRequest, v1::GetMessageResponse>(request, [this](auto& call, auto done) {
        stub_->async()->GetMessage(&call.context, &call.request, &call.response, std::move(done));
      });
    }
  }

  template <typename Request, typename Response, typename Begin>
  void Start(const Request& request, Begin begin) {
    auto call = std::make_shared<OneCall<Request, Response>>();
    call->request = request;
    begin(*call, [this, call](const grpc::Status& status) {
      ++(status.ok()                                                   ? served
         : status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED ? refused
                                                                       : failed);
      if (!stopping_) Call();
      --open_;
    });
  }

  const std::unique_ptr<v1::ExchangeService::Stub> stub_;
  const FloodSettings settings_;
  const std::vector<v1::SubmitRequest>& reports_;
  const std::string known_;
  std::atomic<int64_t> next_ = 0;
  std::atomic<int> open_ = 0;
  std::atomic<bool> stopping_ = false;
};

// A flooder in a process of its own.
class FloodProcess {
 public:
  explicit FloodProcess(const FloodSettings& settings) {
    std::array<int, 2> in{}, out{};
    if (pipe(in.data()) != 0 || pipe(out.data()) != 0) return;
    const std::string self = std::filesystem::read_symlink("/proc/self/exe");
    const std::string connections = std::to_string(settings.connections);
    child_ = fork();
    if (child_ == 0) {
      dup2(in[0], STDIN_FILENO);
      dup2(out[1], STDOUT_FILENO);
      for (const int end : {in[0], in[1], out[0], out[1]}) close(end);
      execl(self.c_str(), self.c_str(), "--flood-as", settings.client_config.c_str(),
            "--flood-kind", settings.kind.c_str(), "--flood-connections", connections.c_str(),
            nullptr);
      _exit(127);
    }
    close(in[0]);
    close(out[1]);
    to_ = in[1];
    from_ = fdopen(out[0], "r");
  }
  // The next line that it says; empty when it is gone.
  std::string Line() {
    std::array<char, 256> line{};
    if (from_ == nullptr || fgets(line.data(), line.size(), from_) == nullptr) return "";
    return line.data();
  }
  void End() { close(to_); }
  ~FloodProcess() {
    if (from_ != nullptr) fclose(from_);
    if (child_ > 0) waitpid(child_, nullptr, 0);
  }

 private:
  pid_t child_ = -1;
  int to_ = -1;
  FILE* from_ = nullptr;
};

void PrintRatio(const char* what, const Times& quiet, const Times& flooded) {
  const double before = Milliseconds(quiet.Percentile(0.99));
  const double during = Milliseconds(flooded.Percentile(0.99));
  fmt::print(
      "  {:10}  quiet p50 {:7.3f} p99 {:7.3f} ms   flooded p50 {:7.3f} p99 {:7.3f} ms   "
      "p99 x{:.2f}\n",
      what, Milliseconds(quiet.Percentile(0.5)), before, Milliseconds(flooded.Percentile(0.5)),
      during, during / before);
}

}  // namespace

absl::Status Flood(const FloodSettings& settings) {
  GATEPOST_ASSIGN_OR_RETURN(const config::ClientSettings client,
                            config::LoadClientSettings(settings.client_config));
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<Feeder> feeder,
                            Feeder::Create(settings.client_config));
  feeder->Skip(kFloodersReports);
  const std::vector<v1::SubmitRequest> reports = feeder->Reports(kSignedBefore);
  GATEPOST_ASSIGN_OR_RETURN(const Feeder::Answered one, feeder->OneByOne(1, kQuietPace));
  std::vector<std::unique_ptr<client::Connection>> connections;
  std::vector<std::unique_ptr<Flooder>> flooders;
  for (int i = 0; i < settings.connections; ++i) {
    GATEPOST_ASSIGN_OR_RETURN(
        connections.emplace_back(),
        client::Connection::Create(client, std::make_shared<system::SystemClock>()));
    flooders.push_back(std::make_unique<Flooder>(connections.back()->channel(), settings, reports,
                                                 one.last_reference));
  }
  for (const auto& flooder : flooders) flooder->Begin();
  fmt::print("flooding\n");
  std::fflush(stdout);
  const absl::Time begin = absl::Now();
  while (std::getchar() != EOF) {
  }
  const double seconds = absl::ToDoubleSeconds(absl::Now() - begin);
  int64_t served = 0, refused = 0, failed = 0;
  for (const auto& flooder : flooders) {
    served += flooder->served;
    refused += flooder->refused;
    failed += flooder->failed;
  }
  fmt::print("{:.0f} calls/s served, {:.0f}/s refused, {} failed\n",
             static_cast<double>(served) / seconds, static_cast<double>(refused) / seconds, failed);
  std::fflush(stdout);
  for (const auto& flooder : flooders) flooder->Stop();
  return absl::OkStatus();
}

absl::Status MeasureFlood(const std::string& quiet, const FloodSettings& flooder, int calls,
                          const std::string& folder) {
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<Feeder> feeder, Feeder::Create(quiet));
  GATEPOST_RETURN_IF_ERROR(feeder->OneByOne(100, kQuietPace).status());  // Warm.
  for (const char* kind : {"submit", "read", "list"}) {
    GATEPOST_ASSIGN_OR_RETURN(const Feeder::Answered alone, feeder->OneByOne(calls, kQuietPace));
    FloodSettings settings = flooder;
    settings.kind = kind;
    FloodProcess flood(settings);
    if (flood.Line().empty()) return absl::UnknownError("the flooder did not begin");
    std::this_thread::sleep_for(std::chrono::seconds(3));  // Its burst is over: it floods.
    const Times sync = SyncTimes(folder, 200);
    GATEPOST_ASSIGN_OR_RETURN(const Feeder::Answered flooded, feeder->OneByOne(calls, kQuietPace));
    flood.End();
    fmt::print("flood of {} over {} connections, {} calls at once: {}", kind, settings.connections,
               settings.connections * settings.outstanding, flood.Line());
    PrintRatio("Submit", alone.submits, flooded.submits);
    PrintRatio("GetMessage", alone.reads, flooded.reads);
    fmt::print("  append 4 KiB + fsync meanwhile: p50 {:.3f} ms, p99 {:.3f} ms\n",
               Milliseconds(sync.Percentile(0.5)), Milliseconds(sync.Percentile(0.99)));
    std::this_thread::sleep_for(std::chrono::seconds(3));  // What is still on its way goes.
  }
  return absl::OkStatus();
}

}  // namespace gatepost::bench
