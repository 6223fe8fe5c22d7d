#include "daemon/store/guard_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <mutex>
#include <system_error>
#include <utility>
#include <vector>

#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "gatepost/v1/reason.pb.h"

namespace gatepost::store {

namespace {

constexpr std::string_view kName = "gatepost-guard/v1";
constexpr size_t kLargestRecord = 512;

absl::Status Failed(std::string_view step, const std::string& path) {
  return system::Refuse(v1::REASON_STORE_FAILED, fmt::format("to {} the guard file {}", step, path),
                        std::generic_category().message(errno),
                        "check the disk and the permissions of the folder");
}

// Numbers have a fixed width, so that a record overwrites the one before it whole.
std::string Encode(const GuardRecord& head, std::string_view node) {
  const std::string said = fmt::format("{} {} {:020} {:020} {}", kName, node, head.epoch, head.size,
                                       certs::ToHex(head.root));
  return fmt::format("{} {}\n", said, certs::ToHex(certs::Sha256Of(said)));
}

std::vector<std::string_view> Words(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const size_t end = std::min(text.find_first_of(" \n"), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

// None for anything that Encode does not write.
std::optional<GuardRecord> Decode(std::string_view text) {
  const std::vector<std::string_view> words = Words(text);
  if (words.size() != 6) return std::nullopt;
  GuardRecord head;
  const auto number = [](std::string_view word, uint64_t& value) {
    std::from_chars(word.data(), word.data() + word.size(), value);
  };
  number(words[2], head.epoch);
  number(words[3], head.size);
  const std::optional<certs::Digest> digest = certs::DigestFromHex(words[4]);
  if (!digest.has_value()) return std::nullopt;
  head.root = *digest;
  if (Encode(head, words[1]) != text) return std::nullopt;
  return head;
}

absl::Status SyncFolderOf(const std::string& path) {
  std::string folder = std::filesystem::path(path).parent_path().string();
  if (folder.empty()) folder = ".";
  const int opened = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) return Failed("open the folder of", path);
  const int synced = fsync(opened);
  absl::Status result = synced == 0 ? absl::OkStatus() : Failed("sync the folder of", path);
  close(opened);
  return result;
}

bool Later(const GuardRecord& head, const GuardRecord& than) {
  return std::pair(head.epoch, head.size) > std::pair(than.epoch, than.size);
}

}  // namespace

struct GuardFile::State {
  std::mutex mutex;
  std::optional<GuardRecord> newest;  // Guarded by mutex.
  bool to_sync = false;               // Guarded by mutex.
  bool folder_to_sync = true;         // Guarded by mutex. The file may be new in its folder.
};

GuardFile::GuardFile(std::string path, std::string_view node, int file)
    : path_(std::move(path)), node_(node), file_(file), state_(std::make_unique<State>()) {}

GuardFile::~GuardFile() { close(file_); }

absl::StatusOr<std::unique_ptr<GuardFile>> GuardFile::Open(const std::string& path,
                                                           std::string_view node) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return Failed("open", path);
  std::unique_ptr<GuardFile> guard(new GuardFile(path, node, file));
  std::string text(kLargestRecord, '\0');
  const ssize_t length = pread(file, text.data(), text.size(), 0);
  if (length < 0) return Failed("read", path);
  text.resize(static_cast<size_t>(length));
  guard->found_ = Decode(text);
  guard->state_->newest = guard->found_;
  if (guard->found_.has_value() && Words(text)[1] != node) {
    return system::Refuse(v1::REASON_BAD_CONFIG, fmt::format("the guard file of node {}", node),
                          fmt::format("{}, of node {}", path, Words(text)[1]),
                          "name the node's own guard_file");
  }
  return guard;
}

absl::Status GuardFile::Raise(const GuardRecord& head) {
  const std::lock_guard lock(state_->mutex);
  if (state_->newest.has_value() && !Later(head, *state_->newest)) return absl::OkStatus();
  const std::string record = Encode(head, node_);
  if (pwrite(file_, record.data(), record.size(), 0) != static_cast<ssize_t>(record.size())) {
    return Failed("write", path_);
  }
  state_->newest = head;
  state_->to_sync = true;
  return absl::OkStatus();
}

absl::Status GuardFile::Sync() {
  bool folder = false;
  {
    const std::lock_guard lock(state_->mutex);
    if (!std::exchange(state_->to_sync, false)) return absl::OkStatus();
    folder = std::exchange(state_->folder_to_sync, false);
  }
  absl::Status synced = fdatasync(file_) == 0 ? absl::OkStatus() : Failed("sync", path_);
  if (synced.ok() && folder) synced = SyncFolderOf(path_);
  if (synced.ok()) return synced;
  const std::lock_guard lock(state_->mutex);
  state_->to_sync = true;
  state_->folder_to_sync |= folder;
  return synced;
}

}  // namespace gatepost::store
