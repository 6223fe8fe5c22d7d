#include "tests/store/samples.h"

#include <fmt/format.h>

#include <bit>

namespace gatepost::store {

certs::Digest SampleDigest(std::string_view kind, uint64_t number) {
  return certs::Sha256Of(fmt::format("{} {}", kind, number));
}

std::string SampleBytes(uint64_t number, size_t size) {
  std::string bytes(size, '\0');
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>((i * 7 + number) & 0xff);
  return bytes;
}

MessageRecord SampleMessage(uint64_t number) {
  MessageRecord record;
  record.reference.year = 2026;
  record.author = "spiffe://langson.example/agency/board/officer/shift-lead-2";
  record.message_id = fmt::format("0194e1a2-7c00-7000-8000-{:012x}", number);
  record.pae = SampleDigest("pae", number);
  record.signatures = SampleDigest("signatures", number);
  record.envelope = SampleBytes(number, 900 + number % 300);
  record.origin_node = "vn-langson";
  record.received_from = "cn-pingxiang";
  record.incoming_sequence = number;
  record.leaf_index = number * 2;
  record.stored_at = absl::FromUnixMicros(1'770'000'000'123'456 + static_cast<int64_t>(number));
  record.standing = v1::RUNG_REFUSED;
  record.reason = v1::REASON_SUM_MISMATCH;
  record.findings = SampleBytes(number, 20);
  record.replaces_row = 3;
  record.scope_ids = {"LS-HN-1116", fmt::format("scope/{}", number), "Hữu Nghị 友谊关"};
  return record;
}

ReceiptRecord SampleReceipt(uint64_t number) {
  ReceiptRecord record;
  record.peer = "cn-pingxiang";
  record.sequence = number;
  record.leaf = SampleBytes(number, 450);
  record.leaf_index = number + 1'000'000;
  record.path = SampleBytes(number, 640);
  record.head_epoch = 1;
  record.head_size = number + 1'000'020;
  record.own_leaf_index = number + 7;
  record.rung = v1::RUNG_APPLIED;
  record.reason = v1::REASON_STALE_REVISION;
  return record;
}

PeerHeadRecord SampleHead(uint64_t number) {
  return {.peer = "cn-pingxiang",
          .epoch = 1,
          .size = number,
          .root = SampleDigest("root", number),
          .checkpoint = fmt::format("cn-pingxiang/audit/1\n{}\n\n\u2014 signature\n", number)};
}

LinkRecord SampleLink(uint64_t number) {
  LinkRecord record;
  record.peer = "cn-pingxiang";
  record.fencing = number;
  record.last_queued = number + 1;
  record.queued_digest = SampleDigest("queued", number);
  record.last_receipted = number + 2;
  record.last_received = number + 3;
  record.received_digest = SampleDigest("received", number);
  record.peer_head_epoch = number + 4;
  record.peer_head_size = number + 5;
  record.last_decision = number + 6;
  record.last_rung_given = number + 7;
  record.last_rung_taken = number + 8;
  record.cosigned_epoch = number + 9;
  record.cosigned_size = number + 10;
  record.alarm = "the peer's head contradicts one shown before";
  return record;
}

ReportRecord SampleReport(uint64_t number) {
  ReportRecord record;
  record.message_row = static_cast<int64_t>(number);
  record.side = "VN";
  record.business_date = absl::CivilDay(2026, 1, 1) + static_cast<int64_t>(number);
  record.as_of = absl::FromUnixMicros(1'770'000'000'000'000 + static_cast<int64_t>(number));
  record.version = 2;
  record.original_row = 5;
  record.replaces_row = 6;
  record.scope_ids = {"LS-HN", "LS-TT"};
  return record;
}

LeafGroup SampleGroup(uint64_t first_index, uint64_t leaf_count, size_t leaf_size) {
  LeafGroup group;
  group.first_index = first_index;
  group.leaf_count = leaf_count;
  for (uint64_t index = first_index; index < first_index + leaf_count; ++index) {
    group.leaves.push_back(SampleBytes(index, leaf_size + index % 5));
    // As many nodes as an RFC 6962 tree completes with this leaf.
    for (int level = 0; level <= std::countr_one(index); ++level) {
      group.nodes.push_back(SampleDigest(fmt::format("node {}", level), index));
    }
  }
  group.root = SampleDigest("root", first_index + leaf_count);
  return group;
}

}  // namespace gatepost::store
