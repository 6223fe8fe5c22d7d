#include "daemon/store/epochs.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::store {

namespace {

std::optional<uint64_t> Number(std::string_view text) {
  uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || at != end) return std::nullopt;
  return number;
}

}  // namespace

uint64_t Epochs::OfLeaf(uint64_t index) const { return StartOf(index + 1).epoch; }

Epochs::Start Epochs::StartOf(uint64_t size) const {
  Start found = starts_.front();
  for (const Start& start : starts_) {
    if (start.first < size) found = start;
  }
  return found;
}

absl::Status Epochs::Add(Start start) {
  if (start.epoch <= newest()) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, fmt::format("an epoch after {}", newest()),
                          fmt::format("epoch {} from leaf {} on", start.epoch, start.first),
                          "look at the log's EPOCH leaves");
  }
  std::erase_if(starts_, [&start](const Start& lost) { return lost.first >= start.first; });
  starts_.push_back(start);
  return absl::OkStatus();
}

std::string OwnEpochs() { return "epoch/"; }

std::string PeerEpochs(std::string_view peer) { return fmt::format("peer_epoch/{}/", peer); }

absl::StatusOr<Epochs> ReadEpochs(const Reader& store, const std::string& prefix) {
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<MetaRecord> kept, store.MetaWithPrefix(prefix));
  std::vector<Epochs::Start> starts;
  for (const MetaRecord& record : kept) {
    const std::optional<uint64_t> epoch =
        Number(std::string_view(record.key).substr(prefix.size()));
    const std::optional<uint64_t> first = Number(record.value);
    starts.push_back({epoch.value_or(0), first.value_or(0)});
  }
  std::ranges::sort(starts, {}, &Epochs::Start::epoch);
  Epochs epochs;
  for (const Epochs::Start& start : starts) {
    if (absl::Status added = epochs.Add(start); !added.ok()) {
      return system::Refuse(v1::REASON_LEDGER_DAMAGED, "epochs that rise with the log",
                            fmt::format("{}{} from {}", prefix, start.epoch, start.first),
                            "do not start this node; compare the store with the last backup");
    }
  }
  return epochs;
}

absl::Status PutEpoch(Transaction& store, const std::string& prefix, Epochs::Start start) {
  return store.PutMeta(fmt::format("{}{}", prefix, start.epoch), fmt::format("{}", start.first));
}

}  // namespace gatepost::store
