#include "daemon/ledger/receipt.h"

#include <fmt/format.h>

#include <string_view>

#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"
#include "gatepost/v1/reason.pb.h"

namespace gatepost::ledger {
namespace {

absl::Status Match(std::string_view what, std::string_view wanted, std::string_view came) {
  if (wanted == came) return absl::OkStatus();
  auto shown = [](std::string_view value) {
    return value.empty() ? std::string("none") : system::Printable(value);
  };
  return system::Refuse(v1::REASON_BAD_RECEIPT,
                        fmt::format("a receipt with {} {}", what, shown(wanted)), shown(came),
                        "keep it as evidence, and ask the peer's operator");
}

absl::Status MatchDigest(std::string_view what, const std::optional<Digest>& wanted,
                         const std::optional<Digest>& came) {
  auto hex = [](const std::optional<Digest>& digest) {
    return digest ? certs::ToHex(*digest) : std::string();
  };
  return Match(what, hex(wanted), hex(came));
}

}  // namespace

absl::StatusOr<OpenedReceipt> OpenReceipt(const Receipt& receipt, const KeyRing& log_keys,
                                          const ReceiptExpectation& expected) {
  OpenedReceipt opened;
  // Signatures first: nothing that the log did not vouch for is interpreted further.
  GATEPOST_ASSIGN_OR_RETURN(opened.proof, VerifyProofText(receipt.leaf, receipt.proof, log_keys));
  GATEPOST_ASSIGN_OR_RETURN(opened.leaf, Leaf::Parse(receipt.leaf));
  const Leaf& leaf = opened.leaf;
  const std::string& origin = opened.proof.head.checkpoint.origin;
  GATEPOST_RETURN_IF_ERROR(Match("origin", expected.origin, origin));
  GATEPOST_RETURN_IF_ERROR(Match("a leaf of the origin", origin,
                                 fmt::format("{}/{}", log_keys.newest().name(), leaf.epoch)));
  GATEPOST_RETURN_IF_ERROR(Match("event", expected.event, leaf.event));
  GATEPOST_RETURN_IF_ERROR(Match("object", expected.object, leaf.object));
  GATEPOST_RETURN_IF_ERROR(Match("peer", expected.peer, leaf.peer));
  GATEPOST_RETURN_IF_ERROR(MatchDigest("PAE digest", expected.pae, leaf.pae));
  GATEPOST_RETURN_IF_ERROR(MatchDigest("signatures digest", expected.signatures, leaf.signatures));
  return opened;
}

absl::Status CheckReceipt(const Receipt& receipt, const KeyRing& log_keys,
                          const ReceiptExpectation& expected) {
  return OpenReceipt(receipt, log_keys, expected).status();
}

}  // namespace gatepost::ledger
