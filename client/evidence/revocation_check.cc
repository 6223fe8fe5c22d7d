#include "client/evidence/revocation_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>

#include "certs/certificate.h"
#include "certs/digest.h"
#include "certs/revocation_list.h"
#include "certs/spiffe_id.h"

namespace gatepost::evidence {
namespace {

constexpr size_t kMostLists = 64;

std::string Shown(absl::Time time) {
  if (time == absl::InfiniteFuture()) return "never";
  return absl::FormatTime("%Y-%m-%d %H:%M:%E*S UTC", time, absl::UTCTimeZone());
}

// The certificates of a chain that can be read.
std::vector<certs::Certificate> ParsedChain(const BundledChains& chains,
                                            const certs::Digest& leaf) {
  std::vector<certs::Certificate> parsed;
  const std::optional<std::vector<std::string>> ders = chains.ChainBySha256(leaf);
  for (const std::string& der : ders.value_or(std::vector<std::string>())) {
    absl::StatusOr<certs::Certificate> certificate = certs::Certificate::Parse(der);
    if (certificate.ok()) parsed.push_back(*std::move(certificate));
  }
  return parsed;
}

// Who may sign a list: agreed roots, and what stands above the signers in chains that were found
// good.
std::vector<certs::Certificate> Authorities(const Anchors& anchors, const BundledChains& chains,
                                            const std::vector<MessageFacts>& messages) {
  std::vector<certs::Certificate> authorities = anchors.roots();
  std::set<certs::Digest> seen;
  for (const MessageFacts& message : messages) {
    for (const SignedBy& signer : message.signatures) {
      if (!seen.insert(signer.certificate_sha256).second) continue;
      const std::vector<certs::Certificate> chain = ParsedChain(chains, signer.certificate_sha256);
      if (chain.size() > 1) {
        authorities.insert(authorities.end(), chain.begin() + 1, chain.end());
      }
    }
  }
  return authorities;
}

// The list, when an authority signed it.
absl::StatusOr<certs::RevocationList> OpenList(const std::string& bytes,
                                               std::span<const certs::Certificate> authorities) {
  absl::StatusOr<certs::RevocationList> list = certs::RevocationList::Parse(bytes);
  if (!list.ok()) return list;
  absl::Status why = system::Refuse(
      v1::REASON_EVIDENCE_INVALID, "a revocation list of a root or authority of the signers",
      fmt::format("one of {}", list->Issuer()), "ask the issuer for its list");
  for (const certs::Certificate& authority : authorities) {
    if (!list->Names(authority)) continue;
    why = list->CheckSignature(authority);
    if (why.ok()) return list;
  }
  return why;
}

// When the side other than `domain` fixed the message: InfiniteFuture when it did not.
absl::Time FixedByOthers(const Anchors& anchors, const MessageFacts& message,
                         std::string_view domain) {
  absl::Time fixed = absl::InfiniteFuture();
  const auto other = [&](const std::string& node) {
    const config::AgreedNode* agreed = anchors.FindNode(node);
    return agreed != nullptr && agreed->spiffe_id.trust_domain() != domain;
  };
  for (const ProvedEntry& entry : message.entries) {
    if (entry.leaf.pae != message.pae) continue;
    if (other(entry.node)) fixed = std::min(fixed, entry.leaf.time);
    for (const CosignedBy& cosigner : entry.cosigned) {
      if (other(cosigner.node)) fixed = std::min(fixed, cosigner.time);
    }
    for (const CosignedBy& holder : entry.held_by) {
      if (other(holder.node)) fixed = std::min(fixed, holder.time);
    }
  }
  return fixed;
}

}  // namespace

void CheckRevocation(const v1::GetEvidenceResponse& evidence, std::span<const std::string> own,
                     const Anchors& anchors, const BundledChains& chains,
                     std::vector<MessageFacts>& messages, Found& found) {
  const std::vector<certs::Certificate> authorities = Authorities(anchors, chains, messages);
  std::vector<certs::RevocationList> lists;
  const auto take = [&](const std::string& where, const std::string& bytes, bool bundled) {
    if (lists.size() == kMostLists) return;
    absl::StatusOr<certs::RevocationList> list = OpenList(bytes, authorities);
    if (list.ok()) {
      lists.push_back(*std::move(list));
    } else if (bundled) {
      found.Add(where, list.status());
    } else {
      found.Note(fmt::format("{} is not used: {}", where, list.status().ToString()));
    }
  };
  for (const std::string& bytes : evidence.revocation_lists()) {
    take(fmt::format("revocation/{}.crl", certs::ToHex(certs::Sha256Of(bytes))), bytes, true);
  }
  for (size_t i = 0; i < own.size(); ++i) {
    take(fmt::format("your revocation list {}", i + 1), own[i], false);
  }
  if (lists.empty() && !messages.empty()) {
    found.Note("no revocation list: whether a signer's certificate was revoked is not known here");
  }
  for (MessageFacts& message : messages) {
    for (SignedBy& signer : message.signatures) {
      for (const certs::Certificate& certificate : ParsedChain(chains, signer.certificate_sha256)) {
        for (const certs::RevocationList& list : lists) {
          const std::optional<absl::Time> revoked = list.RevokedAt(certificate);
          if (!revoked.has_value()) continue;
          signer.revoked = std::min(signer.revoked.value_or(*revoked), *revoked);
        }
      }
      if (!signer.revoked.has_value()) continue;
      const absl::StatusOr<certs::SpiffeId> id = certs::SpiffeId::Parse(signer.spiffe_id);
      const absl::Time fixed =
          id.ok() ? FixedByOthers(anchors, message, id->trust_domain()) : absl::InfiniteFuture();
      if (fixed < *signer.revoked) {
        found.Note(
            fmt::format("{}: the certificate of {} was revoked at {}, after the other side "
                        "had fixed the message at {}",
                        message.folder, signer.spiffe_id, Shown(*signer.revoked), Shown(fixed)));
        continue;
      }
      found.Add(
          message.folder,
          system::Refuse(v1::REASON_SIGNED_AFTER_REVOCATION,
                         fmt::format("the message fixed by the other side before {}, when the "
                                     "certificate of {} was revoked",
                                     Shown(*signer.revoked), signer.spiffe_id),
                         fixed == absl::InfiniteFuture() ? std::string("no word of the other side")
                                                         : fmt::format("fixed at {}", Shown(fixed)),
                         "do not rely on it; ask the other side what it holds"));
    }
  }
}

}  // namespace gatepost::evidence
