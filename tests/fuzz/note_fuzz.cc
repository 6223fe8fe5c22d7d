// Signed notes, checkpoints, cosignatures and vkeys: one spelling each, and no head of a log that
// its key did not sign.

#include "daemon/ledger/cosignature.h"
#include "daemon/ledger/witness.h"
#include "tests/fuzz/promise.h"
#include "tests/fuzz/sample_heads.h"

namespace gatepost::fuzz {
namespace {

void CheckVkey(std::string_view text) {
  const auto key = ledger::VerifierKey::Parse(text);
  PromiseAnswer(key.status());
  if (key.ok()) Promise(key->Format() == text, "a vkey has one spelling");
}

void CheckLine(std::string_view line) {
  const std::optional<ledger::NoteSignature> taken = ledger::ParseSignatureLine(line);
  if (!taken.has_value()) return;
  std::string id(4, '\0');
  for (int i = 0; i < 4; ++i) id[i] = static_cast<char>(taken->key_id >> (24 - 8 * i));
  Promise("\u2014 " + taken->name + " " + certs::Base64Encode(id + taken->payload) + "\n" == line,
          "a signature line has one spelling");
}

void CheckNotes(std::string_view bytes) {
  const SampleLog& sample = SampleLog::Get();
  const std::vector<ledger::VerifierKey> known = {sample.log_key, sample.witness_key};
  const auto opened = ledger::OpenNote(bytes, known);
  PromiseAnswer(opened.status());
  if (opened.ok()) {
    Promise(!opened->verified.empty() && bytes.starts_with(opened->text),
            "an open note is what a known key signed");
  }
  const std::vector<ledger::VerifierKey> witnesses = {sample.witness_key};
  const auto checked = ledger::CheckNote(bytes, sample.log_key, witnesses);
  PromiseAnswer(checked.status());
  if (!checked.ok()) return;
  Promise(sample.Had(checked->opened.checkpoint), "no head that the log did not sign");
  const auto again = ledger::CheckNote(checked->note, sample.log_key, witnesses);
  Promise(again.ok() && again->note == checked->note && !again->had_unknown_lines,
          "a checked note stays as it is");
}

void CheckCosignatures(std::string_view bytes) {
  const SampleLog& sample = SampleLog::Get();
  const std::string body = sample.heads[8].Body();
  const auto line = ledger::ParseCosignatureLines(bytes, sample.witness_key, body);
  PromiseAnswer(line.status());
  const auto added = ledger::AddCosignature(sample.Note(8), bytes);
  PromiseAnswer(added.status());
  if (added.ok()) {
    Promise(ledger::AddCosignature(*added, bytes).value_or("") == *added,
            "a line stands once, however often it is added");
  }
}

}  // namespace
}  // namespace gatepost::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gatepost;
  const std::string_view bytes = fuzz::ViewOf(data, size);
  fuzz::CheckVkey(bytes);
  fuzz::CheckLine(bytes);
  fuzz::CheckNotes(bytes);
  fuzz::CheckCosignatures(bytes);
  const auto head = ledger::Checkpoint::ParseBody(bytes);
  fuzz::PromiseAnswer(head.status());
  if (head.ok()) fuzz::Promise(head->Body() == bytes, "a checkpoint has one spelling");
  return 0;
}
