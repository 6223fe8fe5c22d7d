#ifndef GATEPOST_DAEMON_EXCHANGE_NAMING_H_
#define GATEPOST_DAEMON_EXCHANGE_NAMING_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "daemon/exchange/intake.h"
#include "daemon/exchange/terms.h"
#include "daemon/ledger/leaf.h"
#include "daemon/store/records.h"
#include "gatepost/v1/reason.pb.h"

// How messages are named in leaves, in the store and to people.
namespace gatepost::exchange {

// `message:<uuid>`, the object of a leaf about a message.
std::string MessageObject(std::string_view message_id);

// `envelope:<pae hex>`, the object of a leaf about an envelope whose signatures did not hold, so
// that nothing inside it may be believed.
std::string EnvelopeObject(const certs::Digest& pae);

// The id in `message:<uuid>`; nullopt for other objects.
std::optional<std::string> MessageIdOf(std::string_view object);

// <prefix>/<year>/<number, at least 5 digits>, e.g. LS/2026/00142.
std::string ReferenceText(const NodeTerms& node, const store::ShortReference& reference);

// Reads what ReferenceText writes for this node; nullopt for anything else.
std::optional<store::ShortReference> ParseReference(const NodeTerms& node, std::string_view text);

// An ALARM leaf about a message of the link to `peer`. `result` is a reason's name, or CLEARED
// where an earlier alarm is over.
ledger::Leaf AlarmAbout(std::string_view peer, const store::MessageRecord& about,
                        std::string result, std::string detail);

// Why, in a leaf's result `REFUSED:<REASON>`; REASON_UNSPECIFIED for any other result.
v1::Reason ReasonIn(std::string_view result);

// d(n) = SHA-256(d(n-1) || PAE digest n) (PROTOCOL.md 2).
certs::Digest NextRunningDigest(const certs::Digest& previous, const certs::Digest& pae);

// The row of an opened message stored at `now`, for the caller to complete.
store::MessageRecord RecordOf(const OpenedMessage& opened, const NodeTerms& node, absl::Time now);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_NAMING_H_
