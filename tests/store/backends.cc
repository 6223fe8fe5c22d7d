#include "tests/store/backends.h"

#include "daemon/store/sqlite/memory_store.h"
#include "daemon/store/sqlite/sqlite_store.h"

namespace gatepost::store {

std::vector<Backend> Backends() {
  return {
      {"Sqlite", [](const std::string& folder) { return OpenSqliteStore(folder + "/data"); }},
      {"Memory", [](const std::string&) { return OpenMemoryStore(); }, false},
  };
}

std::string NameOfBackend(const ::testing::TestParamInfo<Backend>& info) { return info.param.name; }

void StoreConformance::SetUp() { Reopen(); }

void StoreConformance::Reopen() {
  store_ = nullptr;
  absl::StatusOr<std::unique_ptr<Store>> opened = GetParam().open(folder_.path());
  ASSERT_TRUE(opened.ok()) << opened.status();
  store_ = *std::move(opened);
}

void StoreConformance::Commit(const std::function<void(Transaction&)>& writes) {
  absl::StatusOr<std::unique_ptr<Transaction>> transaction = store_->Begin();
  ASSERT_TRUE(transaction.ok()) << transaction.status();
  writes(**transaction);
  const absl::Status committed = (*transaction)->Commit();
  ASSERT_TRUE(committed.ok()) << committed;
}

std::unique_ptr<Reader> StoreConformance::Read() {
  const Store& store = *store_;
  return Get(store.Read());
}

}  // namespace gatepost::store
