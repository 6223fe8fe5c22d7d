#ifndef GATEPOST_DAEMON_STORE_SQLITE_ANSWERS_H_
#define GATEPOST_DAEMON_STORE_SQLITE_ANSWERS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/store/sqlite/agreements.h"
#include "daemon/store/sqlite/authority.h"
#include "daemon/store/sqlite/chains.h"
#include "daemon/store/sqlite/connection.h"
#include "daemon/store/sqlite/failure.h"
#include "daemon/store/sqlite/groups.h"
#include "daemon/store/sqlite/held.h"
#include "daemon/store/sqlite/hours.h"
#include "daemon/store/sqlite/links.h"
#include "daemon/store/sqlite/messages.h"
#include "daemon/store/sqlite/meta.h"
#include "daemon/store/sqlite/reports.h"
#include "daemon/store/sqlite/rungs.h"
#include "daemon/store/sqlite/witness.h"
#include "daemon/store/store.h"

namespace gatepost::store::sqlite {

// The questions of store.h, answered through one connection. `Interface` is Reader or Transaction.
template <typename Interface>
class Answers : public Interface {
 public:
  absl::StatusOr<std::optional<MessageRecord>> FindMessage(
      std::string_view author, std::string_view message_id) const override {
    return Ask([&](Connection& c) { return sqlite::FindMessage(c, author, message_id); });
  }
  absl::StatusOr<std::vector<MessageRecord>> FindMessagesById(
      std::string_view message_id) const override {
    return Ask([&](Connection& c) { return sqlite::FindMessagesById(c, message_id); });
  }
  absl::StatusOr<std::optional<MessageRecord>> FindAccepted(
      const certs::Digest& pae) const override {
    return Ask([&](Connection& c) { return sqlite::FindAccepted(c, pae); });
  }
  absl::StatusOr<std::optional<MessageRecord>> MessageByRow(int64_t row) const override {
    return Ask([&](Connection& c) { return sqlite::MessageByRow(c, row); });
  }
  absl::StatusOr<std::optional<MessageRecord>> MessageByReference(
      ShortReference reference) const override {
    return Ask([&](Connection& c) { return sqlite::MessageByReference(c, reference); });
  }
  absl::StatusOr<std::optional<MessageRecord>> MessageBySequence(std::string_view peer,
                                                                 uint64_t sequence) const override {
    return Ask([&](Connection& c) { return sqlite::MessageBySequence(c, peer, sequence); });
  }
  absl::StatusOr<std::vector<MessageRecord>> ListMessages(
      const MessageFilter& filter) const override {
    return Ask([&](Connection& c) { return sqlite::ListMessages(c, filter); });
  }
  absl::StatusOr<std::optional<std::vector<std::string>>> Chain(
      const certs::Digest& leaf_sha256) const override {
    return Ask([&](Connection& c) { return sqlite::Chain(c, leaf_sha256); });
  }
  absl::StatusOr<std::vector<OutgoingRecord>> Outgoing(std::string_view peer, uint64_t after,
                                                       size_t limit) const override {
    return Ask([&](Connection& c) { return sqlite::Outgoing(c, peer, after, limit); });
  }
  absl::StatusOr<std::vector<OutgoingRecord>> OutgoingOf(int64_t message_row) const override {
    return Ask([&](Connection& c) { return sqlite::OutgoingOf(c, message_row); });
  }
  absl::StatusOr<std::optional<ReceiptRecord>> Receipt(std::string_view peer,
                                                       uint64_t sequence) const override {
    return Ask([&](Connection& c) { return sqlite::Receipt(c, peer, sequence); });
  }
  absl::StatusOr<std::optional<PeerHeadRecord>> PeerHeadUpTo(std::string_view peer, uint64_t epoch,
                                                             uint64_t size) const override {
    return Ask([&](Connection& c) { return sqlite::PeerHeadUpTo(c, peer, epoch, size); });
  }
  absl::StatusOr<std::optional<PeerHeadRecord>> PeerHead(std::string_view peer, uint64_t epoch,
                                                         uint64_t size) const override {
    return Ask([&](Connection& c) { return sqlite::PeerHead(c, peer, epoch, size); });
  }
  absl::StatusOr<std::vector<CosignedHeadRecord>> CosignedHeads(std::string_view origin,
                                                                uint64_t from_size,
                                                                size_t limit) const override {
    return Ask([&](Connection& c) { return sqlite::CosignedHeads(c, origin, from_size, limit); });
  }
  absl::StatusOr<std::optional<CosignedHeadRecord>> NewestCosignedHead(
      std::string_view origin) const override {
    return Ask([&](Connection& c) { return sqlite::NewestCosignedHead(c, origin); });
  }
  absl::StatusOr<std::optional<WitnessedRecord>> Witnessed(std::string_view origin) const override {
    return Ask([&](Connection& c) { return sqlite::Witnessed(c, origin); });
  }
  absl::StatusOr<std::optional<certs::Digest>> IncomingDigest(std::string_view peer,
                                                              uint64_t sequence) const override {
    return Ask([&](Connection& c) { return sqlite::IncomingDigest(c, peer, sequence); });
  }
  absl::StatusOr<LinkRecord> Link(std::string_view peer) const override {
    return Ask([&](Connection& c) { return sqlite::Link(c, peer); });
  }
  absl::StatusOr<std::optional<LeafGroup>> GroupOfLeaf(uint64_t index) const override {
    return Ask([&](Connection& c) { return sqlite::GroupOfLeaf(c, index); });
  }
  absl::StatusOr<std::optional<LeafGroup>> LastGroup() const override {
    return Ask([&](Connection& c) { return sqlite::LastGroup(c); });
  }
  absl::StatusOr<std::optional<LeafGroup>> NodesOfLeaf(uint64_t index) const override {
    return Ask([&](Connection& c) { return sqlite::NodesOfLeaf(c, index); });
  }
  absl::StatusOr<std::optional<int64_t>> ReportHolding(std::string_view side,
                                                       std::string_view scope_id,
                                                       absl::Time as_of) const override {
    return Ask([&](Connection& c) { return sqlite::ReportHolding(c, side, scope_id, as_of); });
  }
  absl::StatusOr<std::optional<ReportRecord>> Report(int64_t message_row) const override {
    return Ask([&](Connection& c) { return sqlite::Report(c, message_row); });
  }
  absl::StatusOr<std::vector<ReportRecord>> ListReports(const ReportFilter& filter) const override {
    return Ask([&](Connection& c) { return sqlite::ListReports(c, filter); });
  }
  absl::StatusOr<std::vector<HoursRecord>> HoursAt(const HoursQuestion& question) const override {
    return Ask([&](Connection& c) { return sqlite::HoursAt(c, question); });
  }
  absl::StatusOr<std::vector<int64_t>> AcknowledgementsOf(int64_t message_row,
                                                          std::string_view peer) const override {
    return Ask([&](Connection& c) { return sqlite::AcknowledgementsOf(c, message_row, peer); });
  }
  absl::StatusOr<std::vector<RungRecord>> RungsGiven(std::string_view peer, uint64_t after,
                                                     size_t limit) const override {
    return Ask([&](Connection& c) { return sqlite::RungsGiven(c, peer, after, limit); });
  }
  absl::StatusOr<std::vector<RungRecord>> RungsTaken(std::string_view peer, uint64_t after,
                                                     size_t limit) const override {
    return Ask([&](Connection& c) { return sqlite::RungsTaken(c, peer, after, limit); });
  }
  absl::StatusOr<std::vector<RungRecord>> RungsOf(int64_t message_row) const override {
    return Ask([&](Connection& c) { return sqlite::RungsOf(c, message_row); });
  }
  absl::StatusOr<std::vector<int64_t>> Threads(int64_t before_row, size_t limit) const override {
    return Ask([&](Connection& c) { return sqlite::Threads(c, before_row, limit); });
  }
  absl::StatusOr<std::vector<ThreadEntry>> ThreadEntries(int64_t thread_row) const override {
    return Ask([&](Connection& c) { return sqlite::ThreadEntries(c, thread_row); });
  }
  absl::StatusOr<std::optional<ThreadEntry>> ThreadEntryOf(int64_t message_row) const override {
    return Ask([&](Connection& c) { return sqlite::ThreadEntryOf(c, message_row); });
  }
  absl::StatusOr<std::vector<ThreadEntry>> Unsettled(std::string_view peer) const override {
    return Ask([&](Connection& c) { return sqlite::Unsettled(c, peer); });
  }
  absl::StatusOr<std::optional<ProposalRecord>> Proposal(int64_t message_row) const override {
    return Ask([&](Connection& c) { return sqlite::Proposal(c, message_row); });
  }
  absl::StatusOr<std::vector<ProposalRecord>> ProposalsIn(v1::AgreementState state,
                                                          std::string_view peer) const override {
    return Ask([&](Connection& c) { return sqlite::ProposalsIn(c, state, peer); });
  }
  absl::StatusOr<std::vector<DecisionRecord>> Decisions(std::string_view peer, uint64_t after,
                                                        size_t limit) const override {
    return Ask([&](Connection& c) { return sqlite::Decisions(c, peer, after, limit); });
  }
  absl::StatusOr<std::vector<DecisionRecord>> DecisionsOfThread(int64_t thread_row) const override {
    return Ask([&](Connection& c) { return sqlite::DecisionsOfThread(c, thread_row); });
  }
  absl::StatusOr<std::optional<HeldRecord>> Held(const certs::Digest& pae) const override {
    return Ask([&](Connection& c) { return sqlite::Held(c, pae); });
  }
  absl::StatusOr<std::optional<HeldRecord>> FindHeld(std::string_view author,
                                                     std::string_view message_id) const override {
    return Ask([&](Connection& c) { return sqlite::FindHeld(c, author, message_id); });
  }
  absl::StatusOr<std::vector<HeldRecord>> FindHeldById(std::string_view message_id) const override {
    return Ask([&](Connection& c) { return sqlite::FindHeldById(c, message_id); });
  }
  absl::StatusOr<std::optional<HeldRecord>> HeldByReference(
      ShortReference reference) const override {
    return Ask([&](Connection& c) { return sqlite::HeldByReference(c, reference); });
  }
  absl::StatusOr<std::vector<HeldRecord>> ListHeld(int64_t after, size_t limit) const override {
    return Ask([&](Connection& c) { return sqlite::ListHeld(c, after, limit); });
  }
  absl::StatusOr<std::vector<HeldRecord>> OverdueHeld(absl::Time at, size_t limit) const override {
    return Ask([&](Connection& c) { return sqlite::OverdueHeld(c, at, limit); });
  }
  absl::StatusOr<HeldCount> CountHeld(std::string_view author) const override {
    return Ask([&](Connection& c) { return sqlite::CountHeld(c, author); });
  }
  absl::StatusOr<bool> WasDropped(const certs::Digest& pae) const override {
    return Ask([&](Connection& c) { return sqlite::WasDropped(c, pae); });
  }
  absl::StatusOr<std::optional<RosterRecord>> RosterAt(std::string_view trust_domain,
                                                       absl::Time at) const override {
    return Ask([&](Connection& c) { return sqlite::RosterAt(c, trust_domain, at); });
  }
  absl::StatusOr<uint32_t> NewestRosterVersion(std::string_view trust_domain) const override {
    return Ask([&](Connection& c) { return sqlite::NewestRosterVersion(c, trust_domain); });
  }
  absl::StatusOr<std::vector<AnnouncedKeyRecord>> AnnouncedKeys(
      std::string_view subject) const override {
    return Ask([&](Connection& c) { return sqlite::AnnouncedKeys(c, subject); });
  }
  absl::StatusOr<std::optional<EmergencyRecord>> Emergency(int64_t message_row) const override {
    return Ask([&](Connection& c) { return sqlite::Emergency(c, message_row); });
  }
  absl::StatusOr<std::vector<EmergencyRecord>> OpenEmergencies() const override {
    return Ask([&](Connection& c) { return sqlite::OpenEmergencies(c); });
  }
  absl::StatusOr<std::optional<std::string>> Meta(std::string_view key) const override {
    return Ask([&](Connection& c) { return sqlite::Meta(c, key); });
  }
  absl::StatusOr<std::vector<MetaRecord>> MetaWithPrefix(std::string_view prefix) const override {
    return Ask([&](Connection& c) { return sqlite::MetaWithPrefix(c, prefix); });
  }

 protected:
  // `connection` is inside a transaction, or null when that is over.
  explicit Answers(Connection* connection) : connection_(connection) {}

  Connection* connection_;

 private:
  template <typename Question>
  auto Ask(const Question& question) const -> decltype(question(*connection_)) {
    if (connection_ == nullptr) return Misused("an open transaction", "one that is over");
    return question(*connection_);
  }
};

}  // namespace gatepost::store::sqlite

#endif  // GATEPOST_DAEMON_STORE_SQLITE_ANSWERS_H_
