#ifndef GATEPOST_DAEMON_NODE_LIST_MARKS_H_
#define GATEPOST_DAEMON_NODE_LIST_MARKS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "certs/revocations.h"
#include "daemon/store/store.h"

namespace gatepost::node {

// How far the revocation lists of each authority have come at this node, in all its runs: whoever
// can put an older file in place of the newest must not take revocations back with it.
//
// An authority is its trust domain, its name, and the key that its lists name (authority key
// identifier); a list that names no key is compared with all of its issuer's name. A list is older
// than another when its thisUpdate is earlier, or the same and its number lower. Of authorities
// below the roots it is not known yet who signed; but no list is from more than minutes ahead
// (LoadLists), so a forged one cannot shut out the genuine ones for longer. One thread at a time.
class ListMarks {
 public:
  // No list was ever taken.
  ListMarks() = default;
  // What the store holds.
  static absl::StatusOr<ListMarks> Read(const store::Reader& store);

  // Leaves in `domain` only the newest list of each of its authorities; what was left out could
  // not have counted.
  static void KeepNewest(certs::DomainRevocations* domain);

  // For the start. Leaves out of `domain` (KeepNewest was called) what is older than what was taken
  // before, says why for each, and remembers which authorities were named, left out or not.
  std::vector<absl::Status> LeaveOutOlder(certs::DomainRevocations* domain);

  // For a reload. BAD_CONFIG when a list of `domain` (KeepNewest was called) is older than what was
  // taken before, or an authority that was named in this run, at the start or in a set that was
  // taken since, is named no more. Changes nothing.
  absl::Status Check(const certs::DomainRevocations& domain) const;

  // What to store under which key when the lists of `domain`, which was checked, are taken; the
  // same again when they are taken again, so that what could not be stored is stored then. From now
  // on they count.
  std::vector<store::MetaRecord> Take(const certs::DomainRevocations& domain);

 private:
  struct Mark {
    std::string trust_domain;
    std::string issuer;  // RFC 2253 form.
    std::string key_id;
    absl::Time this_update;
    std::string number;
    bool named = false;  // In this run.
  };

  static Mark MarkOf(const std::string& trust_domain, const certs::RevocationList& list);
  static bool SameAuthority(const Mark& a, const Mark& b);
  static bool Older(const Mark& a, const Mark& b);
  static store::MetaRecord RecordOf(const Mark& mark);
  absl::Status CheckOne(const Mark& came) const;

  std::vector<Mark> marks_;
};

}  // namespace gatepost::node

#endif  // GATEPOST_DAEMON_NODE_LIST_MARKS_H_
