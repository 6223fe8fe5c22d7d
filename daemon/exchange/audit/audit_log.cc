#include "daemon/exchange/audit/audit_log.h"

#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

constexpr char kHeads[] = "heads";  // The object of AuditQueries::GetHeads.

}  // namespace

// Only the domains of configured links come this far, so there are few.
absl::Status AuditLog::CountForeign(std::string_view trust_domain) {
  const absl::Time now = clock_.Now();
  std::lock_guard lock(mutex_);
  Minute& minute = minutes_.try_emplace(std::string(trust_domain), Minute{now}).first->second;
  // A machine's clock may step backwards: then the minute is over as well.
  if (now < minute.start || now - minute.start >= absl::Minutes(1)) minute = Minute{now};
  if (minute.answers < kMostForeignAnswers) {
    ++minute.answers;
    return absl::OkStatus();
  }
  return system::Refuse(v1::REASON_OVERLOADED,
                        fmt::format("at most {} questions a minute from auditors of {}",
                                    kMostForeignAnswers, trust_domain),
                        "more", "ask again in a minute");
}

void AuditLog::Log(const certs::Identity& caller, AuditTrace trace, Committer::Done done) {
  if (caller.id.trust_domain() != node_.spiffe_id.trust_domain()) {
    const absl::Status counted = CountForeign(caller.id.trust_domain());
    if (!counted.ok()) return done(counted);
  }
  ledger::Leaf leaf;
  leaf.event = trace.exported ? ledger::event::kExported : ledger::event::kAuditRead;
  leaf.actor = caller.id.ToString();
  leaf.peer = std::move(trace.peer);
  leaf.object = std::move(trace.object);
  leaf.pae = trace.pae;
  leaf.detail = std::move(trace.detail);
  // Whoever is to say how far a restored log had come must see which heads it holds; they tell
  // nothing of messages, and the log takes no leaf.
  const auto when = leaf.object == kHeads ? Committer::When::kAlways : Committer::When::kMaySign;
  const absl::Status posted = committer_.Post(
      [leaf = std::move(leaf)](CommitScope& scope) {
        return scope.log.restored().empty() ? scope.log.Add(leaf).status() : absl::OkStatus();
      },
      done, when);
  if (!posted.ok()) done(posted);
}

}  // namespace gatepost::exchange
