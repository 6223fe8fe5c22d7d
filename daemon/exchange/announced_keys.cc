#include "daemon/exchange/announced_keys.h"

#include <algorithm>
#include <utility>

#include "daemon/exchange/held.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

absl::StatusOr<ledger::KeyRing> RingOf(const store::Reader& store, std::string_view subject,
                                       v1::KeyUse use, const ledger::VerifierKey& trusted) {
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::AnnouncedKeyRecord> records,
                            store.AnnouncedKeys(subject));
  std::vector<std::string> vkeys;
  const auto add = [&vkeys](const std::string& vkey) {
    if (std::ranges::find(vkeys, vkey) == vkeys.end()) vkeys.push_back(vkey);
  };
  for (const store::AnnouncedKeyRecord& record : records) {
    if (record.use != use) continue;
    add(record.old_key);
    add(record.new_key);
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

absl::Status LoadPeerKeys(const store::Reader& store, const LinkTermsByPeer& links) {
  for (const auto& [peer, link] : links) {
    const std::string subject = link.peer_spiffe_id.ToString();
    for (const auto& [use, keys] : {std::pair(v1::KEY_USE_LOG, link.peer_log_keys),
                                    std::pair(v1::KEY_USE_WITNESS, link.peer_witness_keys)}) {
      GATEPOST_ASSIGN_OR_RETURN(ledger::KeyRing ring,
                                RingOf(store, subject, use, keys.Now().newest()));
      keys.Replace(std::move(ring));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<store::AnnouncedKeyRecord>> AnnouncementOf(const store::Reader& store,
                                                                        std::string_view subject,
                                                                        v1::KeyUse use,
                                                                        std::string_view vkey) {
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::AnnouncedKeyRecord> records,
                            store.AnnouncedKeys(subject));
  for (const store::AnnouncedKeyRecord& record : records) {
    if (record.use == use && record.new_key == vkey) return record;
  }
  return std::nullopt;
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
