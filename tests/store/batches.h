#ifndef GATEPOST_TESTS_STORE_BATCHES_H_
#define GATEPOST_TESTS_STORE_BATCHES_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/store/store.h"

// Batches of a made-up committer, which touch every table, and the check that a store holds them
// whole. What a batch holds follows from its number.
namespace gatepost::store {

struct BatchShape {
  size_t messages = 3;
  size_t envelope_size = 1000;
};

// Writes batch `number` (from 1, each the one after the last) and commits it.
absl::Status CommitBatch(Store& store, int number, const BatchShape& shape = {});

// How many batches `reader` sees. An error when they are not exactly the batches 1 to that number,
// each whole, with messages, places in the outbox, receipts, leaves and the link in step.
absl::StatusOr<int> CountWholeBatches(const Reader& reader, const BatchShape& shape = {});

}  // namespace gatepost::store

#endif  // GATEPOST_TESTS_STORE_BATCHES_H_
