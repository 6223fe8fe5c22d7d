#include "daemon/exchange/key_queries.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "daemon/domain/civil_time.h"
#include "daemon/exchange/announced_keys.h"
#include "daemon/system/status_macros.h"

namespace gatepost::exchange {

namespace {

v1::KnownKey& Add(v1::ListKeysResponse& response, const std::string& subject, v1::KeyUse use,
                  const std::string& key) {
  v1::KnownKey& known = *response.add_keys();
  known.set_subject(subject);
  known.set_use(use);
  known.set_key(key);
  known.set_by("AGREED");
  return known;
}

// Adds a key, with its announcement where there is one, which is what comes back.
absl::StatusOr<std::optional<store::AnnouncedKeyRecord>> AddKey(const store::Reader& store,
                                                                const std::string& subject,
                                                                v1::KeyUse use,
                                                                const ledger::VerifierKey& key,
                                                                v1::ListKeysResponse& response) {
  GATEPOST_ASSIGN_OR_RETURN(std::optional<store::AnnouncedKeyRecord> announced,
                            AnnouncementOf(store, subject, use, key.Format()));
  v1::KnownKey& known = Add(response, subject, use, key.Format());
  if (announced.has_value()) {
    known.set_by("ANNOUNCED");
    *known.mutable_from() = domain::ToTimestamp(announced->since);
  }
  return announced;
}

// A ring's keys.
absl::Status AddRing(const store::Reader& store, const std::string& subject, v1::KeyUse use,
                     const ledger::KeyRing& ring, v1::ListKeysResponse& response) {
  for (const ledger::VerifierKey& key : ring.keys()) {
    GATEPOST_RETURN_IF_ERROR(AddKey(store, subject, use, key, response).status());
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status KeyQueries::AddOwn(const store::Reader& store, v1::KeyUse use,
                                v1::ListKeysResponse& response) const {
  const std::string subject = parts_.node.spiffe_id.ToString();
  ledger::VerifierKey signing = parts_.log.verifier_key();
  if (use == v1::KEY_USE_WITNESS) {
    GATEPOST_ASSIGN_OR_RETURN(signing, ledger::VerifierOf(parts_.witness));
  }
  GATEPOST_ASSIGN_OR_RETURN(const ledger::KeyRing ring, RingOf(store, subject, use, signing));
  for (const ledger::VerifierKey& key : ring.keys()) {
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::AnnouncedKeyRecord> announced,
                              AddKey(store, subject, use, key, response));
    v1::KnownKey& known = *response.mutable_keys()->rbegin();
    known.set_signs_now(key == signing);
    if (known.signs_now() || !announced.has_value()) continue;
    GATEPOST_ASSIGN_OR_RETURN(const std::vector<std::string> awaited,
                              AwaitedPeers(store, parts_.links, use, known.key(), announced));
    known.mutable_awaited_peers()->Assign(awaited.begin(), awaited.end());
  }
  for (const std::string& vkey : parts_.exchange.Held(use)) {
    const auto is_known = [&](const ledger::VerifierKey& key) { return key.Format() == vkey; };
    if (std::ranges::any_of(ring.keys(), is_known)) continue;
    Add(response, subject, use, vkey).set_by("HELD");
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::ListKeysResponse> KeyQueries::ListKeys(const v1::ListKeysRequest&) const {
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> reader, parts_.store.Read());
  v1::ListKeysResponse response;
  GATEPOST_RETURN_IF_ERROR(AddOwn(*reader, v1::KEY_USE_LOG, response));
  GATEPOST_RETURN_IF_ERROR(AddOwn(*reader, v1::KEY_USE_WITNESS, response));
  if (const std::optional<ShownCertificate> tls = parts_.tls(); tls.has_value()) {
    v1::KnownKey& known =
        Add(response, parts_.node.spiffe_id.ToString(), v1::KEY_USE_TLS, certs::ToHex(tls->sha256));
    known.set_by("CERTIFICATE");
    known.set_signs_now(true);
    *known.mutable_from() = domain::ToTimestamp(tls->from);
    *known.mutable_until() = domain::ToTimestamp(tls->until);
  }
  for (const auto& [peer, link] : parts_.links) {
    const std::string subject = link.peer_spiffe_id.ToString();
    GATEPOST_RETURN_IF_ERROR(
        AddRing(*reader, subject, v1::KEY_USE_LOG, link.peer_log_keys.Now(), response));
    GATEPOST_RETURN_IF_ERROR(
        AddRing(*reader, subject, v1::KEY_USE_WITNESS, link.peer_witness_keys.Now(), response));
  }
  return response;
}

}  // namespace gatepost::exchange
