#ifndef GATEPOST_DAEMON_LEDGER_KEY_RING_H_
#define GATEPOST_DAEMON_LEDGER_KEY_RING_H_

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "daemon/ledger/note.h"

// The keys that one log, or one witness, has had. A key is announced before it signs, and what it
// has signed verifies for ever; so heads of one log may be signed by different keys:
//
//   key 1  ──────────────┐announced      ┌exchanged
//   key 2                └───────────────┴──────────────▶
//   heads  ▪ 1  ▪ 1  ▪ 1  ▪ 1  ▪ 1  ▪ 1  ▪ 2  ▪ 2  ▪ 2
//
// Invariant: a head that continues another is signed by the same key or by a later one, so that who
// steals a key that was given up can sign nothing new with it.
namespace gatepost::ledger {

// Keys of one name and type that follow each other; at least one. A value.
class KeyRing {
 public:
  // Most logs have one key: it may stand for a ring of it.
  KeyRing(VerifierKey first) : keys_({std::move(first)}) {}  // NOLINT(google-explicit-constructor)

  // `next` follows the newest. REASON_FIELD_CONFLICT when it has another name or type, or a key id
  // that the ring has already: a line must say which key it is of.
  absl::Status Add(VerifierKey next);

  const VerifierKey& newest() const { return keys_.back(); }
  // Oldest first.
  const std::vector<VerifierKey>& keys() const { return keys_; }
  // Where `key` is among them, 0 for the oldest; nullopt: nowhere.
  std::optional<size_t> PlaceOf(const VerifierKey& key) const;
  // The newest key that a signature line of `note` names. Nothing is verified: whoever relies on it
  // checks the line next. Without such a line, or where `note` is none, the newest key.
  const VerifierKey& NamedIn(std::string_view note) const;

  friend bool operator==(const KeyRing&, const KeyRing&) = default;

 private:
  std::vector<VerifierKey> keys_;
};

// A ring to which keys are added while others use it. A handle: its copies share the ring. Any
// thread.
class LiveKeys {
 public:
  LiveKeys(KeyRing ring);      // NOLINT(google-explicit-constructor)
  LiveKeys(VerifierKey first)  // NOLINT(google-explicit-constructor)
      : LiveKeys(KeyRing(std::move(first))) {}

  // The ring as it is now.
  KeyRing Now() const;
  // The ring becomes this one.
  void Replace(KeyRing ring) const;
  // KeyRing::Add; OK without effect for a key that the ring has.
  absl::Status Add(const VerifierKey& next) const;

 private:
  struct Shared {
    std::mutex mutex;
    KeyRing ring;  // Guarded by mutex.
    explicit Shared(KeyRing r) : ring(std::move(r)) {}
  };
  std::shared_ptr<Shared> shared_;
};

// Every key of the rings, as they are now.
std::vector<VerifierKey> AllKeys(std::span<const LiveKeys> rings);

}  // namespace gatepost::ledger

#endif  // GATEPOST_DAEMON_LEDGER_KEY_RING_H_
