// Trust policies (tlog-policy): what is read is written back with the same meaning, and no policy
// opens a head that its log did not sign.

#include "daemon/ledger/policy.h"
#include "tests/fuzz/promise.h"
#include "tests/fuzz/sample_heads.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gatepost;
  using fuzz::Promise;
  const auto policy = ledger::Policy::Parse(fuzz::ViewOf(data, size));
  fuzz::PromiseAnswer(policy.status());
  if (!policy.ok()) return 0;
  const std::string text = policy->Format();
  const auto again = ledger::Policy::Parse(text);
  Promise(again.ok() && *again == *policy && again->Format() == text,
          "a policy is read back as it was written");

  const fuzz::SampleLog& sample = fuzz::SampleLog::Get();
  for (const bool cosigned : {false, true}) {
    const auto opened = policy->Open(sample.Note(8, cosigned));
    fuzz::PromiseAnswer(opened.status());
    if (!opened.ok()) continue;
    Promise(sample.Had(opened->checkpoint), "no head that the log did not sign");
    Promise(cosigned || policy->quorum() == "none", "a quorum is never made up of nobody");
  }
  return 0;
}
