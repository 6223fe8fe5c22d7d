// gatepost_bench_ledger: what the log costs as it grows, and what checking it costs. In one
// process, on SQLite without syncs (they are measured by gatepost_bench); ratios first.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "daemon/exchange/log_book.h"
#include "daemon/ledger/log_check.h"
#include "daemon/ledger/proof.h"
#include "daemon/store/evidence.h"
#include "daemon/store/sqlite/sqlite_store.h"
#include "daemon/system/random.h"
#include "daemon/system/status_macros.h"
#include "tests/bench/machine.h"

namespace {

using namespace gatepost;

constexpr uint64_t kGroup = 1000;  // Entries of a filling group.
constexpr uint64_t kAppend = 16;   // Entries of a measured one: a busy commit.
constexpr int kAppends = 2000;

double Micros(absl::Duration time) { return absl::ToDoubleMicroseconds(time); }

ledger::Ed25519NoteSigner Signer() {
  return {"bench/audit", ledger::kEd25519Type,
          certs::Ed25519Key::FromSeed(std::string(32, 'b')).value()};
}

ledger::Leaf EntryNumber(uint64_t number) {
  ledger::Leaf leaf;
  leaf.event = ledger::event::kDelivered;
  leaf.actor = "spiffe://langson.example/agency/board/service/feeder";
  leaf.peer = "cn-pingxiang";
  leaf.object = fmt::format("message:0194e1a2-7c00-7000-8000-{:012x}", number);
  leaf.sequence = number + 1;
  leaf.pae = certs::Sha256Of(leaf.object);
  leaf.signatures = leaf.pae;
  leaf.result = "APPLIED";
  return leaf;
}

// A folder that goes with the run.
class Folder {
 public:
  Folder() {
    std::string pattern = std::filesystem::temp_directory_path() / "gatepost-bench-XXXXXX";
    if (mkdtemp(pattern.data()) != nullptr) path = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  std::string path;
};

absl::StatusOr<std::unique_ptr<store::Store>> Open(const Folder& folder) {
  store::SqliteOptions options;
  options.durable = false;
  return store::OpenSqliteStore(folder.path, options);
}

// Appends whole groups of real entries through the log book; returns the time of each.
absl::StatusOr<std::vector<absl::Duration>> Append(store::Store& store, exchange::LogBook& book,
                                                   uint64_t groups, uint64_t entries) {
  std::vector<absl::Duration> times;
  for (uint64_t group = 0; group < groups; ++group) {
    const uint64_t first = book.head().size;
    std::vector<ledger::Leaf> leaves;
    for (uint64_t at = 0; at < entries; ++at) leaves.push_back(EntryNumber(first + at));
    const absl::Time start = absl::Now();
    GATEPOST_ASSIGN_OR_RETURN(const auto transaction, store.Begin());
    book.Draft(absl::Now());
    for (ledger::Leaf& leaf : leaves) GATEPOST_RETURN_IF_ERROR(book.Add(std::move(leaf)).status());
    GATEPOST_RETURN_IF_ERROR(book.Write(*transaction));
    GATEPOST_RETURN_IF_ERROR(transaction->Commit());
    book.Publish();
    times.push_back(absl::Now() - start);
  }
  return times;
}

// Brings the log to `size` with entries of one byte: as many rows and nodes as real ones make.
absl::Status Fill(store::Store& store, ledger::CompactRange& range, uint64_t size) {
  while (range.size() < size) {
    GATEPOST_ASSIGN_OR_RETURN(const auto transaction, store.Begin());
    for (int groups = 0; groups < 100 && range.size() < size; ++groups) {
      store::LeafGroup group;
      group.first_index = range.size();
      while (group.leaves.size() < kGroup && range.size() < size) {
        group.leaves.emplace_back("x");
        range.Append(ledger::LeafHash("x"), &group.nodes);
      }
      group.leaf_count = group.leaves.size();
      group.root = range.Root();
      GATEPOST_RETURN_IF_ERROR(transaction->AppendGroup(group));
    }
    GATEPOST_RETURN_IF_ERROR(transaction->Commit());
  }
  return absl::OkStatus();
}

absl::Status AppendCosts(const std::vector<uint64_t>& sizes) {
  const Folder folder;
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Store> store, Open(folder));
  const auto signer = std::make_shared<const ledger::Ed25519NoteSigner>(Signer());
  system::SystemRandom random;
  ledger::CompactRange range;
  double first = 0;
  for (const uint64_t size : sizes) {
    // One real entry at the end: the log book begins from its time.
    GATEPOST_RETURN_IF_ERROR(Fill(*store, range, size - 1));
    {
      ledger::Leaf leaf = EntryNumber(size);
      leaf.time = absl::FromUnixSeconds(1);
      leaf.epoch = 1;
      GATEPOST_ASSIGN_OR_RETURN(const std::string bytes, leaf.Encode());
      store::LeafGroup group;
      group.first_index = range.size();
      group.leaves = {bytes};
      group.leaf_count = 1;
      range.Append(ledger::LeafHash(bytes), &group.nodes);
      group.root = range.Root();
      GATEPOST_ASSIGN_OR_RETURN(const auto transaction, store->Begin());
      GATEPOST_RETURN_IF_ERROR(transaction->AppendGroup(group));
      GATEPOST_RETURN_IF_ERROR(transaction->Commit());
    }
    const absl::Time start = absl::Now();
    GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<exchange::LogBook> book,
                              exchange::LogBook::Open(*store, "bench", signer, random));
    const absl::Duration opening = absl::Now() - start;
    GATEPOST_ASSIGN_OR_RETURN(std::vector<absl::Duration> times,
                              Append(*store, *book, kAppends, kAppend));
    std::sort(times.begin(), times.end());
    const double median = Micros(times[times.size() / 2]) / kAppend;
    if (first == 0) first = median;
    fmt::print(
        "append at {:>10} entries   x {:4.2f}   p50 {:5.2f} us an entry, p99 {:6.2f} us   "
        "(groups of {}; the log opens in {:.1f} ms)\n",
        size, median / first, median, Micros(times[times.size() * 99 / 100]) / kAppend, kAppend,
        Micros(opening) / 1000);
    // What was appended stands between this size and the next.
    GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> reader, store->Read());
    for (uint64_t at = range.size(); at < book->head().size;) {
      GATEPOST_ASSIGN_OR_RETURN(const auto group, reader->GroupOfLeaf(at));
      for (const std::string& leaf : group->leaves) range.Append(ledger::LeafHash(leaf));
      at += group->leaves.size();
    }
  }
  return absl::OkStatus();
}

absl::Status CheckAll(const Folder& folder, uint64_t size) {
  GATEPOST_ASSIGN_OR_RETURN(const auto reader, store::OpenEvidence(folder.path));
  // The floor: every leaf and every node hashed once, and nothing else.
  absl::Duration hashing, checking;
  ledger::LogCheck check;
  ledger::CompactRange range;
  uint64_t at = 0;
  const absl::Time start = absl::Now();
  while (at < size) {
    GATEPOST_ASSIGN_OR_RETURN(const auto group, reader->GroupOfLeaf(at));
    absl::Time begin = absl::Now();
    for (const std::string& leaf : group->leaves) range.Append(ledger::LeafHash(leaf));
    hashing += absl::Now() - begin;
    begin = absl::Now();
    check.Feed({group->first_index, group->leaves, group->nodes, group->root});
    checking += absl::Now() - begin;
    at += group->leaves.size();
  }
  check.Finish();
  const absl::Duration all = absl::Now() - start - hashing;
  if (check.finding_count() != 0) return absl::InternalError("findings in a sound log");
  fmt::print(
      "verify {} entries            x {:4.2f} of hashing it   {:.2f} s, {:.2f} us an entry "
      "(with reading {:.2f} s; hashing alone {:.2f} s)\n",
      size, absl::FDivDuration(checking, hashing), absl::ToDoubleSeconds(checking),
      Micros(checking) / static_cast<double>(size), absl::ToDoubleSeconds(all),
      absl::ToDoubleSeconds(hashing));
  return absl::OkStatus();
}

// Single proofs at random places of a log that was just opened.
absl::Status ProveOne(const store::Store& store, uint64_t size) {
  const auto signer = std::make_shared<const ledger::Ed25519NoteSigner>(Signer());
  system::SystemRandom random;
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<exchange::LogBook> book,
                            exchange::LogBook::Open(store, "bench", signer, random));
  GATEPOST_ASSIGN_OR_RETURN(const ledger::VerifierKey key, ledger::VerifierOf(*signer));
  std::mt19937_64 places(1);
  bench::Times proving, verifying;
  size_t bytes = 0;
  for (int i = 0; i < 500; ++i) {
    absl::Time start = absl::Now();
    GATEPOST_ASSIGN_OR_RETURN(const ledger::Receipt receipt, book->ReceiptOf(places() % size));
    proving.all.push_back(absl::Now() - start);
    start = absl::Now();
    GATEPOST_RETURN_IF_ERROR(ledger::VerifyProofText(receipt.leaf, receipt.proof, key).status());
    verifying.all.push_back(absl::Now() - start);
    bytes += receipt.leaf.size() + receipt.proof.size();
  }
  fmt::print(
      "prove one of {}              p50 {:.0f} us, p99 {:.0f} us; to check it p50 {:.0f} us;"
      " {} bytes with its leaf\n",
      size, Micros(proving.Percentile(0.5)), Micros(proving.Percentile(0.99)),
      Micros(verifying.Percentile(0.5)), bytes / 500);
  return absl::OkStatus();
}

absl::Status Checking(uint64_t size) {
  const Folder folder;
  {
    GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Store> store, Open(folder));
    const auto signer = std::make_shared<const ledger::Ed25519NoteSigner>(Signer());
    system::SystemRandom random;
    GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<exchange::LogBook> book,
                              exchange::LogBook::Open(*store, "bench", signer, random));
    GATEPOST_RETURN_IF_ERROR(Append(*store, *book, size / 100, 100).status());
  }
  GATEPOST_RETURN_IF_ERROR(CheckAll(folder, size));
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Store> store, Open(folder));
  return ProveOne(*store, size);
}

}  // namespace

int main(int argc, char** argv) {
  uint64_t entries = 1'000'000;
  std::vector<uint64_t> sizes = {10'000, 100'000, 1'000'000, 10'000'000};
  CLI::App app("Measures the log on this machine.");
  app.add_option("--entries", entries, "Entries of the log that is verified, a multiple of 100");
  app.add_option("--sizes", sizes, "Sizes at which appending is measured, rising")->delimiter(',');
  CLI11_PARSE(app, argc, argv);
  absl::Status done = Checking(entries);
  if (done.ok()) done = AppendCosts(sizes);
  if (done.ok()) return 0;
  fmt::print(stderr, "gatepost_bench_ledger: {}\n", std::string(done.message()));
  return 1;
}
