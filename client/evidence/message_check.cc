#include "client/evidence/message_check.h"

#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>

#include <algorithm>
#include <string_view>

#include "certs/certificate.h"
#include "certs/dsse.h"
#include "certs/signing_path.h"
#include "client/evidence/bundle_index.h"
#include "client/evidence/core_files.h"
#include "daemon/domain/author_rules.h"
#include "daemon/domain/unknown_content.h"

namespace gatepost::evidence {
namespace {

namespace event = ledger::event;
using certs::Digest;

constexpr std::string_view kMessage = "message:";

// Events whose leaves name the message's digests.
bool NamesDigests(const ledger::Leaf& leaf) {
  for (const char* name :
       {event::kHeld, event::kReleased, event::kAccepted, event::kDelivered, event::kReceipt,
        event::kFetched, event::kRead, event::kDecided, event::kOverride, event::kPurged}) {
    if (leaf.event == name) return true;
  }
  return false;
}

bool Contains(const google::protobuf::RepeatedPtrField<std::string>& values,
              std::string_view value) {
  return std::ranges::find(values, value) != values.end();
}

bool Has(const MessageFacts& facts, const char* name, std::string_view node) {
  return std::ranges::any_of(facts.entries, [&](const ProvedEntry& entry) {
    return entry.leaf.event == name && entry.node == node;
  });
}

std::string Shown(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%E*S UTC", time, absl::UTCTimeZone());
}

// What a message without an envelope was, as far as its first entries say.
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
    chains_.emplace(
        certs::Sha256Of(chain.certificates(0)),
        std::vector<std::string>(chain.certificates().begin(), chain.certificates().end()));
  }
}

std::optional<std::vector<std::string>> BundledChains::ChainBySha256(
    const Digest& leaf_sha256) const {
  const auto found = chains_.find(leaf_sha256);
  if (found == chains_.end()) return std::nullopt;
  return found->second;
}

MessageCheck::MessageCheck(const Anchors& anchors, const BundledChains& chains,
                           std::string exporter, absl::Time exported_at, Found& found)
    : anchors_(anchors),
      chains_(chains),
      exporter_(std::move(exporter)),
      exported_at_(exported_at),
      found_(found) {
  if (anchors.trust().has_value()) verifier_.emplace(*anchors.trust());
}

MessageFacts MessageCheck::Prove(size_t number, const v1::MessageEvidence& message,
                                 Entries& entries) {
  MessageFacts facts;
  facts.folder = MessageFolder(number);
  facts.short_reference = message.short_reference();
  facts.without_envelope = !message.has_envelope();
  for (const v1::EvidenceLeaf& leaf : message.leaves()) {
    std::optional<ProvedEntry> entry = entries.Prove(facts.folder, leaf);
    if (entry.has_value()) facts.entries.push_back(*std::move(entry));
  }
  std::ranges::stable_sort(facts.entries, {}, [](const ProvedEntry& e) { return e.leaf.time; });
  if (message.has_envelope()) {
    facts.pae = certs::PaeDigest(message.envelope().payload_type(), message.envelope().payload());
  } else {
    ReadFromEntries(facts);
  }
  return facts;
}

void MessageCheck::Check(const v1::MessageEvidence& message, MessageFacts& facts) {
  signatures_.reset();
  if (facts.without_envelope) {
    CheckWithoutEnvelope(facts);
  } else {
    CheckEnvelope(message.envelope(), facts);
  }
  for (const ProvedEntry& entry : facts.entries) CheckEntry(entry, facts);
  CheckComplete(facts);
}

// Whoever seals a bundle can leave an envelope out; that retention took it is only what a proved
// entry says. Either way nobody here can see who signed.
void MessageCheck::CheckWithoutEnvelope(MessageFacts& facts) {
  const auto purge = std::ranges::find_if(facts.entries, [&](const ProvedEntry& entry) {
    const ledger::Leaf& leaf = entry.leaf;
    return entry.node == exporter_ && leaf.event == event::kPurged && leaf.result == "BODY" &&
           leaf.detail.starts_with("retention:") && leaf.pae == facts.pae &&
           leaf.object == fmt::format("{}{}", kMessage, facts.message_id);
  });
  facts.purged = purge != facts.entries.end();
  found_.Missing(facts.folder, "the envelope; without it its signatures cannot be checked",
                 facts.purged ? fmt::format("its body was purged, says entry {} of {}",
                                            purge->index, exporter_)
                              : std::string("none, and no entry that says that it was purged"),
                 "ask the other side, which may still keep it");
}

// Signatures count as of the first entry: certificates expire, and what was signed before stays.
void MessageCheck::CheckEnvelope(const v1::Envelope& envelope, MessageFacts& facts) {
  const std::string where = facts.folder + "/envelope.pb";
  const google::protobuf::LogSilencer quiet;
  v1::Message message;
  if (!message.ParseFromString(envelope.payload())) {
    return found_.Invalid(where, "a message", "a payload that cannot be read");
  }
  // Only to tell whether the entries are about it; nothing else is read before it is verified.
  facts.author = message.header().author();
  facts.message_id = message.header().message_id();
  const ProvedEntry* first = FirstEntry(facts);
  const absl::Time when = first == nullptr ? exported_at_ : first->leaf.time;
  if (!verifier_.has_value()) return;  // The roots' finding says so.
  const absl::StatusOr<certs::VerifiedEnvelope> verified =
      verifier_->Verify(envelope, chains_, when);
  if (!verified.ok()) return AddRefusal(envelope, where, verified.status());
  signatures_ = verified->signatures;
  for (size_t i = 0; i < verified->signers.size(); ++i) {
    AddSigner(verified->signers[i], SignaturesOf(envelope)[static_cast<int>(i)].suite(), when,
              facts);
  }
  facts.message = std::move(message);
  if (domain::HasUnknown(facts.message)) {
    found_.Missing(where, "a program that knows this schema",
                   "a message of a newer one: not all of it is shown, and it is used for nothing",
                   "check it with a newer program, on the same bundle");
  }
  CheckFixed(facts);
  CheckHeader(*verified, facts);
}

// What fails because something is not in the bundle is missing, not wrong.
void MessageCheck::AddRefusal(const v1::Envelope& envelope, const std::string& where,
                              const absl::Status& why) {
  const v1::Reason reason = system::ReasonOf(why);
  if (reason == v1::REASON_CERTIFICATE_NOT_HELD) {
    return found_.Missing("certificates", "the chain of every signer", std::string(why.message()),
                          "have the bundle exported again");
  }
  const bool of_roots = reason == v1::REASON_CHAIN_BROKEN || reason == v1::REASON_CROSS_DOMAIN ||
                        reason == v1::REASON_UNKNOWN_TRUST_DOMAIN;
  for (const v1::Signature& signature : SignaturesOf(envelope)) {
    const auto digest = certs::DigestFromBytes(signature.certificate_sha256());
    const auto chain = digest.has_value() ? chains_.ChainBySha256(*digest) : std::nullopt;
    if (!of_roots || !chain.has_value()) continue;
    const absl::StatusOr<certs::Certificate> leaf = certs::Certificate::Parse(chain->front());
    const absl::StatusOr<certs::SpiffeId> id = leaf.ok() ? leaf->Name() : leaf.status();
    if (!id.ok() || !anchors_.LacksRootsOf(id->trust_domain())) continue;
    return found_.Missing(where, fmt::format("the agreed roots of {}", id->trust_domain()),
                          "some are not here",
                          "have the bundle exported again, or check it with "
                          "the agreement of that link");
  }
  found_.Add(where, why);
}

void MessageCheck::AddSigner(const certs::Identity& signer, const std::string& suite,
                             absl::Time when, MessageFacts& facts) {
  facts.signatures.push_back({.spiffe_id = signer.id.ToString(),
                              .suite = suite,
                              .certificate_sha256 = signer.certificate_sha256,
                              .certificate_not_before = signer.not_before,
                              .certificate_not_after = signer.not_after,
                              .revoked = std::nullopt});
  const std::string file =
      fmt::format("certificates/{}.pem", certs::ToHex(signer.certificate_sha256));
  const std::vector<std::string> chain =
      chains_.ChainBySha256(signer.certificate_sha256).value_or(std::vector<std::string>());
  absl::StatusOr<std::vector<certs::Certificate>> path =
      certs::PathToRoot(chain, anchors_.RootsOf(signer.id.trust_domain()), when);
  if (!path.ok()) return found_.Add(file, path.status());
  for (const std::string& der : chain) {
    const Digest sha256 = certs::Sha256Of(der);
    if (std::ranges::any_of(*path, [&](const auto& one) { return one.sha256() == sha256; })) {
      continue;
    }
    found_.Invalid(file, "certificates on the way from the signer to a root, and no others",
                   fmt::format("one beside it, {}", certs::ToHex(sha256)));
  }
  facts.signatures.back().path = *std::move(path);
}

// The first entry's time is the word of one side, who may have written it after the certificate
// had expired.
void MessageCheck::CheckFixed(const MessageFacts& facts) {
  const absl::Time fixed = FixedAt(anchors_, facts);
  for (const SignedBy& signer : facts.signatures) {
    if (fixed < signer.certificate_not_after) continue;
    return found_.Missing(
        facts.folder,
        fmt::format("a time that both sides attest before {}, when the certificate of {} expires",
                    Shown(signer.certificate_not_after), signer.spiffe_id),
        fixed == absl::InfiniteFuture() ? std::string("none yet: when it was signed is the word of "
                                                      "one side")
                                        : Shown(fixed),
        "have the bundle exported again once the other side has cosigned, or ask there what it "
        "holds");
  }
}

void MessageCheck::CheckHeader(const certs::VerifiedEnvelope& verified, MessageFacts& facts) {
  const v1::MessageHeader& header = facts.message.header();
  const std::string where = facts.folder + "/envelope.pb";
  facts.author = header.author();
  facts.message_id = header.message_id();
  const absl::StatusOr<certs::SpiffeId> author = certs::SpiffeId::Parse(header.author());
  if (!author.ok()) return found_.Add(where, author.status());
  found_.Add(where, certs::CheckAuthor(verified, *author));
  found_.Add(where,
             domain::MayAuthor(header.author(), certs::RoleName(author->role()), facts.message));
  if (verified.batch_author.has_value()) found_.Add(where, domain::MayBatch(facts.message));
  const config::AgreedNode* origin = anchors_.FindNode(header.origin_node());
  if (origin == nullptr && anchors_.IsUnread(header.origin_node())) {
    return found_.Missing(where,
                          fmt::format("your own link agreement with {}", header.origin_node()),
                          "none", "check again with the file that your own side signed");
  }
  if (origin == nullptr) {
    return found_.Invalid(where, "an origin that the link agreement names", header.origin_node());
  }
  if (origin->spiffe_id.trust_domain() != author->trust_domain()) {
    found_.Invalid(where,
                   fmt::format("an author of {}, the side of its origin {}",
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
  // Without an envelope the entries must at least agree.
  if (facts.without_envelope && !signatures_.has_value() && NamesDigests(leaf) &&
      leaf.event != event::kHeld) {
    signatures_ = leaf.signatures;
  }
  // While it was HELD, its list still grew.
  if (signatures_.has_value() && NamesDigests(leaf) && leaf.event != event::kHeld) {
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

// What must be there: the word of the exporter's own log that it took the message, and the
// recipient's, where it crossed.
void MessageCheck::CheckComplete(const MessageFacts& facts) {
  const auto missing = [&](std::string_view node, const char* name) {
    found_.Missing(facts.folder, fmt::format("the {} entry of {}", name, node), "none",
                   "have the bundle exported again, or ask there for it");
  };
  if (FirstEntry(facts) == nullptr) {
    return found_.Missing(facts.folder, "an entry that says when it was first logged", "none",
                          "have the bundle exported again");
  }
  const bool own =
      Has(facts, event::kAccepted, exporter_) || Has(facts, event::kDelivered, exporter_);
  if (!own) {
    const bool origin = facts.message.header().origin_node() == exporter_;
    missing(exporter_, origin ? event::kAccepted : event::kDelivered);
  }
  for (const ProvedEntry& entry : facts.entries) {
    const ledger::Leaf& leaf = entry.leaf;
    if (leaf.event == event::kReceipt && !Has(facts, event::kDelivered, leaf.peer)) {
      missing(leaf.peer, event::kDelivered);
    }
    const bool rung = leaf.event == event::kFetched || leaf.event == event::kRead;
    if (rung && !Has(facts, event::kDelivered, entry.node)) {
      missing(entry.node, event::kDelivered);
    }
  }
  CheckRecipients(facts);
}

// Each recipient's answer, as the origin holds it: both entries, or it is pending.
void MessageCheck::CheckRecipients(const MessageFacts& facts) {
  const v1::MessageHeader& header = facts.message.header();
  for (const std::string& recipient : header.recipient_nodes()) {
    if (!Has(facts, event::kDelivered, recipient)) {
      found_.Note(fmt::format("{}: pending, no entry of {} shows that it took or refused it",
                              facts.folder, recipient));
      continue;
    }
    const bool receipted = std::ranges::any_of(facts.entries, [&](const ProvedEntry& entry) {
      return entry.leaf.event == event::kReceipt && entry.leaf.peer == recipient;
    });
    if (!receipted && header.origin_node() == exporter_) {
      found_.Missing(facts.folder,
                     fmt::format("the RECEIPT entry of {} for {}", exporter_, recipient), "none",
                     "have the bundle exported again");
    }
  }
}

}  // namespace gatepost::evidence
