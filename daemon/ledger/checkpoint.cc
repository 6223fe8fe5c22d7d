#include "daemon/ledger/checkpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "daemon/ledger/lines.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"
#include "gatepost/v1/reason.pb.h"

namespace gatepost::ledger {
namespace {

absl::Status Malformed(std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_EVIDENCE_INVALID, fmt::format("a checkpoint with {}", wanted),
                        system::Printable(came), "ask for the checkpoint's exact bytes");
}

// A key speaks for the logs under its own name only.
bool SpeaksFor(std::string_view key_name, std::string_view origin) {
  if (!TakePrefix(key_name, origin)) return false;
  return origin.empty() || (TakePrefix("/", origin) && ParseDecimal(origin).has_value());
}

}  // namespace

std::string LogKeyName(std::string_view node) { return fmt::format("{}/audit", node); }

std::string WitnessKeyName(std::string_view node) { return fmt::format("{}/witness", node); }

std::string LogOrigin(std::string_view node, uint64_t epoch) {
  return fmt::format("{}/audit/{}", node, epoch);
}

std::string Checkpoint::Body() const {
  return fmt::format("{}\n{}\n{}\n", origin, size, certs::Base64Encode(certs::AsView(root)));
}

absl::StatusOr<Checkpoint> Checkpoint::ParseBody(std::string_view body) {
  std::string_view rest = body;
  const std::optional<std::string_view> origin = TakeLine(rest);
  const std::optional<std::string_view> size_line = TakeLine(rest);
  const std::optional<std::string_view> root_line = TakeLine(rest);
  if (!origin || !size_line || !root_line) return Malformed("three lines", body);
  if (!rest.empty()) return Malformed("no extension lines", rest);
  if (origin->empty()) return Malformed("an origin", "an empty first line");
  const std::optional<uint64_t> size = ParseDecimal(*size_line);
  if (!size) return Malformed("a decimal size", *size_line);
  const std::optional<std::string> root_bytes = certs::Base64Decode(*root_line);
  const std::optional<Digest> root = certs::DigestFromBytes(root_bytes.value_or(""));
  if (!root) return Malformed("a root of 32 bytes in base64", *root_line);
  return Checkpoint{std::string(*origin), *size, *root};
}

absl::StatusOr<std::string> SignCheckpoint(const Checkpoint& checkpoint, const NoteSigner& log) {
  if (!SpeaksFor(log.name(), checkpoint.origin)) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT,
                          fmt::format("an origin of the key {}", log.name()), checkpoint.origin,
                          "sign with the log's own key");
  }
  return SignNote(checkpoint.Body(), log);
}

absl::StatusOr<CheckedNote> CheckNote(std::string_view note, const KeyRing& log_keys,
                                      std::span<const VerifierKey> witnesses) {
  const VerifierKey& log_key = log_keys.NamedIn(note);
  std::vector<VerifierKey> known = {log_key};
  known.insert(known.end(), witnesses.begin(), witnesses.end());
  GATEPOST_ASSIGN_OR_RETURN(OpenedNote opened, OpenNote(note, known));
  CheckedNote result{{}, log_key, {}, false};
  OpenedCheckpoint& head = result.opened;
  GATEPOST_ASSIGN_OR_RETURN(head.checkpoint, Checkpoint::ParseBody(opened.text));
  std::string log_line;
  std::string other_lines;
  for (const OpenedNote::Verified& line : opened.verified) {
    if (line.key == log_key) {
      log_line = SignatureLine(line.key, line.signature.payload);
    } else if (line.key.type() == kEd25519CosignatureType) {
      head.cosignatures.push_back({line.key, CosignatureTime(line.signature.payload)});
      other_lines += SignatureLine(line.key, line.signature.payload);
    }
  }
  if (log_line.empty() || log_key.type() != kEd25519Type ||
      !SpeaksFor(log_key.name(), head.checkpoint.origin)) {
    return system::Refuse(v1::REASON_BAD_HEAD_SIGNATURE,
                          fmt::format("a head of {} signed by it", log_key.Format()),
                          fmt::format("a head of {} without that signature",
                                      system::Printable(head.checkpoint.origin)),
                          "do not rely on the head, and ask the log's operator");
  }
  head.body = std::move(opened.text);
  result.note = head.body + "\n" + log_line + other_lines;
  result.had_unknown_lines = !opened.unknown.empty();
  return result;
}

absl::StatusOr<OpenedCheckpoint> OpenCheckpoint(std::string_view note, const KeyRing& log_keys,
                                                std::span<const VerifierKey> witnesses) {
  GATEPOST_ASSIGN_OR_RETURN(CheckedNote checked, CheckNote(note, log_keys, witnesses));
  return std::move(checked.opened);
}

}  // namespace gatepost::ledger
