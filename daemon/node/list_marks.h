#ifndef GATEPOST_DAEMON_NODE_LIST_MARKS_H_
#define GATEPOST_DAEMON_NODE_LIST_MARKS_H_

#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "certs/certificate.h"
#include "certs/digest.h"
#include "certs/revocations.h"
#include "daemon/store/store.h"

namespace gatepost::node {

// How far the revocation lists of each authority have come at this node, in all its runs: whoever
// can put an older file in place of the newest must not take revocations back with it.
//
// An authority is its trust domain, its name, and the key that its lists name (authority key
// identifier); a list that names no key is compared with all of its issuer's name. A list is older
// than another when its thisUpdate is earlier, or the same and its number lower. Of authorities
// below the roots it may not be known yet who signed: then several of one name and key stay side by
// side, the one that holds counts, and the oldest of them is how far that authority has come. A
// forged list in place of the genuine one cannot shut out that authority's later ones for long: no
// list is from more than minutes ahead (LoadLists). One thread at a time.
class ListMarks {
 public:
  // A list that was left out, by SHA-256 of its DER, and why.
  struct Older {
    certs::Digest sha256{};
    absl::Status why;
  };

  // No list was ever taken.
  ListMarks() = default;
  // What the store holds.
  static absl::StatusOr<ListMarks> Read(const store::Reader& store);

  // Leaves out of `domain` what cannot count beside the rest. Of an authority whose certificate is
  // one of `known` only the newest list that it signed stays; of one name and key that nobody of
  // `known` has, all stay, but those older than what was taken before beside one that is not.
  void KeepNewest(std::span<const certs::Certificate> known,
                  certs::DomainRevocations* domain) const;

  // For the start. Leaves out of `domain` (KeepNewest was called) what is older than what was taken
  // before, says why for each, and remembers which authorities were named, left out or not.
  std::vector<Older> LeaveOutOlder(certs::DomainRevocations* domain);

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
  static bool IsOlder(const Mark& a, const Mark& b);
  static store::MetaRecord RecordOf(const Mark& mark);
  absl::Status CheckOne(const Mark& came) const;

  std::vector<Mark> marks_;
};

}  // namespace gatepost::node

#endif  // GATEPOST_DAEMON_NODE_LIST_MARKS_H_
