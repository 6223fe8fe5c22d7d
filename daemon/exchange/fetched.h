#ifndef GATEPOST_DAEMON_EXCHANGE_FETCHED_H_
#define GATEPOST_DAEMON_EXCHANGE_FETCHED_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "certs/identity.h"
#include "daemon/exchange/committer.h"
#include "daemon/exchange/terms.h"
#include "daemon/store/store.h"

namespace gatepost::exchange {

// Logs which agency was handed which message that came from a peer: a FETCHED leaf, once for each
// message and agency, naming whoever of the agency came first. It says that this node put the
// envelope into an answer to him, not that the answer arrived, and not that anybody looked at it.
//
//   answer built → HandedOver: held? ─no→ waiting ─ one piece of work at a time → committer
//
// The answer never waits for it. What cannot be logged (a full queue, a disk error, a stop) is
// forgotten, and the next fetch logs it. Any thread.
class FetchLog {
 public:
  // All must outlive it; the committer has stopped before it goes.
  FetchLog(const NodeTerms& node, const store::Store& store, Committer& committer)
      : node_(node), store_(store), committer_(committer) {}
  FetchLog(const FetchLog&) = delete;
  FetchLog& operator=(const FetchLog&) = delete;

  // `caller` was handed the envelopes of the messages in `rows`, of which each CountsAsFetched.
  // Only services, clerks and officers of this node's own trust domain fetch; others leave no
  // trace. Never blocks but for one read of each row.
  void HandedOver(const certs::Identity& caller, const std::vector<int64_t>& rows);

 private:
  using Fetch = std::pair<int64_t, std::string>;  // Message row and agency.
  using Fetches = std::map<Fetch, std::string>;   // By whom.

  void PostWaiting();
  static absl::Status Log(CommitScope& scope, const Fetches& fetches);

  const NodeTerms& node_;
  const store::Store& store_;
  Committer& committer_;
  std::mutex mutex_;
  Fetches waiting_;      // Guarded by mutex_.
  bool posted_ = false;  // Guarded by mutex_: a piece of work is at the committer.
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_FETCHED_H_
