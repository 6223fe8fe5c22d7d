#ifndef GATEPOST_TESTS_FUZZ_SAMPLE_HEADS_H_
#define GATEPOST_TESTS_FUZZ_SAMPLE_HEADS_H_

#include <string>
#include <vector>

#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/merkle.h"
#include "daemon/ledger/note.h"
#include "tests/ledger/sample_log.h"

// One log of 19 leaves with keys made of fixed seeds: every byte of it is the same in every run, so
// that a corpus can hold what its keys signed. Whatever else verifies by these keys is forged.
namespace gatepost::fuzz {

struct SampleLog {
  ledger::Ed25519NoteSigner log{"vn-langson/audit", ledger::kEd25519Type,
                                certs::Ed25519Key::FromSeed(std::string(32, 'v')).value()};
  ledger::Ed25519NoteSigner witness{"cn-pingxiang/witness", ledger::kEd25519CosignatureType,
                                    certs::Ed25519Key::FromSeed(std::string(32, 'C')).value()};
  ledger::VerifierKey log_key = ledger::VerifierOf(log).value();
  ledger::VerifierKey witness_key = ledger::VerifierOf(witness).value();
  std::string origin = ledger::LogOrigin("vn-langson", 1);
  absl::Time now = absl::FromUnixSeconds(1'800'000'000);
  std::vector<std::string> leaves;
  std::vector<certs::Digest> nodes;
  std::vector<ledger::Checkpoint> heads;  // By size, from 0.

  SampleLog() {
    ledger::CompactRange range;
    heads.push_back({origin, 0, range.Root()});
    for (const ledger::sample::Group& group : ledger::sample::Log()) {
      for (const std::string& leaf : group.leaves) {
        leaves.push_back(leaf);
        range.Append(ledger::LeafHash(leaf), &nodes);
        heads.push_back({origin, range.size(), range.Root()});
      }
    }
  }

  // The log's head at `size`, signed and, if so, cosigned.
  std::string Note(uint64_t size, bool cosigned = false) const {
    std::string note = ledger::SignCheckpoint(heads[size], log).value();
    if (cosigned) note += ledger::Cosign(heads[size].Body(), witness, now).value();
    return note;
  }

  // Whether the log ever had this head.
  bool Had(const ledger::Checkpoint& head) const {
    return head.size < heads.size() && head == heads[head.size];
  }

  static const SampleLog& Get() {
    static const SampleLog sample;
    return sample;
  }
};

}  // namespace gatepost::fuzz

#endif  // GATEPOST_TESTS_FUZZ_SAMPLE_HEADS_H_
