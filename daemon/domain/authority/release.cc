#include "daemon/domain/authority/release.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::domain {
namespace {

constexpr uint32_t kMostOfAKind = 8;

// Gives signers to the wanted signatures of one rule, one each, as many as possible: a maximum
// matching by augmenting paths.
class Matching {
 public:
  Matching(const config::v1::ReleaseRule& rule, const std::vector<SignerRoles>& signers)
      : signers_(signers), slot_of_(signers.size(), kNone) {
    for (const config::v1::RequiredSignatures& line : rule.signatures()) {
      const std::set<std::string> roles(line.roles().begin(), line.roles().end());
      for (uint32_t i = 0; i < line.count(); ++i) slots_.push_back(roles);
    }
  }

  // The wanted signatures that nobody is left for, by roles.
  std::vector<StillNeeded> Missing() {
    std::vector<StillNeeded> missing;
    for (size_t slot = 0; slot < slots_.size(); ++slot) {
      std::vector<bool> seen(signers_.size(), false);
      if (Fill(slot, seen)) continue;
      const auto same = std::ranges::find(missing, slots_[slot], &StillNeeded::roles);
      if (same != missing.end()) {
        ++same->count;
      } else {
        missing.push_back({slots_[slot], 1});
      }
    }
    return missing;
  }

 private:
  static constexpr size_t kNone = static_cast<size_t>(-1);

  bool Fits(size_t slot, size_t signer) const {
    return std::ranges::any_of(signers_[signer].roles, [&](const std::string& role) {
      return slots_[slot].contains(role);
    });
  }

  bool Fill(size_t slot, std::vector<bool>& seen) {
    for (size_t signer = 0; signer < signers_.size(); ++signer) {
      if (seen[signer] || !Fits(slot, signer)) continue;
      seen[signer] = true;
      if (slot_of_[signer] == kNone || Fill(slot_of_[signer], seen)) {
        slot_of_[signer] = slot;
        return true;
      }
    }
    return false;
  }

  const std::vector<SignerRoles>& signers_;
  std::vector<std::set<std::string>> slots_;
  std::vector<size_t> slot_of_;
};

}  // namespace

std::vector<StillNeeded> SignaturesMissing(std::span<const config::v1::ReleaseRule> rules,
                                           const RuleSubjects& subjects, const MessageFacts& facts,
                                           const std::vector<SignerRoles>& signers,
                                           absl::CivilDay on) {
  std::vector<StillNeeded> all;
  for (const config::v1::ReleaseRule& rule : rules) {
    if (!subjects.MatchesAny(rule.subject(), facts, on)) continue;
    for (StillNeeded& missing : Matching(rule, signers).Missing()) {
      const auto same = std::ranges::find(all, missing.roles, &StillNeeded::roles);
      // Two rules that ask for the same are met by the same signatures.
      if (same != all.end()) {
        same->count = std::max(same->count, missing.count);
      } else {
        all.push_back(std::move(missing));
      }
    }
  }
  return all;
}

std::vector<config::v1::ReleaseRule> RulesForEmergencies(
    std::span<const config::v1::ReleaseRule> rules) {
  std::vector<config::v1::ReleaseRule> those;
  std::ranges::copy_if(rules, std::back_inserter(those), [](const config::v1::ReleaseRule& rule) {
    const auto& actions = rule.subject().actions();
    return std::ranges::find(actions, "EMERGENCY") != actions.end();
  });
  return those;
}

absl::Status CheckReleaseRule(const config::v1::ReleaseRule& rule, const RuleSubjects& subjects) {
  GATEPOST_RETURN_IF_ERROR(subjects.Check(rule.subject()));
  const auto bad = [](std::string_view wanted, std::string_view came) {
    return system::Refuse(v1::REASON_BAD_CONFIG, wanted, came, "correct the rule");
  };
  if (rule.signatures().empty()) return bad("at least one signature", "a rule that asks for none");
  for (const config::v1::RequiredSignatures& line : rule.signatures()) {
    if (line.count() < 1 || line.count() > kMostOfAKind) {
      return bad(fmt::format("a count of 1 to {}", kMostOfAKind), fmt::format("{}", line.count()));
    }
    if (line.roles().empty()) return bad("the roles that may sign", "none");
    for (const std::string& role : line.roles()) GATEPOST_RETURN_IF_ERROR(CheckRole(role));
  }
  return absl::OkStatus();
}

}  // namespace gatepost::domain
