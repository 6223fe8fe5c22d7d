#include "client/evidence/announcements.h"

#include <google/protobuf/stubs/logging.h>

#include <algorithm>
#include <utility>

#include "certs/certificate.h"
#include "certs/dsse.h"
#include "certs/spiffe_id.h"
#include "client/evidence/bundle_index.h"
#include "client/evidence/message_check.h"
#include "daemon/domain/unknown_content.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/status_macros.h"

namespace gatepost::evidence {
namespace {

// A log takes a message once; what is beyond, somebody has added.
constexpr size_t kMostEntries = 8;

absl::Time TimeOf(const v1::EvidenceLeaf& leaf) {
  const absl::StatusOr<ledger::Leaf> parsed = ledger::Leaf::Parse(leaf.leaf());
  return parsed.ok() ? parsed->time : absl::InfiniteFuture();
}

// There are first entries, and all say so.
bool AllRefused(const v1::MessageEvidence& message) {
  bool some = false;
  for (const v1::EvidenceLeaf& leaf : message.leaves()) {
    const absl::StatusOr<ledger::Leaf> parsed = ledger::Leaf::Parse(leaf.leaf());
    if (!parsed.ok() || !IsFirst(*parsed)) continue;
    if (!IsRefused(*parsed)) return false;
    some = true;
  }
  return some;
}

// Whether the log of `node`, by this leaf, has taken exactly this envelope.
bool Takes(const std::string& node, const ledger::Leaf& leaf, const v1::Envelope& envelope,
           const v1::MessageHeader& header) {
  const auto& recipients = header.recipient_nodes();
  const bool there = leaf.event == ledger::event::kAccepted
                         ? node == header.origin_node()
                         : leaf.event == ledger::event::kDelivered &&
                               std::ranges::find(recipients, node) != recipients.end();
  return there && !IsRefused(leaf) && leaf.object == "message:" + header.message_id() &&
         leaf.actor == header.author() &&
         leaf.pae == certs::PaeDigest(envelope.payload_type(), envelope.payload()) &&
         leaf.signatures == certs::SignaturesDigest(envelope);
}

std::vector<v1::EvidenceLeaf> EntriesOf(const v1::MessageEvidence& message,
                                        const v1::MessageHeader& header) {
  std::vector<v1::EvidenceLeaf> entries;
  for (const v1::EvidenceLeaf& leaf : message.leaves()) {
    const absl::StatusOr<ledger::Leaf> parsed = ledger::Leaf::Parse(leaf.leaf());
    if (parsed.ok() && entries.size() < kMostEntries &&
        Takes(leaf.node(), *parsed, message.envelope(), header)) {
      entries.push_back(leaf);
    }
  }
  return entries;
}

std::optional<Announcement> ReadAnnouncement(const v1::GetEvidenceResponse& evidence, int index) {
  const v1::MessageEvidence& message = evidence.messages(index);
  const google::protobuf::LogSilencer quiet;
  v1::Message said;
  if (!message.has_envelope() || !said.ParseFromString(message.envelope().payload()) ||
      AllRefused(message)) {
    return std::nullopt;
  }
  std::optional<Announcement> read =
      AnnouncementOf(said, MessageFolder(static_cast<size_t>(index) + 1) + "/envelope.pb");
  if (read.has_value()) read->entries = EntriesOf(message, said.header());
  return read;
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

absl::Status VerifySigners(const v1::Envelope& envelope, const certs::CertificateSource& chains,
                           absl::Time at, certs::EnvelopeVerifier& verifier,
                           Announcement& announced) {
  GATEPOST_ASSIGN_OR_RETURN(const certs::VerifiedEnvelope verified,
                            verifier.Verify(envelope, chains, at));
  GATEPOST_ASSIGN_OR_RETURN(const certs::SpiffeId author, certs::SpiffeId::Parse(announced.author));
  GATEPOST_RETURN_IF_ERROR(certs::CheckAuthor(verified, author));
  for (const certs::Identity& signer : verified.signers) {
    announced.signers.insert(signer.id.ToString());
  }
  return absl::OkStatus();
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
  const auto holds = [&](const v1::Envelope& envelope, Announcement& one, absl::Time at) {
    return VerifySigners(envelope, chains, at, verifier, one).ok();
  };
  std::vector<Announcement> all;
  for (int i = 0; i < evidence.messages_size(); ++i) {
    std::optional<Announcement> one = ReadAnnouncement(evidence, i);
    if (!one.has_value()) continue;
    const v1::Envelope& envelope = evidence.messages(i).envelope();
    bool held = false;
    if (one->entries->empty()) {
      held = holds(envelope, *one, absl::FromUnixSeconds(evidence.time().seconds()));
    }
    std::erase_if(*one->entries, [&](const v1::EvidenceLeaf& leaf) {
      const bool at_its_time = holds(envelope, *one, TimeOf(leaf));
      held |= at_its_time;
      return !at_its_time;
    });
    if (held) all.push_back(*std::move(one));
  }
  return all;
}

}  // namespace gatepost::evidence
