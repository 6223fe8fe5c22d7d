#include "client/evidence/key_succession.h"

#include <algorithm>
#include <utility>

#include "certs/key_strength.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::evidence {
namespace {

absl::Status CheckStrong(const ledger::VerifierKey& key) {
  if (!certs::IsWeakEd25519(key.public_key())) return absl::OkStatus();
  return system::Refuse(v1::REASON_WEAK_KEY, "a key that only its holder can sign with",
                        fmt::format("an Ed25519 point of small order: {}", key.Format()),
                        "do not use the key; ask that side who announced it");
}

}  // namespace

KeySuccession::KeySuccession(const ledger::VerifierKey& key, Day agreed_on)
    : parts_({Part{key, agreed_on, agreed_on}}), ring_(key) {}

void KeySuccession::Widen(Part& part, const Day& first, const Day& last) {
  if (first.has_value()) part.first = std::min(part.first.value_or(*first), *first);
  if (last.has_value()) part.last = std::max(part.last.value_or(*last), *last);
}

absl::StatusOr<ledger::KeyRing> KeySuccession::Joined(Parts& parts) {
  if (std::ranges::all_of(parts, [](const Part& part) { return part.first.has_value(); })) {
    std::ranges::stable_sort(parts, {}, &Part::first);
  }
  ledger::KeyRing ring = parts.front().ring;
  for (size_t i = 1; i < parts.size(); ++i) {
    for (const ledger::VerifierKey& key : parts[i].ring.keys()) {
      GATEPOST_RETURN_IF_ERROR(ring.Add(key));
    }
  }
  return ring;
}

absl::Status KeySuccession::Agree(const ledger::VerifierKey& key, Day agreed_on) {
  Parts parts = parts_;
  const auto has = [&](const Part& part) { return part.ring.PlaceOf(key).has_value(); };
  if (const auto part = std::ranges::find_if(parts, has); part != parts.end()) {
    Widen(*part, agreed_on, agreed_on);
  } else {
    parts.push_back({key, agreed_on, agreed_on});
  }
  absl::StatusOr<ledger::KeyRing> ring = Joined(parts);
  if (!ring.ok()) {
    return system::Refuse(v1::REASON_BAD_CONFIG,
                          fmt::format("keys of {} that can be told apart", key.name()),
                          std::string(ring.status().message()), "judge each link by itself");
  }
  parts_ = std::move(parts);
  ring_ = *std::move(ring);
  return absl::OkStatus();
}

absl::StatusOr<KeySuccession::Fit> KeySuccession::FitOf(const ledger::VerifierKey& before,
                                                        const ledger::VerifierKey& next) const {
  bool known = false;
  bool ends = true;    // `before` is the newest of its part, or of none.
  bool begins = true;  // `next` is the oldest of its part, or of none.
  for (const Part& part : parts_) {
    const std::optional<size_t> before_at = part.ring.PlaceOf(before);
    const std::optional<size_t> next_at = part.ring.PlaceOf(next);
    if (before_at.has_value() && next_at == *before_at + 1) return Fit::kKnown;
    known |= before_at.has_value() || next_at.has_value();
    ends &= !before_at.has_value() || before == part.ring.newest();
    begins &= !next_at.has_value() || *next_at == 0;
    // A ring that bites its tail.
    if (before_at.has_value() && next_at.has_value()) ends = false;
  }
  if (!known) return Fit::kUnknown;
  if (ends && begins) return Fit::kFollows;
  return system::Refuse(v1::REASON_FIELD_CONFLICT,
                        fmt::format("old_key: the newest key of {}, {}", ring_.newest().name(),
                                    ring_.newest().Format()),
                        before.Format(), "do not use the key; ask that side which one is right");
}

absl::Status KeySuccession::Follow(const ledger::VerifierKey& before,
                                   const ledger::VerifierKey& next) {
  Parts parts = parts_;
  const auto with = [&](const ledger::VerifierKey& key) {
    return std::ranges::find_if(
        parts, [&](const Part& part) { return part.ring.PlaceOf(key).has_value(); });
  };
  if (with(before) == parts.end()) {
    GATEPOST_RETURN_IF_ERROR(CheckStrong(before));
    parts.push_back({before, std::nullopt, std::nullopt});
  }
  if (with(next) == parts.end()) {
    GATEPOST_RETURN_IF_ERROR(CheckStrong(next));
    parts.push_back({next, std::nullopt, std::nullopt});
  }
  const auto earlier = with(before);
  const auto later = with(next);
  for (const ledger::VerifierKey& key : later->ring.keys()) {
    GATEPOST_RETURN_IF_ERROR(earlier->ring.Add(key));
  }
  Widen(*earlier, later->first, later->last);
  parts.erase(later);
  GATEPOST_ASSIGN_OR_RETURN(ring_, Joined(parts));
  parts_ = std::move(parts);
  return absl::OkStatus();
}

absl::Status KeySuccession::CheckOrdered() const {
  for (size_t i = 1; i < parts_.size(); ++i) {
    const Day& before = parts_[i - 1].last;
    const Day& after = parts_[i].first;
    if (before.has_value() && after.has_value() && *before < *after) continue;
    return system::Refuse(
        v1::REASON_BAD_CONFIG,
        fmt::format("link agreements that name one key for {}, or an announcement that one "
                    "followed the other, or agreements of different days",
                    ring_.newest().name()),
        fmt::format("{} and {}", parts_[i - 1].ring.newest().Format(),
                    parts_[i].ring.newest().Format()),
        "judge each link by itself, or have the evidence exported with all announcements");
  }
  return absl::OkStatus();
}

}  // namespace gatepost::evidence
