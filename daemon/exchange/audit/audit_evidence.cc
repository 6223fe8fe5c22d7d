// AuditQueries::GetEvidence.
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "certs/pem.h"
#include "daemon/domain/civil_time.h"
#include "daemon/exchange/audit/audit_queries.h"
#include "daemon/exchange/audit/audit_subject.h"
#include "daemon/exchange/audit/evidence_leaves.h"
#include "daemon/exchange/audit/evidence_support.h"
#include "daemon/exchange/audit/head_notes.h"
#include "daemon/exchange/audit/leaf_subject.h"
#include "daemon/exchange/held.h"
#include "daemon/exchange/naming.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

constexpr size_t kMostBytes = 32 << 20;

absl::Status NotFound(std::string_view reference) {
  return system::Refuse(v1::REASON_NOT_FOUND, "a message id or short reference of this node",
                        reference, "look it up in the list of entries (gatepost audit list)");
}

// The message with all of its thread, and the acknowledgements of each; by row.
absl::StatusOr<MessagesByRow> WholeThread(const store::Reader& store,
                                          const store::MessageRecord& record) {
  GATEPOST_ASSIGN_OR_RETURN(const int64_t first, ThreadRowOf(store, record));
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::ThreadEntry> entries,
                            store.ThreadEntries(first));
  MessagesByRow all = {{record.row, record}};
  GATEPOST_ASSIGN_OR_RETURN(all[first], MustHold(store, first));
  for (const store::ThreadEntry& entry : entries) {
    GATEPOST_ASSIGN_OR_RETURN(all[entry.message_row], MustHold(store, entry.message_row));
  }
  std::set<int64_t> acknowledgements;
  for (const auto& [row, one] : all) {
    GATEPOST_ASSIGN_OR_RETURN(std::set<std::string> from, PeersOf(store, AuditView(), one));
    from.insert("");  // Submitted here.
    for (const std::string& peer : from) {
      GATEPOST_ASSIGN_OR_RETURN(const std::vector<int64_t> rows,
                                store.AcknowledgementsOf(row, peer));
      acknowledgements.insert(rows.begin(), rows.end());
    }
  }
  for (const int64_t row : acknowledgements) {
    GATEPOST_ASSIGN_OR_RETURN(all[row], MustHold(store, row));
  }
  return all;
}

// Adds what the signers of the envelope are known by; each chain once.
absl::Status AddChains(const store::Reader& store, const v1::Envelope& envelope,
                       std::set<std::string>& known, v1::GetEvidenceResponse& response) {
  for (const auto* signatures : {&envelope.signatures(), &envelope.batch().head_signatures()}) {
    for (const v1::Signature& signature : *signatures) {
      const auto digest = certs::DigestFromBytes(signature.certificate_sha256());
      if (!digest.has_value() || !known.insert(signature.certificate_sha256()).second) continue;
      GATEPOST_ASSIGN_OR_RETURN(const std::optional<std::vector<std::string>> chain,
                                store.Chain(*digest));
      if (!chain.has_value()) continue;
      v1::CertificateChain* added = response.add_chains();
      for (const std::string& certificate : *chain) added->add_certificates(certificate);
    }
  }
  return absl::OkStatus();
}

void AddRoots(const certs::TrustStore& trust, std::string_view domain,
              v1::GetEvidenceResponse& response) {
  const certs::TrustDomain* found = trust.Find(domain);
  if (found == nullptr) return;
  for (const std::string& pem : found->root_pems) {
    for (std::string& der : certs::DerFromPem(pem)) response.add_roots(std::move(der));
  }
}

}  // namespace

// What the view does not show is left out before anything is said of it, so that nobody learns
// from an answer what else is there.
absl::StatusOr<store::MessageRecord> AuditQueries::Find(const store::Reader& store,
                                                        const AuditView& view,
                                                        std::string_view reference,
                                                        std::string_view author) const {
  std::vector<store::MessageRecord> records;
  if (const auto number = ParseReference(parts_.node, reference); number.has_value()) {
    GATEPOST_ASSIGN_OR_RETURN(std::optional<store::MessageRecord> record,
                              store.MessageByReference(*number));
    if (record.has_value()) records.push_back(*std::move(record));
  } else {
    GATEPOST_ASSIGN_OR_RETURN(records, store.FindMessagesById(reference));
    if (!author.empty()) {
      std::erase_if(records, [&](const auto& record) { return record.author != author; });
    }
  }
  std::vector<store::MessageRecord> seen;
  for (store::MessageRecord& record : records) {
    GATEPOST_ASSIGN_OR_RETURN(const bool sees, view.SeesMessage(store, record));
    if (sees) seen.push_back(std::move(record));
  }
  if (seen.empty()) return NotFound(reference);
  if (seen.size() > 1) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, "one message",
                          fmt::format("{} authors used the id {}", seen.size(), reference),
                          "name the author, or use the short reference");
  }
  return std::move(seen.front());
}

absl::StatusOr<Audited<v1::GetEvidenceResponse>> AuditQueries::GetEvidence(
    const certs::Identity& caller, const v1::GetEvidenceRequest& request) const {
  const AuditView view(parts_.node, parts_.links, caller);
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> store, parts_.store.Read());
  GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord asked,
                            Find(*store, view, request.reference(), request.author()));
  MessagesByRow records = {{asked.row, asked}};
  if (request.with_thread()) {
    GATEPOST_ASSIGN_OR_RETURN(records, WholeThread(*store, asked));
  }

  Audited<v1::GetEvidenceResponse> answer;
  v1::GetEvidenceResponse& response = answer.response;
  response.set_node(parts_.node.node);
  *response.mutable_time() = domain::ToTimestamp(parts_.clock.Now());
  response.set_practice(parts_.node.practice);
  for (auto it = records.begin(); it != records.end();) {
    GATEPOST_ASSIGN_OR_RETURN(const bool sees, view.SeesMessage(*store, it->second));
    it = sees ? std::next(it) : records.erase(it);
  }
  std::set<std::string, std::less<>> crossed;
  for (const auto& [row, record] : records) {
    GATEPOST_ASSIGN_OR_RETURN(const std::set<std::string> peers, PeersOf(*store, view, record));
    crossed.insert(peers.begin(), peers.end());
  }
  // What went to other peers as well is no part of it.
  const AuditView of_links(crossed);
  GATEPOST_ASSIGN_OR_RETURN(MessagesByRow support,
                            SupportFor(*store, parts_.node, parts_.links, crossed, records));
  MessagesByRow all = records;
  for (auto& [row, record] : support) {
    GATEPOST_ASSIGN_OR_RETURN(const bool sees, of_links.SeesMessage(*store, record));
    if (sees) all.emplace(row, std::move(record));
  }
  std::set<std::string> chains;
  for (const auto& [row, record] : all) {
    v1::MessageEvidence* message = response.add_messages();
    message->set_short_reference(ReferenceText(parts_.node, record.reference));
    if (!record.envelope.empty() &&
        !message->mutable_envelope()->ParseFromString(record.envelope)) {
      return system::Refuse(v1::REASON_LEDGER_DAMAGED, "a stored envelope that can be read",
                            fmt::format("message {}", record.message_id),
                            "check the store against its ledger");
    }
    GATEPOST_RETURN_IF_ERROR(AddChains(*store, message->envelope(), chains, response));
    GATEPOST_ASSIGN_OR_RETURN(std::vector<v1::EvidenceLeaf> leaves,
                              LeavesAbout(*store, parts_.log, parts_.node,
                                          records.contains(row) ? view : of_links, record));
    for (v1::EvidenceLeaf& leaf : leaves) *message->add_leaves() = std::move(leaf);
    if (response.ByteSizeLong() > kMostBytes) {
      return system::Refuse(v1::REASON_TOO_LARGE,
                            fmt::format("evidence of at most {} bytes", kMostBytes),
                            "a thread that has more", "ask for its messages one by one");
    }
  }

  GATEPOST_ASSIGN_OR_RETURN(*response.add_heads(), NewestOwnNote(*store, parts_.log));
  AddRoots(parts_.trust, parts_.node.spiffe_id.trust_domain(), response);
  std::set<std::string_view> domains;
  for (const std::string& peer : crossed) {
    const auto link = parts_.links.find(peer);
    if (link == parts_.links.end()) continue;  // One that is not configured any more.
    const LinkTerms& terms = link->second;
    if (domains.insert(terms.peer_spiffe_id.trust_domain()).second) {
      AddRoots(parts_.trust, terms.peer_spiffe_id.trust_domain(), response);
    }
    response.add_link_agreements(terms.agreement_bytes);
    GATEPOST_ASSIGN_OR_RETURN(std::string head, NewestPeerNote(*store, peer));
    if (!head.empty()) response.add_heads(std::move(head));
  }
  answer.trace = {.exported = request.to_export(),
                  .object = ObjectOf(asked),
                  .peer = crossed.size() == 1 ? *crossed.begin() : "",
                  .pae = asked.pae,
                  .detail = request.with_thread() ? "thread" : ""};
  return answer;
}

}  // namespace gatepost::exchange
