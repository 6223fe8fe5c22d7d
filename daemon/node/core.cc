// What a node is made of below its links and services, whether it runs or is opened for one commit.
#include <spdlog/spdlog.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/config/revocations.h"
#include "daemon/exchange/ledger_keys.h"
#include "daemon/exchange/restore/open_epoch.h"
#include "daemon/node/agreement_check.h"
#include "daemon/node/parts.h"
#include "daemon/node/sequencer_check.h"
#include "daemon/node/settings.h"
#include "daemon/store/sqlite/sqlite_store.h"
#include "daemon/system/files.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::node {

namespace {

// The store belongs to one node for ever.
absl::Status ClaimStore(store::Store& store, const std::string& node) {
  GATEPOST_ASSIGN_OR_RETURN(std::unique_ptr<store::Transaction> transaction, store.Begin());
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<std::string> owner, transaction->Meta("node"));
  if (!owner.has_value()) {
    GATEPOST_RETURN_IF_ERROR(transaction->PutMeta("node", node));
    return transaction->Commit();
  }
  if (*owner == node) return absl::OkStatus();
  return system::Refuse(v1::REASON_BAD_CONFIG, fmt::format("the data folder of node {}", node),
                        fmt::format("one of node {}", *owner), "name the node's own data_dir");
}

}  // namespace

absl::Status Node::Parts::BuildCore() {
  GATEPOST_ASSIGN_OR_RETURN(std::shared_ptr<const certs::TrustSnapshot> trusted,
                            config::LoadTrust(settings, clock->Now()));
  roots_at_start = trusted->store();
  trust = std::make_shared<certs::LiveTrust>(std::move(trusted));
  judge = std::make_shared<certs::PeerJudge>(trust, clock);
  verifier = std::make_unique<certs::EnvelopeVerifier>(*trust);
  GATEPOST_ASSIGN_OR_RETURN(store, store::OpenSqliteStore(settings.data_dir));
  GATEPOST_RETURN_IF_ERROR(ClaimStore(*store, node.node));
  GATEPOST_RETURN_IF_ERROR(JudgeLists());
  GATEPOST_ASSIGN_OR_RETURN(left_out.links, CheckAgreementSigners(*store, settings.links,
                                                                  *trust->Current(), clock->Now()));
  {
    GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> held, store->Read());
    GATEPOST_RETURN_IF_ERROR(CheckSequencers(*held, node.node, settings.links));
  }
  GATEPOST_ASSIGN_OR_RETURN(config::NoteSigners log_held, config::LoadLogKeys(settings));
  GATEPOST_ASSIGN_OR_RETURN(config::NoteSigners witness_held, config::LoadWitnessKeys(settings));
  GATEPOST_ASSIGN_OR_RETURN(
      exchange::LedgerKeys keys,
      exchange::OpenLedgerKeys(*store, node, links, log_held, witness_held, clock->Now()));
  witness_key = std::make_unique<ledger::SwitchedSigner>(keys.witness);
  own_witness.emplace(std::move(keys.witness_keys));
  GATEPOST_ASSIGN_OR_RETURN(log, exchange::LogBook::Open(*store, node.node, keys.log, random,
                                                         log_held, std::move(keys.log_keys)));
  GATEPOST_ASSIGN_OR_RETURN(guard, store::GuardFile::Open(settings.guard_file, node.node));
  GATEPOST_RETURN_IF_ERROR(exchange::CheckGuard(*store, *log, *guard));
  committer =
      std::make_unique<exchange::Committer>(*store, *log, *clock, settings.limits.queue_messages);
  committer->OnHead([this](uint64_t epoch, const exchange::Head& head) {
    if (absl::Status raised = guard->Raise({epoch, head.size, head.root}); !raised.ok()) {
      spdlog::error("guard file not raised: {}", std::string(raised.message()));
    }
  });
  key_exchange = std::make_unique<exchange::KeyExchange>(exchange::KeyExchange::Parts{
      node, links, *store, *log, *witness_key, *own_witness, *committer, *clock});
  GATEPOST_RETURN_IF_ERROR(key_exchange->Hold(v1::KEY_USE_LOG, std::move(log_held)));
  GATEPOST_RETURN_IF_ERROR(key_exchange->Hold(v1::KEY_USE_WITNESS, std::move(witness_held)));
  rounds = std::make_unique<exchange::HeadRounds>(*store, *log, *clock);
  cosignature_alarms =
      std::make_unique<exchange::CosignatureAlarms>(links, *store, *log, *committer, *clock);
  GATEPOST_ASSIGN_OR_RETURN(std::vector<exchange::Setting> shaping,
                            SettingsToLog(settings, *keys.log, *keys.witness, left_out));
  settings_log = std::make_unique<exchange::SettingsLog>(
      std::move(shaping), [](const std::string& file) { return system::ReadFile(file); },
      *committer, *clock);
  GATEPOST_RETURN_IF_ERROR(settings_log->OnStart());
  retention = std::make_unique<exchange::Retention>(exchange::Retention::Parts{
      node, links, retention_terms, settings.gate_register, *store, *committer, *clock});
  refusals = std::make_unique<exchange::RefusalLog>(*committer, *clock, node.refusals_per_minute);
  intake = std::make_unique<exchange::Intake>(*store, *verifier, node.max_envelope_bytes);
  yard = std::make_unique<exchange::YardDesk>(node, settings.gate_register);
  notices = std::make_unique<exchange::NoticeDesk>(node, settings.gate_register);
  transcripts = std::make_unique<exchange::TranscriptDesk>(settings.gate_register);
  acknowledgements = std::make_unique<exchange::AcknowledgementDesk>(node);
  sequencer = std::make_unique<exchange::Sequencer>(node, links, settings.gate_register, *store,
                                                    *committer, *clock);
  follower = std::make_unique<exchange::Follower>(node, settings.gate_register);
  agreements =
      std::make_unique<exchange::AgreementDesk>(node, links, settings.gate_register, *sequencer);
  authority = std::make_unique<exchange::PolicyAuthority>(node, settings.zone, rosters,
                                                          settings.policy.policy);
  rights = std::make_unique<exchange::CallerRights>(
      exchange::CallerRights::Parts{node, links, *authority, rosters, *store, *clock});
  roster_desk = std::make_unique<exchange::RosterDesk>(node, links);
  key_desk = std::make_unique<exchange::KeyDesk>(node, links, *log, *witness_key);
  countersignatures = std::make_unique<exchange::CountersignatureDesk>(node, *authority);
  desks = std::make_unique<exchange::Desks>(
      exchange::Desks::Of{*yard, *notices, *transcripts, *acknowledgements, *agreements,
                          *countersignatures, *roster_desk, *key_desk});
  door = std::make_unique<exchange::Door>(
      exchange::Door::Parts{node, links, settings.gate_register, *store, *intake, *desks, blocked,
                            *authority, *log, *committer, *refusals, *clock, rosters});
  hold_limit = std::make_unique<exchange::HoldLimit>(node, *store, *committer, *clock);
  countersignature_alarms =
      std::make_unique<exchange::CountersignatureAlarms>(*store, *committer, *clock);
  queries = std::make_unique<exchange::Queries>(
      node, *store, *log, exchange::OwnRules{*desks, *authority, links, rosters}, *clock);
  yard_queries = std::make_unique<exchange::YardQueries>(node, *store, settings.gate_register,
                                                         *queries, *clock);
  hours_queries = std::make_unique<exchange::HoursQueries>(node, *store, settings.gate_register,
                                                           settings.calendars, *clock);
  agreement_queries = std::make_unique<exchange::AgreementQueries>(
      exchange::AgreementQueries::Parts{node, links, *store, settings.gate_register,
                                        settings.calendars, *queries, *hours_queries, *clock});
  authority_queries = std::make_unique<exchange::AuthorityQueries>(
      exchange::AuthorityQueries::Parts{node, *authority, *rights, rosters, *store, *clock});
  key_queries = std::make_unique<exchange::KeyQueries>(exchange::KeyQueries::Parts{
      node, links, *store, *log, *witness_key, *key_exchange, [this] { return Shown(); }});
  gate_days =
      std::make_unique<exchange::GateDays>(links, settings.gate_register, settings.calendars);
  gate_day_queries = std::make_unique<exchange::GateDayQueries>(
      node, *store, settings.gate_register, *gate_days, *queries, *clock);
  report_alarms = std::make_unique<exchange::ReportAlarms>(*gate_days, *store, *committer, *clock);
  watch = std::make_unique<exchange::Watch>(*store, *log, *queries);
  fetches = std::make_unique<exchange::FetchLog>(node, *store, *committer);
  return absl::OkStatus();
}

exchange::LinkParts Node::Parts::PartsOf(const config::LinkSettings& link) {
  return exchange::LinkParts{node,
                             links.at(link.peer.stated.node()),
                             settings.gate_register,
                             *store,
                             *intake,
                             *desks,
                             *sequencer,
                             *follower,
                             blocked,
                             *log,
                             *witness_key,
                             *own_witness,
                             links,
                             *rounds,
                             *committer,
                             *refusals,
                             *clock,
                             random,
                             rosters,
                             *authority};
}

}  // namespace gatepost::node
