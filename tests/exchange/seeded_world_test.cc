// Hundreds of worlds in which everything goes wrong by chance. A failing one prints its seed;
// GATEPOST_SEED=<seed> repeats it alone, GATEPOST_WORLDS=<n> runs n from there on.
#include <gtest/gtest.h>

#include <cstdlib>
#include <list>
#include <string>

#include "tests/exchange/promises.h"
#include "tests/support/two_nodes.h"

namespace gatepost::testing {
namespace {

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// One world: two clients that send until they are answered, and a fate that breaks things.
class SeededWorld {
 public:
  explicit SeededWorld(uint64_t seed)
      : chance_(seed),
        world_({.seed = seed, .window_messages = static_cast<uint32_t>(1 + seed % 7)}),
        promises_(world_) {}

  void Live(int moments) {
    for (int moment = 0; moment < moments; ++moment) {
      Happen();
      for (uint64_t step = chance_.Uniform(12); step > 0; --step) world_.RunOneStep();
    }
  }

  void EndWell() {
    world_.clock.Advance(absl::Hours(24));  // Whatever was set back, all that was written is past.
    for (int attempt = 0; attempt < 20 && !waiting_.empty(); ++attempt) {
      SendAgain();
      world_.Run();
    }
    EXPECT_TRUE(waiting_.empty()) << "never answered";
    promises_.ConnectAndRun();
    promises_.Check();
  }

 private:
  // A message whose answer has not come: the client keeps it, and sends it until it does.
  struct Waiting {
    bool by_vn = true;
    v1::Envelope envelope;
  };

  void Happen() {
    switch (chance_.Uniform(20)) {
      case 0:
        return world_.Cut();
      case 1:
      case 2:
        return world_.Connect(/*dialled_by_vn=*/true);
      case 3:
        return world_.Connect(/*dialled_by_vn=*/false);
      case 4:
        world_.Connect(true);
        return world_.Connect(false);
      case 5:
        return world_.KillAndRestart(chance_.Uniform(2) == 0);
      case 6:
        return world_.Pass(absl::Seconds(static_cast<int64_t>(chance_.Uniform(40))));
      case 7:  // Up to half an hour, either way.
        return world_.clock.Advance(absl::Seconds(static_cast<int64_t>(chance_.Uniform(3600))) -
                                    absl::Minutes(30));
      case 8:
      case 9:
        return SendAgain();
      default:
        return Write();
    }
  }

  void Write() {
    const bool by_vn = chance_.Uniform(2) == 0;
    const certs::Signer& author = by_vn ? world_.vn_clerk() : world_.cn_clerk();
    const int number = next_++;
    const v1::Message message =
        number % 5 == 0
            ? world_.NewPing(author, std::to_string(number))
            : world_.OneFigureReport(author, number % 2 == 0 ? "LS-HN" : "LS-TT", number, number);
    Send(waiting_.insert(waiting_.end(), Waiting{by_vn, world_.Sign(author, message)}));
  }

  void SendAgain() {
    for (auto entry = waiting_.begin(); entry != waiting_.end();) Send(entry++);
  }

  // Hands it in without waiting for the disk; the answer may come, or be lost with the node.
  void Send(std::list<Waiting>::iterator entry) {
    TestNode& node = entry->by_vn ? *world_.vn : *world_.cn;
    const certs::Signer& author = entry->by_vn ? world_.vn_clerk() : world_.cn_clerk();
    v1::SubmitRequest request;
    *request.mutable_envelope() = entry->envelope;
    v1::CertificateChain* chain = request.add_chains();
    for (const std::string& der : author.certificate_chain_der()) chain->add_certificates(der);
    const auto caller = world_.trust->Validate(author.certificate_chain_der(), certs::Usage::kSign,
                                               world_.clock.Now());
    if (!caller.ok()) return;  // The clock was set to a time before the certificate.
    const std::string payload = entry->envelope.payload();
    node.door->Submit(*caller, request, [this, payload](absl::StatusOr<v1::SubmitResponse> answer) {
      Answered(payload, answer);
    });
  }

  void Answered(const std::string& payload, const absl::StatusOr<v1::SubmitResponse>& answer) {
    // A refusal is for a clock that was set back: the client tries again.
    if (!answer.ok()) return;
    for (auto entry = waiting_.begin(); entry != waiting_.end(); ++entry) {
      if (entry->envelope.payload() != payload) continue;
      promises_.Answered(entry->by_vn, entry->envelope, *answer);
      waiting_.erase(entry);
      return;
    }
  }

  SeededRandom chance_;
  TwoNodes world_;
  Promises promises_;
  std::list<Waiting> waiting_;
  int next_ = 0;
};

constexpr uint64_t kWorldsAShard = 50;

class SeededWorlds : public ::testing::TestWithParam<uint64_t> {};

TEST_P(SeededWorlds, KeepEveryPromiseWhateverBreaks) {
  uint64_t first = GetParam();
  uint64_t count = FromEnvironment("GATEPOST_WORLDS", kWorldsAShard);
  if (std::getenv("GATEPOST_SEED") != nullptr) {
    if (first != 1) GTEST_SKIP() << "one named world is run by the first shard";
    first = FromEnvironment("GATEPOST_SEED", 1);
    count = FromEnvironment("GATEPOST_WORLDS", 1);
  }
  for (uint64_t seed = first; seed < first + count; ++seed) {
    SCOPED_TRACE("GATEPOST_SEED=" + std::to_string(seed));
    SeededWorld world(seed);
    world.Live(60);
    world.EndWell();
    ASSERT_FALSE(HasFailure()) << "repeat this world with GATEPOST_SEED=" << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(From, SeededWorlds, ::testing::Values(1, 1001, 2001, 3001),
                         [](const auto& param) { return std::to_string(param.param); });

}  // namespace
}  // namespace gatepost::testing
