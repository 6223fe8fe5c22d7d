// What an auditor opens may come from anybody: no bytes may do more than make the answer INVALID.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "client/evidence/bundle.h"
#include "client/evidence/verify_bundle.h"

namespace {

void Check(std::string_view archive, const std::string& agreement) {
  using namespace gatepost::evidence;
  const Verdict verdict = VerifyBundle(archive, {.link_agreements = {agreement}});
  // An answer has its reason.
  if ((verdict.answer == Answer::kValid) != verdict.findings.empty()) std::abort();
}

}  // namespace

// Once as the file itself; once as evidence that a bundle is made of, so that what lies behind the
// manifest is met too.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  gatepost::v1::GetEvidenceResponse evidence;
  const bool readable = evidence.ParseFromString(std::string(bytes));
  const std::string agreement =
      evidence.link_agreements().empty() ? std::string() : evidence.link_agreements(0);
  Check(bytes, agreement);
  if (!readable) return 0;
  const auto bundle = gatepost::evidence::Bundle::Make(evidence);
  if (!bundle.ok()) return 0;
  const auto sealed = bundle->Seal();
  if (sealed.ok()) Check(*sealed, agreement);
  return 0;
}
