#include "client/evidence/message_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "certs/dsse.h"
#include "client/evidence/bundle_index.h"
#include "client/evidence/core_files.h"
#include "daemon/domain/unknown_content.h"

namespace gatepost::evidence {
namespace {

namespace event = ledger::event;
using certs::Digest;

constexpr std::string_view kMessage = "message:";

bool IsFirst(const ledger::Leaf& leaf) {
  return leaf.event == event::kAccepted || leaf.event == event::kDelivered;
}

// Events whose leaves name the message's digests.
bool NamesDigests(const ledger::Leaf& leaf) {
  for (const char* name : {event::kHeld, event::kReleased, event::kAccepted, event::kDelivered,
                           event::kReceipt, event::kFetched, event::kRead, event::kDecided,
                           event::kOverride}) {
    if (leaf.event == name) return true;
  }
  return false;
}

bool Contains(const google::protobuf::RepeatedPtrField<std::string>& values,
              std::string_view value) {
  return std::ranges::find(values, value) != values.end();
}

// What a purged message was, as far as its first entries say.
void ReadFromEntries(MessageFacts& facts) {
  for (const ProvedEntry& entry : facts.entries) {
    if (!IsFirst(entry.leaf)) continue;
    if (entry.leaf.object.starts_with(kMessage)) {
      facts.message_id = entry.leaf.object.substr(kMessage.size());
    }
    facts.author = entry.leaf.actor;
    facts.pae = entry.leaf.pae.value_or(Digest{});
    return;
  }
}

}  // namespace

BundledChains::BundledChains(const v1::GetEvidenceResponse& evidence) {
  for (const v1::CertificateChain& chain : evidence.chains()) {
    if (chain.certificates().empty()) continue;
    chains_.emplace(certs::Sha256Of(chain.certificates(0)),
                    std::vector<std::string>(chain.certificates().begin(),
                                             chain.certificates().end()));
  }
}

std::optional<std::vector<std::string>> BundledChains::ChainBySha256(
    const Digest& leaf_sha256) const {
  const auto found = chains_.find(leaf_sha256);
  if (found == chains_.end()) return std::nullopt;
  return found->second;
}

const ProvedEntry* FirstEntry(const MessageFacts& message) {
  const ProvedEntry* first = nullptr;
  for (const ProvedEntry& entry : message.entries) {
    if (!IsFirst(entry.leaf)) continue;
    if (first == nullptr || entry.leaf.time < first->leaf.time) first = &entry;
  }
  return first;
}

MessageCheck::MessageCheck(const Anchors& anchors, const BundledChains& chains,
                           std::string exporter, absl::Time exported_at, Found& found)
    : anchors_(anchors),
      chains_(chains),
      exporter_(std::move(exporter)),
      exported_at_(exported_at),
      found_(found) {
  if (anchors.trust().has_value()) verifier_.emplace(*anchors.trust(), certificates_);
}

MessageFacts MessageCheck::Check(size_t number, const v1::MessageEvidence& message,
                                 Entries& entries) {
  MessageFacts facts;
  facts.folder = MessageFolder(number);
  facts.short_reference = message.short_reference();
  facts.purged = !message.has_envelope();
  for (const v1::EvidenceLeaf& leaf : message.leaves()) {
    std::optional<ProvedEntry> entry = entries.Prove(facts.folder, leaf);
    if (entry.has_value()) facts.entries.push_back(*std::move(entry));
  }
  std::ranges::stable_sort(facts.entries, {}, [](const ProvedEntry& e) { return e.leaf.time; });
  signatures_.reset();
  if (facts.purged) {
    ReadFromEntries(facts);
    found_.Note(fmt::format("{}: its body was purged; its digests and entries are left",
                            facts.folder));
  } else {
    CheckEnvelope(message.envelope(), facts);
  }
  for (const ProvedEntry& entry : facts.entries) CheckEntry(entry, facts);
  CheckComplete(facts);
  return facts;
}

// Signatures count as of the first entry: certificates expire, and what was signed before stays.
void MessageCheck::CheckEnvelope(const v1::Envelope& envelope, MessageFacts& facts) {
  const std::string where = facts.folder + "/envelope.pb";
  facts.pae = certs::PaeDigest(envelope.payload_type(), envelope.payload());
  const ProvedEntry* first = FirstEntry(facts);
  const absl::Time when = first == nullptr ? exported_at_ : first->leaf.time;
  if (!verifier_.has_value()) return;  // The roots' finding says so.
  absl::StatusOr<certs::VerifiedEnvelope> verified = verifier_->Verify(envelope, chains_, when);
  if (!verified.ok()) {
    if (system::ReasonOf(verified.status()) == v1::REASON_CERTIFICATE_NOT_HELD) {
      return found_.Missing("certificates", "the chain of every signer",
                            std::string(verified.status().message()),
                            "have the bundle exported again");
    }
    return found_.Add(where, verified.status());
  }
  signatures_ = verified->signatures;
  for (size_t i = 0; i < verified->signers.size(); ++i) {
    const certs::Identity& signer = verified->signers[i];
    facts.signatures.push_back(
        {.spiffe_id = signer.id.ToString(),
         .suite = SignaturesOf(envelope)[static_cast<int>(i)].suite(),
         .certificate_sha256 = signer.certificate_sha256,
         .certificate_not_before = signer.not_before,
         .certificate_not_after = signer.not_after,
         .revoked = std::nullopt});
  }
  if (!facts.message.ParseFromString(envelope.payload())) {
    facts.message.Clear();
    return found_.Invalid(where, "a message", "a payload that cannot be read");
  }
  if (domain::HasUnknown(facts.message)) {
    found_.Note(fmt::format("{}: of a newer schema than this program; not all of it is shown",
                            facts.folder));
  }
  CheckHeader(*verified, facts);
}

void MessageCheck::CheckHeader(const certs::VerifiedEnvelope& verified, MessageFacts& facts) {
  const v1::MessageHeader& header = facts.message.header();
  const std::string where = facts.folder + "/envelope.pb";
  facts.author = header.author();
  facts.message_id = header.message_id();
  const absl::StatusOr<certs::SpiffeId> author = certs::SpiffeId::Parse(header.author());
  if (!author.ok()) return found_.Add(where, author.status());
  found_.Add(where, certs::CheckAuthor(verified, *author));
  const config::AgreedNode* origin = anchors_.FindNode(header.origin_node());
  if (origin != nullptr && origin->spiffe_id.trust_domain() != author->trust_domain()) {
    found_.Invalid(where, fmt::format("an author of {}, the side of its origin {}",
                                      origin->spiffe_id.trust_domain(), header.origin_node()),
                   header.author());
  }
}

void MessageCheck::CheckEntry(const ProvedEntry& entry, const MessageFacts& facts) {
  const ledger::Leaf& leaf = entry.leaf;
  const std::string where = LeafPlace(facts.folder, entry) + ".leaf";
  const auto want = [&](bool holds, std::string_view wanted, const std::string& came) {
    if (!holds) found_.Invalid(where, wanted, came.empty() ? "none" : came);
  };
  const auto hex = [](const std::optional<Digest>& digest) {
    return digest.has_value() ? certs::ToHex(*digest) : std::string();
  };
  // A node that could not verify an envelope knows only its digest.
  const std::string envelope = "envelope:" + certs::ToHex(facts.pae);
  const bool unverified = leaf.object == envelope && leaf.event == event::kDelivered &&
                          leaf.result.starts_with("REFUSED:");
  const std::string object = fmt::format("{}{}", kMessage, facts.message_id);
  want(leaf.object == object || unverified, fmt::format("an entry about {}", object), leaf.object);
  if (NamesDigests(leaf) || leaf.pae.has_value()) {
    want(leaf.pae == facts.pae, fmt::format("PAE digest {}", certs::ToHex(facts.pae)),
         hex(leaf.pae));
  }
  if (!signatures_.has_value() && facts.purged) signatures_ = leaf.signatures;
  if (signatures_.has_value() && NamesDigests(leaf)) {
    want(leaf.signatures == signatures_, fmt::format("signature list {}", hex(signatures_)),
         hex(leaf.signatures));
  }
  const bool of_author =
      IsFirst(leaf) || leaf.event == event::kReceipt || leaf.event == event::kOverride;
  if (of_author && !unverified) {
    want(leaf.actor == facts.author, fmt::format("the author {}", facts.author), leaf.actor);
  }
  if (!facts.message.has_header()) return;
  const v1::MessageHeader& header = facts.message.header();
  const bool at_recipient = leaf.event == event::kDelivered || leaf.event == event::kFetched ||
                            leaf.event == event::kRead;
  if (at_recipient) {
    want(Contains(header.recipient_nodes(), entry.node), "an entry of a recipient's log",
         entry.node);
    want(leaf.peer == header.origin_node(), fmt::format("peer {}", header.origin_node()),
         leaf.peer);
  }
  if (leaf.event == event::kAccepted || leaf.event == event::kReceipt ||
      leaf.event == event::kOverride) {
    want(entry.node == header.origin_node(),
         fmt::format("an entry of the origin's log, {}", header.origin_node()), entry.node);
  }
  if (leaf.event == event::kReceipt) {
    want(Contains(header.recipient_nodes(), leaf.peer), "a recipient as peer", leaf.peer);
    for (const ProvedEntry& other : facts.entries) {
      if (other.leaf.event != event::kDelivered || other.node != leaf.peer) continue;
      want(leaf.sequence == other.leaf.sequence && leaf.result == other.leaf.result,
           fmt::format("what {} delivered: sequence {}, {}", other.node,
                       other.leaf.sequence.value_or(0), other.leaf.result),
           fmt::format("sequence {}, {}", leaf.sequence.value_or(0), leaf.result));
    }
  }
}

// What must be there: the origin's word that it took the message, where the origin exported it; and
// the recipient's, where it crossed.
void MessageCheck::CheckComplete(const MessageFacts& facts) {
  const auto has = [&](const char* name, std::string_view node) {
    return std::ranges::any_of(facts.entries, [&](const ProvedEntry& entry) {
      return entry.leaf.event == name && entry.node == node;
    });
  };
  const auto missing = [&](std::string_view node, const char* name) {
    found_.Missing(facts.folder, fmt::format("the {} entry of {}", name, node), "none",
                   "have the bundle exported again, or ask there for it");
  };
  if (FirstEntry(facts) == nullptr) {
    return found_.Missing(facts.folder, "an entry that says when it was first logged", "none",
                          "have the bundle exported again");
  }
  const bool own = has(event::kAccepted, exporter_) || has(event::kDelivered, exporter_);
  if (!own) {
    const bool origin = facts.message.header().origin_node() == exporter_;
    missing(exporter_, origin ? event::kAccepted : event::kDelivered);
  }
  for (const ProvedEntry& entry : facts.entries) {
    const ledger::Leaf& leaf = entry.leaf;
    if (leaf.event == event::kReceipt && !has(event::kDelivered, leaf.peer)) {
      missing(leaf.peer, event::kDelivered);
    }
    const bool rung = leaf.event == event::kFetched || leaf.event == event::kRead;
    if (rung && !has(event::kDelivered, entry.node)) missing(entry.node, event::kDelivered);
  }
}

}  // namespace gatepost::evidence
