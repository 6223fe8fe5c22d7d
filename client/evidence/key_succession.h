#ifndef GATEPOST_CLIENT_EVIDENCE_KEY_SUCCESSION_H_
#define GATEPOST_CLIENT_EVIDENCE_KEY_SUCCESSION_H_

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "daemon/ledger/key_ring.h"
#include "daemon/ledger/note.h"

namespace gatepost::evidence {

// The keys of one log, or one witness: those that link agreements name, and those that were
// announced between, before and after them.
//
//   agreement A-B names 1      agreement A-C names 3
//        1 ──announced──▶ 2 ──announced──▶ 3 ──announced──▶ 4
//
// Until announcements join them, what is agreed stands beside each other in parts. A value.
class KeySuccession {
 public:
  using Day = std::optional<absl::CivilDay>;

  // The key that an agreement of that day names; nullopt: it is not dated.
  KeySuccession(const ledger::VerifierKey& key, Day agreed_on);

  // Another agreement's. BAD_CONFIG for a key that cannot be told from one that is there.
  absl::Status Agree(const ledger::VerifierKey& key, Day agreed_on);

  // How an announcement fits. FIELD_CONFLICT for a second key after one, or a second one before.
  enum class Fit {
    kKnown,    // It has been said.
    kFollows,  // It adds a key, or joins two parts.
    kUnknown,  // Neither key is known.
  };
  absl::StatusOr<Fit> FitOf(const ledger::VerifierKey& before,
                            const ledger::VerifierKey& next) const;
  // Takes what kFollows. FIELD_CONFLICT for a key of another name or type; WEAK_KEY for a new one
  // that anybody can sign with.
  absl::Status Follow(const ledger::VerifierKey& before, const ledger::VerifierKey& next);

  // All keys, oldest first; parts that nothing joined by the days of their agreements, or, where
  // one has no day, as they came.
  const ledger::KeyRing& ring() const { return ring_; }
  // BAD_CONFIG where neither announcements nor days say which key came first.
  absl::Status CheckOrdered() const;

 private:
  struct Part {
    ledger::KeyRing ring;
    Day first, last;  // Of the agreements that name its keys; nullopt: none is dated.
  };
  using Parts = std::vector<Part>;

  static absl::StatusOr<ledger::KeyRing> Joined(Parts& parts);
  static void Widen(Part& part, const Day& first, const Day& last);

  Parts parts_;
  ledger::KeyRing ring_;
};

}  // namespace gatepost::evidence

#endif  // GATEPOST_CLIENT_EVIDENCE_KEY_SUCCESSION_H_
