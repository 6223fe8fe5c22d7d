#include "daemon/store/sqlite/data_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

#include "daemon/system/files.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "gatepost/v1/reason.pb.h"

namespace gatepost::store::sqlite {
namespace {

std::string HolderOf(int descriptor) {
  char text[32];
  const ssize_t size = pread(descriptor, text, sizeof text, 0);
  std::string_view holder(text, size > 0 ? static_cast<size_t>(size) : 0);
  holder = holder.substr(0, holder.find('\n'));
  return holder.empty() ? "another process" : fmt::format("process {}", holder);
}

}  // namespace

DataFolder::DataFolder(std::string path, int descriptor)
    : path_(std::move(path)), descriptor_(descriptor) {}

DataFolder::~DataFolder() { close(descriptor_); }

absl::StatusOr<std::unique_ptr<DataFolder>> DataFolder::Hold(const std::string& path) {
  GATEPOST_RETURN_IF_ERROR(system::EnsureDirectory(path, 0700));
  const std::string wanted = fmt::format("to hold the data folder {} alone", path);
  const int descriptor =
      open(fmt::format("{}/lock", path).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return system::Refuse(v1::REASON_STORE_FAILED, wanted, std::generic_category().message(errno),
                          "check that the node owns its data folder and may write there");
  }
  std::unique_ptr<DataFolder> folder(new DataFolder(path, descriptor));
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    const int error = errno;
    if (error == EWOULDBLOCK) {
      return system::Refuse(v1::REASON_STORE_FAILED, wanted,
                            fmt::format("{} holds it", HolderOf(descriptor)),
                            "stop that process, or give this node another data folder");
    }
    return system::Refuse(v1::REASON_STORE_FAILED, wanted, std::generic_category().message(error),
                          "use a file system that supports flock(2)");
  }
  // Only for the text above: a failure to write it harms nobody.
  const std::string holder = fmt::format("{}\n", getpid());
  if (ftruncate(descriptor, 0) == 0) {
    [[maybe_unused]] const ssize_t written = pwrite(descriptor, holder.data(), holder.size(), 0);
  }
  return folder;
}

std::string DataFolder::File(const std::string& name) const {
  return fmt::format("{}/{}", path_, name);
}

}  // namespace gatepost::store::sqlite
