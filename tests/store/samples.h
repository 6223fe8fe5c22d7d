#ifndef GATEPOST_TESTS_STORE_SAMPLES_H_
#define GATEPOST_TESTS_STORE_SAMPLES_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "certs/digest.h"
#include "daemon/store/records.h"

// Records with every field set, different for every `number`, the same in every run.
namespace gatepost::store {

certs::Digest SampleDigest(std::string_view kind, uint64_t number);

// `size` bytes of every value, NUL among them.
std::string SampleBytes(uint64_t number, size_t size);

// A message received from "cn-pingxiang" with incoming sequence `number`.
MessageRecord SampleMessage(uint64_t number);

ReceiptRecord SampleReceipt(uint64_t number);
PeerHeadRecord SampleHead(uint64_t number);
LinkRecord SampleLink(uint64_t number);
ReportRecord SampleReport(uint64_t number);

// `leaf_count` leaves from `first_index` on, of about `leaf_size` bytes each.
LeafGroup SampleGroup(uint64_t first_index, uint64_t leaf_count, size_t leaf_size = 400);

}  // namespace gatepost::store

#endif  // GATEPOST_TESTS_STORE_SAMPLES_H_
