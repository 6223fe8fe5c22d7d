// Inclusion and consistency proofs as hashes: exactly the honest one is taken, for its place, its
// sizes and its roots.

#include "daemon/ledger/merkle.h"
#include "tests/fuzz/chooser.h"
#include "tests/fuzz/promise.h"
#include "tests/fuzz/sample_heads.h"

namespace gatepost::fuzz {
namespace {

using Path = std::vector<certs::Digest>;

Path EditedPath(Path path, Chooser& choose) {
  for (size_t edits = choose.Below(4); edits > 0; --edits) {
    const size_t at = choose.Below(path.size() + 1);
    switch (choose.Below(4)) {
      case 0:
        path.insert(path.begin() + at, certs::Sha256Of(choose.Text()));
        break;
      case 1:
        if (at < path.size()) path.erase(path.begin() + at);
        break;
      case 2:
        if (at < path.size()) path[at][choose.Below(32)] ^= choose.Byte();
        break;
      default:
        if (at < path.size()) std::swap(path[at], path.front());
    }
  }
  return path;
}

}  // namespace
}  // namespace gatepost::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gatepost;
  using fuzz::Promise;
  fuzz::Chooser choose(fuzz::ViewOf(data, size));
  const fuzz::SampleLog& sample = fuzz::SampleLog::Get();
  const ledger::FlatNodeReader nodes(sample.nodes);
  // Sizes of the sample mostly, and now and then any number.
  const auto any_size = [&] {
    return choose.Byte() < 240 ? choose.Below(sample.heads.size()) : choose.Number() >> 1;
  };
  const uint64_t from = any_size(), to = any_size();
  const auto head = [&](uint64_t at) { return sample.heads[at % sample.heads.size()].root; };
  const bool known = from < sample.heads.size() && to < sample.heads.size() && from <= to;

  const auto consistency = known ? ledger::ConsistencyProof(from, to, nodes).value() : fuzz::Path();
  const fuzz::Path shown = fuzz::EditedPath(consistency, choose);
  const absl::Status consistent = ledger::VerifyConsistency(from, to, head(from), head(to), shown);
  fuzz::PromiseAnswer(consistent);
  if (known) {
    Promise(consistent.ok() == (from > 0 && shown == consistency),
            "exactly the honest consistency proof is taken");
  }

  const bool inside = known && from < to;
  const auto inclusion = inside ? ledger::InclusionProof(from, to, nodes).value() : fuzz::Path();
  const fuzz::Path path = fuzz::EditedPath(inclusion, choose);
  const absl::Status included = ledger::VerifyInclusion(
      from, to, ledger::LeafHash(sample.leaves[from % sample.leaves.size()]), path, head(to));
  fuzz::PromiseAnswer(included);
  if (inside) {
    Promise(included.ok() == (path == inclusion), "exactly the honest inclusion proof is taken");
  }
  (void)ledger::CompactRange::Restore(from, path);
  return 0;
}
