#ifndef GATEPOST_CLIENT_EVIDENCE_ANNOUNCEMENTS_H_
#define GATEPOST_CLIENT_EVIDENCE_ANNOUNCEMENTS_H_

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "certs/envelope_verifier.h"
#include "certs/trust.h"
#include "gatepost/v1/audit_service.pb.h"
#include "gatepost/v1/authority.pb.h"
#include "gatepost/v1/message.pb.h"

// Announcements of the keys of logs and witnesses: what signs heads after the keys that a link
// agreement names.
namespace gatepost::evidence {

// What one message announces.
struct Announcement {
  std::string where;   // E.g. messages/002/envelope.pb.
  std::string author;  // SPIFFE id.
  v1::KeyAnnouncement said;
  std::set<std::string> signers = {};  // SPIFFE ids of all, his among them.
  // What logs say of having taken it, of the origin and of recipients, not yet proved: one of them
  // must be, by a key that counts without it. Nullopt: the log that it is from is checked whole.
  std::optional<std::vector<v1::EvidenceLeaf>> entries = std::nullopt;
};

// What a message announces about a node's log or witness, without signers and entries; nullopt for
// any other, and for one of a newer schema.
std::optional<Announcement> AnnouncementOf(const v1::Message& message, std::string where);

// OK when the envelope's signatures hold at `at`, the author's among them; then `announced` has its
// signers. Errors of certs::EnvelopeVerifier::Verify and certs::CheckAuthor.
absl::Status VerifySigners(const v1::Envelope& envelope, const certs::CertificateSource& chains,
                           absl::Time at, certs::EnvelopeVerifier& verifier,
                           Announcement& announced);

// The announcements in the evidence, in the order of its messages, with the signers that the
// certificates beside them name. Nobody has looked at their signatures. Those that every log
// refused, as it says, are left out. Of entries those are there that say the same as the envelope.
std::vector<Announcement> AnnouncementsIn(const v1::GetEvidenceResponse& evidence);

// Those whose signatures hold under the roots of `trust`, the author's among them, at the time of
// one of their entries, with the entries at whose time they do; and those without any entry, by the
// time when the evidence was exported.
std::vector<Announcement> VerifiedAnnouncements(const v1::GetEvidenceResponse& evidence,
                                                const certs::TrustStore& trust);

}  // namespace gatepost::evidence

#endif  // GATEPOST_CLIENT_EVIDENCE_ANNOUNCEMENTS_H_
