#ifndef GATEPOST_TESTS_SUPPORT_REWRITE_LOG_H_
#define GATEPOST_TESTS_SUPPORT_REWRITE_LOG_H_

#include <cstdint>
#include <functional>
#include <string>

namespace gatepost::testing {

// What an operator who owns the disk can do: runs SQL on the store in `folder`.
void ExecuteOnStore(const std::string& folder, const std::string& sql);

// Rewrites the log of the store in `folder`: `change` sees each leaf and may change its bytes; all
// hashes and roots are then computed anew, so that the store fits itself again. Returns how many
// leaves were changed.
int RewriteLog(const std::string& folder,
               const std::function<void(uint64_t index, std::string& leaf)>& change);

}  // namespace gatepost::testing

#endif  // GATEPOST_TESTS_SUPPORT_REWRITE_LOG_H_
