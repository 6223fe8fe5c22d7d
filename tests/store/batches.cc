#include "tests/store/batches.h"

#include <fmt/format.h>

#include <memory>
#include <optional>

#include "daemon/system/status_macros.h"
#include "tests/store/samples.h"

namespace gatepost::store {
namespace {

constexpr char kPeer[] = "cn-pingxiang";
constexpr char kCount[] = "batches";

MessageRecord MessageOf(uint64_t number, const BatchShape& shape) {
  MessageRecord record = SampleMessage(number);
  record.envelope = SampleBytes(number, shape.envelope_size + number % 7);
  return record;
}

OutgoingRecord PlaceOf(uint64_t number) {
  return {kPeer, number, static_cast<int64_t>(number), SampleDigest("running", number)};
}

ReportRecord ReportOf(uint64_t number) {
  ReportRecord record = SampleReport(number);
  record.message_row = static_cast<int64_t>(number);
  return record;
}

LeafGroup GroupOf(int batch, const BatchShape& shape) {
  const uint64_t leaves = shape.messages * 2;
  return SampleGroup(static_cast<uint64_t>(batch - 1) * leaves, leaves);
}

absl::Status Differs(std::string_view what, uint64_t number) {
  return absl::DataLossError(fmt::format("{} {} is not what was written", what, number));
}

absl::Status WriteMessage(Transaction& transaction, uint64_t number, const BatchShape& shape) {
  GATEPOST_ASSIGN_OR_RETURN(const MessageRecord stored,
                            transaction.InsertMessage(MessageOf(number, shape)));
  if (stored.row != static_cast<int64_t>(number)) return Differs("row", number);
  GATEPOST_RETURN_IF_ERROR(transaction.PutChain(SampleDigest("certificate", number % 5),
                                                {SampleBytes(number % 5, 800)}));
  GATEPOST_RETURN_IF_ERROR(transaction.PutOutgoing(PlaceOf(number)));
  GATEPOST_RETURN_IF_ERROR(transaction.PutReceipt(SampleReceipt(number)));
  GATEPOST_RETURN_IF_ERROR(
      transaction.PutIncomingDigest(kPeer, number, SampleDigest("incoming", number)));
  GATEPOST_RETURN_IF_ERROR(transaction.PutReport(ReportOf(number)));
  return transaction.HoldReportKey("VN", "LS-HN", SampleReport(number).as_of, stored.row);
}

absl::Status CheckMessage(const Reader& reader, uint64_t number, const BatchShape& shape) {
  GATEPOST_ASSIGN_OR_RETURN(std::optional<MessageRecord> message,
                            reader.MessageBySequence(kPeer, number));
  MessageRecord wanted = MessageOf(number, shape);
  wanted.row = static_cast<int64_t>(number);
  wanted.reference.number = static_cast<uint32_t>(number);
  if (message != wanted) return Differs("message", number);
  GATEPOST_ASSIGN_OR_RETURN(std::optional<MessageRecord> again,
                            reader.FindMessage(wanted.author, wanted.message_id));
  if (again != wanted) return Differs("message by identity", number);
  GATEPOST_ASSIGN_OR_RETURN(std::vector<OutgoingRecord> places,
                            reader.OutgoingOf(static_cast<int64_t>(number)));
  if (places != std::vector{PlaceOf(number)}) return Differs("place in the outbox", number);
  GATEPOST_ASSIGN_OR_RETURN(std::optional<ReceiptRecord> receipt, reader.Receipt(kPeer, number));
  if (receipt != SampleReceipt(number)) return Differs("receipt", number);
  GATEPOST_ASSIGN_OR_RETURN(std::optional<certs::Digest> digest,
                            reader.IncomingDigest(kPeer, number));
  if (digest != SampleDigest("incoming", number)) return Differs("running digest", number);
  GATEPOST_ASSIGN_OR_RETURN(std::optional<ReportRecord> report,
                            reader.Report(static_cast<int64_t>(number)));
  if (report != ReportOf(number)) return Differs("report", number);
  GATEPOST_ASSIGN_OR_RETURN(std::optional<int64_t> holder,
                            reader.ReportHolding("VN", "LS-HN", SampleReport(number).as_of));
  if (holder != static_cast<int64_t>(number)) return Differs("report key", number);
  return absl::OkStatus();
}

absl::StatusOr<int> ReadCount(const Reader& reader) {
  GATEPOST_ASSIGN_OR_RETURN(std::optional<std::string> count, reader.Meta(kCount));
  return count ? std::stoi(*count) : 0;
}

}  // namespace

absl::Status CommitBatch(Store& store, int number, const BatchShape& shape) {
  GATEPOST_ASSIGN_OR_RETURN(std::unique_ptr<Transaction> transaction, store.Begin());
  for (size_t i = 0; i < shape.messages; ++i) {
    const uint64_t message = static_cast<uint64_t>(number - 1) * shape.messages + i + 1;
    GATEPOST_RETURN_IF_ERROR(WriteMessage(*transaction, message, shape));
  }
  GATEPOST_RETURN_IF_ERROR(transaction->AppendGroup(GroupOf(number, shape)));
  GATEPOST_RETURN_IF_ERROR(transaction->PutPeerHead(SampleHead(static_cast<uint64_t>(number))));
  GATEPOST_RETURN_IF_ERROR(transaction->PutLink(SampleLink(static_cast<uint64_t>(number))));
  GATEPOST_RETURN_IF_ERROR(transaction->PutMeta(kCount, std::to_string(number)));
  return transaction->Commit();
}

absl::StatusOr<int> CountWholeBatches(const Reader& reader, const BatchShape& shape) {
  GATEPOST_ASSIGN_OR_RETURN(const int count, ReadCount(reader));
  const uint64_t messages = static_cast<uint64_t>(count) * shape.messages;
  for (uint64_t number = 1; number <= messages; ++number) {
    GATEPOST_RETURN_IF_ERROR(CheckMessage(reader, number, shape));
  }
  GATEPOST_ASSIGN_OR_RETURN(std::vector<MessageRecord> newest, reader.ListMessages({.limit = 1}));
  const int64_t last_row = newest.empty() ? 0 : newest.front().row;
  if (last_row != static_cast<int64_t>(messages)) return Differs("last message", messages);
  GATEPOST_ASSIGN_OR_RETURN(std::vector<OutgoingRecord> beyond,
                            reader.Outgoing(kPeer, messages, 1));
  if (!beyond.empty()) return Differs("last place in the outbox", messages);

  for (int batch = 1; batch <= count; ++batch) {
    const LeafGroup wanted = GroupOf(batch, shape);
    GATEPOST_ASSIGN_OR_RETURN(std::optional<LeafGroup> group,
                              reader.GroupOfLeaf(wanted.first_index));
    if (group != wanted) return Differs("group", wanted.first_index);
    const uint64_t head = static_cast<uint64_t>(batch);
    GATEPOST_ASSIGN_OR_RETURN(std::optional<PeerHeadRecord> held, reader.PeerHead(kPeer, 1, head));
    if (held != SampleHead(head)) return Differs("head", head);
  }
  GATEPOST_ASSIGN_OR_RETURN(std::optional<LeafGroup> last, reader.LastGroup());
  if (last.has_value() != (count > 0)) return Differs("last group", messages);
  if (last && *last != GroupOf(count, shape)) return Differs("last group", last->first_index);
  GATEPOST_ASSIGN_OR_RETURN(LinkRecord link, reader.Link(kPeer));
  const LinkRecord wanted =
      count > 0 ? SampleLink(static_cast<uint64_t>(count)) : LinkRecord{.peer = kPeer};
  if (link != wanted) return Differs("link", messages);
  return count;
}

}  // namespace gatepost::store
