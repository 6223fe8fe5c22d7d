#ifndef GATEPOST_CERTS_REVOCATIONS_H_
#define GATEPOST_CERTS_REVOCATIONS_H_

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "certs/certificate.h"
#include "certs/digest.h"
#include "certs/revocation_list.h"
#include "certs/spiffe_id.h"
#include "certs/trust.h"

namespace gatepost::certs {

// The revocation lists of one trust domain: one of each of its authorities, roots included. Of
// several lists of one authority the newest counts.
struct DomainRevocations {
  std::string trust_domain;
  std::vector<RevocationList> lists = {};
  // How long a list serves on after its next update was due.
  absl::Duration grace = absl::ZeroDuration();
};

// Whom the node refuses of its own accord: a name, or whatever certificate of a path (of the leaf
// or of an authority) it says, exactly one of them.
struct DeniedIdentity {
  std::optional<SpiffeId> id = std::nullopt;
  // SHA-256 of the certificate (DER). Weak: whoever has a certificate that was signed with ECDSA
  // can write its signature in another way that holds too (r, n-s), which has another digest.
  std::optional<Digest> certificate_sha256 = std::nullopt;
  // SHA-256 of the public key (SubjectPublicKeyInfo, DER): every certificate of that key.
  std::optional<Digest> key_sha256 = std::nullopt;
  // The certificate that `issuer` (RFC 2253 form) gave the number `serial` (lower-case
  // hexadecimal), as Inspected says them. Both, or neither.
  std::string issuer = {};
  std::string serial = {};
  // What was logged before stays good.
  absl::Time since = absl::InfinitePast();
  // Why; printable.
  std::string reason = {};
};

// Who was revoked or is denied, and since when. Constant after it was made; any thread may ask.
//
//   root --list--> intermediate --list--> leaf     Every certificate below the root is looked up
//                                                  in the list of the authority above it, and that
//                                                  authority must have signed the list.
//
// It fails closed: no list, or one that is too old, is a refusal. A domain that the book does not
// name has no lists, and nobody asks for them.
class RevocationBook {
 public:
  // One list that is held.
  struct ListState {
    std::string trust_domain;
    std::string issuer;  // RFC 2253 form.
    Digest sha256{};
    absl::Time this_update;
    absl::Time next_update;
    absl::Time serves_until;  // next_update and the grace.

    // Whether it serves only by the grace, or not any more: time for an alarm, REVOCATION_STALE.
    bool StaleAt(absl::Time now) const { return next_update <= now; }
  };

  // No lists, and nobody is denied.
  RevocationBook();
  RevocationBook(RevocationBook&&) noexcept;
  RevocationBook& operator=(RevocationBook&&) noexcept;
  ~RevocationBook();

  // BAD_CONFIG when a domain is not one of `trust` or named twice, a grace is negative, a list does
  // not say when the next one comes, a list in the name of a root is not signed by it, or an entry
  // of `denied` has not exactly one of name, certificate, key, and issuer with serial number.
  static absl::StatusOr<RevocationBook> Create(const TrustStore& trust,
                                               std::vector<DomainRevocations> domains,
                                               std::vector<DeniedIdentity> denied);

  // This book with other lists of one of its domains, or with another deny list; the rest is as it
  // was. As Create, and BAD_CONFIG when the book has no lists of that domain.
  absl::StatusOr<RevocationBook> With(const TrustStore& trust, DomainRevocations domain) const;
  absl::StatusOr<RevocationBook> With(const TrustStore& trust,
                                      std::vector<DeniedIdentity> denied) const;

  // Whether `id`, which the valid `path` (leaf first, root last) stands for, was neither revoked
  // nor denied by the instant `at`: the present for a call; for a signature, when this node logged
  // it first (PROTOCOL.md 2). The answer is until when it stays the same as far as is known: the
  // next revocation or denial, or the end of a list; InfiniteFuture without any. Refuses with
  //   IDENTITY_DENIED        the name or a certificate of the path is denied since `at` or earlier
  //   CERTIFICATE_REVOKED    a certificate of the path was revoked at `at` or earlier
  //   REVOCATION_UNKNOWN     an authority of the path has no list here, or its list's next update
  //                          and grace are over at `at`
  absl::StatusOr<absl::Time> Check(const SpiffeId& id, std::span<const Certificate> path,
                                   absl::Time at) const;

  // All that it was made of, but for the deny list, in the order in which it came.
  std::vector<DomainRevocations> Domains() const;

  // The newest list of each issuer, in the order of the domains.
  std::vector<ListState> Lists() const;

 private:
  struct State;

  std::unique_ptr<State> state_;
};

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_REVOCATIONS_H_
