#ifndef GATEPOST_DAEMON_EXCHANGE_KEY_QUERIES_H_
#define GATEPOST_DAEMON_EXCHANGE_KEY_QUERIES_H_

#include <functional>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "certs/digest.h"
#include "daemon/exchange/key_exchange.h"
#include "daemon/exchange/log_book.h"
#include "daemon/exchange/terms.h"
#include "daemon/ledger/note.h"
#include "daemon/store/store.h"
#include "gatepost/v1/authority_service.pb.h"

namespace gatepost::exchange {

// The certificate that this node shows in TLS.
struct ShownCertificate {
  certs::Digest sha256{};  // Of its DER.
  absl::Time from;
  absl::Time until;
};

// Says which keys this node knows: its own with what lies in its files, and those of its peers. Any
// thread.
class KeyQueries {
 public:
  struct Parts {
    const NodeTerms& node;
    const LinkTermsByPeer& links;
    const store::Store& store;
    const LogBook& log;
    const ledger::NoteSigner& witness;
    const KeyExchange& exchange;
    // nullopt: it cannot be read.
    std::function<std::optional<ShownCertificate>()> tls;
  };
  // All parts must outlive it.
  explicit KeyQueries(Parts parts) : parts_(std::move(parts)) {}

  // This node's keys, then those of each peer; each use with the oldest key first. Keys that lie in
  // this node's files and were not announced come last, as HELD. LEDGER_DAMAGED, the store's
  // errors.
  absl::StatusOr<v1::ListKeysResponse> ListKeys(const v1::ListKeysRequest& request) const;

 private:
  absl::Status AddOwn(const store::Reader& store, v1::KeyUse use,
                      v1::ListKeysResponse& response) const;

  const Parts parts_;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_KEY_QUERIES_H_
