#include "client/evidence/bundle_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "daemon/domain/message_rules.h"
#include "daemon/ledger/lines.h"
#include "daemon/system/reason.h"
#include "daemon/system/utf8.h"

namespace gatepost::evidence {
namespace {

constexpr char kWithoutEnvelope[] = "without-envelope";
constexpr char kTimeFormat[] = "%Y-%m-%dT%H:%M:%E6SZ";

absl::Status BadLine(std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_EVIDENCE_INVALID, wanted, system::Printable(came),
                        "ask for the bundle again, as it was exported");
}

// The list that lines of this key go into; null for other keys.
std::vector<std::string>* ListOf(BundleIndex& index, std::string_view key) {
  if (key == "agreement") return &index.agreements;
  if (key == "root") return &index.roots;
  if (key == "certificate") return &index.certificates;
  if (key == "revocation") return &index.revocation_lists;
  if (key == "head") return &index.heads;
  if (key == "leaf" && !index.messages.empty()) return &index.messages.back().leaves;
  return nullptr;
}

bool TakeMessage(BundleIndex& index, std::string_view key, std::string_view value) {
  if (key != "message" && key != kWithoutEnvelope) return false;
  const size_t space = value.find(' ');
  if (space == std::string_view::npos) return false;
  IndexedMessage message;
  message.folder = std::string(value.substr(0, space));
  message.without_envelope = key == kWithoutEnvelope;
  const std::string_view reference = value.substr(space + 1);
  if (reference != "-") message.short_reference = std::string(reference);
  index.messages.push_back(std::move(message));
  return true;
}

// What a line may name, which equality with Encode does not tell.
absl::Status CheckNames(const BundleIndex& index) {
  if (!domain::IsNodeId(index.node)) return BadLine("`node` and a node id", index.node);
  if (index.messages.size() > kMostMessages) {
    return BadLine(fmt::format("at most {} messages", kMostMessages), "more");
  }
  for (size_t i = 0; i < index.messages.size(); ++i) {
    const IndexedMessage& message = index.messages[i];
    if (message.folder != MessageFolder(i + 1)) {
      return BadLine(fmt::format("the message {} as number {}", MessageFolder(i + 1), i + 1),
                     message.folder);
    }
    if (!message.short_reference.empty() && !IsShortReference(message.short_reference)) {
      return BadLine("a short reference", message.short_reference);
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::string MessageFolder(size_t number) { return fmt::format("messages/{:03}", number); }

bool IsShortReference(std::string_view text) {
  return !text.empty() && text.size() <= 64 && text != "-" &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

std::string BundleIndex::Encode() const {
  std::string text = fmt::format("{}\nkind {}\nnode {}\ntime {}\n", kBundleVersion,
                                 practice ? "PRACTICE" : "PRODUCTION", node,
                                 absl::FormatTime(kTimeFormat, time, absl::UTCTimeZone()));
  const auto list = [&text](const char* key, const std::vector<std::string>& names) {
    for (const std::string& name : names) text += fmt::format("{} {}\n", key, name);
  };
  list("agreement", agreements);
  list("root", roots);
  list("certificate", certificates);
  list("revocation", revocation_lists);
  list("head", heads);
  for (const IndexedMessage& message : messages) {
    text += fmt::format("{} {} {}\n", message.without_envelope ? kWithoutEnvelope : "message",
                        message.folder,
                        message.short_reference.empty() ? "-" : message.short_reference);
    list("leaf", message.leaves);
  }
  return text;
}

absl::StatusOr<BundleIndex> BundleIndex::Parse(std::string_view bytes) {
  BundleIndex index;
  std::string_view rest = bytes;
  if (ledger::TakeLine(rest) != kBundleVersion) {
    return BadLine(fmt::format("the first line `{}`", kBundleVersion), bytes.substr(0, 40));
  }
  bool timed = false;
  while (std::optional<std::string_view> line = ledger::TakeLine(rest)) {
    const size_t space = line->find(' ');
    const std::string_view key = line->substr(0, space);
    const std::string_view value =
        space == std::string_view::npos ? std::string_view() : line->substr(space + 1);
    if (key == "kind") {
      index.practice = value == "PRACTICE";
    } else if (key == "node") {
      index.node = std::string(value);
    } else if (key == "time") {
      std::string error;
      timed = absl::ParseTime(kTimeFormat, {value.data(), value.size()}, &index.time, &error);
    } else if (std::vector<std::string>* names = ListOf(index, key)) {
      names->emplace_back(value);
    } else if (!TakeMessage(index, key, value)) {
      return BadLine("a line of the bundle's version", *line);
    }
  }
  if (!timed) return BadLine("`time` and a time in UTC", "none");
  if (absl::Status names = CheckNames(index); !names.ok()) return names;
  const std::string expected = index.Encode();
  if (expected == bytes) return index;
  std::string_view wanted = expected;
  std::string_view came = bytes;
  while (true) {
    const auto a = ledger::TakeLine(wanted);
    const auto b = ledger::TakeLine(came);
    if (a != b || !a.has_value()) {
      return BadLine(fmt::format("the line `{}`", a.value_or("")), b.value_or(came));
    }
  }
}

}  // namespace gatepost::evidence
