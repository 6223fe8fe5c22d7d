#include "daemon/exchange/key_desk.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "certs/digest.h"
#include "certs/key_strength.h"
#include "certs/spiffe_id.h"
#include "daemon/domain/field_rules.h"
#include "daemon/domain/instant.h"
#include "daemon/exchange/announced_keys.h"
#include "daemon/exchange/key_times.h"
#include "daemon/exchange/link_rules.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

bool IsNodeKey(v1::KeyUse use) { return use == v1::KEY_USE_LOG || use == v1::KEY_USE_WITNESS; }

absl::Status Malformed(std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_MALFORMED_PAYLOAD, wanted, system::Printable(came),
                        "copy the key as its node shows it");
}

// A vkey of the log or witness of `node`, in `field`.
absl::Status CheckNodeKey(std::string_view field, const std::string& vkey, v1::KeyUse use,
                          std::string_view node) {
  const bool log = use == v1::KEY_USE_LOG;
  const std::string name = log ? ledger::LogKeyName(node) : ledger::WitnessKeyName(node);
  const uint8_t type = log ? ledger::kEd25519Type : ledger::kEd25519CosignatureType;
  const absl::StatusOr<ledger::VerifierKey> key = ledger::VerifierKey::Parse(vkey);
  if (key.ok() && certs::IsWeakEd25519(key->public_key())) {
    return system::Refuse(v1::REASON_WEAK_KEY, fmt::format("{}: a key that is somebody's", field),
                          "a point of small order, for which anybody can sign",
                          "make a new key with gatepostd --new-key");
  }
  // The one spelling, since keys are compared as text.
  if (key.ok() && key->name() == name && key->type() == type && key->Format() == vkey) {
    return absl::OkStatus();
  }
  return Malformed(fmt::format("{}: a vkey of {} and type {}", field, name, type), vkey);
}

absl::Status CheckKeys(const v1::KeyAnnouncement& said, std::string_view node) {
  if (said.new_key().empty()) return domain::Missing("new_key");
  if (IsNodeKey(said.use())) {
    if (said.old_key().empty()) return domain::Missing("old_key");
    GATEPOST_RETURN_IF_ERROR(CheckNodeKey("new_key", said.new_key(), said.use(), node));
    GATEPOST_RETURN_IF_ERROR(CheckNodeKey("old_key", said.old_key(), said.use(), node));
    if (!said.has_old_until()) return absl::OkStatus();
    return domain::Conflict("old_until: none for the key of a log or witness", "a time",
                            "leave it out: the old key ends when the new one signs");
  }
  for (const std::string* digest : {&said.new_key(), &said.old_key()}) {
    if (digest == &said.old_key() && digest->empty()) continue;
    if (!certs::DigestFromHex(*digest).has_value()) {
      return Malformed("SHA-256 of a certificate, 64 lower-case hex digits", *digest);
    }
  }
  return absl::OkStatus();
}

// When it signs, and until when the one before it may.
struct Times {
  absl::Time signs_from = absl::InfinitePast();
  absl::Time old_until = absl::InfiniteFuture();
};

absl::StatusOr<Times> TimesOf(const v1::KeyAnnouncement& said) {
  Times times;
  if (said.has_signs_from()) {
    GATEPOST_ASSIGN_OR_RETURN(times.signs_from, domain::InstantIn("signs_from", said.signs_from()));
  }
  if (said.has_old_until()) {
    GATEPOST_ASSIGN_OR_RETURN(times.old_until, domain::InstantIn("old_until", said.old_until()));
  }
  if (times.old_until >= times.signs_from) return times;
  return domain::Conflict("old_until: not before signs_from", absl::FormatTime(times.old_until),
                          "let the keys overlap, or follow each other");
}

}  // namespace

absl::Status KeyDesk::CheckSubject(const OpenedMessage& opened) const {
  const std::string& subject = opened.message.key_announcement().subject();
  const absl::StatusOr<certs::SpiffeId> whose = certs::SpiffeId::Parse(subject);
  if (!whose.ok()) return domain::AtField("subject", whose.status());
  const std::string_view domain = opened.author.id.trust_domain();
  if (whose->trust_domain() != domain) {
    return domain::Conflict(fmt::format("a subject of trust domain {}", domain), subject,
                            "each side announces its own keys");
  }
  if (!IsNodeKey(opened.message.key_announcement().use())) return absl::OkStatus();
  const std::string& origin = opened.message.header().origin_node();
  const auto link = links_.find(origin);
  const std::string sender = origin == node_.node   ? node_.spiffe_id.ToString()
                             : link != links_.end() ? link->second.peer_spiffe_id.ToString()
                                                    : std::string();
  if (subject == sender) return absl::OkStatus();
  return domain::Conflict(fmt::format("the node that sends it, {}", sender), subject,
                          "announce a node's keys through that node");
}

absl::Status KeyDesk::CheckAlone(const OpenedMessage& opened, absl::Time /*now*/) const {
  const v1::KeyAnnouncement& said = opened.message.key_announcement();
  if (said.use() == v1::KEY_USE_UNSPECIFIED || !v1::KeyUse_IsValid(said.use())) {
    return domain::Missing("use");
  }
  GATEPOST_RETURN_IF_ERROR(CheckAuthority(links_, node_.spiffe_id.trust_domain(), opened));
  GATEPOST_RETURN_IF_ERROR(CheckSubject(opened));
  GATEPOST_RETURN_IF_ERROR(CheckKeys(said, opened.message.header().origin_node()));
  GATEPOST_RETURN_IF_ERROR(TimesOf(said).status());
  const bool own = opened.author.id.trust_domain() == node_.spiffe_id.trust_domain();
  if (!own || !IsNodeKey(said.use())) return absl::OkStatus();
  return CheckReachesAll(
      links_, opened, [](const LinkTerms&) { return true; }, "every peer of this node",
      "it must be able to check what the key signs");
}

// From the store, not from the live keys: those may know of an announcement whose commit failed.
absl::StatusOr<ledger::KeyRing> KeyDesk::RingNow(const store::Reader& store,
                                                 const OpenedMessage& opened) const {
  const v1::KeyAnnouncement& said = opened.message.key_announcement();
  const bool log = said.use() == v1::KEY_USE_LOG;
  const auto link = links_.find(opened.message.header().origin_node());
  if (link == links_.end()) {
    GATEPOST_ASSIGN_OR_RETURN(const ledger::VerifierKey witness, ledger::VerifierOf(witness_));
    return RingOf(store, said.subject(), said.use(), log ? log_.verifier_key() : witness);
  }
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<ledger::VerifierKey> agreed,
                            AgreedKeys(store, said.subject(), said.use()));
  if (!agreed.empty()) return RingOf(store, said.subject(), said.use(), agreed.front());
  return (log ? link->second.peer_log_keys : link->second.peer_witness_keys).Now();
}

absl::StatusOr<Judgement> KeyDesk::Judge(const store::Reader& store, const OpenedMessage& opened,
                                         absl::Time /*now*/) const {
  const v1::KeyAnnouncement& said = opened.message.key_announcement();
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::AnnouncedKeyRecord> before,
                            AnnouncementOf(store, said.subject(), said.use(), said.new_key()));
  if (before.has_value()) {
    return domain::Conflict("a key that was never announced before", said.new_key(),
                            "make a new key; one that was given up never comes back");
  }
  if (!IsNodeKey(said.use())) return Judgement{};
  GATEPOST_ASSIGN_OR_RETURN(ledger::KeyRing ring, RingNow(store, opened));
  const absl::StatusOr<ledger::VerifierKey> old_key = ledger::VerifierKey::Parse(said.old_key());
  if (!old_key.ok()) return old_key.status();
  // A peer's key that was announced while this node refused it is not known here: its authority
  // vouches for what follows it.
  const bool of_peer = links_.contains(opened.message.header().origin_node());
  const bool unheard = of_peer && !ring.PlaceOf(*old_key).has_value();
  if (ring.newest() != *old_key && !unheard) {
    return domain::Conflict(fmt::format("old_key: the newest {} key, {}", KeyUseName(said.use()),
                                        ring.newest().Format()),
                            said.old_key(), "announce what follows that one");
  }
  if (unheard) GATEPOST_RETURN_IF_ERROR(ring.Add(*old_key));
  GATEPOST_ASSIGN_OR_RETURN(ledger::VerifierKey next, ledger::VerifierKey::Parse(said.new_key()));
  GATEPOST_RETURN_IF_ERROR(ring.Add(std::move(next)));
  return Judgement{};
}

absl::Status KeyDesk::Record(CommitScope& scope, const store::MessageRecord& record,
                             const OpenedMessage& opened, const Judgement& /*judgement*/) const {
  const v1::KeyAnnouncement& said = opened.message.key_announcement();
  GATEPOST_ASSIGN_OR_RETURN(const Times times, TimesOf(said));
  const store::AnnouncedKeyRecord key{.subject = said.subject(),
                                      .use = said.use(),
                                      .new_key = said.new_key(),
                                      .old_key = said.old_key(),
                                      .since = std::max(record.stored_at, times.signs_from),
                                      .old_until = times.old_until,
                                      .message_row = record.row};
  GATEPOST_RETURN_IF_ERROR(scope.store.PutAnnouncedKey(key));
  ledger::Leaf leaf;
  leaf.event = ledger::event::kKey;
  leaf.actor = record.author;
  leaf.peer = record.received_from;
  leaf.object = fmt::format("key:{}:{}", KeyUseName(said.use()), said.subject());
  leaf.pae = record.pae;
  leaf.result = "ANNOUNCED";
  leaf.detail = fmt::format("sha256:{}", certs::ToHex(certs::Sha256Of(said.new_key())));
  GATEPOST_RETURN_IF_ERROR(scope.log.Add(std::move(leaf)).status());
  const auto link = links_.find(record.received_from);
  if (link == links_.end() || !IsNodeKey(said.use())) return absl::OkStatus();
  GATEPOST_ASSIGN_OR_RETURN(const ledger::VerifierKey next,
                            ledger::VerifierKey::Parse(said.new_key()));
  return (said.use() == v1::KEY_USE_LOG ? link->second.peer_log_keys
                                        : link->second.peer_witness_keys)
      .Add(next);
}

}  // namespace gatepost::exchange
