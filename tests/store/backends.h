#ifndef GATEPOST_TESTS_STORE_BACKENDS_H_
#define GATEPOST_TESTS_STORE_BACKENDS_H_

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/store/store.h"
#include "tests/support/temporary_folder.h"

namespace gatepost::store {

// An engine under the conformance suite.
struct Backend {
  std::string name;
  // Opens the store that belongs to `folder`: a fresh one, or the one that was there before.
  std::function<absl::StatusOr<std::unique_ptr<Store>>(const std::string& folder)> open;
  bool survives_close = true;

  // For the names that ctest shows.
  friend void PrintTo(const Backend& backend, std::ostream* out) { *out << backend.name; }
};

// Every engine. A new one joins here, and has passed when all tests have.
std::vector<Backend> Backends();

// Names the tests of an engine; for INSTANTIATE_TEST_SUITE_P.
std::string NameOfBackend(const ::testing::TestParamInfo<Backend>& info);

// One test of the suite: a fresh store of one engine.
class StoreConformance : public ::testing::TestWithParam<Backend> {
 protected:
  void SetUp() override;

  Store& store() { return *store_; }

  // Closes the store and opens it again.
  void Reopen();

  // Runs `writes` in one transaction and commits it.
  void Commit(const std::function<void(Transaction&)>& writes);

  // A view of the newest commit.
  std::unique_ptr<Reader> Read();

 private:
  testing::TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
};

// The value inside; the test fails, with the error, when there is none.
template <typename Value>
Value Get(absl::StatusOr<Value> value) {
  EXPECT_TRUE(value.ok()) << value.status();
  return value.ok() ? *std::move(value) : Value();
}

}  // namespace gatepost::store

#endif  // GATEPOST_TESTS_STORE_BACKENDS_H_
