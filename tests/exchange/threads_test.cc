// The same promises with real threads: a committer on each node, a thread for each direction of the
// wire, and clients on both sides, while the wire breaks again and again. For the thread sanitizer.
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

#include "daemon/system/reason.h"
#include "tests/exchange/promises.h"
#include "tests/support/two_nodes.h"

namespace gatepost::testing {
namespace {

// One direction of a stream: frames wait here until its thread gives them to the other end.
class ThreadedSink : public exchange::FrameSink {
 public:
  void Send(v1::LinkFrame frame) override {
    std::lock_guard lock(mutex_);
    if (closed_) return;
    frames_.push_back(std::move(frame));
    wake_.notify_one();
  }
  size_t pending() const override {
    std::lock_guard lock(mutex_);
    return frames_.size();
  }
  void Close() override {
    std::lock_guard lock(mutex_);
    closed_ = true;
    wake_.notify_one();
  }

  // Delivers until the sink is closed and empty, or `broken`.
  void Run(exchange::LinkSession& from, exchange::LinkSession& to,
           const std::atomic<bool>& broken) {
    while (!broken) {
      v1::LinkFrame frame;
      bool room = false;
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [&] { return closed_ || broken || !frames_.empty(); });
        if (broken || frames_.empty()) return;
        frame = std::move(frames_.front());
        frames_.pop_front();
        room = frames_.size() == exchange::kMostPendingFrames / 2;
      }
      to.OnFrame(frame);
      if (room) from.OnWritable();
    }
  }
  void Wake() {
    std::lock_guard lock(mutex_);
    wake_.notify_one();
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<v1::LinkFrame> frames_;  // Guarded by mutex_.
  bool closed_ = false;               // Guarded by mutex_.
};

// A stream between both nodes with its two threads.
class ThreadedStream {
 public:
  ThreadedStream(TwoNodes& world, bool dialled_by_vn)
      : vn_(world.vn->link->Open(from_vn_, dialled_by_vn)),
        cn_(world.cn->link->Open(from_cn_, !dialled_by_vn)),
        threads_{std::thread([this] { from_vn_->Run(*vn_, *cn_, broken_); }),
                 std::thread([this] { from_cn_->Run(*cn_, *vn_, broken_); })} {}

  // The wire breaks; what was on it is lost.
  ~ThreadedStream() {
    broken_ = true;
    from_vn_->Wake();
    from_cn_->Wake();
    for (std::thread& thread : threads_) thread.join();
    // A status each: the thread sanitizer cannot see how Abseil counts those who share one.
    for (const auto& session : {vn_, cn_}) {
      session->OnStreamEnded(
          system::Refuse(v1::REASON_NOT_REACHABLE, "a stream", "it was cut", "wait"));
    }
  }

 private:
  std::atomic<bool> broken_ = false;
  const std::shared_ptr<ThreadedSink> from_vn_ = std::make_shared<ThreadedSink>();
  const std::shared_ptr<ThreadedSink> from_cn_ = std::make_shared<ThreadedSink>();
  const std::shared_ptr<exchange::LinkSession> vn_;
  const std::shared_ptr<exchange::LinkSession> cn_;
  std::array<std::thread, 2> threads_;
};

// Hands `envelopes` in, one after the other, each when the one before was answered.
std::vector<absl::StatusOr<v1::SubmitResponse>> SubmitAll(
    TestNode& node, const certs::Signer& author, const std::vector<v1::Envelope>& envelopes) {
  const certs::Identity caller = Need(
      node.trust.Validate(author.certificate_chain_der(), certs::Usage::kSign, node.clock.Now()));
  std::vector<absl::StatusOr<v1::SubmitResponse>> answers;
  for (const v1::Envelope& envelope : envelopes) {
    v1::SubmitRequest request;
    *request.mutable_envelope() = envelope;
    v1::CertificateChain* chain = request.add_chains();
    for (const std::string& der : author.certificate_chain_der()) chain->add_certificates(der);
    std::promise<absl::StatusOr<v1::SubmitResponse>> answer;
    node.door->Submit(caller, request, [&](absl::StatusOr<v1::SubmitResponse> response) {
      answer.set_value(std::move(response));
    });
    answers.push_back(answer.get_future().get());
  }
  return answers;
}

TEST(Threads, NothingIsLostOrDoubledWhileClientsWriteAndTheWireBreaks) {
  constexpr int kClients = 4;
  constexpr int kMessages = 50;
  TwoNodes world({.window_messages = 16});
  Promises promises(world);
  std::vector<std::vector<v1::Envelope>> envelopes(kClients);
  for (int client = 0; client < kClients; ++client) {
    const certs::Signer& author = client % 2 == 0 ? world.vn_clerk() : world.cn_clerk();
    for (int i = 0; i < kMessages; ++i) {
      envelopes[client].push_back(world.Sign(author, world.NewPing(author, std::to_string(i))));
    }
  }
  world.vn->committer->Start();
  world.cn->committer->Start();

  std::atomic<int> writing = kClients;
  std::vector<std::vector<absl::StatusOr<v1::SubmitResponse>>> answers(kClients);
  std::vector<std::thread> clients;
  for (int client = 0; client < kClients; ++client) {
    clients.emplace_back([&, client] {
      const bool by_vn = client % 2 == 0;
      answers[client] = SubmitAll(by_vn ? *world.vn : *world.cn,
                                  by_vn ? world.vn_clerk() : world.cn_clerk(), envelopes[client]);
      --writing;
    });
  }

  // Each stream lives until it has brought something further, or both sides have given it up.
  const auto progress = [&] {
    return world.vn->LinkRecord().last_receipted + world.cn->LinkRecord().last_receipted;
  };
  const auto all_receipted = [&] {
    return world.vn->LinkRecord().last_receipted == kClients / 2 * kMessages &&
           world.cn->LinkRecord().last_receipted == kClients / 2 * kMessages;
  };
  for (int round = 0; !all_receipted(); ++round) {
    ASSERT_LT(round, 10'000);
    ThreadedStream stream(world, /*dialled_by_vn=*/round % 2 == 0);
    std::unique_ptr<ThreadedStream> second;
    if (round % 3 == 0) second = std::make_unique<ThreadedStream>(world, round % 2 != 0);
    const uint64_t before = progress();
    for (int look = 0; look < 1000 && progress() < before + 10 && !all_receipted(); ++look) {
      world.vn->link->OnTick();
      world.cn->link->OnTick();
      std::this_thread::yield();
    }
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(writing, 0);
  world.vn->committer->Stop();
  world.cn->committer->Stop();

  for (int client = 0; client < kClients; ++client) {
    for (int i = 0; i < kMessages; ++i) {
      ASSERT_TRUE(answers[client][i].ok()) << answers[client][i].status();
      promises.Answered(client % 2 == 0, envelopes[client][i], *answers[client][i]);
    }
  }
  promises.Check();
}

}  // namespace
}  // namespace gatepost::testing
