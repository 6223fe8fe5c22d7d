#include "daemon/ledger/witness.h"

#include <fmt/format.h>

#include <span>
#include <utility>

#include "daemon/ledger/cosignature.h"
#include "daemon/ledger/lines.h"
#include "daemon/ledger/merkle.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"
#include "gatepost/v1/reason.pb.h"

namespace gatepost::ledger {
namespace {

constexpr std::string_view kOld = "old ";

absl::Status Malformed(std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_EVIDENCE_INVALID, wanted, system::Printable(came),
                        "have the log's operator look at its software");
}

absl::Status Inconsistent(std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_EVIDENCE_INVALID, wanted, came,
                        "keep the head, and ask the log's operator");
}

WitnessAnswer Refused(WitnessStatus status, absl::Status why) {
  WitnessAnswer answer;
  answer.status = status;
  answer.why = std::move(why);
  return answer;
}

WitnessAnswer Conflict(uint64_t known_size, uint64_t old_size) {
  WitnessAnswer answer =
      Refused(WitnessStatus::kConflict,
              system::Refuse(v1::REASON_EVIDENCE_INVALID,
                             fmt::format("a proof from {}, the size cosigned last", known_size),
                             fmt::format("one from {}", old_size), "ask again with that proof"));
  answer.body = fmt::format("{}\n", known_size);
  return answer;
}

WitnessAnswer Contradiction(std::string note, absl::Status why) {
  WitnessAnswer answer = Refused(WitnessStatus::kInconsistent, std::move(why));
  answer.note = std::move(note);
  answer.contradicts = true;
  return answer;
}

// The origin that a note claims, before anything in it is believed.
std::optional<std::string_view> ClaimedOrigin(std::string_view note) { return TakeLine(note); }

// Whether a head that the log signed continues what is known.
absl::Status Continues(const AddCheckpoint& asked, const Checkpoint& head,
                       const std::optional<WitnessedHead>& known) {
  if (head.size == 0 && head.root != EmptyRoot()) {
    return Inconsistent("the root of an empty log for size 0", certs::ToHex(head.root));
  }
  if (asked.old_size == 0) return absl::OkStatus();  // There is nothing to continue.
  return VerifyConsistency(asked.old_size, head.size, known->root, head.root, asked.proof);
}

}  // namespace

std::string AddCheckpoint::Format() const {
  std::string text = fmt::format("{}{}\n", kOld, old_size);
  for (const Digest& hash : proof) text += certs::Base64Encode(certs::AsView(hash)) + "\n";
  return text + "\n" + checkpoint;
}

absl::StatusOr<AddCheckpoint> AddCheckpoint::Parse(std::string_view body) {
  AddCheckpoint asked;
  std::string_view rest = body;
  std::string_view first = TakeLine(rest).value_or("");
  std::optional<uint64_t> old_size;
  if (TakePrefix(kOld, first)) old_size = ParseDecimal(first);
  if (!old_size) return Malformed("a first line `old <size>`", body);
  asked.old_size = *old_size;
  while (true) {
    const std::optional<std::string_view> line = TakeLine(rest);
    if (!line) return Malformed("an empty line before the checkpoint", "none");
    if (line->empty()) break;
    if (asked.proof.size() == kMostProofLines) {
      return Malformed(fmt::format("at most {} proof lines", kMostProofLines), "more");
    }
    const std::optional<std::string> bytes = certs::Base64Decode(*line);
    const std::optional<Digest> hash = certs::DigestFromBytes(bytes.value_or(""));
    if (!hash) return Malformed("proof lines of 32 bytes in base64", *line);
    asked.proof.push_back(*hash);
  }
  asked.checkpoint = std::string(rest);
  return asked;
}

absl::StatusOr<WitnessAnswer> JudgeAddCheckpoint(std::string_view body, std::string_view origin,
                                                 const KeyRing& log_keys,
                                                 const std::optional<WitnessedHead>& known,
                                                 const NoteSigner& witness, absl::Time now) {
  absl::StatusOr<AddCheckpoint> asked = AddCheckpoint::Parse(body);
  if (!asked.ok()) return Refused(WitnessStatus::kMalformed, asked.status());
  const std::optional<std::string_view> claimed = ClaimedOrigin(asked->checkpoint);
  if (!claimed) return Refused(WitnessStatus::kMalformed, Malformed("a checkpoint", "no line"));
  if (*claimed != origin) {
    return Refused(WitnessStatus::kUnknownOrigin,
                   Malformed(fmt::format("a head of {}", origin), *claimed));
  }
  const absl::StatusOr<OpenedCheckpoint> opened = OpenCheckpoint(asked->checkpoint, log_keys);
  if (!opened.ok()) {
    const bool untrusted = system::ReasonOf(opened.status()) == v1::REASON_BAD_HEAD_SIGNATURE;
    return Refused(untrusted ? WitnessStatus::kUntrusted : WitnessStatus::kMalformed,
                   opened.status());
  }
  const Checkpoint& head = opened->checkpoint;
  if (asked->old_size > head.size) {
    return Refused(WitnessStatus::kMalformed,
                   Malformed(fmt::format("an old size up to the head's, {}", head.size),
                             fmt::format("{}", asked->old_size)));
  }
  const uint64_t known_size = known ? known->size : 0;
  if (asked->old_size != known_size) return Conflict(known_size, asked->old_size);
  // The proof is nobody's word: a superfluous one says nothing against the log.
  if (asked->old_size == 0 && !asked->proof.empty()) {
    return Refused(WitnessStatus::kInconsistent,
                   Inconsistent("an empty proof from size 0",
                                fmt::format("one of {} hashes", asked->proof.size())));
  }
  if (absl::Status why = Continues(*asked, head, known); !why.ok()) {
    return Contradiction(std::move(asked->checkpoint), std::move(why));
  }
  WitnessAnswer answer;
  GATEPOST_ASSIGN_OR_RETURN(answer.body, Cosign(opened->body, witness, now));
  absl::StatusOr<std::string> note = AddCosignature(asked->checkpoint, answer.body);
  if (!note.ok()) return Refused(WitnessStatus::kMalformed, note.status());
  answer.status = WitnessStatus::kCosigned;
  answer.head = {head.size, head.root};
  answer.note = *std::move(note);
  return answer;
}

absl::StatusOr<CosignatureLine> ParseCosignatureLines(std::string_view answer_body,
                                                      const KeyRing& witness_keys,
                                                      std::string_view checkpoint_body) {
  const std::string note = fmt::format("{}\n{}", checkpoint_body, answer_body);
  const VerifierKey& witness = witness_keys.NamedIn(note);
  GATEPOST_ASSIGN_OR_RETURN(const OpenedNote opened, OpenNote(note, std::span(&witness, 1)));
  // An answer with an empty line of its own would move the end of the text.
  if (opened.text != checkpoint_body || witness.type() != kEd25519CosignatureType) {
    return Malformed(fmt::format("cosignature lines of {}", witness.Format()), answer_body);
  }
  CosignatureLine newest;
  newest.time = absl::InfinitePast();
  for (const OpenedNote::Verified& verified : opened.verified) {
    const absl::Time time = CosignatureTime(verified.signature.payload);
    if (time > newest.time) newest = {SignatureLine(witness, verified.signature.payload), time};
  }
  return newest;
}

absl::StatusOr<std::string> AddCosignature(std::string_view note, std::string_view line) {
  const size_t split = note.rfind("\n\n");
  if (split == std::string_view::npos) return Malformed("a note with signature lines", note);
  const std::optional<NoteSignature> added = ParseSignatureLine(line);
  if (!added) return Malformed("one signature line that ends in LF", line);
  std::string result(note.substr(0, split + 2));
  std::string_view rest = note.substr(split + 2);
  size_t count = 1;
  while (!rest.empty()) {
    const size_t end = rest.find('\n');
    if (end == std::string_view::npos) return Malformed("lines that each end in LF", rest);
    const std::string_view one = rest.substr(0, end + 1);
    rest.remove_prefix(end + 1);
    const std::optional<NoteSignature> held = ParseSignatureLine(one);
    if (!held) return Malformed("a note with signature lines", one);
    if (held->name == added->name && held->key_id == added->key_id) continue;
    if (++count > kMostSignatureLines) {
      return Malformed(fmt::format("at most {} signatures", kMostSignatureLines), "more");
    }
    result += one;
  }
  return result + std::string(line);
}

}  // namespace gatepost::ledger
