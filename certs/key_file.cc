#include "certs/key_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::certs {
namespace {

constexpr off_t kMaxKeyFileBytes = 64 * 1024;
constexpr off_t kMaxPublicFileBytes = 1024 * 1024;
constexpr off_t kMaxUnknownFileBytes = 4 * 1024 * 1024;  // A revocation list may be large.

// Closes a file descriptor when it goes.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

absl::Status CannotUse(const std::string& path, std::string_view verb) {
  return system::Refuse(v1::REASON_BAD_CONFIG, fmt::format("to {} {}", verb, path),
                        std::strerror(errno), "correct the path or its permissions");
}

absl::Status CheckOpened(const std::string& path, int fd, off_t limit_bytes, struct stat& facts) {
  if (::fstat(fd, &facts) != 0) return CannotUse(path, "look at");
  if (!S_ISREG(facts.st_mode)) {
    return system::Refuse(v1::REASON_BAD_CONFIG, fmt::format("{} to be a regular file", path),
                          "something else", "name the file itself");
  }
  if (facts.st_size > limit_bytes) {
    return system::Refuse(v1::REASON_BAD_CONFIG,
                          fmt::format("{} to be at most {} bytes", path, limit_bytes),
                          fmt::format("{} bytes", facts.st_size), "name the right file");
  }
  return absl::OkStatus();
}

absl::Status ReadInto(const std::string& path, int fd, char* data, size_t size) {
  size_t done = 0;
  while (done < size) {
    const ssize_t n = ::read(fd, data + done, size - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return CannotUse(path, "read");
    if (n == 0) {
      return system::Refuse(v1::REASON_BAD_CONFIG, fmt::format("{} to stay as it is", path),
                            "a file that shrank while it was read", "try again");
    }
    done += static_cast<size_t>(n);
  }
  return absl::OkStatus();
}

absl::Status WriteAll(const std::string& path, int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return CannotUse(path, "write");
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  if (::fsync(fd) != 0) return CannotUse(path, "sync");
  return absl::OkStatus();
}

// Puts `temporary` in the place of `path`; without `replace`, only where nothing is. 0 on success.
int Place(const std::string& temporary, const std::string& path, bool replace) {
  if (replace) return std::rename(temporary.c_str(), path.c_str());
  if (::link(temporary.c_str(), path.c_str()) != 0) return -1;
  return ::unlink(temporary.c_str());
}

absl::Status WriteWhole(const std::string& path, std::string_view bytes, mode_t mode,
                        bool replace) {
  std::string temporary = path + ".XXXXXX";
  // mkostemp creates with mode 0600: nobody else can look while it is written.
  Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (file.get() < 0) return CannotUse(path, "create");
  absl::Status written = WriteAll(path, file.get(), bytes);
  if (written.ok() && ::fchmod(file.get(), mode) != 0) written = CannotUse(path, "set the mode of");
  if (written.ok() && Place(temporary, path, replace) != 0) {
    written = !replace && errno == EEXIST
                  ? system::Refuse(v1::REASON_BAD_ARGUMENT, "a file that is not there yet",
                                   fmt::format("{} is there", path), "name another file")
                  : CannotUse(path, "write");
  }
  if (!written.ok()) ::unlink(temporary.c_str());
  return written;
}

}  // namespace

absl::StatusOr<SecretBytes> ReadPrivateKeyFile(const std::string& path) {
  // Without blocking, so that a named pipe cannot hang the start.
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) return CannotUse(path, "open");
  struct stat facts = {};
  GATEPOST_RETURN_IF_ERROR(CheckOpened(path, file.get(), kMaxKeyFileBytes, facts));
  if ((facts.st_mode & 077) != 0) {
    return system::Refuse(v1::REASON_BAD_CONFIG,
                          fmt::format("the private key file {} readable by its owner only", path),
                          fmt::format("mode {:04o}", facts.st_mode & 07777),
                          fmt::format("run: chmod 600 {}", path));
  }
  SecretBytes bytes(static_cast<size_t>(facts.st_size));
  GATEPOST_RETURN_IF_ERROR(ReadInto(path, file.get(), bytes.data(), bytes.size()));
  return bytes;
}

absl::StatusOr<SecretBytes> ReadUnknownFile(const std::string& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) return CannotUse(path, "open");
  struct stat facts = {};
  GATEPOST_RETURN_IF_ERROR(CheckOpened(path, file.get(), kMaxUnknownFileBytes, facts));
  SecretBytes bytes(static_cast<size_t>(facts.st_size));
  GATEPOST_RETURN_IF_ERROR(ReadInto(path, file.get(), bytes.data(), bytes.size()));
  return bytes;
}

absl::StatusOr<std::string> ReadPublicFile(const std::string& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) return CannotUse(path, "open");
  struct stat facts = {};
  GATEPOST_RETURN_IF_ERROR(CheckOpened(path, file.get(), kMaxPublicFileBytes, facts));
  std::string bytes(static_cast<size_t>(facts.st_size), '\0');
  GATEPOST_RETURN_IF_ERROR(ReadInto(path, file.get(), bytes.data(), bytes.size()));
  return bytes;
}

absl::Status WritePrivateKeyFile(const std::string& path, std::string_view bytes) {
  return WriteWhole(path, bytes, 0600, /*replace=*/true);
}

absl::Status WriteNewPrivateKeyFile(const std::string& path, std::string_view bytes) {
  return WriteWhole(path, bytes, 0600, /*replace=*/false);
}

absl::Status WritePublicFile(const std::string& path, std::string_view bytes) {
  return WriteWhole(path, bytes, 0644, /*replace=*/true);
}

}  // namespace gatepost::certs
