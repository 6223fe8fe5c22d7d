#include "client/evidence/revocation_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "certs/certificate.h"
#include "certs/digest.h"
#include "certs/revocation_list.h"
#include "client/evidence/entries.h"

namespace gatepost::evidence {
namespace {

constexpr size_t kMostLists = 64;

std::string Shown(absl::Time time) {
  if (time == absl::InfiniteFuture()) return "the time, not shown yet, that both sides attest";
  return absl::FormatTime("%Y-%m-%d %H:%M:%E*S UTC", time, absl::UTCTimeZone());
}

// A list and where it came from.
struct Held {
  std::string where;
  bool bundled = false;
  certs::RevocationList list;
  bool fits = false;  // An authority that was met has signed it.
  std::map<certs::Digest, bool> asked = {};

  bool IsBy(const certs::Certificate& issuer) {
    const auto [known, first] = asked.try_emplace(issuer.sha256(), false);
    if (first) known->second = list.Names(issuer) && list.CheckSignature(issuer).ok();
    fits |= known->second;
    return known->second;
  }
};

class Revocations {
 public:
  Revocations(const Anchors& anchors, Found& found) : anchors_(anchors), found_(found) {}

  void Take(const std::string& where, const std::string& bytes, bool bundled) {
    absl::StatusOr<std::vector<certs::RevocationList>> lists =
        certs::RevocationList::ParseAll(bytes);
    if (!lists.ok()) return NotUsed(where, bundled, lists.status());
    for (certs::RevocationList& list : *lists) {
      if (lists_.size() == kMostLists) {
        return found_.Missing(where, fmt::format("at most {} revocation lists", kMostLists),
                              "more: it was not read", "give those of the signers' issuers only");
      }
      lists_.push_back({.where = where, .bundled = bundled, .list = std::move(list)});
    }
  }

  // Judges one signature of a message that both sides fixed at `fixed`.
  void Judge(const MessageFacts& message, absl::Time fixed, SignedBy& signer) {
    for (size_t i = 0; i + 1 < signer.path.size(); ++i) {
      JudgeCertificate(signer.path[i], signer.path[i + 1], fixed, signer);
    }
    if (!signer.revoked.has_value()) return;
    if (fixed < *signer.revoked) {
      return found_.Note(
          fmt::format("{}: the certificate of {} was revoked at {}, after both sides "
                      "had fixed the message at {}",
                      message.folder, signer.spiffe_id, Shown(*signer.revoked), Shown(fixed)));
    }
    found_.Add(message.folder,
               system::Refuse(v1::REASON_SIGNED_AFTER_REVOCATION,
                              fmt::format("the message fixed by both sides before {}, when the "
                                          "certificate of {} was revoked",
                                          Shown(*signer.revoked), signer.spiffe_id),
                              fixed == absl::InfiniteFuture()
                                  ? std::string("no time that both sides attest")
                                  : fmt::format("fixed at {}", Shown(fixed)),
                              "do not rely on it; ask the other side what it holds"));
  }

  // Once all were judged: what is not known, and which lists say nothing.
  void Finish() {
    for (const auto& [issued, since] : unknown_) {
      found_.Note(fmt::format(
          "no revocation list of {} that is newer than {}: whether the certificate of {} was "
          "revoked by then is not known here",
          issued.second, Shown(since), issued.first));
    }
    for (Held& held : lists_) {
      if (held.fits || IsByARoot(held)) continue;
      NotUsed(held.where, held.bundled,
              system::Refuse(v1::REASON_EVIDENCE_INVALID,
                             "a revocation list that an authority of the signers has signed",
                             fmt::format("one of {}", held.list.Issuer()),
                             "ask the issuer for its list"));
    }
  }

 private:
  // A list speaks of a certificate only by the key that stands above it on its path.
  void JudgeCertificate(const certs::Certificate& certificate, const certs::Certificate& issuer,
                        absl::Time fixed, SignedBy& signer) {
    bool newer = false;
    for (Held& held : lists_) {
      if (!held.IsBy(issuer)) continue;
      newer |= held.list.this_update() >= fixed;
      const std::optional<absl::Time> revoked = held.list.RevokedAt(certificate);
      if (revoked.has_value()) {
        signer.revoked = std::min(signer.revoked.value_or(*revoked), *revoked);
      }
    }
    if (newer) return;
    absl::Time& since =
        unknown_.try_emplace({signer.spiffe_id, issuer.Subject()}, fixed).first->second;
    since = std::max(since, fixed);
  }

  // Of an agreed root whose signers are not in this bundle.
  bool IsByARoot(Held& held) {
    for (const config::LinkAgreement& agreement : anchors_.agreements()) {
      for (const config::AgreedNode& node : agreement.nodes) {
        for (const auto& root : anchors_.RootsOf(node.spiffe_id.trust_domain())) {
          if (held.IsBy(root)) return true;
        }
      }
    }
    return false;
  }

  void NotUsed(const std::string& where, bool bundled, const absl::Status& why) {
    if (bundled) return found_.Add(where, why);
    found_.Note(fmt::format("{} is not used: {}", where, why.ToString()));
  }

  const Anchors& anchors_;
  Found& found_;
  std::vector<Held> lists_;
  // By signer and issuer: since when a list is wanted.
  std::map<std::pair<std::string, std::string>, absl::Time> unknown_;
};

}  // namespace

void CheckRevocation(const v1::GetEvidenceResponse& evidence, std::span<const std::string> own,
                     const Anchors& anchors, std::vector<MessageFacts>& messages, Found& found) {
  Revocations revocations(anchors, found);
  for (size_t i = 0; i < own.size(); ++i) {
    revocations.Take(fmt::format("your revocation list {}", i + 1), own[i], false);
  }
  for (const std::string& bytes : evidence.revocation_lists()) {
    revocations.Take(fmt::format("revocation/{}.crl", certs::ToHex(certs::Sha256Of(bytes))), bytes,
                     true);
  }
  for (MessageFacts& message : messages) {
    const absl::Time fixed = FixedAt(anchors, message);
    for (SignedBy& signer : message.signatures) revocations.Judge(message, fixed, signer);
  }
  revocations.Finish();
}

}  // namespace gatepost::evidence
