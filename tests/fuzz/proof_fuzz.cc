// Offline proofs and receipts: one spelling, and they prove only what the log holds.

#include "daemon/ledger/proof.h"
#include "daemon/ledger/receipt.h"
#include "tests/fuzz/promise.h"
#include "tests/fuzz/sample_heads.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gatepost;
  using fuzz::Promise;
  const std::string_view bytes = fuzz::ViewOf(data, size);
  const auto proof = ledger::TlogProof::Parse(bytes);
  fuzz::PromiseAnswer(proof.status());
  if (!proof.ok()) return 0;
  Promise(proof->Format() == bytes, "a proof has one spelling");

  const fuzz::SampleLog& sample = fuzz::SampleLog::Get();
  const std::vector<ledger::VerifierKey> witnesses = {sample.witness_key};
  for (const uint64_t index : {proof->index, (proof->index + 1) % sample.leaves.size()}) {
    const std::string& leaf = sample.leaves[index % sample.leaves.size()];
    const auto verified = ledger::VerifyProof(leaf, *proof, sample.log_key, witnesses);
    fuzz::PromiseAnswer(verified.status());
    Promise(!verified.ok() || (index == proof->index && sample.Had(verified->head.checkpoint) &&
                               verified->index < verified->head.checkpoint.size),
            "a proof proves its own leaf");
    const ledger::ReceiptExpectation expected = {.event = ledger::event::kAccepted,
                                                 .object = "message:3",
                                                 .pae = certs::Sha256Of("message:3"),
                                                 .signatures = std::nullopt,
                                                 .peer = "",
                                                 .origin = sample.origin};
    const auto receipt = ledger::OpenReceipt({leaf, std::string(bytes)}, sample.log_key, expected);
    fuzz::PromiseAnswer(receipt.status());
    Promise(!receipt.ok() || receipt->proof.index == 3, "a receipt is about one message");
  }
  return 0;
}
