#include "certs/revocations.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "certs/bounded_cache.h"
#include "certs/inspect.h"
#include "certs/pem.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::certs {

namespace {

// How many authorities' lists are remembered once their signatures were checked.
constexpr size_t kKnownAuthorities = 256;

std::string Shown(absl::Time time) {
  if (time == absl::InfinitePast()) return "ever";
  return absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", time, absl::UTCTimeZone());
}

absl::Status Bad(std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_BAD_CONFIG, wanted, came,
                        "correct the revocation lists or the deny list");
}

// A list in the name of a pinned root must be that root's own; who signed one in another name is
// known only when a chain brings its authority.
absl::Status CheckAgainstRoots(const RevocationList& list, const TrustDomain& domain) {
  absl::Status wrong;
  for (const std::string& pem : domain.root_pems) {
    for (const std::string& der : DerFromPem(pem)) {
      GATEPOST_ASSIGN_OR_RETURN(const Certificate root, Certificate::Parse(der));
      if (!list.Names(root)) continue;
      const absl::Status checked = list.CheckSignature(root);
      if (checked.ok()) return checked;
      wrong =
          Bad("a revocation list signed by the root that it names", std::string(checked.message()));
    }
  }
  return wrong;
}

absl::Status CheckDenied(const DeniedIdentity& denied) {
  const bool half = denied.issuer.empty() != denied.serial.empty();
  const int ways = int{denied.id.has_value()} + int{denied.certificate_sha256.has_value()} +
                   int{denied.key_sha256.has_value()} +
                   int{!denied.issuer.empty() || !denied.serial.empty()};
  if (ways == 1 && !half) return absl::OkStatus();
  return Bad("one denied name, certificate, key, or issuer with serial number",
             ways == 0 ? "none" : "more, or half of one");
}

// By what a deny list can mean a certificate, whoever shows it.
struct Marks {
  explicit Marks(const Certificate& certificate)
      : sha256(certificate.sha256()),
        key_sha256(KeyDigest(certificate.key())),
        issuer(IssuerOf(certificate)),
        serial(SerialOf(certificate)) {}

  bool MeantBy(const DeniedIdentity& denied) const {
    if (denied.certificate_sha256.has_value()) return sha256 == *denied.certificate_sha256;
    if (denied.key_sha256.has_value()) return key_sha256 == denied.key_sha256;
    return !denied.serial.empty() && serial == denied.serial && issuer == denied.issuer;
  }

  Digest sha256;
  std::optional<Digest> key_sha256;
  std::string issuer;
  std::string serial;
};

absl::Status DeniedRefusal(const DeniedIdentity& denied, std::string_view who) {
  return system::Refuse(v1::REASON_IDENTITY_DENIED, "somebody who is not on this node's deny list",
                        fmt::format("{}, denied since {}: {}", who, Shown(denied.since),
                                    denied.reason.empty() ? "no reason given" : denied.reason),
                        "ask the node's operator");
}

absl::Status RevokedRefusal(const Certificate& certificate, absl::Time since, absl::Time at) {
  return system::Refuse(v1::REASON_CERTIFICATE_REVOKED,
                        fmt::format("certificates that are not revoked at {}", Shown(at)),
                        fmt::format("{}, revoked since {}", certificate.Describe(), Shown(since)),
                        "have a new certificate issued");
}

absl::Status UnknownRefusal(const Certificate& issuer, std::string_view came, absl::Time at) {
  return system::Refuse(
      v1::REASON_REVOCATION_UNKNOWN,
      fmt::format("a revocation list of \"{}\" in force at {}", issuer.Subject(), Shown(at)), came,
      "install the authority's current list on the node");
}

}  // namespace

struct RevocationBook::State {
  std::map<std::string, DomainRevocations, std::less<>> domains;
  std::vector<std::string> order;  // The domains as they were given.
  std::vector<DeniedIdentity> denied;
  // Which list of its domain an authority signed, by the authority's certificate; -1: none.
  BoundedCache<Digest, int> signed_by{kKnownAuthorities};

  // The newest list that `issuer` signed; null when there is none.
  const RevocationList* ListOf(const DomainRevocations& domain, const Certificate& issuer) {
    std::optional<int> known = signed_by.Find(issuer.sha256());
    if (!known.has_value()) {
      known = -1;
      for (size_t i = 0; i < domain.lists.size(); ++i) {
        const RevocationList& list = domain.lists[i];
        if (list.Names(issuer) && list.CheckSignature(issuer).ok()) {
          known = static_cast<int>(i);
          break;  // They are sorted, the newest first.
        }
      }
      signed_by.Put(issuer.sha256(), *known);
    }
    return *known < 0 ? nullptr : &domain.lists[static_cast<size_t>(*known)];
  }
};

RevocationBook::RevocationBook() : state_(std::make_unique<State>()) {}
RevocationBook::RevocationBook(RevocationBook&&) noexcept = default;
RevocationBook& RevocationBook::operator=(RevocationBook&&) noexcept = default;
RevocationBook::~RevocationBook() = default;

absl::StatusOr<RevocationBook> RevocationBook::Create(const TrustStore& trust,
                                                      std::vector<DomainRevocations> domains,
                                                      std::vector<DeniedIdentity> denied) {
  RevocationBook book;
  for (DomainRevocations& domain : domains) {
    const TrustDomain* const known = trust.Find(domain.trust_domain);
    if (known == nullptr) return Bad("lists of a trust domain that is known", domain.trust_domain);
    if (domain.grace < absl::ZeroDuration()) return Bad("a grace of 0 or more", "less");
    for (const RevocationList& list : domain.lists) {
      if (!list.next_update().has_value()) {
        return Bad("a revocation list that says when the next one comes", list.Issuer());
      }
      GATEPOST_RETURN_IF_ERROR(CheckAgainstRoots(list, *known));
    }
    std::ranges::stable_sort(domain.lists, [](const auto& a, const auto& b) {
      return std::pair(a.this_update(), *a.next_update()) >
             std::pair(b.this_update(), *b.next_update());
    });
    const std::string name = domain.trust_domain;
    if (!book.state_->domains.emplace(name, std::move(domain)).second) {
      return Bad("each trust domain's lists once", fmt::format("twice those of {}", name));
    }
    book.state_->order.push_back(name);
  }
  for (const DeniedIdentity& entry : denied) GATEPOST_RETURN_IF_ERROR(CheckDenied(entry));
  book.state_->denied = std::move(denied);
  return book;
}

absl::StatusOr<RevocationBook> RevocationBook::With(const TrustStore& trust,
                                                    DomainRevocations domain) const {
  std::vector<DomainRevocations> domains = Domains();
  const auto same =
      std::ranges::find(domains, domain.trust_domain, &DomainRevocations::trust_domain);
  if (same == domains.end()) return Bad("lists of a domain that has some", domain.trust_domain);
  *same = std::move(domain);
  return Create(trust, std::move(domains), state_->denied);
}

absl::StatusOr<RevocationBook> RevocationBook::With(const TrustStore& trust,
                                                    std::vector<DeniedIdentity> denied) const {
  return Create(trust, Domains(), std::move(denied));
}

std::vector<DomainRevocations> RevocationBook::Domains() const {
  std::vector<DomainRevocations> domains;
  for (const std::string& name : state_->order) {
    domains.push_back(state_->domains.find(name)->second);
  }
  return domains;
}

absl::StatusOr<absl::Time> RevocationBook::Check(const SpiffeId& id,
                                                 std::span<const Certificate> path,
                                                 absl::Time at) const {
  absl::Time until = absl::InfiniteFuture();
  std::vector<Marks> marks;
  for (const Certificate& certificate : path) {
    if (!state_->denied.empty()) marks.emplace_back(certificate);
  }
  for (const DeniedIdentity& denied : state_->denied) {
    const bool meant = denied.id.has_value()
                           ? *denied.id == id
                           : std::ranges::any_of(marks, [&](const Marks& certificate) {
                               return certificate.MeantBy(denied);
                             });
    if (!meant) continue;
    if (denied.since <= at) return DeniedRefusal(denied, id.ToString());
    until = std::min(until, denied.since);
  }
  const auto domain = state_->domains.find(id.trust_domain());
  if (domain == state_->domains.end()) return until;

  // What is known to be revoked is said even when another certificate's list is missing.
  absl::Status unknown;
  for (size_t i = 0; i + 1 < path.size(); ++i) {
    const Certificate& issuer = path[i + 1];
    const RevocationList* const list = state_->ListOf(domain->second, issuer);
    if (list == nullptr) {
      if (unknown.ok()) unknown = UnknownRefusal(issuer, "none", at);
      continue;
    }
    if (const std::optional<absl::Time> since = list->RevokedAt(path[i]); since.has_value()) {
      if (*since <= at) return RevokedRefusal(path[i], *since, at);
      until = std::min(until, *since);
    }
    const absl::Time end = *list->next_update() + domain->second.grace;
    until = std::min(until, end);
    if (at >= end && unknown.ok()) {
      unknown = UnknownRefusal(
          issuer,
          fmt::format("one whose next update was due {}, and a grace of {}",
                      Shown(*list->next_update()), absl::FormatDuration(domain->second.grace)),
          at);
    }
  }
  if (!unknown.ok()) return unknown;
  return until;
}

std::vector<RevocationBook::ListState> RevocationBook::Lists() const {
  std::vector<ListState> states;
  for (const std::string& name : state_->order) {
    const DomainRevocations& domain = state_->domains.find(name)->second;
    std::vector<std::string> said;
    for (const RevocationList& list : domain.lists) {
      const std::string issuer = list.Issuer();
      if (std::ranges::find(said, issuer) != said.end()) continue;
      said.push_back(issuer);
      states.push_back({name, issuer, list.sha256(), list.this_update(), *list.next_update(),
                        *list.next_update() + domain.grace});
    }
  }
  return states;
}

}  // namespace gatepost::certs
