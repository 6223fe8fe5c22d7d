#include "client/evidence/anchors.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "certs/digest.h"
#include "certs/pem.h"
#include "certs/practice_ca.h"

namespace gatepost::evidence {
namespace {

using certs::Digest;

// A check costs each key for each head.
constexpr size_t kMostAgreements = 16;
constexpr size_t kLargestAgreementBytes = size_t{1} << 20;

std::set<std::string> NodesOf(const config::LinkAgreement& agreement) {
  return {agreement.nodes[0].stated.node(), agreement.nodes[1].stated.node()};
}

template <typename T>
void AddOnce(std::vector<T>& values, const T& value) {
  if (std::ranges::find(values, value) == values.end()) values.push_back(value);
}

certs::TrustDomain NoDomain() {
  certs::TrustDomain domain;
  domain.allowed_suites.clear();
  return domain;
}

std::string AgreementFile(const Digest& sha256) {
  return fmt::format("agreements/{}.textproto", certs::ToHex(sha256));
}

// The reader's own agreements: their digests, and which nodes they are about.
struct OwnAgreements {
  std::map<Digest, config::LinkAgreement> by_digest;
  std::set<std::set<std::string>> pairs;
};

OwnAgreements ReadOwn(std::span<const std::string> own, Found& found) {
  OwnAgreements read;
  for (size_t i = 0; i < own.size(); ++i) {
    const std::string name = fmt::format("your link agreement {}", i + 1);
    absl::StatusOr<config::LinkAgreement> agreement = config::ParseLinkAgreement(name, own[i]);
    if (!agreement.ok()) {
      found.Add(name, agreement.status());
      continue;
    }
    read.pairs.insert(NodesOf(*agreement));
    const Digest sha256 = agreement->sha256;
    read.by_digest.emplace(sha256, *std::move(agreement));
  }
  return read;
}

}  // namespace

void Anchors::TakeAgreements(const v1::GetEvidenceResponse& evidence,
                             std::span<const std::string> own, Found& found) {
  OwnAgreements trusted = ReadOwn(own, found);
  own_ = !own.empty();
  if (evidence.link_agreements().empty()) {
    found.Missing("agreements", "the link agreement of the messages' link", "none in the bundle",
                  "have the bundle exported again");
  }
  for (const std::string& bytes : evidence.link_agreements()) {
    const Digest sha256 = certs::Sha256Of(bytes);
    const std::string file = AgreementFile(sha256);
    if (agreements_.size() == kMostAgreements || bytes.size() > kLargestAgreementBytes) {
      found.Invalid(file,
                    fmt::format("at most {} link agreements of at most {} bytes", kMostAgreements,
                                kLargestAgreementBytes),
                    "more");
      continue;
    }
    absl::StatusOr<config::LinkAgreement> agreement = config::ParseLinkAgreement(file, bytes);
    if (!agreement.ok()) {
      found.Add(file, agreement.status());
      continue;
    }
    const std::string pair = fmt::format("{} and {}", agreement->nodes[0].stated.node(),
                                         agreement->nodes[1].stated.node());
    if (trusted.by_digest.erase(sha256) > 0) {
      agreements_.push_back(*std::move(agreement));
      continue;
    }
    if (trusted.pairs.contains(NodesOf(*agreement))) {
      found.Invalid(file, fmt::format("your own link agreement between {}", pair),
                    fmt::format("another one, SHA-256 {}", certs::ToHex(sha256)),
                    "find out which agreement was in force; nothing of it is believed");
      continue;
    }
    found.Missing(file, fmt::format("your own link agreement between {}", pair),
                  fmt::format("none; the bundle's has SHA-256 {}", certs::ToHex(sha256)),
                  "check again with the file that your own side signed");
    if (!own_) {
      agreements_.push_back(*std::move(agreement));
      continue;
    }
    // Whoever gave one believes no other.
    for (const config::AgreedNode& node : agreement->nodes) {
      unread_nodes_.insert(node.stated.node());
      lacking_.insert(std::string(node.spiffe_id.trust_domain()));
    }
  }
  for (const config::LinkAgreement& agreement : agreements_) {
    for (const std::string& node : NodesOf(agreement)) unread_nodes_.erase(node);
    for (const config::AgreedNode& node : agreement.nodes) {
      lacking_.erase(std::string(node.spiffe_id.trust_domain()));
    }
  }
  for (auto& [sha256, agreement] : trusted.by_digest) others_.push_back(std::move(agreement));
}

void Anchors::TakeRoots(const v1::GetEvidenceResponse& evidence, Found& found) {
  std::map<Digest, const std::string*> held;
  for (const std::string& der : evidence.roots()) held.emplace(certs::Sha256Of(der), &der);
  std::map<std::string, certs::TrustDomain> domains;
  std::set<Digest> taken;
  for (const config::LinkAgreement& agreement : agreements_) {
    for (const config::AgreedNode& node : agreement.nodes) {
      const std::string name(node.spiffe_id.trust_domain());
      certs::TrustDomain& domain = domains.try_emplace(name, NoDomain()).first->second;
      practice_ |= certs::IsPracticeDomain(name);
      domain.name = name;
      domain.country = node.stated.country();
      for (const std::string& suite : node.stated.suites()) AddOnce(domain.allowed_suites, suite);
      for (const Digest& root : node.roots) {
        if (!taken.insert(root).second) continue;
        const std::string file = fmt::format("roots/{}.pem", certs::ToHex(root));
        const auto bytes = held.find(root);
        if (bytes == held.end()) {
          found.Missing(file, fmt::format("every root of {} that was agreed", name), "none",
                        "have the bundle exported again");
          lacking_.insert(name);
          continue;
        }
        absl::StatusOr<certs::Certificate> parsed = certs::Certificate::Parse(*bytes->second);
        if (!parsed.ok()) {
          found.Add(file, parsed.status());
          continue;
        }
        roots_[name].push_back(*std::move(parsed));
        domain.root_pems.push_back(certs::PemFromDer(std::string_view(*bytes->second)));
      }
    }
  }
  std::vector<certs::TrustDomain> usable;
  for (auto& [name, domain] : domains) {
    if (!domain.root_pems.empty()) usable.push_back(std::move(domain));
  }
  if (usable.empty()) return;
  absl::StatusOr<certs::TrustStore> trust = certs::TrustStore::Create(std::move(usable));
  found.Add("roots", trust.status());
  if (trust.ok()) trust_.emplace(*std::move(trust));
}

// Where agreements name different keys for one node, those of the bundle come first; a bundle whose
// own leave open which key came first is refused as a whole (MakeCore).
void Anchors::TakeKeys(const v1::GetEvidenceResponse& evidence, Found& found) {
  for (const auto* agreements : {&agreements_, &others_}) {
    for (const config::LinkAgreement& agreement : *agreements) keys_.Add(agreement).IgnoreError();
  }
  if (trust_.has_value()) {
    announced_ = VerifiedAnnouncements(evidence, *trust_);
    for (const Finding& finding : keys_.Announce(announced_)) found.Add(finding.where, finding.why);
  }
  witnesses_ = keys_.witnesses();
}

Anchors Anchors::Make(const v1::GetEvidenceResponse& evidence, std::span<const std::string> own,
                      Found& found) {
  Anchors anchors;
  anchors.TakeAgreements(evidence, own, found);
  anchors.TakeRoots(evidence, found);
  anchors.TakeKeys(evidence, found);
  return anchors;
}

const config::AgreedNode* Anchors::FindNode(std::string_view node) const {
  for (const config::LinkAgreement& agreement : agreements_) {
    for (const config::AgreedNode& agreed : agreement.nodes) {
      if (agreed.stated.node() == node) return &agreed;
    }
  }
  return nullptr;
}

std::string Anchors::DomainOf(std::string_view node) const {
  for (const auto* agreements : {&agreements_, &others_}) {
    for (const config::LinkAgreement& agreement : *agreements) {
      for (const config::AgreedNode& agreed : agreement.nodes) {
        if (agreed.stated.node() == node) return std::string(agreed.spiffe_id.trust_domain());
      }
    }
  }
  return "";
}

std::vector<certs::Certificate> Anchors::RootsOf(std::string_view domain) const {
  const auto held = roots_.find(domain);
  return held == roots_.end() ? std::vector<certs::Certificate>() : held->second;
}

const config::LinkAgreement* Anchors::Between(std::string_view a, std::string_view b) const {
  for (const config::LinkAgreement& agreement : agreements_) {
    if (NodesOf(agreement) == std::set<std::string>{std::string(a), std::string(b)}) {
      return &agreement;
    }
  }
  return nullptr;
}

std::vector<std::string> Anchors::PeersOf(std::string_view node) const {
  std::set<std::string> peers;
  for (const auto* agreements : {&agreements_, &others_}) {
    for (const config::LinkAgreement& agreement : *agreements) {
      std::set<std::string> nodes = NodesOf(agreement);
      if (nodes.erase(std::string(node)) > 0) peers.merge(nodes);
    }
  }
  return {peers.begin(), peers.end()};
}

}  // namespace gatepost::evidence
