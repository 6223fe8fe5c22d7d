// Text of both languages: comparing it never depends on how often it was prepared, and what passes
// the check can be read as it stands.

#include "daemon/domain/gate_register.h"
#include "daemon/domain/text.h"
#include "tests/client/import/file_register.h"
#include "tests/fuzz/promise.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gatepost;
  using fuzz::Promise;
  const std::string_view text = fuzz::ViewOf(data, size);
  const std::string composed = domain::Composed(text);
  Promise(domain::Composed(composed) == composed, "composed text stays as it is");
  const std::string folded = domain::Folded(text);
  if (system::IsUtf8(text)) {
    Promise(system::IsUtf8(composed) && system::IsUtf8(folded), "text stays UTF-8");
  }
  const std::string plain = domain::WithoutMarks(folded);
  Promise(domain::WithoutMarks(plain) == plain, "marks are left out once");
  const absl::Status checked = domain::CheckText("remark", text, 100);
  fuzz::PromiseAnswer(checked);
  if (checked.ok()) {
    Promise(composed == text && domain::CharacterCount(text) <= 100, "checked text is composed");
  }
  if (size < 200) {
    Promise(domain::EditDistance(text, folded) == domain::EditDistance(folded, text),
            "a distance is the same both ways");
  }
  Promise(system::IsUtf8(system::Printable(text)), "what is printed is UTF-8");
  static client::FileRegister known;
  fuzz::PromiseAnswer(known.gates().Resolve(text, absl::CivilDay(2026, 1, 1)).status());
  fuzz::PromiseAnswer(known.gates().RequireId(text, absl::CivilDay(2026, 1, 1)).status());
  return 0;
}
