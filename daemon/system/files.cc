#include "daemon/system/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <system_error>

#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "gatepost/v1/reason.pb.h"

namespace gatepost::system {
namespace {

// An open file descriptor with one owner.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }

 private:
  int number_;
};

std::string ErrorText(int error) { return std::generic_category().message(error); }

absl::Status ReadFailed(const std::string& path, int error) {
  return absl::ErrnoToStatus(error, fmt::format("cannot read {}", path));
}

absl::Status WriteFailed(std::string_view step, const std::string& path, int error) {
  return Refuse(v1::REASON_STORE_FAILED, fmt::format("to {} {}", step, path), ErrorText(error),
                "check the disk and the permissions of the folder");
}

std::string FolderOf(const std::string& path) {
  size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

absl::Status SyncFolder(const std::string& path) {
  Descriptor folder(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open()) return WriteFailed("open the folder", path, errno);
  if (fsync(folder.number()) != 0) return WriteFailed("sync the folder", path, errno);
  return absl::OkStatus();
}

absl::Status WriteAndSync(const std::string& path, std::string_view bytes, mode_t mode) {
  Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!file.is_open()) return WriteFailed("create", path, errno);
  if (fchmod(file.number(), mode) != 0) return WriteFailed("set the permissions of", path, errno);
  while (!bytes.empty()) {
    ssize_t written = write(file.number(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return WriteFailed("write", path, errno);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  if (fsync(file.number()) != 0) return WriteFailed("sync", path, errno);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path, size_t limit_bytes) {
  // Not blocking: opening a named pipe would wait for a writer.
  Descriptor file(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!file.is_open()) return ReadFailed(path, errno);
  struct stat about;
  if (fstat(file.number(), &about) != 0) return ReadFailed(path, errno);
  if (!S_ISREG(about.st_mode)) {
    return absl::InvalidArgumentError(fmt::format("{} is not a regular file", path));
  }
  std::string contents;
  char buffer[64 * 1024];
  while (true) {
    ssize_t got = read(file.number(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return ReadFailed(path, errno);
    if (got == 0) return contents;
    contents.append(buffer, static_cast<size_t>(got));
    if (contents.size() > limit_bytes) {
      return absl::InvalidArgumentError(
          fmt::format("{} is larger than {} bytes", path, limit_bytes));
    }
  }
}

absl::Status WriteFileAtomically(const std::string& path, std::string_view bytes, mode_t mode) {
  static std::atomic<unsigned> next_number{0};
  const std::string beside = fmt::format("{}.{}.{}.new", path, getpid(), next_number++);
  // What a crashed process with our number left behind.
  unlink(beside.c_str());
  absl::Status written = WriteAndSync(beside, bytes, mode);
  if (written.ok() && std::rename(beside.c_str(), path.c_str()) != 0) {
    written = WriteFailed("rename to", path, errno);
  }
  if (!written.ok()) {
    unlink(beside.c_str());
    return written;
  }
  return SyncFolder(FolderOf(path));
}

absl::Status EnsureDirectory(const std::string& path, mode_t mode) {
  struct stat about;
  if (stat(path.c_str(), &about) == 0) {
    if (S_ISDIR(about.st_mode)) return absl::OkStatus();
    return WriteFailed("make the folder", path, ENOTDIR);
  }
  if (errno != ENOENT || path.empty()) return WriteFailed("make the folder", path, errno);
  std::string trimmed = path;
  while (trimmed.size() > 1 && trimmed.back() == '/') trimmed.pop_back();
  const std::string above = FolderOf(trimmed);
  GATEPOST_RETURN_IF_ERROR(EnsureDirectory(above, mode));
  // Another process may make it at the same moment; that is as good.
  if (mkdir(trimmed.c_str(), mode) != 0 && errno != EEXIST) {
    return WriteFailed("make the folder", path, errno);
  }
  if (stat(trimmed.c_str(), &about) != 0 || !S_ISDIR(about.st_mode)) {
    return WriteFailed("make the folder", path, ENOTDIR);
  }
  return SyncFolder(above);
}

}  // namespace gatepost::system
