#include <memory>
#include <string>

#include "daemon/exchange/committer.h"
#include "daemon/exchange/ledger_keys.h"
#include "daemon/exchange/log_book.h"
#include "daemon/ledger/leaf.h"
#include "daemon/node/node.h"
#include "daemon/node/terms.h"
#include "daemon/store/sqlite/sqlite_store.h"
#include "daemon/system/clock.h"
#include "daemon/system/random.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::node {

absl::Status ClearLinkAlarm(const config::NodeSettings& settings, const std::string& peer) {
  GATEPOST_ASSIGN_OR_RETURN(std::unique_ptr<store::Store> store,
                            store::OpenSqliteStore(settings.data_dir));
  system::SystemRandom random;
  const system::SystemClock clock;
  GATEPOST_ASSIGN_OR_RETURN(const config::NoteSigners log_held, config::LoadLogKeys(settings));
  GATEPOST_ASSIGN_OR_RETURN(const config::NoteSigners witness_held,
                            config::LoadWitnessKeys(settings));
  GATEPOST_ASSIGN_OR_RETURN(
      exchange::LedgerKeys keys,
      exchange::OpenLedgerKeys(*store, TermsOf(settings), LinkTermsOf(settings), log_held,
                               witness_held, clock.Now()));
  GATEPOST_ASSIGN_OR_RETURN(std::unique_ptr<exchange::LogBook> log,
                            exchange::LogBook::Open(*store, settings.node, keys.log, random,
                                                    log_held, std::move(keys.log_keys)));
  exchange::Committer committer(*store, *log, clock, 1);
  absl::Status cleared;
  GATEPOST_RETURN_IF_ERROR(committer.Post(
      [&peer](exchange::CommitScope& scope) -> absl::Status {
        GATEPOST_ASSIGN_OR_RETURN(store::LinkRecord link, scope.store.Link(peer));
        if (link.alarm.empty()) {
          return system::Refuse(v1::REASON_NOT_FOUND, "an alarm on the link", peer,
                                "there is nothing to clear");
        }
        ledger::Leaf leaf;
        leaf.event = ledger::event::kAlarm;
        leaf.peer = peer;
        leaf.object = fmt::format("link:{}", peer);
        leaf.result = "CLEARED";
        GATEPOST_RETURN_IF_ERROR(scope.log.Add(std::move(leaf)).status());
        link.alarm.clear();
        return scope.store.PutLink(link);
      },
      [&cleared](const absl::Status& done) { cleared = done; }));
  committer.Step();
  return cleared;
}

}  // namespace gatepost::node
