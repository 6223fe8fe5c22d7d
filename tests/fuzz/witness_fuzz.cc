// Questions to a witness (tlog-witness, add-checkpoint): one spelling, and never a cosignature for
// a head that the log did not have, or one behind what was cosigned before.

#include "daemon/ledger/witness.h"
#include "tests/fuzz/promise.h"
#include "tests/fuzz/sample_heads.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gatepost;
  using fuzz::Promise;
  const std::string_view bytes = fuzz::ViewOf(data, size);
  const auto question = ledger::AddCheckpoint::Parse(bytes);
  fuzz::PromiseAnswer(question.status());
  if (question.ok()) Promise(question->Format() == bytes, "a question has one spelling");

  const fuzz::SampleLog& sample = fuzz::SampleLog::Get();
  for (const uint64_t last : {0, 1, 8, 19}) {
    std::optional<ledger::WitnessedHead> known;
    if (last > 0) known = ledger::WitnessedHead{last, sample.heads[last].root};
    const auto answer = ledger::JudgeAddCheckpoint(bytes, sample.origin, sample.log_key, known,
                                                   sample.witness, sample.now);
    Promise(answer.ok(), "whatever came is answered");
    if (answer->status != ledger::WitnessStatus::kCosigned) {
      fuzz::PromiseAnswer(answer->why);
      Promise(answer->body.size() <= 24, "a refusal says no more than the known size");
      continue;
    }
    Promise(question.ok(), "only a question is cosigned");
    Promise(answer->head.size >= last && answer->head.size < sample.heads.size() &&
                answer->head.root == sample.heads[answer->head.size].root,
            "only a head that continues the known one is cosigned");
    const std::vector<ledger::VerifierKey> witnesses = {sample.witness_key};
    const auto opened = ledger::OpenCheckpoint(answer->note, sample.log_key, witnesses);
    Promise(opened.ok() && !opened->cosignatures.empty(), "what is kept can be opened");
  }
  return 0;
}
