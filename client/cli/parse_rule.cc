// One rule of several as it is typed: by the same flags, read by the same parser.

#include "client/cli/parse_rule.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <vector>

#include "client/cli/parse_flags.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/core.h"

namespace gatepost::cli {
namespace {

absl::Status Unreadable(const std::string& came) {
  return system::Refuse(v1::REASON_BAD_ARGUMENT,
                        "--rule FLAG=VALUE ..., e.g. 'from=2027-02-05H until=2027-02-06H "
                        "regime=closed'",
                        came, "write the flags without dashes; see --help");
}

// What stands between spaces that are not in double quotes, without these.
absl::StatusOr<std::vector<std::string>> WordsOf(const std::string& typed) {
  std::vector<std::string> words;
  bool inside = false, quoted = false;
  for (const char letter : typed) {
    if (letter == '"') quoted = !quoted;
    if (letter == ' ' && !quoted) {
      inside = false;
      continue;
    }
    if (!inside) words.emplace_back();
    inside = true;
    if (letter != '"') words.back() += letter;
  }
  if (quoted) return Unreadable(fmt::format("a quote that does not end in '{}'", typed));
  if (words.empty()) return Unreadable("nothing");
  return words;
}

// Reads words, the last one first, into `rule`; what they do not say stays.
absl::Status Read(std::vector<std::string> words, const std::string& typed, TermsOptions& rule) {
  CLI::App flags;
  flags.set_help_flag();
  AddRuleFlags(&flags, rule);
  try {
    flags.parse(words);
  } catch (const CLI::ParseError& error) {
    return Unreadable(fmt::format("'{}': {}", typed, error.what()));
  }
  return absl::OkStatus();
}

// Such a regime says of the hours that there are none, or that they stay.
bool LeavesNoHours(const std::string& regime) {
  return regime == "closed" || regime == "intake-stop";
}

// What is left of `outside` beside what a rule says itself: no other end, and no other hours.
TermsOptions Beside(const TermsOptions& said, TermsOptions outside) {
  if (!said.until.empty()) outside.estimated.clear();
  if (!said.estimated.empty()) outside.until.clear();
  const bool hours = !said.windows.empty() || said.all_day || !(said.relative == RelativeOptions());
  if (hours && LeavesNoHours(outside.regime)) outside.regime.clear();
  if (hours || LeavesNoHours(said.regime)) {
    outside.windows.clear();
    outside.all_day = false;
    outside.relative = {};
    outside.last_entries.clear();
  }
  return outside;
}

}  // namespace

absl::StatusOr<TermsOptions> RuleTyped(const TermsOptions& outside, const std::string& typed) {
  GATEPOST_ASSIGN_OR_RETURN(std::vector<std::string> words, WordsOf(typed));
  for (std::string& word : words) {
    if (word.starts_with('-')) return Unreadable(fmt::format("'{}'", word));
    word.insert(0, "--");
  }
  std::ranges::reverse(words);  // The parser takes them from the end.
  TermsOptions said;
  GATEPOST_RETURN_IF_ERROR(Read(words, typed, said));
  TermsOptions rule = Beside(said, outside);
  rule.rules.clear();
  GATEPOST_RETURN_IF_ERROR(Read(words, typed, rule));
  return rule;
}

}  // namespace gatepost::cli
