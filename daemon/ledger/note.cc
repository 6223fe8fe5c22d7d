#include "daemon/ledger/note.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "certs/digest.h"
#include "daemon/ledger/cosignature.h"
#include "daemon/ledger/lines.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"
#include "gatepost/v1/reason.pb.h"

namespace gatepost::ledger {
namespace {

constexpr std::string_view kLineStart = "\xe2\x80\x94 ";  // U+2014 and a space.
constexpr size_t kKeyIdSizeBytes = 4;

absl::Status BadKey(std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_BAD_CONFIG, wanted, system::Printable(came),
                        "copy the vkey whole, as its owner printed it");
}

absl::Status Malformed(std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_EVIDENCE_INVALID, fmt::format("a signed note with {}", wanted),
                        system::Printable(came), "ask for the note's exact bytes");
}

absl::Status Untrusted(std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_BAD_HEAD_SIGNATURE, wanted, system::Printable(came),
                        "do not rely on the note, and ask the signer's operator");
}

// Unicode's White_Space characters.
bool IsSpace(uint32_t c) {
  return (c >= 0x09 && c <= 0x0d) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
         c == 0x3000;
}

bool IsKeyName(std::string_view name) {
  if (name.empty()) return false;
  while (!name.empty()) {
    const system::Utf8Character character = system::FirstUtf8Character(name);
    if (character.size_bytes == 0 || character.code_point < 0x20) return false;
    if (character.code_point == '+' || IsSpace(character.code_point)) return false;
    name.remove_prefix(character.size_bytes);
  }
  return true;
}

bool IsNoteText(std::string_view text) {
  const bool has_control = std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\n';
  });
  return !has_control && system::IsUtf8(text);
}

std::string BigEndian(uint32_t number) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(number >> shift));
  return bytes;
}

uint32_t FromBigEndian(std::string_view bytes) {
  uint32_t number = 0;
  for (unsigned char byte : bytes) number = number << 8 | byte;
  return number;
}

bool Holds(const VerifierKey& key, std::string_view text, std::string_view payload) {
  if (key.type() == kEd25519CosignatureType) {
    return VerifyCosignature(key.public_key(), text, payload).ok();
  }
  return certs::Ed25519Verify(key.public_key(), text, payload);
}

}  // namespace

uint32_t KeyId(std::string_view name, uint8_t type, std::string_view public_key) {
  certs::Sha256 hash;
  hash.Update(name);
  hash.Update("\n");
  hash.Update(std::string(1, static_cast<char>(type)));
  hash.Update(public_key);
  const certs::Digest digest = hash.Finish();
  return FromBigEndian(certs::AsView(digest).substr(0, kKeyIdSizeBytes));
}

absl::StatusOr<VerifierKey> VerifierKey::Create(std::string_view name, uint8_t type,
                                                std::string_view public_key) {
  if (!IsKeyName(name)) return BadKey("a key name without spaces and `+`", name);
  if (type != kEd25519Type && type != kEd25519CosignatureType) {
    return BadKey("a key of type 0x01 or 0x04 (Ed25519)", fmt::format("type {:#04x}", type));
  }
  if (public_key.size() != certs::kEd25519KeySizeBytes) {
    return BadKey("a public key of 32 bytes", fmt::format("{} bytes", public_key.size()));
  }
  return VerifierKey(name, type, public_key);
}

absl::StatusOr<VerifierKey> VerifierKey::Parse(std::string_view vkey) {
  // The base64 part may contain `+` itself: only the first two separate.
  const size_t first = vkey.find('+');
  const size_t second = first == std::string_view::npos ? first : vkey.find('+', first + 1);
  if (second == std::string_view::npos) return BadKey("a vkey `name+id+key`", vkey);
  const std::string_view name = vkey.substr(0, first);
  const std::string_view id = vkey.substr(first + 1, second - first - 1);
  const std::optional<std::string> key = certs::Base64Decode(vkey.substr(second + 1));
  if (!key || key->empty()) return BadKey("base64 as the last part of a vkey", vkey);
  const uint8_t type = static_cast<uint8_t>(key->front());
  GATEPOST_ASSIGN_OR_RETURN(VerifierKey made, Create(name, type, std::string_view(*key).substr(1)));
  const std::string wanted_id = fmt::format("{:08x}", made.key_id());
  if (id != wanted_id) return BadKey(fmt::format("the key id {}", wanted_id), id);
  return made;
}

std::string VerifierKey::Format() const {
  return fmt::format("{}+{:08x}+{}", name_, key_id_,
                     certs::Base64Encode(std::string(1, static_cast<char>(type_)) + public_key_));
}

absl::StatusOr<VerifierKey> VerifierOf(const NoteSigner& signer) {
  return VerifierKey::Create(signer.name(), signer.type(), signer.public_key());
}

std::string SignatureLine(const VerifierKey& key, std::string_view payload) {
  return fmt::format("{}{} {}\n", kLineStart, key.name(),
                     certs::Base64Encode(BigEndian(key.key_id()) + std::string(payload)));
}

absl::StatusOr<std::string> SignNote(std::string_view text, const NoteSigner& signer) {
  if (!text.ends_with('\n') || !IsNoteText(text)) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, "a note text of UTF-8 lines, each ended by LF",
                          system::Printable(text), "correct the text before it is signed");
  }
  if (signer.type() != kEd25519Type) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, "a log key (type 0x01)",
                          fmt::format("type {:#04x}", signer.type()), "sign with the log key");
  }
  GATEPOST_ASSIGN_OR_RETURN(VerifierKey key, VerifierOf(signer));
  GATEPOST_ASSIGN_OR_RETURN(std::string signature, signer.Sign(text));
  return fmt::format("{}\n{}", text, SignatureLine(key, signature));
}

std::optional<NoteSignature> ParseSignatureLine(std::string_view line) {
  if (!line.ends_with('\n') || !TakePrefix(kLineStart, line)) return std::nullopt;
  line.remove_suffix(1);
  const size_t space = line.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  std::optional<std::string> bytes = certs::Base64Decode(line.substr(space + 1));
  if (!bytes || bytes->size() <= kKeyIdSizeBytes) return std::nullopt;
  NoteSignature signature;
  signature.name = std::string(line.substr(0, space));
  signature.key_id = FromBigEndian(std::string_view(*bytes).substr(0, kKeyIdSizeBytes));
  signature.payload = bytes->substr(kKeyIdSizeBytes);
  if (!IsKeyName(signature.name)) return std::nullopt;
  return signature;
}

absl::StatusOr<OpenedNote> OpenNote(std::string_view note, std::span<const VerifierKey> known) {
  if (!IsNoteText(note)) return Malformed("UTF-8 text without control characters", note);
  // Texts may have empty lines: the last one separates.
  const size_t split = note.rfind("\n\n");
  if (split == std::string_view::npos) return Malformed("an empty line after its text", note);
  OpenedNote opened;
  opened.text = std::string(note.substr(0, split + 1));
  std::string_view rest = note.substr(split + 2);
  if (!rest.ends_with('\n')) {
    return Malformed("signature lines that each end in LF", rest.empty() ? "none" : rest);
  }
  size_t count = 0;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n') + 1);
    rest.remove_prefix(line.size());
    if (++count > kMostSignatureLines) {
      return Malformed(fmt::format("at most {} signatures", kMostSignatureLines), "more");
    }
    std::optional<NoteSignature> signature = ParseSignatureLine(line);
    if (!signature) return Malformed("lines `\u2014 <name> <base64>`", line);
    auto key = std::find_if(known.begin(), known.end(), [&](const VerifierKey& candidate) {
      return candidate.name() == signature->name && candidate.key_id() == signature->key_id;
    });
    if (key == known.end()) {
      opened.unknown.push_back(*std::move(signature));
    } else if (Holds(*key, opened.text, signature->payload)) {
      opened.verified.push_back({*key, *std::move(signature)});
    } else {
      return Untrusted(fmt::format("a signature of {} that holds", key->Format()),
                       "one that does not");
    }
  }
  if (opened.verified.empty()) {
    std::string names;
    for (const VerifierKey& key : known) names += (names.empty() ? "" : " or ") + key.Format();
    return Untrusted(fmt::format("a signature of {}", names.empty() ? "a known key" : names),
                     fmt::format("{} of unknown keys", opened.unknown.size()));
  }
  return opened;
}

}  // namespace gatepost::ledger
