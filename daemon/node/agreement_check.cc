#include "daemon/node/agreement_check.h"

#include <charconv>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "certs/digest.h"
#include "certs/revocations.h"
#include "daemon/exchange/settings_log.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::node {

namespace {

std::string PrefixOf(const config::LinkSettings& link) {
  return fmt::format("agreement/{}/", certs::ToHex(link.agreement_sha256));
}

std::string KeyOf(const config::LinkSettings& link, const config::AgreementSigner& signer) {
  return PrefixOf(link) + certs::ToHex(signer.path.front().sha256());
}

// When the signature was taken first; nullopt: never.
absl::StatusOr<std::optional<absl::Time>> TakenAt(const store::Reader& store,
                                                  const std::string& key) {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<std::string> kept, store.Meta(key));
  if (!kept.has_value()) return std::nullopt;
  int64_t micros = 0;
  const auto [end, error] = std::from_chars(kept->data(), kept->data() + kept->size(), micros);
  if (error != std::errc() || end != kept->data() + kept->size()) {
    return system::Refuse(v1::REASON_INTERNAL, "when an agreement was taken first", *kept,
                          "restore the data folder from a backup");
  }
  return absl::FromUnixMicros(micros);
}

absl::Status NotSigned(const config::LinkSettings& link, const config::AgreementSigner& signer,
                       const absl::Status& why) {
  const system::Refusal refusal = system::RefusalOf(why).value_or(
      system::Refusal{.wanted = "a signature", .came = std::string(why.message()), .todo = {}});
  return system::Refuse(
      v1::REASON_AGREEMENT_NOT_SIGNED, refusal.wanted,
      fmt::format("{}: signed by {}: {} ({})", link.agreement_file, signer.id.ToString(),
                  refusal.came, system::ReasonName(system::ReasonOf(why))),
      system::ReasonOf(why) == v1::REASON_REVOCATION_UNKNOWN
          ? "install that authority's current list, and start the node again"
          : "have another authority of that side sign, leave this signature out, and start the "
            "node "
            "again");
}

// Since when this store went by an agreement of which it keeps no times; nullopt: it keeps some, or
// never went by it.
absl::StatusOr<std::optional<absl::Time>> ServedSince(const store::Reader& store,
                                                      const config::LinkSettings& link) {
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::MetaRecord> kept,
                            store.MetaWithPrefix(PrefixOf(link)));
  if (!kept.empty()) return std::nullopt;
  const std::string& peer = link.peer.stated.node();
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<std::string> said,
                            exchange::SaidLast(store, fmt::format("link:{}", peer)));
  GATEPOST_ASSIGN_OR_RETURN(const store::LinkRecord record, store.Link(peer));
  const bool crossed = record.last_received > 0 || record.last_receipted > 0;
  const bool served =
      said.has_value() ? *said == exchange::SaidOfLoaded(link.agreement_sha256) : crossed;
  if (!served) return std::nullopt;
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::LeafGroup> first, store.GroupOfLeaf(0));
  if (!first.has_value() || first->leaves.empty()) return std::nullopt;
  GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf leaf, ledger::Leaf::Parse(first->leaves.front()));
  return leaf.time;
}

// Of one link: AGREEMENT_NOT_SIGNED, or what to store of its signatures that was not stored yet.
struct Judged {
  absl::Status verdict;
  std::vector<store::MetaRecord> marks = {};
};

absl::StatusOr<Judged> Judge(const store::Reader& store, const config::LinkSettings& link,
                             const certs::RevocationBook& lists,
                             const certs::RevocationBook& lists_and_denied, absl::Time now) {
  Judged judged;
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<absl::Time> served, ServedSince(store, link));
  for (const config::AgreementSigner& signer : link.agreement_signers) {
    const std::string key = KeyOf(link, signer);
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<absl::Time> stored, TakenAt(store, key));
    const std::optional<absl::Time> taken = stored.has_value() ? stored : served;
    const absl::Status status = taken.has_value()
                                    ? lists.Check(signer.id, signer.path, *taken).status()
                                    : lists_and_denied.Check(signer.id, signer.path, now).status();
    const bool unknown = system::ReasonOf(status) == v1::REASON_REVOCATION_UNKNOWN;
    if (!status.ok() && !(taken.has_value() && unknown)) {
      judged.verdict = NotSigned(link, signer, status);
      return judged;
    }
    if (stored.has_value()) continue;
    judged.marks.push_back({key, fmt::format("{}", absl::ToUnixMicros(taken.value_or(now)))});
  }
  return judged;
}

}  // namespace

absl::StatusOr<std::map<std::string, absl::Status>> CheckAgreementSigners(
    store::Store& store, const std::vector<config::LinkSettings>& links,
    const certs::TrustSnapshot& trust, absl::Time now) {
  GATEPOST_ASSIGN_OR_RETURN(
      const certs::RevocationBook lists,
      trust.revocations().With(*trust.store(), std::vector<certs::DeniedIdentity>()));
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Transaction> transaction, store.Begin());
  std::map<std::string, absl::Status> refused;
  for (const config::LinkSettings& link : links) {
    GATEPOST_ASSIGN_OR_RETURN(const Judged judged,
                              Judge(*transaction, link, lists, trust.revocations(), now));
    if (!judged.verdict.ok()) {
      refused.emplace(link.peer.stated.node(), judged.verdict);
      continue;
    }
    for (const store::MetaRecord& mark : judged.marks) {
      GATEPOST_RETURN_IF_ERROR(transaction->PutMeta(mark.key, mark.value));
    }
  }
  GATEPOST_RETURN_IF_ERROR(transaction->Commit());
  return refused;
}

}  // namespace gatepost::node
