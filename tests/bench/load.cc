#include "tests/bench/load.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/time/clock.h"
#include "client/message_builder.h"
#include "client/node_client.h"
#include "daemon/domain/civil_time.h"
#include "daemon/system/status_macros.h"
#include "gatepost/v1/message.pb.h"

namespace gatepost::bench {

namespace {

// What Send shares with gRPC's threads.
struct Progress {
  std::mutex mutex;
  std::condition_variable changed;
  std::map<std::string, absl::Time> started;  // By message id, until its receipt.
  Times latencies;
  int receipted = 0;
  absl::Status failed;
};

struct Call {
  grpc::ClientContext context;
  v1::SubmitRequest request;
  v1::SubmitResponse response;
};

std::string MessageIdOf(const v1::SubmitRequest& request) {
  v1::Message message;
  message.ParseFromString(request.envelope().payload());
  return message.header().message_id();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Feeder>> Feeder::Create(const std::string& client_config) {
  GATEPOST_ASSIGN_OR_RETURN(const config::ClientSettings settings,
                            config::LoadClientSettings(client_config));
  std::unique_ptr<Feeder> feeder(new Feeder());
  GATEPOST_ASSIGN_OR_RETURN(
      feeder->connection_,
      client::Connection::Create(settings, std::make_shared<system::SystemClock>()));
  GATEPOST_ASSIGN_OR_RETURN(feeder->signer_, client::LoadSigner(settings));
  feeder->stub_ = v1::ExchangeService::NewStub(feeder->connection_->channel());
  feeder->builder_ = std::make_unique<client::MessageBuilder>(
      client::MessageBuilder::SenderOf(settings, feeder->signer_->id()), feeder->clock_,
      feeder->random_);
  feeder->country_ = settings.country;
  // Every run has minutes of its own, so that no report is a second original.
  feeder->next_ = absl::ToUnixSeconds(absl::Now()) % 500'000 * 100;
  return feeder;
}

// A report of one figure. Each has its own gate and minute of the past.
v1::SubmitRequest Feeder::NextReport() {
  static constexpr const char* kGates[] = {"LS-HN", "LS-HN-1116", "LS-HN-1119", "LS-CM",
                                           "LS-BN", "LS-NH",      "LS-NN",      "LS-PN"};
  const int64_t number = next_++;
  const absl::CivilMinute minute = absl::CivilMinute(1980, 1, 1) + number / 8;
  const absl::TimeZone zone = *domain::LoadZone("Asia/Bangkok");
  v1::YardReport report;
  report.set_reporting_side(country_);
  *report.mutable_as_of() = domain::ToZoned(absl::FromCivil(minute, zone), "Asia/Bangkok");
  *report.mutable_business_date() =
      domain::ToCivilDate(absl::ToCivilDay(absl::FromCivil(minute, zone), zone));
  report.set_revision(v1::REVISION_KIND_ORIGINAL);
  report.set_practice_figures(true);
  v1::Figure* figure = report.add_figures();
  figure->set_scope_id(kGates[number % 8]);
  figure->set_extent(v1::SCOPE_EXTENT_OWN);
  figure->set_direction(v1::DIRECTION_VN_TO_CN);
  figure->set_measure(v1::MEASURE_WAITING);
  figure->set_load(v1::LOAD_ANY);
  figure->set_dwell(v1::DWELL_ANY);
  figure->mutable_quantity()->set_state(v1::VALUE_STATE_REPORTED);
  figure->mutable_quantity()->set_value(number % 1000);
  figure->mutable_quantity()->set_qualifier(v1::QUALIFIER_EXACT);
  figure->mutable_quantity()->set_unit(v1::UNIT_VEHICLES);
  return *client::Sign(builder_->Report(std::move(report)), *signer_);
}

v1::SubmitRequest Feeder::Closure(const std::string& gate, absl::CivilDay day) {
  v1::Message body;
  body.mutable_notice()->set_side(country_);
  v1::Timetable* timetable = body.mutable_notice()->mutable_closure()->mutable_timetable();
  timetable->set_zone("Asia/Ho_Chi_Minh");
  v1::TimetableRule* rule = timetable->add_rules();
  rule->add_gate_ids(gate);
  rule->set_traffic(v1::TRAFFIC_GOODS);
  rule->set_direction(v1::DIRECTION_BOTH);
  rule->set_load(v1::LOAD_ANY);
  *rule->mutable_days()->mutable_first() = domain::ToCivilDate(day);
  *rule->mutable_days()->mutable_last() = domain::ToCivilDate(day);
  rule->mutable_days()->set_end(v1::END_KIND_STATED);
  rule->set_regime(v1::REGIME_CLOSED);
  rule->set_hours(v1::HOURS_KIND_NONE);
  return *client::Sign(builder_->Write(std::move(body), {gate}), *signer_);
}

absl::StatusOr<Feeder::Outcome> Feeder::SendNotices(const std::vector<std::string>& gates,
                                                    int count, int in_flight) {
  const int gate_count = static_cast<int>(gates.size());
  const int rounds = (count + gate_count - 1) / gate_count;
  return SendEach(count, in_flight, [&, this](int i) {
    const absl::CivilDay day =
        absl::CivilDay(2016, 1, 1) + int64_t{3653} * (i / gate_count) / rounds;
    return Closure(gates[static_cast<size_t>(i % gate_count)], day);
  });
}

absl::StatusOr<Feeder::Outcome> Feeder::Send(int count, int in_flight) {
  return SendEach(count, in_flight, [this](int) { return NextReport(); });
}

std::vector<v1::SubmitRequest> Feeder::Reports(int count) {
  std::vector<v1::SubmitRequest> reports;
  for (int i = 0; i < count; ++i) reports.push_back(NextReport());
  return reports;
}

absl::StatusOr<Feeder::Answered> Feeder::OneByOne(int count, absl::Duration every) {
  Answered answered;
  absl::Time due = absl::Now();
  for (int i = 0; i < count; ++i, due = std::max(due + every, absl::Now())) {
    absl::SleepFor(due - absl::Now());  // The pace of asking.
    Call submit;
    submit.request = NextReport();
    absl::Time begin = absl::Now();
    grpc::Status status = stub_->Submit(&submit.context, submit.request, &submit.response);
    if (!status.ok()) return absl::UnknownError(status.error_message());
    answered.submits.all.push_back(absl::Now() - begin);
    answered.last_reference = MessageIdOf(submit.request);
    grpc::ClientContext context;
    v1::GetMessageRequest request;
    v1::GetMessageResponse response;
    request.set_reference(answered.last_reference);
    begin = absl::Now();
    status = stub_->GetMessage(&context, request, &response);
    if (!status.ok()) return absl::UnknownError(status.error_message());
    answered.reads.all.push_back(absl::Now() - begin);
  }
  return answered;
}

absl::StatusOr<Feeder::Outcome> Feeder::SendEach(
    int count, int in_flight, const std::function<v1::SubmitRequest(int)>& make) {
  Progress progress;
  grpc::ClientContext watch_context;
  v1::WatchMessagesRequest watch_request;
  watch_request.set_direction(v1::MESSAGE_DIRECTION_SUBMITTED);
  const auto watch = stub_->WatchMessages(&watch_context, watch_request);
  watch->WaitForInitialMetadata();  // From here on no receipt is missed.
  std::thread follower([&] {
    v1::WatchMessagesResponse event;
    while (watch->Read(&event)) {
      if (event.event() != "RECEIPT") continue;
      std::lock_guard lock(progress.mutex);
      const auto started = progress.started.find(event.message().message_id());
      if (started == progress.started.end()) continue;
      progress.latencies.all.push_back(absl::Now() - started->second);
      progress.started.erase(started);
      ++progress.receipted;
      progress.changed.notify_all();
    }
  });

  const absl::Time begin = absl::Now();
  for (int i = 0; i < count; ++i) {
    auto call = std::make_shared<Call>();
    call->request = make(i);
    const std::string id = MessageIdOf(call->request);
    {
      std::unique_lock lock(progress.mutex);
      progress.changed.wait(lock, [&] {
        return static_cast<int>(progress.started.size()) < in_flight || !progress.failed.ok();
      });
      if (!progress.failed.ok()) break;
      progress.started.emplace(id, absl::Now());
    }
    stub_->async()->Submit(&call->context, &call->request, &call->response,
                           [call, &progress](const grpc::Status& status) {
                             if (status.ok()) return;
                             std::lock_guard lock(progress.mutex);
                             progress.failed = absl::UnknownError(status.error_message());
                             progress.changed.notify_all();
                           });
  }
  Outcome outcome;
  {
    std::unique_lock lock(progress.mutex);
    progress.changed.wait(lock,
                          [&] { return progress.receipted == count || !progress.failed.ok(); });
  }
  outcome.elapsed = absl::Now() - begin;
  watch_context.TryCancel();
  follower.join();
  GATEPOST_RETURN_IF_ERROR(progress.failed);
  outcome.sent = count;
  outcome.latencies = std::move(progress.latencies);
  return outcome;
}

}  // namespace gatepost::bench
