#ifndef GATEPOST_TESTS_STORE_FAULT_VFS_H_
#define GATEPOST_TESTS_STORE_FAULT_VFS_H_

#include <cstdint>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <vector>

struct sqlite3_vfs;

namespace gatepost::store {

// A disk that counts, fails and loses power: a sqlite3_vfs over the platform's own. It counts
// *changes*: writes, truncations, syncs and deletions of the database's files, in order; and it
// keeps for every file what would survive a power cut: what was there at the last sync, and any
// part of what was written since. Nothing is really synced. Thread-safe.
class FaultVfs {
 public:
  enum class Fault {
    kDiskError,  // The change fails with EIO and has no effect.
    kDiskFull,   // Writes fail with ENOSPC and have no effect; other changes pass.
  };

  FaultVfs();
  ~FaultVfs();  // No file is open through it any more.
  FaultVfs(const FaultVfs&) = delete;
  FaultVfs& operator=(const FaultVfs&) = delete;

  // What to put into SqliteOptions::vfs.
  const std::string& name() const { return name_; }

  // From the change number `first` on (the next one is 0), `count` changes have the fault.
  void Fail(int64_t first, int64_t count, Fault fault = Fault::kDiskError);
  // The disk is well again.
  void Heal();
  // Whether a change has failed, and whether a sync was among them, since the last Fail.
  bool failed() const;
  bool sync_failed() const;

  // Counts since construction.
  int64_t changes() const;
  int64_t syncs() const;
  int64_t bytes_read() const;

  // Numbers of changes at which a like run should be disturbed: each that is no write with those
  // beside it, and of the rest every third.
  std::vector<int64_t> MomentsToTry() const;

  // Writes into the folder `target` what a power cut now would leave of the files seen so far: for
  // each file its state at its last sync, and of the writes since then a random choice, some torn
  // at a sector of 512 bytes.
  void LeaveSurvivors(const std::string& target, std::mt19937& random) const;

 private:
  friend struct FaultFile;
  friend struct FaultCalls;

  enum class Change { kWrite, kTruncate, kSync, kDelete };

  // A write since the last sync; a truncation to `offset` when it has no bytes.
  struct Pending {
    int64_t offset;
    std::string bytes;
  };
  struct Image {
    std::string synced;
    std::vector<Pending> pending;
  };

  // Counts one change; SQLITE_OK, or the error that it must fail with.
  int Meet(Change change);
  void Track(const std::string& path);
  void Write(const std::string& path, int64_t offset, std::string bytes);
  void Sync(const std::string& path);
  void Forget(const std::string& path);
  void CountRead(int64_t bytes);
  static void Apply(std::string& contents, const Pending& change);

  std::string name_;
  sqlite3_vfs* platform_;
  sqlite3_vfs* vfs_;

  mutable std::mutex mutex_;  // Protects all below.
  std::map<std::string, Image> images_;
  int64_t changes_ = 0;
  std::vector<int64_t> other_than_writes_;
  int64_t syncs_ = 0;
  int64_t bytes_read_ = 0;
  int64_t fail_from_ = -1;
  int64_t fail_until_ = -1;
  Fault fault_ = Fault::kDiskError;
  bool failed_ = false;
  bool sync_failed_ = false;
};

}  // namespace gatepost::store

#endif  // GATEPOST_TESTS_STORE_FAULT_VFS_H_
