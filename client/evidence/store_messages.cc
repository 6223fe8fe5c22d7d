#include "client/evidence/store_messages.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "certs/batch.h"
#include "certs/certificate.h"
#include "certs/dsse.h"
#include "certs/spiffe_id.h"
#include "client/evidence/core_files.h"
#include "client/evidence/stored_chains.h"
#include "daemon/system/reason.h"
#include "gatepost/v1/envelope.pb.h"
#include "gatepost/v1/message.pb.h"

namespace gatepost::evidence {
namespace {

namespace event = ledger::event;

bool IsOfMessage(const ledger::Leaf& leaf) {
  return leaf.event == event::kAccepted || leaf.event == event::kDelivered;
}

// Whether more roots could make it hold.
bool IsAboutRoots(const absl::Status& why) {
  const v1::Reason reason = system::ReasonOf(why);
  return reason == v1::REASON_CHAIN_BROKEN || reason == v1::REASON_CROSS_DOMAIN ||
         reason == v1::REASON_UNKNOWN_TRUST_DOMAIN;
}

}  // namespace

StoredMessageCheck::StoredMessageCheck(StoreCheckParts& parts)
    : parts_(parts),
      rows_(parts.reader.AllMessages()),
      chains_(std::make_unique<StoredChains>(parts.reader)) {
  if (parts.options.trust != nullptr) verifier_.emplace(*parts.options.trust);
  Advance();
}

void StoredMessageCheck::Advance() {
  next_.reset();
  while (true) {
    absl::StatusOr<std::optional<Message>> row = rows_->Next();
    if (!row.ok()) return parts_.Find("store", row.status());
    if (!row->has_value()) return;
    if ((*row)->record.ok()) {
      next_ = *std::move(row);
      return;
    }
    parts_.Find((*row)->name, (*row)->record.status());
  }
}

// The next message names an entry that is none of its kind.
void StoredMessageCheck::FindStray() {
  parts_.Find(next_->name, "its own ACCEPTED or DELIVERED entry",
              fmt::format("entry {}", next_->record->leaf_index));
  Check(*next_, nullptr);
  Advance();
}

void StoredMessageCheck::OnEntry(uint64_t index, const ledger::Leaf* leaf) {
  while (next_ && next_->record->leaf_index < index) FindStray();
  const bool is_here = next_ && next_->record->leaf_index == index;
  if (leaf != nullptr && leaf->event == event::kPurged) purged_.insert(leaf->object);
  if (leaf == nullptr) {
    if (is_here) {
      Check(*next_, nullptr);
      Advance();
    }
    return;
  }
  if (!IsOfMessage(*leaf)) return;
  if (leaf->event == event::kDelivered) CheckIncoming(fmt::format("entry {}", index), *leaf);
  if (!is_here) {
    parts_.Find(fmt::format("entry {}", index), fmt::format("the message that is {}", leaf->event),
                "none in the store");
    return;
  }
  Check(*next_, leaf);
  Advance();
}

void StoredMessageCheck::Finish() {
  while (next_) FindStray();
  for (const auto& [object, name] : no_body_) {
    if (purged_.contains(object)) {
      ++parts_.verdict.counts.bodies_purged;
    } else {
      parts_.Find(name, "its envelope, or a PURGED entry", "neither");
    }
  }
  // Where this side stands is what the entries say.
  parts_.Each(parts_.reader.AllLinks(), [&](const std::string& name, const auto& link) {
    const Direction& direction = incoming_[link.peer];
    parts_.Expect(name, "last received message", direction.sequence, link.last_received);
    parts_.Expect(name, "running digest of what was received", direction.digest,
                  link.received_digest);
  });
}

void StoredMessageCheck::CheckIncoming(const std::string& where, const ledger::Leaf& leaf) {
  Direction& direction = incoming_[leaf.peer];
  parts_.Expect(where, "sequence", direction.sequence + 1, leaf.sequence.value_or(0));
  direction.sequence = leaf.sequence.value_or(direction.sequence + 1);
  direction.digest = NextDigest(direction.digest, leaf.pae.value_or(certs::Digest{}));
  const std::string row = fmt::format("incoming_digest {} {}", leaf.peer, direction.sequence);
  const auto stored = parts_.reader.IncomingDigest(leaf.peer, direction.sequence);
  if (!stored.ok() || !stored->has_value()) {
    return parts_.Find(row, "a running digest", stored.ok() ? "none" : "one that cannot be read");
  }
  parts_.Expect(row, "running digest", direction.digest, **stored);
}

void StoredMessageCheck::Check(const Message& message, const ledger::Leaf* leaf) {
  const store::MessageRecord& record = *message.record;
  ++parts_.verdict.counts.messages;
  if (record.row != last_row_ + 1) {
    parts_.Find(message.name,
                fmt::format("rows in the order of their entries, {} next", last_row_ + 1),
                fmt::format("{}", record.row));
  }
  last_row_ = record.row;
  if (leaf != nullptr) CheckAgainstLeaf(message.name, record, *leaf);
  const absl::Time at = leaf != nullptr ? leaf->time : record.stored_at;
  if (!record.envelope.empty()) return CheckEnvelope(message.name, record, at);
  // Nothing is kept of an envelope that could not be opened.
  const bool never_opened =
      record.standing == v1::RUNG_REFUSED && ObjectOf(record) == record.message_id;
  if (!never_opened) {
    no_body_.emplace(ObjectOf(record), message.name);
  } else {
    parts_.Expect(message.name, "origin node", record.received_from, record.origin_node);
  }
}

void StoredMessageCheck::CheckAgainstLeaf(const std::string& where,
                                          const store::MessageRecord& record,
                                          const ledger::Leaf& leaf) {
  const bool received = !record.received_from.empty();
  const auto sequence = [](std::optional<uint64_t> number) {
    return number ? fmt::format("{}", *number) : std::string("-");
  };
  parts_.Expect(where, "as its entry says: event", leaf.event,
                received ? event::kDelivered : event::kAccepted);
  parts_.Expect(where, "as its entry says: object", leaf.object, ObjectOf(record));
  parts_.Expect(where, "as its entry says: peer", leaf.peer, record.received_from);
  std::string actor = leaf.actor;
  if (ObjectOf(record) == record.message_id) actor += "#" + sequence(leaf.sequence);
  parts_.Expect(where, "as its entry says: actor", actor, record.author);
  if (received) {
    parts_.Expect(where, "as its entry says: sequence", sequence(leaf.sequence),
                  sequence(record.incoming_sequence));
  } else if (record.incoming_sequence != 0) {
    parts_.Find(where, "no incoming sequence", sequence(record.incoming_sequence));
  }
  parts_.Expect(where, "as its entry says: pae", leaf.pae.value_or(certs::Digest{}), record.pae);
  parts_.Expect(where, "as its entry says: signatures", leaf.signatures.value_or(certs::Digest{}),
                record.signatures);
  parts_.Expect(where, "as its entry says: time in microseconds",
                static_cast<uint64_t>(absl::ToUnixMicros(leaf.time)),
                static_cast<uint64_t>(absl::ToUnixMicros(record.stored_at)));
  parts_.Expect(where, "as its entry says: standing", v1::Rung_Name(RungOfResult(leaf.result)),
                v1::Rung_Name(record.standing));
  parts_.Expect(where, "as its entry says: reason", v1::Reason_Name(ReasonOfResult(leaf.result)),
                v1::Reason_Name(record.reason));
}

void StoredMessageCheck::CheckEnvelope(const std::string& where, const store::MessageRecord& record,
                                       absl::Time at) {
  v1::Envelope envelope;
  if (!envelope.ParseFromString(record.envelope) ||
      envelope.SerializeAsString() != record.envelope) {
    return parts_.Find(where, "the envelope as it was serialized", "other bytes");
  }
  parts_.Expect(where, "an envelope of pae", record.pae,
                certs::PaeDigest(envelope.payload_type(), envelope.payload()));
  parts_.Expect(where, "an envelope of signatures", record.signatures,
                certs::SignaturesDigest(envelope));
  v1::Message message;
  if (!message.ParseFromString(envelope.payload())) {
    return parts_.Find(where, "a message in the envelope", "other bytes");
  }
  CheckHeader(where, record, message.header());
  if (envelope.has_batch()) {
    const absl::StatusOr<certs::BatchHead> head =
        certs::BatchHead::Parse(envelope.batch().head_payload());
    const absl::Status member =
        head.ok() ? certs::CheckMembership(*head, record.pae, envelope.batch()) : head.status();
    if (!member.ok()) parts_.Find(where, member);
  }
  CheckSignatures(where, record, envelope, message.header().author(), at);
}

void StoredMessageCheck::CheckHeader(const std::string& where, const store::MessageRecord& record,
                                     const v1::MessageHeader& header) {
  parts_.Expect(where, "author", header.author(), record.author);
  parts_.Expect(where, "message id", header.message_id(), record.message_id);
  parts_.Expect(where, "origin node", header.origin_node(), record.origin_node);
  if (!record.received_from.empty()) return;
  const std::set<std::string> wanted(header.recipient_nodes().begin(),
                                     header.recipient_nodes().end());
  std::set<std::string> came;
  const auto places = parts_.reader.OutgoingOf(record.row);
  if (!places.ok()) return;  // The check of that table finds it.
  for (const store::OutgoingRecord& place : *places) came.insert(place.peer);
  if (wanted != came) {
    parts_.Find(where, fmt::format("a place in the outbox of each of {} recipients", wanted.size()),
                fmt::format("{}", came.size()));
  }
}

std::string StoredMessageCheck::WithoutRoots(const v1::Envelope& envelope) const {
  const std::set<std::string>& lacking = parts_.options.without_roots;
  if (lacking.empty()) return "";
  for (const v1::Signature& signature : SignaturesOf(envelope)) {
    const auto digest = certs::DigestFromBytes(signature.certificate_sha256());
    const auto chain = digest.has_value() ? chains_->ChainBySha256(*digest) : std::nullopt;
    if (!chain.has_value() || chain->empty()) continue;
    const absl::StatusOr<certs::Certificate> leaf = certs::Certificate::Parse(chain->front());
    const absl::StatusOr<certs::SpiffeId> id = leaf.ok() ? leaf->Name() : leaf.status();
    if (!id.ok()) continue;
    std::string domain(id->trust_domain());
    if (lacking.contains(domain)) return domain;
  }
  return "";
}

// Once, however many messages: findings are bounded, and what is cut off counts as INVALID.
void StoredMessageCheck::FindWithoutRoots(const std::string& domain) {
  if (!without_roots_.insert(domain).second) return;
  const std::string wanted = fmt::format("every agreed root of {}, for its signatures", domain);
  parts_.Find("store", system::Refuse(v1::REASON_EVIDENCE_INCOMPLETE, wanted, "some are not here",
                                      "name the root certificates by --root"));
}

void StoredMessageCheck::CheckSignatures(const std::string& where,
                                         const store::MessageRecord& record,
                                         const v1::Envelope& envelope, const std::string& author,
                                         absl::Time at) {
  if (!verifier_) {
    if (const std::string domain = WithoutRoots(envelope); !domain.empty()) {
      FindWithoutRoots(domain);
    }
    return;
  }
  const absl::StatusOr<certs::VerifiedEnvelope> verified =
      verifier_->Verify(envelope, *chains_, at);
  if (!verified.ok() && IsAboutRoots(verified.status())) {
    const std::string domain = WithoutRoots(envelope);
    if (!domain.empty()) return FindWithoutRoots(domain);
    // Without a link agreement with that peer nobody here knows its roots; found as such.
    if (!record.received_from.empty() && !parts_.KnowsPeer(record.received_from)) return;
  }
  if (!verified.ok()) return parts_.Find(where, verified.status());
  const absl::StatusOr<certs::SpiffeId> id = certs::SpiffeId::Parse(author);
  const absl::Status by_author = id.ok() ? certs::CheckAuthor(*verified, *id) : id.status();
  if (!by_author.ok()) return parts_.Find(where, by_author);
  ++parts_.verdict.counts.envelopes_verified;
}

}  // namespace gatepost::evidence
