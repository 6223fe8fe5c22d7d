#include "daemon/node/agreement_check.h"

#include <charconv>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "certs/digest.h"
#include "certs/revocations.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::node {

namespace {

std::string KeyOf(const config::LinkSettings& link, const config::AgreementSigner& signer) {
  return fmt::format("agreement/{}/{}", certs::ToHex(link.agreement_sha256),
                     certs::ToHex(signer.path.front().sha256()));
}

// When the signature was taken first; nullopt: never.
absl::StatusOr<std::optional<absl::Time>> TakenAt(const store::Reader& store,
                                                  const std::string& key) {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<std::string> kept, store.Meta(key));
  if (!kept.has_value()) return std::nullopt;
  int64_t micros = 0;
  const auto [end, error] = std::from_chars(kept->data(), kept->data() + kept->size(), micros);
  if (error != std::errc() || end != kept->data() + kept->size()) {
    return system::Refuse(v1::REASON_INTERNAL, "when an agreement was taken first", *kept,
                          "restore the data folder from a backup");
  }
  return absl::FromUnixMicros(micros);
}

absl::Status NotSigned(const config::LinkSettings& link, const config::AgreementSigner& signer,
                       const absl::Status& why) {
  const system::Refusal refusal = system::RefusalOf(why).value_or(
      system::Refusal{.wanted = "a signature", .came = std::string(why.message()), .todo = {}});
  return system::Refuse(
      v1::REASON_AGREEMENT_NOT_SIGNED, refusal.wanted,
      fmt::format("{}: signed by {}: {} ({})", link.agreement_file, signer.id.ToString(),
                  refusal.came, system::ReasonName(system::ReasonOf(why))),
      "have another authority of that side sign, and leave this signature out");
}

}  // namespace

absl::Status CheckAgreementSigners(store::Store& store,
                                   const std::vector<config::LinkSettings>& links,
                                   const certs::TrustSnapshot& trust, absl::Time now) {
  GATEPOST_ASSIGN_OR_RETURN(
      const certs::RevocationBook lists,
      trust.revocations().With(*trust.store(), std::vector<certs::DeniedIdentity>()));
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Transaction> transaction, store.Begin());
  for (const config::LinkSettings& link : links) {
    for (const config::AgreementSigner& signer : link.agreement_signers) {
      const std::string key = KeyOf(link, signer);
      GATEPOST_ASSIGN_OR_RETURN(const std::optional<absl::Time> taken, TakenAt(*transaction, key));
      const absl::Status judged =
          taken.has_value() ? lists.Check(signer.id, signer.path, *taken).status()
                            : trust.revocations().Check(signer.id, signer.path, now).status();
      const bool unknown = system::ReasonOf(judged) == v1::REASON_REVOCATION_UNKNOWN;
      if (!judged.ok() && !(taken.has_value() && unknown)) return NotSigned(link, signer, judged);
      if (taken.has_value()) continue;
      GATEPOST_RETURN_IF_ERROR(
          transaction->PutMeta(key, fmt::format("{}", absl::ToUnixMicros(now))));
    }
  }
  return transaction->Commit();
}

}  // namespace gatepost::node
