#ifndef GATEPOST_CERTS_PUBLISHED_IDENTITY_H_
#define GATEPOST_CERTS_PUBLISHED_IDENTITY_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "certs/tls_identity.h"

namespace gatepost::certs {

// A TLS identity in files that gRPC watches, exchanged whole: gRPC takes what it finds there and,
// when key and chain do not fit, refuses every handshake until they do (FACTS.md 3.1). So nobody
// but this writes there, and only pairs that were checked.
//
//   <folder>/<n>/key.pem, chain.pem     the n-th pair, written once
//   <folder>/current -> <n>             exchanged by one rename
//
// The folder is for its owner alone and is removed with this object. Any thread.
class PublishedIdentity {
 public:
  // Makes `folder` anew, whatever was there, and publishes `first`. STORE_FAILED when it cannot be
  // written.
  static absl::StatusOr<std::unique_ptr<PublishedIdentity>> Create(std::string folder,
                                                                   const TlsIdentity& first);
  ~PublishedIdentity();
  PublishedIdentity(const PublishedIdentity&) = delete;
  PublishedIdentity& operator=(const PublishedIdentity&) = delete;

  // From the watcher's next look on (a second) new handshakes show `next`; open connections go on.
  // STORE_FAILED leaves the pair before in place.
  absl::Status Publish(const TlsIdentity& next);

  // What to watch: the files behind `current`.
  std::string key_path() const { return folder_ + "/current/key.pem"; }
  std::string chain_path() const { return folder_ + "/current/chain.pem"; }

 private:
  explicit PublishedIdentity(std::string folder) : folder_(std::move(folder)) {}

  const std::string folder_;
  std::mutex mutex_;
  uint64_t number_ = 0;      // Of the pair in `current`. Guarded by mutex_.
  int64_t file_second_ = 0;  // Modification time of its files. Guarded by mutex_.
};

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_PUBLISHED_IDENTITY_H_
