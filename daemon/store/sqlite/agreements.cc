#include "daemon/store/sqlite/agreements.h"

#include <limits>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "daemon/store/sqlite/query.h"
#include "daemon/system/status_macros.h"

namespace gatepost::store::sqlite {
namespace {

constexpr char kReadProposal[] = "to read a proposal";
constexpr char kReadThread[] = "to read a thread";
constexpr char kReadDecision[] = "to read a decision";

const std::string kProposalColumns =
    "SELECT message_row, thread_row, peer, state, disputed, since, begins, answer_by, over_from"
    " FROM proposal ";
const std::string kProposalByRow = kProposalColumns + "WHERE message_row = ?";
const std::string kProposalsIn =
    kProposalColumns + "WHERE state = ? AND peer = ? ORDER BY message_row";

const std::string kEntryColumns =
    "SELECT message_row, thread_row, proposal_row, peer, submitted_here, settled FROM "
    "thread_entry ";
const std::string kEntriesOfThread = kEntryColumns + "WHERE thread_row = ? ORDER BY message_row";
const std::string kEntryByRow = kEntryColumns + "WHERE message_row = ?";
const std::string kUnsettled =
    kEntryColumns + "WHERE peer = ? AND submitted_here AND NOT settled ORDER BY message_row";

const std::string kDecisionColumns =
    "SELECT peer, number, thread_row, message_row, result, epoch, leaf_index, decided_at, known_at,"
    " leaf, path, head_size, own_leaf_index FROM decision ";
const std::string kDecisionsAfter =
    kDecisionColumns + "WHERE peer = ? AND number > ? ORDER BY number LIMIT ?";
const std::string kDecisionsOfThread = kDecisionColumns + "WHERE thread_row = ? ORDER BY number";

// InfiniteFuture is stored as the largest number, as absl::ToUnixMicros gives it.
absl::Time TimeOrNever(const Query& query, int column) {
  if (query.Integer(column) == std::numeric_limits<int64_t>::max()) return absl::InfiniteFuture();
  return query.Time(column);
}

ProposalRecord ReadProposal(const Query& query) {
  ProposalRecord record;
  record.message_row = query.Integer(0);
  record.thread_row = query.Integer(1);
  record.peer = query.String(2);
  record.state = static_cast<v1::AgreementState>(query.Integer(3));
  record.disputed = query.Integer(4) != 0;
  record.since = query.Time(5);
  record.begins = TimeOrNever(query, 6);
  record.answer_by = TimeOrNever(query, 7);
  record.over_from = TimeOrNever(query, 8);
  return record;
}

ThreadEntry ReadEntry(const Query& query) {
  ThreadEntry entry;
  entry.message_row = query.Integer(0);
  entry.thread_row = query.Integer(1);
  entry.proposal_row = query.Integer(2);
  entry.peer = query.String(3);
  entry.submitted_here = query.Integer(4) != 0;
  entry.settled = query.Integer(5) != 0;
  return entry;
}

DecisionRecord ReadDecision(const Query& query) {
  DecisionRecord record;
  record.peer = query.String(0);
  record.number = query.Number(1);
  record.thread_row = query.Integer(2);
  record.message_row = query.Integer(3);
  record.result = query.String(4);
  record.epoch = query.Number(5);
  record.leaf_index = query.Number(6);
  record.decided_at = query.Time(7);
  record.known_at = query.Time(8);
  record.leaf = query.String(9);
  record.path = query.String(10);
  record.head_size = query.Number(11);
  record.own_leaf_index = query.Number(12);
  return record;
}

template <typename Record>
absl::StatusOr<std::vector<Record>> All(Query& query, Record (*read)(const Query&)) {
  std::vector<Record> records;
  while (true) {
    GATEPOST_ASSIGN_OR_RETURN(bool more, query.Next());
    if (!more) return records;
    records.push_back(read(query));
  }
}

template <typename Record>
absl::StatusOr<std::optional<Record>> One(Query& query, Record (*read)(const Query&)) {
  GATEPOST_ASSIGN_OR_RETURN(bool found, query.Next());
  if (!found) return std::nullopt;
  return read(query);
}

}  // namespace

absl::StatusOr<std::vector<int64_t>> Threads(Connection& connection, int64_t before_row,
                                             size_t limit) {
  Query query = connection.Run(kReadThread,
                               "SELECT message_row FROM proposal WHERE message_row = thread_row"
                               " AND message_row < ? ORDER BY message_row DESC LIMIT ?");
  query.Bind(before_row == 0 ? std::numeric_limits<int64_t>::max() : before_row).BindBound(limit);
  return All<int64_t>(query, [](const Query& row) { return row.Integer(0); });
}

absl::StatusOr<std::vector<ThreadEntry>> ThreadEntries(Connection& connection, int64_t thread_row) {
  Query query = connection.Run(kReadThread, kEntriesOfThread);
  query.Bind(thread_row);
  return All(query, ReadEntry);
}

absl::StatusOr<std::optional<ThreadEntry>> ThreadEntryOf(Connection& connection,
                                                         int64_t message_row) {
  Query query = connection.Run(kReadThread, kEntryByRow);
  query.Bind(message_row);
  return One(query, ReadEntry);
}

absl::StatusOr<std::vector<ThreadEntry>> Unsettled(Connection& connection, std::string_view peer) {
  Query query = connection.Run(kReadThread, kUnsettled);
  query.BindText(peer);
  return All(query, ReadEntry);
}

absl::StatusOr<std::optional<ProposalRecord>> Proposal(Connection& connection,
                                                       int64_t message_row) {
  Query query = connection.Run(kReadProposal, kProposalByRow);
  query.Bind(message_row);
  return One(query, ReadProposal);
}

absl::StatusOr<std::vector<ProposalRecord>> ProposalsIn(Connection& connection,
                                                        v1::AgreementState state,
                                                        std::string_view peer) {
  Query query = connection.Run(kReadProposal, kProposalsIn);
  query.Bind(static_cast<int>(state)).BindText(peer);
  return All(query, ReadProposal);
}

absl::StatusOr<std::vector<DecisionRecord>> Decisions(Connection& connection, std::string_view peer,
                                                      uint64_t after, size_t limit) {
  Query query = connection.Run(kReadDecision, kDecisionsAfter);
  query.BindText(peer).BindBound(after).BindBound(limit);
  return All(query, ReadDecision);
}

absl::StatusOr<std::vector<DecisionRecord>> DecisionsOfThread(Connection& connection,
                                                              int64_t thread_row) {
  Query query = connection.Run(kReadDecision, kDecisionsOfThread);
  query.Bind(thread_row);
  return All(query, ReadDecision);
}

absl::Status PutProposal(Connection& connection, const ProposalRecord& record) {
  Query query = connection.Run("to store a proposal",
                               "INSERT OR REPLACE INTO proposal (message_row, thread_row, peer,"
                               " state, disputed, since, begins, answer_by, over_from)"
                               " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  query.Bind(record.message_row).Bind(record.thread_row).BindText(record.peer);
  query.Bind(static_cast<int>(record.state)).Bind(record.disputed ? 1 : 0).Bind(record.since);
  return query.Bind(record.begins).Bind(record.answer_by).Bind(record.over_from).Finish();
}

absl::Status PutThreadEntry(Connection& connection, const ThreadEntry& entry) {
  Query query = connection.Run("to store a message of a thread",
                               "INSERT OR REPLACE INTO thread_entry (message_row, thread_row,"
                               " proposal_row, peer, submitted_here, settled)"
                               " VALUES (?, ?, ?, ?, ?, ?)");
  query.Bind(entry.message_row).Bind(entry.thread_row).Bind(entry.proposal_row);
  return query.BindText(entry.peer)
      .Bind(entry.submitted_here ? 1 : 0)
      .Bind(entry.settled ? 1 : 0)
      .Finish();
}

absl::Status PutDecision(Connection& connection, const DecisionRecord& record) {
  Query query =
      connection.Run("to store a decision",
                     "INSERT INTO decision (peer, number, thread_row, message_row, result,"
                     " epoch, leaf_index, decided_at, known_at, leaf, path, head_size,"
                     " own_leaf_index) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  query.BindText(record.peer).Bind(record.number).Bind(record.thread_row);
  query.Bind(record.message_row).BindText(record.result).Bind(record.epoch);
  query.Bind(record.leaf_index).Bind(record.decided_at).Bind(record.known_at);
  query.BindBlob(record.leaf).BindBlob(record.path).Bind(record.head_size);
  return query.Bind(record.own_leaf_index).Finish();
}

}  // namespace gatepost::store::sqlite
