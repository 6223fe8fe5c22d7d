#ifndef GATEPOST_TESTS_FUZZ_PROMISE_H_
#define GATEPOST_TESTS_FUZZ_PROMISE_H_

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "daemon/system/reason.h"
#include "daemon/system/utf8.h"

// What a fuzz target asserts beside that nothing crashes.
namespace gatepost::fuzz {

inline std::string_view ViewOf(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Ends the process, which is a finding, unless `holds`; `promise` says what was promised.
inline void Promise(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

// No refusal is larger than this, whatever came: it goes to logs, leaves and people.
inline constexpr size_t kLargestRefusalBytes = 16 * 1024;

// An answer to a stranger is OK or a refusal with a reason of its own, in words that can be sent
// and printed, of bounded size.
inline void PromiseAnswer(const absl::Status& status) {
  if (status.ok()) return;
  const std::optional<system::Refusal> refusal = system::RefusalOf(status);
  if (!refusal.has_value()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  Promise(refusal.has_value(), "every error is a refusal with a reason");
  if (refusal->reason == v1::REASON_INTERNAL) std::fprintf(stderr, "%s\n", refusal->came.c_str());
  Promise(refusal->reason != v1::REASON_INTERNAL && refusal->reason != v1::REASON_UNSPECIFIED,
          "foreign bytes are never our own defect");
  Promise(status.message().size() <= kLargestRefusalBytes, "a refusal is of bounded size");
  Promise(system::IsUtf8(std::string(status.message())), "a refusal is UTF-8, whatever came");
}

}  // namespace gatepost::fuzz

#endif  // GATEPOST_TESTS_FUZZ_PROMISE_H_
