#include "daemon/ledger/policy.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "daemon/ledger/lines.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"
#include "gatepost/v1/reason.pb.h"

namespace gatepost::ledger {
namespace {

constexpr std::string_view kNone = "none";
constexpr std::string_view kBlanks = " \t";

absl::Status BadPolicy(std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_BAD_CONFIG, wanted, system::Printable(came),
                        "correct the policy");
}

absl::Status InLine(size_t number, const absl::Status& status) {
  const system::Refusal refusal = system::RefusalOf(status).value_or(system::Refusal{});
  return system::Refuse(refusal.reason, fmt::format("in line {}: {}", number, refusal.wanted),
                        refusal.came, refusal.todo);
}

// Tab and what is printable; bytes above 0x7F stand for themselves.
bool IsAllowed(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
}

bool IsWord(std::string_view text) {
  return !text.empty() && text.find_first_of(kBlanks) == std::string_view::npos &&
         std::all_of(text.begin(), text.end(), IsAllowed);
}

std::vector<std::string_view> Words(std::string_view line) {
  std::vector<std::string_view> words;
  while (true) {
    const size_t begin = line.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return words;
    line.remove_prefix(begin);
    const size_t end = std::min(line.find_first_of(kBlanks), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

absl::Status CheckUrl(std::string_view url) {
  if (url.empty() || IsWord(url)) return absl::OkStatus();
  return BadPolicy("a URL without blanks", url);
}

template <typename Entry>
bool HasKey(const std::vector<Entry>& entries, const VerifierKey& key) {
  return std::any_of(entries.begin(), entries.end(), [&](const Entry& entry) {
    return entry.key.public_key() == key.public_key();
  });
}

std::string WithUrl(std::string line, const std::string& url) {
  return url.empty() ? line + "\n" : fmt::format("{} {}\n", line, url);
}

absl::Status ReadLog(const std::vector<std::string_view>& words, Policy& policy) {
  if (words.size() < 2 || words.size() > 3) {
    return BadPolicy("`log <vkey> [<url>]`", fmt::format("{} words", words.size()));
  }
  GATEPOST_ASSIGN_OR_RETURN(VerifierKey key, VerifierKey::Parse(words[1]));
  return policy.AddLog(std::move(key), std::string(words.size() > 2 ? words[2] : ""));
}

absl::Status ReadWitness(const std::vector<std::string_view>& words, Policy& policy) {
  if (words.size() < 3 || words.size() > 4) {
    return BadPolicy("`witness <name> <vkey> [<url>]`", fmt::format("{} words", words.size()));
  }
  GATEPOST_ASSIGN_OR_RETURN(VerifierKey key, VerifierKey::Parse(words[2]));
  return policy.AddWitness(std::string(words[1]), std::move(key),
                           std::string(words.size() > 3 ? words[3] : ""));
}

absl::Status ReadGroup(const std::vector<std::string_view>& words, Policy& policy) {
  if (words.size() < 4) {
    return BadPolicy("`group <name> all|any|<k> <name>...`", fmt::format("{} words", words.size()));
  }
  Policy::Group group;
  group.name = std::string(words[1]);
  group.members.assign(words.begin() + 3, words.end());
  if (words[2] == "all") {
    group.threshold = group.members.size();
  } else if (words[2] != "any") {
    const std::optional<uint64_t> threshold = ParseDecimal(words[2]);
    if (!threshold) return BadPolicy("`all`, `any` or a number", words[2]);
    group.threshold = static_cast<size_t>(*threshold);
  }
  return policy.AddGroup(std::move(group));
}

// Reads one line; `quorums` counts lines of that kind.
absl::Status ReadLine(std::string_view line, Policy& policy, int& quorums) {
  if (!std::all_of(line.begin(), line.end(), IsAllowed)) {
    return BadPolicy("no control characters but tab and LF", line);
  }
  const std::vector<std::string_view> words = Words(line);
  if (words.empty() || words[0].starts_with('#')) return absl::OkStatus();
  if (words[0] == "log") return ReadLog(words, policy);
  if (words[0] == "witness") return ReadWitness(words, policy);
  if (words[0] == "group") return ReadGroup(words, policy);
  if (words[0] != "quorum") return BadPolicy("log, witness, group or quorum", words[0]);
  if (words.size() != 2) {
    return BadPolicy("`quorum <name>`", fmt::format("{} words", words.size()));
  }
  if (++quorums > 1) return BadPolicy("one quorum line", "another one");
  return policy.SetQuorum(std::string(words[1]));
}

}  // namespace

absl::StatusOr<Policy> Policy::Parse(std::string_view text) {
  Policy policy;
  size_t number = 0;
  int quorums = 0;
  while (std::optional<std::string_view> line = TakeLine(text)) {
    ++number;
    const absl::Status read = ReadLine(*line, policy, quorums);
    if (!read.ok()) return InLine(number, read);
  }
  if (!text.empty()) return InLine(number + 1, BadPolicy("a line that ends in LF", text));
  if (quorums == 0) return BadPolicy("a line `quorum <name>` or `quorum none`", "no quorum line");
  return policy;
}

std::string Policy::Format() const {
  std::string text;
  for (const Log& log : logs_) {
    text += WithUrl(fmt::format("log {}", log.key.Format()), log.url);
  }
  for (const Witness& witness : witnesses_) {
    text += WithUrl(fmt::format("witness {} {}", witness.name, witness.key.Format()), witness.url);
  }
  for (const Group& group : groups_) {
    const bool all = group.threshold == group.members.size();
    const std::string threshold = all                    ? "all"
                                  : group.threshold == 1 ? "any"
                                                         : fmt::format("{}", group.threshold);
    text += fmt::format("group {} {} {}\n", group.name, threshold, fmt::join(group.members, " "));
  }
  return text + fmt::format("quorum {}\n", quorum_);
}

absl::Status Policy::AddLog(VerifierKey key, std::string url) {
  if (key.type() != kEd25519Type) return BadPolicy("a log key (type 0x01)", key.Format());
  if (HasKey(logs_, key)) return BadPolicy("each log's public key once", key.Format());
  GATEPOST_RETURN_IF_ERROR(CheckUrl(url));
  logs_.push_back({std::move(key), std::move(url)});
  return absl::OkStatus();
}

absl::Status Policy::AddWitness(std::string name, VerifierKey key, std::string url) {
  GATEPOST_RETURN_IF_ERROR(CheckNewName(name));
  if (key.type() != kEd25519CosignatureType) {
    return BadPolicy("a witness key (type 0x04)", key.Format());
  }
  if (HasKey(witnesses_, key)) return BadPolicy("each witness's public key once", key.Format());
  GATEPOST_RETURN_IF_ERROR(CheckUrl(url));
  witnesses_.push_back({std::move(name), std::move(key), std::move(url)});
  return absl::OkStatus();
}

absl::Status Policy::AddGroup(Group group) {
  GATEPOST_RETURN_IF_ERROR(CheckNewName(group.name));
  std::set<std::string_view> used;
  for (const Group& earlier : groups_) used.insert(earlier.members.begin(), earlier.members.end());
  for (const std::string& member : group.members) {
    if (!IsDefined(member)) return BadPolicy("members that are defined above", member);
    // So that a witness counts in one way only.
    if (!used.insert(member).second) return BadPolicy("each name as a member once", member);
  }
  if (group.threshold < 1 || group.threshold > group.members.size()) {
    return BadPolicy(fmt::format("a threshold from 1 to {}, the members", group.members.size()),
                     fmt::format("{}", group.threshold));
  }
  groups_.push_back(std::move(group));
  return absl::OkStatus();
}

absl::Status Policy::SetQuorum(std::string name) {
  if (name != kNone && !IsDefined(name)) {
    return BadPolicy("a quorum that is defined above, or `none`", name);
  }
  quorum_ = std::move(name);
  return absl::OkStatus();
}

std::vector<VerifierKey> Policy::WitnessKeys() const {
  std::vector<VerifierKey> keys;
  for (const Witness& witness : witnesses_) keys.push_back(witness.key);
  return keys;
}

bool Policy::Satisfies(const OpenedCheckpoint& head) const {
  if (quorum_ == kNone) return true;
  std::set<std::string_view> witnessed;
  for (const Witness& witness : witnesses_) {
    const bool signed_by = std::any_of(
        head.cosignatures.begin(), head.cosignatures.end(),
        [&](const Cosignature& cosignature) { return cosignature.witness == witness.key; });
    if (signed_by) witnessed.insert(witness.name);
  }
  // Members stand before their group, so one pass is enough.
  for (const Group& group : groups_) {
    const auto count =
        std::count_if(group.members.begin(), group.members.end(),
                      [&](const std::string& member) { return witnessed.contains(member); });
    if (static_cast<size_t>(count) >= group.threshold) witnessed.insert(group.name);
  }
  return witnessed.contains(quorum_);
}

absl::StatusOr<OpenedCheckpoint> Policy::Open(std::string_view note) const {
  const std::vector<VerifierKey> witnesses = WitnessKeys();
  absl::Status why = BadPolicy("a policy with a log", "one without");
  for (const Log& log : logs_) {
    absl::StatusOr<OpenedCheckpoint> opened = OpenCheckpoint(note, log.key, witnesses);
    if (!opened.ok()) {
      why = opened.status();
      continue;
    }
    if (!Satisfies(*opened)) {
      return system::Refuse(
          v1::REASON_EVIDENCE_INCOMPLETE, fmt::format("a head cosigned by the quorum {}", quorum_),
          fmt::format("{} cosignatures of known witnesses", opened->cosignatures.size()),
          "ask for a head with more cosignatures");
    }
    return opened;
  }
  return why;
}

absl::Status Policy::CheckNewName(std::string_view name) const {
  if (!IsWord(name)) return BadPolicy("a name without blanks", name);
  if (name == kNone) return BadPolicy("a name other than `none`", name);
  if (IsDefined(name)) return BadPolicy("each name once", name);
  return absl::OkStatus();
}

bool Policy::IsDefined(std::string_view name) const {
  const auto is_named = [&](const auto& entry) { return entry.name == name; };
  return std::any_of(witnesses_.begin(), witnesses_.end(), is_named) ||
         std::any_of(groups_.begin(), groups_.end(), is_named);
}

}  // namespace gatepost::ledger
