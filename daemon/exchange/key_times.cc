#include "daemon/exchange/key_times.h"

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

std::string MetaKey(v1::KeyUse use) { return use == v1::KEY_USE_LOG ? "keys/log" : "keys/witness"; }

// One line of what AddKeyTime writes: `<after> <vkey>`.
absl::StatusOr<KeyTime> ParseLine(std::string_view line) {
  uint64_t after = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), after);
  const size_t digits = static_cast<size_t>(end - line.data());
  if (error == std::errc() && digits < line.size() && line[digits] == ' ') {
    absl::StatusOr<ledger::VerifierKey> key = ledger::VerifierKey::Parse(line.substr(digits + 1));
    if (key.ok()) return KeyTime{after, *std::move(key)};
  }
  return system::Refuse(v1::REASON_LEDGER_DAMAGED, "a size and a key in the store's list of keys",
                        system::Printable(line), "restore the store from its newest copy");
}

}  // namespace

absl::StatusOr<std::vector<KeyTime>> ReadKeyTimes(const store::Reader& store, v1::KeyUse use) {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<std::string> held, store.Meta(MetaKey(use)));
  std::vector<KeyTime> times;
  std::string_view rest = held.has_value() ? *held : std::string_view();
  while (!rest.empty()) {
    const size_t end = rest.find('\n');
    GATEPOST_ASSIGN_OR_RETURN(KeyTime time, ParseLine(rest.substr(0, end)));
    times.push_back(std::move(time));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return times;
}

absl::Status AddKeyTime(store::Transaction& store, v1::KeyUse use,
                        const ledger::VerifierKey& before, const KeyTime& next) {
  GATEPOST_ASSIGN_OR_RETURN(std::vector<KeyTime> times, ReadKeyTimes(store, use));
  if (times.empty()) times.push_back({0, before});
  times.push_back(next);
  std::string text;
  for (const KeyTime& time : times) text += fmt::format("{} {}\n", time.after, time.key.Format());
  return store.PutMeta(MetaKey(use), text);
}

}  // namespace gatepost::exchange
