#include "tests/bench/agreements.h"

#include <fmt/format.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "client/agreement_messages.h"
#include "client/connection.h"
#include "client/message_builder.h"
#include "client/node_client.h"
#include "daemon/config/client_settings.h"
#include "daemon/domain/civil_time.h"
#include "daemon/system/clock.h"
#include "daemon/system/random.h"
#include "daemon/system/status_macros.h"
#include "gatepost/v1/exchange_service.grpc.pb.h"
#include "tests/bench/hours.h"
#include "tests/bench/machine.h"

namespace gatepost::bench {

namespace {

constexpr int kBindings = 250;  // For each node.
constexpr int kMonths = 120;
constexpr int kInFlight = 16;
constexpr absl::Duration kMaking = absl::Minutes(2);
constexpr std::chrono::seconds kLongest(30);  // For one decision to reach a node.

// What a node says, as it says it: when each message of a thread came to which result there.
class Follower {
 public:
  explicit Follower(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(v1::ExchangeService::NewStub(channel)),
        stream_(stub_->WatchMessages(&context_, v1::WatchMessagesRequest())) {
    stream_->WaitForInitialMetadata();  // From here on no event is missed.
    reader_ = std::thread([this] { Read(); });
  }
  ~Follower() {
    context_.TryCancel();
    reader_.join();
  }
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  // When the node said that the message came to `result`; waits for it.
  absl::StatusOr<absl::Time> Said(const std::string& message_id, const std::string& result) {
    std::unique_lock lock(mutex_);
    const std::pair key(message_id, result);
    if (!said_.contains(key) &&
        !changed_.wait_for(lock, kLongest, [&] { return said_.contains(key); })) {
      return absl::DeadlineExceededError(
          fmt::format("no {} of {} within {} s", result, message_id, kLongest.count()));
    }
    return said_.at(key);
  }

 private:
  void Read() {
    v1::WatchMessagesResponse event;
    while (stream_->Read(&event)) {
      const absl::Time now = absl::Now();
      std::lock_guard lock(mutex_);
      said_.emplace(std::pair(event.message().message_id(), event.result()), now);
      changed_.notify_all();
    }
  }

  std::unique_ptr<v1::ExchangeService::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchMessagesResponse>> stream_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::pair<std::string, std::string>, absl::Time> said_;  // Guarded by mutex_.
  std::thread reader_;
};

// One officer at the own node. Any thread may call it.
class Officer {
 public:
  static absl::StatusOr<std::unique_ptr<Officer>> Create(const std::string& client_config) {
    GATEPOST_ASSIGN_OR_RETURN(config::ClientSettings settings,
                              config::LoadClientSettings(client_config));
    std::unique_ptr<Officer> officer(new Officer(std::move(settings)));
    GATEPOST_ASSIGN_OR_RETURN(officer->node_, client::NodeClient::Create(officer->settings_));
    GATEPOST_ASSIGN_OR_RETURN(officer->signer_, client::LoadSigner(officer->settings_));
    GATEPOST_ASSIGN_OR_RETURN(
        officer->connection_,
        client::Connection::Create(officer->settings_, std::make_shared<system::SystemClock>()));
    officer->builder_ = std::make_unique<client::MessageBuilder>(
        client::MessageBuilder::SenderOf(officer->settings_, officer->signer_->id()),
        officer->clock_, officer->random_);
    officer->follower_ = std::make_unique<Follower>(officer->connection_->channel());
    return officer;
  }

  absl::StatusOr<v1::SubmitRequest> Signed(const client::AgreementDraft& draft) {
    return client::Sign(builder_->WriteTo(draft.recipient_node, draft.body, draft.scope_ids),
                        *signer_);
  }

  client::NodeClient& node() { return *node_; }
  Follower& follower() { return *follower_; }
  const std::string& country() const { return settings_.country; }
  const std::string& node_name() const { return settings_.origin_node; }

 private:
  explicit Officer(config::ClientSettings settings) : settings_(std::move(settings)) {}

  const config::ClientSettings settings_;
  system::SystemClock clock_;
  system::SystemRandom random_;
  std::unique_ptr<client::NodeClient> node_;
  std::unique_ptr<client::Connection> connection_;
  std::unique_ptr<certs::Signer> signer_;
  std::unique_ptr<client::MessageBuilder> builder_;
  std::unique_ptr<Follower> follower_;
};

// One who proposes, and one who accepts.
struct Pair {
  Officer& proposes;
  Officer& accepts;
};

struct Bound {
  v1::MessageCitation proposal;
  absl::Duration took;  // From handing the acceptance in until both nodes said IN_FORCE.
};

// Proposes, has the other side accept, and waits until both nodes say that it binds.
absl::StatusOr<Bound> Agree(const Pair& pair, const client::AgreementDraft& draft) {
  GATEPOST_ASSIGN_OR_RETURN(const v1::SubmitRequest proposal, pair.proposes.Signed(draft));
  GATEPOST_ASSIGN_OR_RETURN(const v1::SubmitResponse sent, pair.proposes.node().Submit(proposal));
  GATEPOST_RETURN_IF_ERROR(pair.accepts.follower().Said(sent.message_id(), "OPEN").status());

  v1::GetAgreementRequest request;
  request.set_reference(sent.message_id());
  GATEPOST_ASSIGN_OR_RETURN(const v1::GetAgreementResponse shown,
                            pair.accepts.node().GetAgreement(request));
  GATEPOST_ASSIGN_OR_RETURN(const client::HeldProposal held,
                            client::FindProposal(shown.thread(), sent.message_id()));
  GATEPOST_ASSIGN_OR_RETURN(const client::AgreementDraft answer,
                            client::AcceptanceOf(shown.thread(), held));
  GATEPOST_ASSIGN_OR_RETURN(const v1::SubmitRequest acceptance, pair.accepts.Signed(answer));

  const absl::Time start = absl::Now();
  GATEPOST_ASSIGN_OR_RETURN(const v1::SubmitResponse accepted,
                            pair.accepts.node().Submit(acceptance));
  absl::Time bound = start;
  for (Officer* side : {&pair.proposes, &pair.accepts}) {
    GATEPOST_ASSIGN_OR_RETURN(const absl::Time said,
                              side->follower().Said(accepted.message_id(), "IN_FORCE"));
    bound = std::max(bound, said);
  }
  return Bound{held.citation, bound - start};
}

// One rule for one gate, from a day on, whose evenings differ.
v1::Timetable Hours(const std::string& gate, v1::Traffic traffic, absl::CivilDay first,
                    int variant) {
  v1::Timetable timetable;
  timetable.set_zone("Asia/Ho_Chi_Minh");
  v1::TimetableRule& rule = *timetable.add_rules();
  rule.add_gate_ids(gate);
  rule.set_traffic(traffic);
  rule.set_direction(v1::DIRECTION_BOTH);
  rule.set_load(v1::LOAD_ANY);
  *rule.mutable_days()->mutable_first() = domain::ToCivilDate(first);
  rule.mutable_days()->set_end(v1::END_KIND_OPEN);
  rule.set_regime(v1::REGIME_NORMAL);
  rule.set_hours(v1::HOURS_KIND_WINDOWS);
  v1::TimeWindow& window = *rule.add_windows();
  window.mutable_opens()->set_hour(7);
  window.mutable_closes()->set_hour(17 + variant % 6);
  return timetable;
}

client::AgreementDraft DraftOf(const Pair& pair, const std::string& gate, v1::Proposal proposal) {
  proposal.set_side(pair.proposes.country());
  client::AgreementDraft draft;
  *draft.body.mutable_proposal() = std::move(proposal);
  draft.scope_ids = {gate};
  draft.recipient_node = pair.accepts.node_name();
  return draft;
}

// Holiday hours of passengers. Each has its own gate and day, so that none touches another.
absl::Status MeasureBinding(const Pair& pair, const std::vector<std::string>& gates,
                            absl::CivilDay from, const std::string& folder, const char* what) {
  Times times;
  for (int i = 0; i < kBindings; ++i) {
    const std::string& gate = gates[static_cast<size_t>(i) % gates.size()];
    const absl::CivilDay day = from + i / static_cast<int>(gates.size());
    v1::Proposal proposal;
    proposal.mutable_holiday_hours()->set_occasion("new_year");
    *proposal.mutable_holiday_hours()->mutable_timetable() =
        Hours(gate, v1::TRAFFIC_PASSENGERS, day, i);
    v1::TimetableDays& days =
        *proposal.mutable_holiday_hours()->mutable_timetable()->mutable_rules(0)->mutable_days();
    *days.mutable_last() = domain::ToCivilDate(day);
    days.set_end(v1::END_KIND_STATED);
    GATEPOST_ASSIGN_OR_RETURN(const Bound bound, Agree(pair, DraftOf(pair, gate, proposal)));
    times.all.push_back(bound.took);
  }
  fmt::print(
      "accept -> binding on both sides, {:<17} p50 {:7.3f} ms   p99 {:7.3f} ms   (1 in flight, {} "
      "agreements, by both watch streams; a sync: {:.3f} ms)\n",
      what, absl::ToDoubleMilliseconds(times.Percentile(0.5)),
      absl::ToDoubleMilliseconds(times.Percentile(0.99)), kBindings,
      absl::ToDoubleMilliseconds(SyncTimes(folder, 500).Percentile(0.5)));
  return absl::OkStatus();
}

// Each month every gate gets other hours, which last until the next and end those before.
class Schedules {
 public:
  Schedules(const Pair& pair, const std::vector<std::string>& gates, absl::CivilMonth first)
      : pair_(pair), gates_(gates), first_(first) {}

  // How many there are after ten years, or when the time is over.
  absl::StatusOr<int> Make() {
    std::vector<std::thread> workers;
    workers.reserve(kInFlight);
    for (int i = 0; i < kInFlight; ++i) {
      workers.emplace_back([this, i] {
        const absl::Status done = MakeOf(static_cast<size_t>(i));
        if (done.ok()) return;
        over_ = true;
        std::lock_guard lock(mutex_);
        failed_.Update(done);
      });
    }
    for (std::thread& worker : workers) worker.join();
    GATEPOST_RETURN_IF_ERROR(failed_);
    return made_;
  }

 private:
  // The gates of one worker: what lasts until the next must wait for it.
  absl::Status MakeOf(size_t worker) {
    std::map<std::string, v1::MessageCitation> last;
    for (int month = 0; month < kMonths; ++month) {
      for (size_t i = worker; i < gates_.size(); i += kInFlight) {
        if (over_ || absl::Now() - start_ > kMaking) return absl::OkStatus();
        const std::string& gate = gates_[i];
        v1::Proposal proposal;
        *proposal.mutable_schedule_change()->mutable_timetable() =
            Hours(gate, v1::TRAFFIC_GOODS, absl::CivilDay(first_ + month), month);
        if (const auto before = last.find(gate); before != last.end()) {
          *proposal.add_basis()->mutable_agreement() = before->second;
          proposal.mutable_basis(0)->set_gives_way(true);
        }
        GATEPOST_ASSIGN_OR_RETURN(Bound bound, Agree(pair_, DraftOf(pair_, gate, proposal)));
        last[gate] = std::move(bound.proposal);
        ++made_;
      }
    }
    return absl::OkStatus();
  }

  const Pair pair_;
  const std::vector<std::string>& gates_;
  const absl::CivilMonth first_;
  const absl::Time start_ = absl::Now();
  std::atomic<int> made_ = 0;
  std::atomic<bool> over_ = false;
  std::mutex mutex_;
  absl::Status failed_;  // Guarded by mutex_.
};

}  // namespace

absl::StatusOr<int> MeasureAgreements(const std::string& vn_officer, const std::string& cn_officer,
                                      const std::string& folder) {
  GATEPOST_ASSIGN_OR_RETURN(const auto vn, Officer::Create(vn_officer));
  GATEPOST_ASSIGN_OR_RETURN(const auto cn, Officer::Create(cn_officer));
  // They begin next year: nobody agrees on what has begun already.
  const absl::CivilMonth first(absl::ToCivilYear(absl::Now(), absl::UTCTimeZone()) + 1);
  const absl::CivilDay end(first + kMonths);
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<std::string> gates,
                            LastingGates(vn->node(), absl::CivilDay(first), end + 365));
  // In the sandbox vn-langson decides for both.
  GATEPOST_RETURN_IF_ERROR(MeasureBinding({*vn, *cn}, gates, end, folder, "at the other node:"));
  GATEPOST_RETURN_IF_ERROR(
      MeasureBinding({*cn, *vn}, gates, end + 100, folder, "where it decides:"));

  const absl::Time start = absl::Now();
  GATEPOST_ASSIGN_OR_RETURN(const int made, Schedules({*vn, *cn}, gates, first).Make());
  const int months = made / static_cast<int>(gates.size());
  fmt::print("{} agreements of {} gates over {} months, made in {:.0f} s with {} in flight\n", made,
             gates.size(), months, absl::ToDoubleSeconds(absl::Now() - start), kInFlight);
  const absl::CivilDay last(first + months);
  GATEPOST_RETURN_IF_ERROR(
      AskHours(vn->node(), gates, absl::CivilDay(first), last, 0, "agreed, a gate, instant:"));
  GATEPOST_RETURN_IF_ERROR(
      AskHours(vn->node(), gates, absl::CivilDay(first), last, 7 * 24, "agreed, a gate, a week:"));
  return 2 * (made + 2 * kBindings);
}

}  // namespace gatepost::bench
