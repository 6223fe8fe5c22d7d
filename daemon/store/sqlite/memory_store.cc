#include "daemon/store/sqlite/memory_store.h"

#include <stdlib.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "daemon/store/sqlite/sqlite_store.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "gatepost/v1/reason.pb.h"

namespace gatepost::store {
namespace {

// A fresh folder that goes with its object.
class PassingFolder {
 public:
  explicit PassingFolder(std::string path) : path_(std::move(path)) {}
  ~PassingFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  PassingFolder(const PassingFolder&) = delete;
  PassingFolder& operator=(const PassingFolder&) = delete;

 private:
  const std::string path_;
};

class MemoryStore : public Store {
 public:
  MemoryStore(std::unique_ptr<PassingFolder> folder, std::unique_ptr<Store> store)
      : folder_(std::move(folder)), store_(std::move(store)) {}

  absl::StatusOr<std::unique_ptr<Transaction>> Begin() override { return store_->Begin(); }
  absl::StatusOr<std::unique_ptr<Reader>> Read() const override {
    const Store& store = *store_;
    return store.Read();
  }
  absl::StatusOr<std::unique_ptr<Reader>> ReadForProof() const override {
    const Store& store = *store_;
    return store.ReadForProof();
  }

 private:
  const std::unique_ptr<PassingFolder> folder_;
  const std::unique_ptr<Store> store_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenMemoryStore() {
  std::error_code error;
  std::string path = std::filesystem::temp_directory_path(error) / "gatepost-store-XXXXXX";
  if (!error && mkdtemp(path.data()) == nullptr) error.assign(errno, std::generic_category());
  if (error) {
    return system::Refuse(v1::REASON_STORE_FAILED, "a fresh folder for a passing store",
                          error.message(), "let TMPDIR name a folder that can be written");
  }
  auto folder = std::make_unique<PassingFolder>(path);
  SqliteOptions options;
  options.durable = false;
  GATEPOST_ASSIGN_OR_RETURN(std::unique_ptr<Store> store, OpenSqliteStore(path, options));
  return std::make_unique<MemoryStore>(std::move(folder), std::move(store));
}

}  // namespace gatepost::store
