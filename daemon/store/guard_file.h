#ifndef GATEPOST_DAEMON_STORE_GUARD_FILE_H_
#define GATEPOST_DAEMON_STORE_GUARD_FILE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "certs/digest.h"

namespace gatepost::store {

// The newest head that a node has made durable, and so may have signed.
struct GuardRecord {
  uint64_t epoch = 0;
  uint64_t size = 0;
  certs::Digest root{};
  friend bool operator==(const GuardRecord&, const GuardRecord&) = default;
};

// A small file outside the store and its backups that remembers that head, so that an older copy of
// the store is noticed when it stands in the store's place (PROTOCOL.md 6). One line of fixed
// length, with its own digest:
//
//   gatepost-guard/v1 <node> <epoch> <size> <root hex> <SHA-256 hex of all before it>
//
// It is written after the store's own sync and has none of its own on that path: after a power cut
// it may be behind the store, and is never ahead of a store that lost nothing. Thread-safe.
class GuardFile {
 public:
  // Opens or makes the file at `path` of that node. REASON_STORE_FAILED when it cannot be opened;
  // REASON_BAD_CONFIG when it is another node's.
  static absl::StatusOr<std::unique_ptr<GuardFile>> Open(const std::string& path,
                                                         std::string_view node);
  ~GuardFile();
  GuardFile(const GuardFile&) = delete;
  GuardFile& operator=(const GuardFile&) = delete;

  // What it said when it was opened; none for a new, empty or unreadable file.
  const std::optional<GuardRecord>& found() const { return found_; }

  // Remembers a later head; one that is not later changes nothing. REASON_STORE_FAILED.
  absl::Status Raise(const GuardRecord& head);

  // What was raised survives a power cut now; cheap when nothing was. REASON_STORE_FAILED.
  absl::Status Sync();

 private:
  GuardFile(std::string path, std::string_view node, int file);

  struct State;
  const std::string path_;
  const std::string node_;
  const int file_;
  std::optional<GuardRecord> found_;
  const std::unique_ptr<State> state_;
};

}  // namespace gatepost::store

#endif  // GATEPOST_DAEMON_STORE_GUARD_FILE_H_
