// Leaves of the peer's log: what Parse takes, Encode writes byte for byte, and the other way round.

#include "daemon/ledger/leaf.h"
#include "tests/fuzz/chooser.h"
#include "tests/fuzz/promise.h"

namespace {

using gatepost::fuzz::Chooser;
using gatepost::fuzz::Promise;
using gatepost::ledger::Leaf;

Leaf LeafOf(Chooser choose) {
  Leaf leaf;
  leaf.event = std::string(choose.Text());
  leaf.time = absl::FromUnixMicros(static_cast<int64_t>(choose.Number()));
  leaf.epoch = choose.Number();
  leaf.actor = std::string(choose.Text());
  leaf.peer = std::string(choose.Text());
  leaf.object = std::string(choose.Text());
  if (choose.Byte() % 2 == 1) leaf.sequence = choose.Number();
  if (choose.Byte() % 2 == 1) leaf.pae = gatepost::certs::Sha256Of(choose.Text());
  leaf.result = std::string(choose.Text());
  leaf.detail = std::string(choose.Rest());
  return leaf;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes = gatepost::fuzz::ViewOf(data, size);
  const absl::StatusOr<Leaf> parsed = Leaf::Parse(bytes);
  gatepost::fuzz::PromiseAnswer(parsed.status());
  if (parsed.ok()) {
    const absl::StatusOr<std::string> encoded = parsed->Encode();
    Promise(encoded.ok() && *encoded == bytes, "a leaf has one spelling");
    Promise(bytes.size() <= gatepost::ledger::kLargestLeafBytes, "a leaf has at most 2 KiB");
  }
  const Leaf leaf = LeafOf(Chooser(bytes));
  const absl::StatusOr<std::string> encoded = leaf.Encode();
  gatepost::fuzz::PromiseAnswer(encoded.status());
  if (encoded.ok()) {
    const absl::StatusOr<Leaf> again = Leaf::Parse(*encoded);
    Promise(again.ok() && *again == leaf, "what is written can be read");
  }
  return 0;
}
