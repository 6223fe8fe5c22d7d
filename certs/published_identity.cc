#include "certs/published_identity.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <system_error>
#include <utility>

#include "daemon/system/files.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::certs {
namespace {

namespace fs = std::filesystem;

absl::Status Failed(std::string_view step, const std::string& path, std::string_view why) {
  return system::Refuse(v1::REASON_STORE_FAILED, fmt::format("to {} {}", step, path), why,
                        "look at the disk and at the rights of the folder");
}

absl::Status SetModified(const std::string& path, int64_t second) {
  const timespec when{static_cast<time_t>(second), 0};
  const timespec times[2] = {when, when};
  if (utimensat(AT_FDCWD, path.c_str(), times, 0) == 0) return absl::OkStatus();
  return Failed("set the time of", path, std::strerror(errno));
}

}  // namespace

absl::StatusOr<std::unique_ptr<PublishedIdentity>> PublishedIdentity::Create(
    std::string folder, const TlsIdentity& first) {
  std::error_code error;
  fs::remove_all(folder, error);
  if (error) return Failed("remove", folder, error.message());
  GATEPOST_RETURN_IF_ERROR(system::EnsureDirectory(folder, 0700));
  std::unique_ptr<PublishedIdentity> made(new PublishedIdentity(std::move(folder)));
  GATEPOST_RETURN_IF_ERROR(made->Publish(first));
  return made;
}

PublishedIdentity::~PublishedIdentity() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

absl::Status PublishedIdentity::Publish(const TlsIdentity& next) {
  const std::lock_guard lock(mutex_);
  const uint64_t number = number_ + 1;
  const std::string pair = fmt::format("{}/{}", folder_, number);
  GATEPOST_RETURN_IF_ERROR(system::EnsureDirectory(pair, 0700));
  const std::string key = pair + "/key.pem";
  const std::string chain = pair + "/chain.pem";
  GATEPOST_RETURN_IF_ERROR(system::WriteFileAtomically(key, next.key_pem().Reveal(), 0600));
  GATEPOST_RETURN_IF_ERROR(system::WriteFileAtomically(chain, next.chain_pem(), 0600));
  // The watcher reads two files and knows by their times, in seconds, whether they belong together:
  // no two pairs may have the same.
  const int64_t second = std::max<int64_t>(std::time(nullptr), file_second_ + 1);
  GATEPOST_RETURN_IF_ERROR(SetModified(key, second));
  GATEPOST_RETURN_IF_ERROR(SetModified(chain, second));
  std::error_code error;
  const std::string current = folder_ + "/current";
  const std::string prepared = folder_ + "/next";
  fs::remove(prepared, error);
  fs::create_directory_symlink(fmt::format("{}", number), prepared, error);
  if (error) return Failed("make", prepared, error.message());
  fs::rename(prepared, current, error);
  if (error) return Failed("exchange", current, error.message());
  number_ = number;
  file_second_ = second;
  // The pair before stays: a watcher may be reading it.
  if (number > 2) fs::remove_all(fmt::format("{}/{}", folder_, number - 2), error);
  return absl::OkStatus();
}

}  // namespace gatepost::certs
