// AuditQueries::GetHeads.
#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/domain/civil_time.h"
#include "daemon/exchange/audit/audit_queries.h"
#include "daemon/exchange/audit/head_notes.h"
#include "daemon/exchange/audit/leaf_subject.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

constexpr int kMostPoints = 1'000;
// A peer says itself which epoch it is in: what is looked for must have an end.
constexpr uint64_t kMostEpochs = 64;

// The digest after that message, where it was reached.
absl::StatusOr<std::optional<certs::Digest>> DigestAt(const store::Reader& store,
                                                      const std::string& own,
                                                      const v1::SequencePoint& point) {
  if (point.sequence() == 0) return std::nullopt;
  if (point.to_node() == own) return store.IncomingDigest(point.from_node(), point.sequence());
  if (point.from_node() != own) return std::nullopt;
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::OutgoingRecord> sent,
                            store.Outgoing(point.to_node(), point.sequence() - 1, 1));
  if (sent.empty() || sent.front().sequence != point.sequence()) return std::nullopt;
  return sent.front().running_digest;
}

v1::SequencePoint PointOf(const std::string& from, const std::string& to, uint64_t sequence,
                          const certs::Digest& digest) {
  v1::SequencePoint point;
  point.set_from_node(from);
  point.set_to_node(to);
  point.set_sequence(sequence);
  point.set_running_sha256(std::string(certs::AsView(digest)));
  return point;
}

// Heads of the peer's log, oldest first: of each epoch the newest that is held, and the newest with
// cosignatures. The last kMostEpochs of them.
absl::StatusOr<std::vector<std::string>> PeerHeads(const store::Reader& store,
                                                   const store::LinkRecord& link) {
  std::vector<std::string> heads;
  const uint64_t last = link.peer_head_epoch;
  for (uint64_t epoch = last > kMostEpochs ? last - kMostEpochs + 1 : 1; epoch <= last; ++epoch) {
    const std::string origin = ledger::LogOrigin(link.peer, epoch);
    GATEPOST_ASSIGN_OR_RETURN(std::optional<store::CosignedHeadRecord> cosigned,
                              store.NewestCosignedHead(origin));
    GATEPOST_ASSIGN_OR_RETURN(std::optional<store::WitnessedRecord> witnessed,
                              store.Witnessed(origin));
    std::optional<store::PeerHeadRecord> newest;
    if (epoch == last) {
      GATEPOST_ASSIGN_OR_RETURN(newest, store.PeerHead(link.peer, epoch, link.peer_head_size));
    }
    uint64_t size = 0;
    if (cosigned.has_value()) {
      size = cosigned->size;
      heads.push_back(std::move(cosigned->checkpoint));
    }
    if (witnessed.has_value() && witnessed->size > size) {
      size = witnessed->size;
      heads.push_back(std::move(witnessed->checkpoint));
    }
    if (newest.has_value() && newest->size > size) heads.push_back(std::move(newest->checkpoint));
  }
  return heads;
}

// Two notes, one after the other with an empty line between them; each has one such line itself,
// before its signatures.
std::optional<v1::ForkProof> ForkIn(const std::string& evidence) {
  const size_t body = evidence.find("\n\n");
  if (body == std::string::npos) return std::nullopt;
  const size_t end = evidence.find("\n\n", body + 2);
  if (end == std::string::npos) return std::nullopt;
  v1::ForkProof fork;
  fork.set_held(evidence.substr(0, end + 1));
  fork.set_came(evidence.substr(end + 2));
  return fork;
}

absl::StatusOr<std::vector<v1::ForkProof>> ForksOf(const store::Reader& store,
                                                   const std::string& peer) {
  const std::string prefix = fmt::format("evidence/{}/", peer);  // Link::LogAlarm.
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::MetaRecord> kept,
                            store.MetaWithPrefix(prefix));
  std::vector<v1::ForkProof> forks;
  for (const store::MetaRecord& one : kept) {
    std::optional<v1::ForkProof> fork = ForkIn(one.value);
    if (!fork.has_value()) continue;
    uint64_t index = 0;
    std::from_chars(one.key.data() + prefix.size(), one.key.data() + one.key.size(), index);
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<ledger::Leaf> alarm, LeafAt(store, index));
    if (alarm.has_value()) *fork->mutable_time() = domain::ToTimestamp(alarm->time);
    forks.push_back(*std::move(fork));
  }
  return forks;
}

}  // namespace

absl::StatusOr<v1::LinkHeads> AuditQueries::HeadsOf(const store::Reader& store,
                                                    const LinkTerms& link) const {
  v1::LinkHeads heads;
  heads.set_peer_node(link.peer_node);
  heads.set_peer_log_vkey(link.peer_log_keys.Now().newest().Format());
  GATEPOST_ASSIGN_OR_RETURN(const store::LinkRecord record, store.Link(link.peer_node));
  GATEPOST_ASSIGN_OR_RETURN(std::vector<std::string> theirs, PeerHeads(store, record));
  for (std::string& head : theirs) heads.add_peer_heads(std::move(head));
  GATEPOST_ASSIGN_OR_RETURN(
      std::optional<std::string> cosigned,
      CosignedNote(store, ledger::LogOrigin(parts_.node.node, record.cosigned_epoch),
                   record.cosigned_size));
  if (cosigned.has_value()) heads.set_cosigned_head(*std::move(cosigned));
  heads.set_held_by_peer(parts_.held_by_peer(link.peer_node));
  *heads.add_last() =
      PointOf(parts_.node.node, link.peer_node, record.last_queued, record.queued_digest);
  *heads.add_last() =
      PointOf(link.peer_node, parts_.node.node, record.last_received, record.received_digest);
  heads.set_last_receipted(record.last_receipted);
  GATEPOST_ASSIGN_OR_RETURN(std::vector<v1::ForkProof> forks, ForksOf(store, link.peer_node));
  for (v1::ForkProof& fork : forks) *heads.add_forks() = std::move(fork);
  return heads;
}

absl::StatusOr<Audited<v1::GetHeadsResponse>> AuditQueries::GetHeads(
    const v1::GetHeadsRequest& request) const {
  if (request.points_size() > kMostPoints) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, fmt::format("at most {} places", kMostPoints),
                          fmt::format("{}", request.points_size()), "ask in several calls");
  }
  const Head head = parts_.log.head();
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> store, parts_.store.Read());
  Audited<v1::GetHeadsResponse> answer;
  v1::GetHeadsResponse& response = answer.response;
  response.set_node(parts_.node.node);
  *response.mutable_time() = domain::ToTimestamp(parts_.clock.Now());
  if (head.size > 0) {
    // A log that was restored signs nothing, and shows what it holds.
    GATEPOST_ASSIGN_OR_RETURN(*response.mutable_head(), parts_.log.restored().empty()
                                                            ? OwnNote(*store, parts_.log, head.size)
                                                            : NewestOwnNote(*store, parts_.log));
  }
  // The smallest of the heads that each peer cosigned last is covered by the cosignatures of all.
  uint64_t cosigned_by_all = 0;
  for (const auto& [peer, link] : parts_.links) {
    GATEPOST_ASSIGN_OR_RETURN(*response.add_links(), HeadsOf(*store, link));
    GATEPOST_ASSIGN_OR_RETURN(const store::LinkRecord record, store->Link(peer));
    if (record.cosigned_size == 0 || record.cosigned_epoch != parts_.log.epoch()) continue;
    cosigned_by_all = cosigned_by_all == 0 ? record.cosigned_size
                                           : std::min(cosigned_by_all, record.cosigned_size);
  }
  if (cosigned_by_all > 0) {
    GATEPOST_ASSIGN_OR_RETURN(std::optional<std::string> note,
                              CosignedNote(*store, parts_.log.origin(), cosigned_by_all));
    if (note.has_value()) response.set_cosigned_head(*std::move(note));
  }
  for (const v1::SequencePoint& asked : request.points()) {
    v1::SequencePoint* point = response.add_points();
    *point = asked;
    point->clear_running_sha256();
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<certs::Digest> digest,
                              DigestAt(*store, parts_.node.node, asked));
    if (digest.has_value()) point->set_running_sha256(std::string(certs::AsView(*digest)));
  }
  answer.trace.object = "heads";
  return answer;
}

}  // namespace gatepost::exchange
