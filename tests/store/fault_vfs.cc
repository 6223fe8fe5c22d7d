#include "tests/store/fault_vfs.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <atomic>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <new>
#include <set>

namespace gatepost::store {
namespace {

constexpr size_t kSector = 512;

std::string Contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

// One open file: SQLite's part first, the platform's own file in the bytes after it.
struct FaultFile {
  sqlite3_file base;
  FaultVfs* vfs;
  std::string* path;

  static FaultFile* Of(sqlite3_file* file) { return reinterpret_cast<FaultFile*>(file); }
  static sqlite3_file* Real(sqlite3_file* file) {
    return reinterpret_cast<sqlite3_file*>(Of(file) + 1);
  }

  static int Close(sqlite3_file* file) {
    const int code = Real(file)->pMethods->xClose(Real(file));
    delete Of(file)->path;
    return code;
  }
  static int Read(sqlite3_file* file, void* bytes, int size, sqlite3_int64 offset) {
    Of(file)->vfs->CountRead(size);
    return Real(file)->pMethods->xRead(Real(file), bytes, size, offset);
  }
  static int Write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
    FaultVfs& vfs = *Of(file)->vfs;
    if (int code = vfs.Meet(FaultVfs::Change::kWrite); code != SQLITE_OK) return code;
    vfs.Write(*Of(file)->path, offset,
              std::string(static_cast<const char*>(bytes), static_cast<size_t>(size)));
    return Real(file)->pMethods->xWrite(Real(file), bytes, size, offset);
  }
  static int Truncate(sqlite3_file* file, sqlite3_int64 size) {
    FaultVfs& vfs = *Of(file)->vfs;
    if (int code = vfs.Meet(FaultVfs::Change::kTruncate); code != SQLITE_OK) return code;
    vfs.Write(*Of(file)->path, size, "");
    return Real(file)->pMethods->xTruncate(Real(file), size);
  }
  static int Sync(sqlite3_file* file, int) {
    FaultVfs& vfs = *Of(file)->vfs;
    if (int code = vfs.Meet(FaultVfs::Change::kSync); code != SQLITE_OK) return code;
    vfs.Sync(*Of(file)->path);
    return SQLITE_OK;
  }
  static int Size(sqlite3_file* file, sqlite3_int64* size) {
    return Real(file)->pMethods->xFileSize(Real(file), size);
  }
  static int Lock(sqlite3_file* file, int level) {
    return Real(file)->pMethods->xLock(Real(file), level);
  }
  static int Unlock(sqlite3_file* file, int level) {
    return Real(file)->pMethods->xUnlock(Real(file), level);
  }
  static int CheckReservedLock(sqlite3_file* file, int* held) {
    return Real(file)->pMethods->xCheckReservedLock(Real(file), held);
  }
  static int Control(sqlite3_file* file, int operation, void* argument) {
    return Real(file)->pMethods->xFileControl(Real(file), operation, argument);
  }
  static int SectorSize(sqlite3_file* file) {
    return Real(file)->pMethods->xSectorSize(Real(file));
  }
  static int Characteristics(sqlite3_file* file) {
    return Real(file)->pMethods->xDeviceCharacteristics(Real(file));
  }
  static int ShmMap(sqlite3_file* file, int page, int size, int extend, void volatile** memory) {
    return Real(file)->pMethods->xShmMap(Real(file), page, size, extend, memory);
  }
  static int ShmLock(sqlite3_file* file, int offset, int count, int flags) {
    return Real(file)->pMethods->xShmLock(Real(file), offset, count, flags);
  }
  static void ShmBarrier(sqlite3_file* file) { Real(file)->pMethods->xShmBarrier(Real(file)); }
  static int ShmUnmap(sqlite3_file* file, int remove) {
    return Real(file)->pMethods->xShmUnmap(Real(file), remove);
  }

  static const sqlite3_io_methods* Methods() {
    static constexpr sqlite3_io_methods kMethods = {2,
                                                    Close,
                                                    Read,
                                                    Write,
                                                    Truncate,
                                                    Sync,
                                                    Size,
                                                    Lock,
                                                    Unlock,
                                                    CheckReservedLock,
                                                    Control,
                                                    SectorSize,
                                                    Characteristics,
                                                    ShmMap,
                                                    ShmLock,
                                                    ShmBarrier,
                                                    ShmUnmap,
                                                    nullptr,
                                                    nullptr};
    return &kMethods;
  }
};

// The calls of the VFS itself.
struct FaultCalls {
  static FaultVfs& Of(sqlite3_vfs* vfs) { return *static_cast<FaultVfs*>(vfs->pAppData); }

  static int Open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags,
                  int* flags_out) {
    FaultVfs& faults = Of(vfs);
    auto* opened = new (file) FaultFile{};
    if (path != nullptr) faults.Track(path);
    const int code =
        faults.platform_->xOpen(faults.platform_, path, FaultFile::Real(file), flags, flags_out);
    if (code != SQLITE_OK) return code;
    opened->vfs = &faults;
    opened->path = new std::string(path == nullptr ? "" : path);
    opened->base.pMethods = FaultFile::Methods();
    return SQLITE_OK;
  }
  static int Delete(sqlite3_vfs* vfs, const char* path, int sync_folder) {
    FaultVfs& faults = Of(vfs);
    if (int code = faults.Meet(FaultVfs::Change::kDelete); code != SQLITE_OK) return code;
    faults.Forget(path);
    return faults.platform_->xDelete(faults.platform_, path, sync_folder);
  }
  static int LastError(sqlite3_vfs*, int, char*) { return 0; }
};

FaultVfs::FaultVfs() : platform_(sqlite3_vfs_find(nullptr)) {
  static std::atomic<int> next = 0;
  name_ = fmt::format("gatepost-fault-{}", next++);
  // What is not replaced is the platform's, which finds its own data there.
  vfs_ = new sqlite3_vfs(*platform_);
  vfs_->iVersion = 1;
  vfs_->szOsFile = static_cast<int>(sizeof(FaultFile)) + platform_->szOsFile;
  vfs_->pNext = nullptr;
  vfs_->zName = name_.c_str();
  vfs_->pAppData = this;
  vfs_->xOpen = FaultCalls::Open;
  vfs_->xDelete = FaultCalls::Delete;
  vfs_->xGetLastError = FaultCalls::LastError;
  sqlite3_vfs_register(vfs_, 0);
}

FaultVfs::~FaultVfs() {
  sqlite3_vfs_unregister(vfs_);
  delete vfs_;
}

void FaultVfs::Fail(int64_t first, int64_t count, Fault fault) {
  std::lock_guard lock(mutex_);
  fail_from_ = changes_ + first;
  fail_until_ = fail_from_ + count;
  fault_ = fault;
  failed_ = false;
  sync_failed_ = false;
}

void FaultVfs::Heal() {
  std::lock_guard lock(mutex_);
  fail_from_ = fail_until_ = -1;
}

bool FaultVfs::failed() const {
  std::lock_guard lock(mutex_);
  return failed_;
}

bool FaultVfs::sync_failed() const {
  std::lock_guard lock(mutex_);
  return sync_failed_;
}

int64_t FaultVfs::changes() const {
  std::lock_guard lock(mutex_);
  return changes_;
}

int64_t FaultVfs::syncs() const {
  std::lock_guard lock(mutex_);
  return syncs_;
}

int64_t FaultVfs::bytes_read() const {
  std::lock_guard lock(mutex_);
  return bytes_read_;
}

std::vector<int64_t> FaultVfs::MomentsToTry() const {
  std::lock_guard lock(mutex_);
  std::set<int64_t> moments;
  for (int64_t number = 0; number < changes_; number += 3) moments.insert(number);
  for (int64_t number : other_than_writes_) moments.insert({number - 1, number, number + 1});
  return {moments.lower_bound(0), moments.lower_bound(changes_)};
}

int FaultVfs::Meet(Change change) {
  std::lock_guard lock(mutex_);
  if (change == Change::kSync) ++syncs_;
  const int64_t number = changes_++;
  if (change != Change::kWrite) other_than_writes_.push_back(number);
  if (number < fail_from_ || number >= fail_until_) return SQLITE_OK;
  if (fault_ == Fault::kDiskFull) {
    if (change != Change::kWrite) return SQLITE_OK;
    failed_ = true;
    return SQLITE_FULL;
  }
  failed_ = true;
  switch (change) {
    case Change::kWrite:
      return SQLITE_IOERR_WRITE;
    case Change::kTruncate:
      return SQLITE_IOERR_TRUNCATE;
    case Change::kSync:
      sync_failed_ = true;
      return SQLITE_IOERR_FSYNC;
    case Change::kDelete:
      return SQLITE_IOERR_DELETE;
  }
  return SQLITE_IOERR;
}

void FaultVfs::Track(const std::string& path) {
  std::lock_guard lock(mutex_);
  auto [image, fresh] = images_.try_emplace(path);
  // What was there before the first look is taken as synced.
  if (fresh) image->second.synced = Contents(path);
}

void FaultVfs::Write(const std::string& path, int64_t offset, std::string bytes) {
  std::lock_guard lock(mutex_);
  images_[path].pending.push_back({offset, std::move(bytes)});
}

void FaultVfs::Sync(const std::string& path) {
  std::lock_guard lock(mutex_);
  Image& image = images_[path];
  for (const Pending& change : image.pending) Apply(image.synced, change);
  image.pending.clear();
}

void FaultVfs::Forget(const std::string& path) {
  std::lock_guard lock(mutex_);
  images_.erase(path);
}

void FaultVfs::CountRead(int64_t bytes) {
  std::lock_guard lock(mutex_);
  bytes_read_ += bytes;
}

void FaultVfs::Apply(std::string& contents, const Pending& change) {
  const auto offset = static_cast<size_t>(change.offset);
  if (change.bytes.empty()) {
    contents.resize(offset);
    return;
  }
  if (contents.size() < offset + change.bytes.size()) {
    contents.resize(offset + change.bytes.size());
  }
  contents.replace(offset, change.bytes.size(), change.bytes);
}

void FaultVfs::LeaveSurvivors(const std::string& target, std::mt19937& random) const {
  std::lock_guard lock(mutex_);
  for (const auto& [path, image] : images_) {
    const std::filesystem::path name = std::filesystem::path(path).filename();
    // Its file is mapped memory, and made anew after a power cut.
    if (name.string().ends_with("-shm")) continue;
    std::string contents = image.synced;
    for (const Pending& change : image.pending) {
      if (random() % 2 == 0) continue;
      if (change.bytes.empty() || random() % 2 == 0) {
        Apply(contents, change);
        continue;
      }
      // Torn: each sector for itself.
      size_t begin = 0;
      while (begin < change.bytes.size()) {
        const size_t at = static_cast<size_t>(change.offset) + begin;
        const size_t size = std::min(change.bytes.size() - begin, kSector - at % kSector);
        if (random() % 2 == 0) {
          Apply(contents, {static_cast<int64_t>(at), change.bytes.substr(begin, size)});
        }
        begin += size;
      }
    }
    std::ofstream(std::filesystem::path(target) / name, std::ios::binary) << contents;
  }
}

}  // namespace gatepost::store
