#ifndef GATEPOST_DAEMON_LEDGER_NOTE_H_
#define GATEPOST_DAEMON_LEDGER_NOTE_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "certs/ed25519.h"

// C2SP signed notes (c2sp.org/signed-note): a text, an empty line, and signature lines
// `— <key name> <base64(key id || signature)>`. Pure and callable from any thread.
namespace gatepost::ledger {

// Signature types that this program makes and checks. Others are carried and ignored.
inline constexpr uint8_t kEd25519Type = 0x01;             // Over the note's text.
inline constexpr uint8_t kEd25519CosignatureType = 0x04;  // c2sp.org/tlog-cosignature, version 1.

// A note with more signature lines than this is refused.
inline constexpr size_t kMostSignatureLines = 100;

// The first four bytes of SHA-256(name || LF || type || public key), big-endian.
uint32_t KeyId(std::string_view name, uint8_t type, std::string_view public_key);

// A key that this side trusts, as configured in a link agreement or policy. A value: cannot be
// wrong.
class VerifierKey {
 public:
  // REASON_BAD_CONFIG when the name is empty, no UTF-8, or has a space or `+`; when the type is
  // neither 0x01 nor 0x04; when the public key is not 32 bytes.
  static absl::StatusOr<VerifierKey> Create(std::string_view name, uint8_t type,
                                            std::string_view public_key);

  // Reads a vkey, `name+hex8(key id)+base64(type || public key)`. REASON_BAD_CONFIG as for Create,
  // and when the key id is not the one of name, type and key.
  static absl::StatusOr<VerifierKey> Parse(std::string_view vkey);

  // The vkey that Parse reads.
  std::string Format() const;

  const std::string& name() const { return name_; }
  uint8_t type() const { return type_; }
  const std::string& public_key() const { return public_key_; }  // 32 bytes.
  uint32_t key_id() const { return key_id_; }

  friend bool operator==(const VerifierKey&, const VerifierKey&) = default;

 private:
  VerifierKey(std::string_view name, uint8_t type, std::string_view public_key)
      : name_(name), type_(type), public_key_(public_key), key_id_(KeyId(name, type, public_key)) {}

  std::string name_;
  uint8_t type_;
  std::string public_key_;
  uint32_t key_id_;
};

// A named private key. An interface, so that the key can stay in a token or in another process.
class NoteSigner {
 public:
  virtual ~NoteSigner() = default;

  virtual std::string name() const = 0;
  virtual uint8_t type() const = 0;
  virtual std::string public_key() const = 0;  // 32 bytes.

  // The 64-byte Ed25519 signature over exactly `bytes`.
  virtual absl::StatusOr<std::string> Sign(std::string_view bytes) const = 0;
};

// A NoteSigner over a key in memory.
class Ed25519NoteSigner : public NoteSigner {
 public:
  // `type` is kEd25519Type for a log key, kEd25519CosignatureType for a witness key.
  Ed25519NoteSigner(std::string name, uint8_t type, certs::Ed25519Key key)
      : name_(std::move(name)), type_(type), key_(std::move(key)) {}

  std::string name() const override { return name_; }
  uint8_t type() const override { return type_; }
  std::string public_key() const override { return key_.public_key(); }
  absl::StatusOr<std::string> Sign(std::string_view bytes) const override {
    return key_.Sign(bytes);
  }

 private:
  std::string name_;
  uint8_t type_;
  certs::Ed25519Key key_;
};

// The key that verifies what `signer` signs; errors as VerifierKey::Create.
absl::StatusOr<VerifierKey> VerifierOf(const NoteSigner& signer);

// The line `— <name> <base64(key id || payload)>` with its LF.
std::string SignatureLine(const VerifierKey& key, std::string_view payload);

// The note of `text` with the signature of `signer`, which must be of type 0x01. Further lines (for
// example cosignatures) may be appended to the result. REASON_BAD_ARGUMENT when `text` does not end
// in LF, is no UTF-8 or has other control characters, or the signer is of another type.
absl::StatusOr<std::string> SignNote(std::string_view text, const NoteSigner& signer);

// One signature line, taken apart.
struct NoteSignature {
  std::string name;
  uint32_t key_id = 0;
  std::string payload;  // What follows the key id: a signature, or time and cosignature.
};

// Takes one signature line apart, its LF included; nullopt when it is none. Nothing is checked.
std::optional<NoteSignature> ParseSignatureLine(std::string_view line);

// A note whose signatures were checked.
struct OpenedNote {
  // The signed bytes, final LF included.
  std::string text;
  // The signatures that hold, each with its key.
  struct Verified {
    VerifierKey key;
    NoteSignature signature;
  };
  std::vector<Verified> verified;
  // Lines of keys that are not known here; they prove nothing.
  std::vector<NoteSignature> unknown;
};

// Takes `note` apart and checks its signatures: lines of unknown (name, key id) are ignored, one
// failing line of a known key refuses the whole note, and at least one known key must have signed.
// REASON_EVIDENCE_INVALID when the note is malformed or has more than 100 signature lines;
// REASON_BAD_HEAD_SIGNATURE when its signatures do not do.
absl::StatusOr<OpenedNote> OpenNote(std::string_view note, std::span<const VerifierKey> known);

}  // namespace gatepost::ledger

#endif  // GATEPOST_DAEMON_LEDGER_NOTE_H_
