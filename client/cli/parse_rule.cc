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

}  // namespace

absl::StatusOr<TermsOptions> RuleTyped(const TermsOptions& outside, const std::string& typed) {
  GATEPOST_ASSIGN_OR_RETURN(std::vector<std::string> words, WordsOf(typed));
  for (std::string& word : words) {
    if (word.starts_with('-')) return Unreadable(fmt::format("'{}'", word));
    word.insert(0, "--");
  }
  TermsOptions rule = outside;
  rule.rules.clear();
  CLI::App flags;
  flags.set_help_flag();
  AddRuleFlags(&flags, rule);
  std::ranges::reverse(words);  // The parser takes them from the end.
  try {
    flags.parse(words);
  } catch (const CLI::ParseError& error) {
    return Unreadable(fmt::format("'{}': {}", typed, error.what()));
  }
  return rule;
}

}  // namespace gatepost::cli
