#include "daemon/exchange/announced_keys.h"

#include <algorithm>
#include <utility>

#include "daemon/exchange/held.h"
#include "daemon/exchange/key_times.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

std::string AgreedName(std::string_view subject, v1::KeyUse use) {
  return fmt::format("agreed/{}/{}", KeyUseName(use), subject);
}

// The keys that agreements named, oldest first, each with how many announcements were held when
// this node met it first.
absl::StatusOr<std::vector<KeyTime>> ReadAgreed(const store::Reader& store,
                                                std::string_view subject, v1::KeyUse use) {
  return ReadKeyList(store, AgreedName(subject, use));
}

absl::StatusOr<std::vector<store::AnnouncedKeyRecord>> AnnouncementsOf(const store::Reader& store,
                                                                       std::string_view subject,
                                                                       v1::KeyUse use) {
  GATEPOST_ASSIGN_OR_RETURN(std::vector<store::AnnouncedKeyRecord> records,
                            store.AnnouncedKeys(subject));
  std::erase_if(records, [use](const auto& record) { return record.use != use; });
  return records;
}

absl::StatusOr<bool> Remember(store::Transaction& store, std::string_view subject, v1::KeyUse use,
                              const ledger::VerifierKey& agreed) {
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<KeyTime> all, ReadAgreed(store, subject, use));
  if (std::ranges::find(all, agreed, &KeyTime::key) != all.end()) return false;
  GATEPOST_ASSIGN_OR_RETURN(const auto records, AnnouncementsOf(store, subject, use));
  if (std::ranges::find(records, agreed.Format(), &store::AnnouncedKeyRecord::new_key) !=
      records.end()) {
    return false;
  }
  GATEPOST_RETURN_IF_ERROR(AddToKeyList(store, AgreedName(subject, use), {records.size(), agreed}));
  return true;
}

}  // namespace

absl::StatusOr<ledger::KeyRing> RingOf(const store::Reader& store, std::string_view subject,
                                       v1::KeyUse use, const ledger::VerifierKey& trusted) {
  GATEPOST_ASSIGN_OR_RETURN(const auto records, AnnouncementsOf(store, subject, use));
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<KeyTime> agreed, ReadAgreed(store, subject, use));
  std::vector<std::string> vkeys;
  const auto add = [&vkeys](const std::string& vkey) {
    if (std::ranges::find(vkeys, vkey) == vkeys.end()) vkeys.push_back(vkey);
  };
  for (size_t i = 0; i <= records.size(); ++i) {
    for (const KeyTime& one : agreed) {
      if (one.after == i) add(one.key.Format());
    }
    if (i == records.size()) break;
    add(records[i].old_key);
    add(records[i].new_key);
  }
  add(trusted.Format());
  GATEPOST_ASSIGN_OR_RETURN(ledger::VerifierKey first, ledger::VerifierKey::Parse(vkeys.front()));
  ledger::KeyRing ring(std::move(first));
  for (size_t i = 1; i < vkeys.size(); ++i) {
    GATEPOST_ASSIGN_OR_RETURN(ledger::VerifierKey next, ledger::VerifierKey::Parse(vkeys[i]));
    GATEPOST_RETURN_IF_ERROR(ring.Add(std::move(next)));
  }
  return ring;
}

absl::StatusOr<std::vector<ledger::VerifierKey>> AgreedKeys(const store::Reader& store,
                                                            std::string_view subject,
                                                            v1::KeyUse use) {
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<KeyTime> agreed, ReadAgreed(store, subject, use));
  std::vector<ledger::VerifierKey> keys;
  for (const KeyTime& one : agreed) keys.push_back(one.key);
  return keys;
}

absl::StatusOr<bool> LoadAgreedKeys(store::Transaction& store, const NodeTerms& node,
                                    const LinkTermsByPeer& links) {
  bool written = false;
  const std::string own = node.spiffe_id.ToString();
  for (const auto& [peer, link] : links) {
    for (const auto& [use, vkey] : {std::pair(v1::KEY_USE_LOG, link.own_log_vkey),
                                    std::pair(v1::KEY_USE_WITNESS, link.own_witness_vkey)}) {
      if (vkey.empty()) continue;
      GATEPOST_ASSIGN_OR_RETURN(const ledger::VerifierKey key, ledger::VerifierKey::Parse(vkey));
      GATEPOST_ASSIGN_OR_RETURN(const bool added, Remember(store, own, use, key));
      written |= added;
    }
    const std::string subject = link.peer_spiffe_id.ToString();
    for (const auto& [use, keys] : {std::pair(v1::KEY_USE_LOG, link.peer_log_keys),
                                    std::pair(v1::KEY_USE_WITNESS, link.peer_witness_keys)}) {
      const ledger::VerifierKey agreed = keys.Now().newest();
      GATEPOST_ASSIGN_OR_RETURN(const bool added, Remember(store, subject, use, agreed));
      written |= added;
      GATEPOST_ASSIGN_OR_RETURN(ledger::KeyRing ring, RingOf(store, subject, use, agreed));
      keys.Replace(std::move(ring));
    }
  }
  return written;
}

absl::StatusOr<std::optional<store::AnnouncedKeyRecord>> AnnouncementOf(const store::Reader& store,
                                                                        std::string_view subject,
                                                                        v1::KeyUse use,
                                                                        std::string_view vkey) {
  GATEPOST_ASSIGN_OR_RETURN(const auto records, AnnouncementsOf(store, subject, use));
  const auto at = std::ranges::find(records, vkey, &store::AnnouncedKeyRecord::new_key);
  if (at == records.end()) return std::nullopt;
  return *at;
}

absl::StatusOr<std::vector<std::string>> AwaitedPeers(
    const store::Reader& store, const LinkTermsByPeer& links, v1::KeyUse use, std::string_view vkey,
    const std::optional<store::AnnouncedKeyRecord>& announcement) {
  std::vector<std::string> awaited;
  for (const auto& [peer, link] : links) {
    if ((use == v1::KEY_USE_LOG ? link.own_log_vkey : link.own_witness_vkey) == vkey) continue;
    bool applied = false;
    if (announcement.has_value()) {
      GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ReceiptRecord> receipt,
                                ReceiptFor(store, peer, announcement->message_row));
      applied = receipt.has_value() && receipt->rung == v1::RUNG_APPLIED;
    }
    if (!applied) awaited.push_back(peer);
  }
  return awaited;
}

}  // namespace gatepost::exchange
