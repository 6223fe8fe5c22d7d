#include "client/evidence/announcements.h"

#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>

#include <algorithm>
#include <utility>

#include "certs/certificate.h"
#include "certs/envelope_verifier.h"
#include "certs/spiffe_id.h"
#include "client/evidence/bundle_index.h"
#include "client/evidence/message_check.h"
#include "daemon/domain/unknown_content.h"
#include "daemon/ledger/leaf.h"

namespace gatepost::evidence {
namespace {

struct FirstEntries {
  absl::Time time = absl::InfiniteFuture();  // Of the earliest.
  bool refused = false;                      // There are some, and all say so.
};

FirstEntries FirstEntriesOf(const v1::MessageEvidence& message) {
  FirstEntries first;
  bool taken = false;
  for (const v1::EvidenceLeaf& leaf : message.leaves()) {
    const absl::StatusOr<ledger::Leaf> parsed = ledger::Leaf::Parse(leaf.leaf());
    if (!parsed.ok() || !IsFirst(*parsed)) continue;
    first.time = std::min(first.time, parsed->time);
    taken |= !parsed->result.starts_with("REFUSED:");
  }
  first.refused = first.time != absl::InfiniteFuture() && !taken;
  return first;
}

std::optional<Announcement> ReadAnnouncement(const v1::GetEvidenceResponse& evidence, int index) {
  const v1::MessageEvidence& message = evidence.messages(index);
  const google::protobuf::LogSilencer quiet;
  v1::Message said;
  if (!message.has_envelope() || !said.ParseFromString(message.envelope().payload()) ||
      FirstEntriesOf(message).refused) {
    return std::nullopt;
  }
  return AnnouncementOf(said, MessageFolder(static_cast<size_t>(index) + 1) + "/envelope.pb");
}

// Who has signed, by what his certificate calls him.
std::set<std::string> ClaimedSigners(const v1::Envelope& envelope, const BundledChains& chains) {
  std::set<std::string> signers;
  for (const v1::Signature& signature : envelope.signatures()) {
    const auto digest = certs::DigestFromBytes(signature.certificate_sha256());
    const auto chain = digest.has_value() ? chains.ChainBySha256(*digest) : std::nullopt;
    if (!chain.has_value()) continue;
    const absl::StatusOr<certs::Certificate> leaf = certs::Certificate::Parse(chain->front());
    const absl::StatusOr<certs::SpiffeId> id = leaf.ok() ? leaf->Name() : leaf.status();
    if (id.ok()) signers.insert(id->ToString());
  }
  return signers;
}

}  // namespace

std::optional<Announcement> AnnouncementOf(const v1::Message& message, std::string where) {
  const v1::KeyAnnouncement& said = message.key_announcement();
  const bool of_node = said.use() == v1::KEY_USE_LOG || said.use() == v1::KEY_USE_WITNESS;
  if (!message.has_key_announcement() || !of_node || domain::HasUnknown(message)) {
    return std::nullopt;
  }
  return Announcement{std::move(where), message.header().author(), said};
}

std::vector<Announcement> AnnouncementsIn(const v1::GetEvidenceResponse& evidence) {
  const BundledChains chains(evidence);
  std::vector<Announcement> all;
  for (int i = 0; i < evidence.messages_size(); ++i) {
    std::optional<Announcement> one = ReadAnnouncement(evidence, i);
    if (!one.has_value()) continue;
    one->signers = ClaimedSigners(evidence.messages(i).envelope(), chains);
    all.push_back(*std::move(one));
  }
  return all;
}

std::vector<Announcement> VerifiedAnnouncements(const v1::GetEvidenceResponse& evidence,
                                                const certs::TrustStore& trust) {
  const BundledChains chains(evidence);
  certs::EnvelopeVerifier verifier(trust);
  std::vector<Announcement> all;
  for (int i = 0; i < evidence.messages_size(); ++i) {
    std::optional<Announcement> one = ReadAnnouncement(evidence, i);
    if (!one.has_value()) continue;
    const v1::MessageEvidence& message = evidence.messages(i);
    absl::Time at = FirstEntriesOf(message).time;
    if (at == absl::InfiniteFuture()) at = absl::FromUnixSeconds(evidence.time().seconds());
    const absl::StatusOr<certs::VerifiedEnvelope> verified =
        verifier.Verify(message.envelope(), chains, at);
    const absl::StatusOr<certs::SpiffeId> author = certs::SpiffeId::Parse(one->author);
    if (!verified.ok() || !author.ok() || !certs::CheckAuthor(*verified, *author).ok()) continue;
    for (const certs::Identity& signer : verified->signers) {
      one->signers.insert(signer.id.ToString());
    }
    all.push_back(*std::move(one));
  }
  return all;
}

}  // namespace gatepost::evidence
