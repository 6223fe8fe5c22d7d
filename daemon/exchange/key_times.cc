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

std::string MetaKey(v1::KeyUse use) { return fmt::format("keys/{}", KeyUseName(use)); }

// One line of what AddToKeyList writes: `<after> <vkey>`.
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

std::string_view KeyUseName(v1::KeyUse use) {
  switch (use) {
    case v1::KEY_USE_LOG:
      return "log";
    case v1::KEY_USE_WITNESS:
      return "witness";
    case v1::KEY_USE_TLS:
      return "tls";
    case v1::KEY_USE_SIGNING:
      return "signing";
    default:
      return "unknown";
  }
}

absl::StatusOr<std::vector<KeyTime>> ReadKeyList(const store::Reader& store,
                                                 const std::string& name) {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<std::string> held, store.Meta(name));
  std::vector<KeyTime> all;
  std::string_view rest = held.has_value() ? *held : std::string_view();
  while (!rest.empty()) {
    const size_t end = rest.find('\n');
    GATEPOST_ASSIGN_OR_RETURN(KeyTime one, ParseLine(rest.substr(0, end)));
    all.push_back(std::move(one));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return all;
}

absl::Status AddToKeyList(store::Transaction& store, const std::string& name, const KeyTime& next) {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<std::string> held, store.Meta(name));
  return store.PutMeta(name,
                       fmt::format("{}{} {}\n", held.value_or(""), next.after, next.key.Format()));
}

absl::StatusOr<std::vector<KeyTime>> ReadKeyTimes(const store::Reader& store, v1::KeyUse use) {
  return ReadKeyList(store, MetaKey(use));
}

absl::Status AddKeyTime(store::Transaction& store, v1::KeyUse use,
                        const ledger::VerifierKey& before, const KeyTime& next) {
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<KeyTime> times, ReadKeyTimes(store, use));
  if (times.empty()) GATEPOST_RETURN_IF_ERROR(AddToKeyList(store, MetaKey(use), {0, before}));
  return AddToKeyList(store, MetaKey(use), next);
}

}  // namespace gatepost::exchange
