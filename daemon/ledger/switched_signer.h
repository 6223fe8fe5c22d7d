#ifndef GATEPOST_DAEMON_LEDGER_SWITCHED_SIGNER_H_
#define GATEPOST_DAEMON_LEDGER_SWITCHED_SIGNER_H_

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "daemon/ledger/note.h"

namespace gatepost::ledger {

// A signer whose key is exchanged while others use it. Any thread. Who asks for the key and signs
// in two steps does so where nobody exchanges it meanwhile: on the committer's thread.
class SwitchedSigner final : public NoteSigner {
 public:
  explicit SwitchedSigner(std::shared_ptr<const NoteSigner> first) : signer_(std::move(first)) {}

  std::string name() const override { return Now()->name(); }
  uint8_t type() const override { return Now()->type(); }
  std::string public_key() const override { return Now()->public_key(); }
  absl::StatusOr<std::string> Sign(std::string_view bytes) const override {
    return Now()->Sign(bytes);
  }

  // The signer that signs now.
  std::shared_ptr<const NoteSigner> Now() const {
    const std::lock_guard lock(mutex_);
    return signer_;
  }
  // From now on `next` signs.
  void Switch(std::shared_ptr<const NoteSigner> next) {
    const std::lock_guard lock(mutex_);
    signer_ = std::move(next);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const NoteSigner> signer_;  // Guarded by mutex_.
};

}  // namespace gatepost::ledger

#endif  // GATEPOST_DAEMON_LEDGER_SWITCHED_SIGNER_H_
