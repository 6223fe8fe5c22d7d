// What a node takes over from its files while it runs, and what of it ends by itself.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "certs/certificate.h"
#include "certs/grpc_credentials.h"
#include "certs/pem.h"
#include "daemon/config/revocations.h"
#include "daemon/node/list_marks.h"
#include "daemon/node/parts.h"
#include "daemon/system/files.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::node {

namespace {

// The TLS pair of the config, when this node may show it.
absl::StatusOr<certs::TlsIdentity> LoadIdentity(const config::NodeSettings& settings,
                                                absl::Time now) {
  GATEPOST_ASSIGN_OR_RETURN(
      certs::TlsIdentity identity,
      certs::TlsIdentity::Load(settings.tls_certificate_file, settings.tls_key_file));
  GATEPOST_RETURN_IF_ERROR(config::CheckTlsChain(settings, identity.chain_der(), now));
  return identity;
}

// The first end of any certificate in a PEM text; InfiniteFuture for none.
absl::Time FirstEnd(std::string_view pem) {
  absl::Time first = absl::InfiniteFuture();
  for (const std::string& der : certs::DerFromPem(pem)) {
    const absl::StatusOr<certs::Certificate> certificate = certs::Certificate::Parse(der);
    if (certificate.ok()) first = std::min(first, certificate->not_after());
  }
  return first;
}

}  // namespace

absl::Status Node::Parts::PublishIdentity() {
  GATEPOST_ASSIGN_OR_RETURN(const certs::TlsIdentity identity,
                            LoadIdentity(settings, clock->Now()));
  // Beside the data folder, so that no backup of it ever holds the key.
  const std::filesystem::path beside = std::filesystem::path(settings.data_dir).parent_path();
  GATEPOST_ASSIGN_OR_RETURN(published,
                            certs::PublishedIdentity::Create(
                                fmt::format("{}/{}.tls", beside.string(), node.node), identity));
  return absl::OkStatus();
}

std::vector<exchange::Ending> Node::Parts::Endings() const {
  std::vector<exchange::Ending> all;
  if (const auto pem = system::ReadFile(published->chain_path()); pem.ok()) {
    all.push_back({"key:tls", FirstEnd(*pem)});
  }
  std::map<std::string, int> number;
  for (const auto& [domain, file] : settings.root_files) {
    const auto pem = system::ReadFile(file);
    const std::string object = fmt::format("trust:{}:{}", domain, ++number[domain]);
    if (pem.ok()) all.push_back({object, FirstEnd(*pem)});
  }
  return all;
}

std::optional<exchange::ShownCertificate> Node::Parts::Shown() const {
  const auto pem = system::ReadFile(published->chain_path());
  const std::vector<std::string> chain =
      pem.ok() ? certs::DerFromPem(*pem) : std::vector<std::string>();
  if (chain.empty()) return std::nullopt;
  const absl::StatusOr<certs::Certificate> leaf = certs::Certificate::Parse(chain.front());
  if (!leaf.ok()) return std::nullopt;
  return exchange::ShownCertificate{certs::Sha256Of(chain.front()), leaf->not_before(),
                                    leaf->not_after()};
}

// The current snapshot with another book. Roots stay as the link agreements pin them.
void Node::Parts::Publish(certs::RevocationBook book) {
  trust->Publish(
      std::make_shared<const certs::TrustSnapshot>(trust->Current()->store(), std::move(book)));
}

// The authorities of a trust domain whose certificates are at hand: its roots, and all above who
// signed the link agreements. Others are known only when a chain brings them.
std::vector<certs::Certificate> Node::Parts::AuthoritiesOf(const std::string& trust_domain) const {
  std::vector<certs::Certificate> all;
  for (const certs::TrustDomain& domain : settings.trust_domains) {
    if (domain.name != trust_domain) continue;
    for (const std::string& pem : domain.root_pems) {
      for (const std::string& der : certs::DerFromPem(pem)) {
        absl::StatusOr<certs::Certificate> root = certs::Certificate::Parse(der);
        if (root.ok()) all.push_back(*std::move(root));
      }
    }
  }
  for (const config::LinkSettings& link : settings.links) {
    for (const config::AgreementSigner& signer : link.agreement_signers) {
      if (signer.id.trust_domain() != trust_domain) continue;
      all.insert(all.end(), signer.path.begin() + 1, signer.path.end());
    }
  }
  return all;
}

// What the files held at the start, by what this node took in all its runs. An older list is left
// out: of whom it is about nothing is known then (REVOCATION_UNKNOWN), and the reloader's first
// look raises the alarm. What counts is in the store before it is in force. Call it when the store
// is open and nobody asks yet.
absl::Status Node::Parts::JudgeLists() {
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Transaction> transaction, store->Begin());
  GATEPOST_ASSIGN_OR_RETURN(list_marks, ListMarks::Read(*transaction));
  const std::shared_ptr<const certs::TrustSnapshot> current = trust->Current();
  std::optional<certs::RevocationBook> judged;
  for (certs::DomainRevocations& domain : current->revocations().Domains()) {
    list_marks.KeepNewest(AuthoritiesOf(domain.trust_domain), &domain);
    for (const ListMarks::Older& older : list_marks.LeaveOutOlder(&domain)) {
      spdlog::error("revocation list left out: {}", std::string(older.why.message()));
      left_out.lists.insert(older.sha256);
    }
    for (const store::MetaRecord& mark : list_marks.Take(domain)) {
      GATEPOST_RETURN_IF_ERROR(transaction->PutMeta(mark.key, mark.value));
    }
    const certs::RevocationBook& before = judged.has_value() ? *judged : current->revocations();
    GATEPOST_ASSIGN_OR_RETURN(judged, before.With(*current->store(), std::move(domain)));
  }
  GATEPOST_RETURN_IF_ERROR(transaction->Commit());
  if (judged.has_value()) Publish(*std::move(judged));
  return absl::OkStatus();
}

// A list that is older than one that was taken would take revocations back, and so would a set that
// lacks the list of an authority that had one: whoever can write the files must not be able to.
absl::Status Node::Parts::LoadLists(const config::RevocationSettings& domain) {
  const std::shared_ptr<const certs::TrustSnapshot> current = trust->Current();
  GATEPOST_ASSIGN_OR_RETURN(certs::DomainRevocations next,
                            config::LoadLists(settings, domain, *current->store(), clock->Now()));
  list_marks.KeepNewest(AuthoritiesOf(next.trust_domain), &next);
  GATEPOST_RETURN_IF_ERROR(list_marks.Check(next));
  GATEPOST_ASSIGN_OR_RETURN(certs::RevocationBook book,
                            current->revocations().With(*current->store(), next));
  ListMarks marks = list_marks;
  const auto stored = [](const absl::Status& done) {
    if (done.ok()) return;
    spdlog::error("how far the revocation lists have come is not stored: {}",
                  std::string(done.message()));
  };
  const absl::Status posted = committer->Post(
      [taken = marks.Take(next)](exchange::CommitScope& scope) -> absl::Status {
        for (const store::MetaRecord& mark : taken) {
          GATEPOST_RETURN_IF_ERROR(scope.store.PutMeta(mark.key, mark.value));
        }
        return absl::OkStatus();
      },
      stored, exchange::Committer::When::kAlways);
  list_marks = std::move(marks);
  // At once: whom it revokes is not kept in by a disk that is slow or full. What could not be
  // posted is told, and tried again.
  Publish(std::move(book));
  return posted;
}

absl::Status Node::Parts::LoadDenyList() {
  const std::shared_ptr<const certs::TrustSnapshot> current = trust->Current();
  GATEPOST_ASSIGN_OR_RETURN(std::vector<certs::DeniedIdentity> denied,
                            config::LoadDenyList(settings.deny_list_file));
  GATEPOST_ASSIGN_OR_RETURN(certs::RevocationBook book,
                            current->revocations().With(*current->store(), std::move(denied)));
  Publish(std::move(book));
  return absl::OkStatus();
}

absl::Status Node::Parts::LoadPolicy() {
  GATEPOST_ASSIGN_OR_RETURN(
      const config::PolicyFile next,
      config::LoadPolicy(settings.policy.file, settings.gate_register, node.country));
  authority->Publish(next.policy);
  // Its name may be another one now.
  settings_log->Reloaded("policy", fmt::format("policy:{}", next.policy->id()));
  return absl::OkStatus();
}

// What signs stays the same until the exchange (exchange/key_exchange.h) finds that another may.
absl::Status Node::Parts::LoadLedgerKeys(v1::KeyUse use) {
  GATEPOST_ASSIGN_OR_RETURN(config::NoteSigners held, use == v1::KEY_USE_LOG
                                                          ? config::LoadLogKeys(settings)
                                                          : config::LoadWitnessKeys(settings));
  return key_exchange->Hold(use, std::move(held));
}

// Says which lists serve by their grace, or not any more. Called by the ticker.
void Node::Parts::WatchLists() {
  const absl::Time now = clock->Now();
  std::map<std::string, absl::Time> stale;  // By domain: the list that has been due the longest.
  for (const auto& list : trust->Current()->revocations().Lists()) {
    absl::Time& due = stale.try_emplace(list.trust_domain, absl::InfiniteFuture()).first->second;
    if (list.StaleAt(now)) due = std::min(due, list.next_update);
  }
  for (const auto& [domain, due] : stale) {
    const std::string object = fmt::format("revocations:{}", domain);
    if (due == absl::InfiniteFuture()) {
      standing_alarms->Clear(object, v1::REASON_REVOCATION_STALE);
    } else {
      standing_alarms->Raise(
          object, v1::REASON_REVOCATION_STALE,
          fmt::format("due:{}", absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", due, absl::UTCTimeZone())));
    }
  }
}

// Says of which links the agreement is not in force. Called by the ticker.
void Node::Parts::WatchAgreements() {
  for (const config::LinkSettings& link : settings.links) {
    const std::string object = fmt::format("link:{}", link.peer.stated.node());
    if (left_out.links.contains(link.peer.stated.node())) {
      standing_alarms->Raise(object, v1::REASON_AGREEMENT_NOT_SIGNED,
                             fmt::format("sha256:{}", certs::ToHex(link.agreement_sha256)));
    } else {
      standing_alarms->Clear(object, v1::REASON_AGREEMENT_NOT_SIGNED);
    }
  }
}

void Node::Parts::BuildReloads() {
  standing_alarms = std::make_unique<exchange::StandingAlarms>(*committer);
  expiry_alarms = std::make_unique<exchange::ExpiryAlarms>([this] { return Endings(); },
                                                           *standing_alarms, *clock);
  roster_reach =
      std::make_unique<exchange::RosterReach>(node, links, *store, *standing_alarms, *clock);
  std::vector<Reloader::Part> all;
  all.push_back({"key:tls",
                 {"key:tls"},
                 {settings.tls_certificate_file, settings.tls_key_file},
                 [this]() -> absl::Status {
                   GATEPOST_ASSIGN_OR_RETURN(const certs::TlsIdentity identity,
                                             LoadIdentity(settings, clock->Now()));
                   return published->Publish(identity);
                 }});
  all.push_back(
      {"key:log", {}, {settings.log_key_file}, [this] { return LoadLedgerKeys(v1::KEY_USE_LOG); }});
  all.push_back({"key:witness", {}, {settings.witness_key_file}, [this] {
                   return LoadLedgerKeys(v1::KEY_USE_WITNESS);
                 }});
  // Each by itself, so that a bad file of one keeps none of the others from being taken.
  for (const config::RevocationSettings& domain : settings.revocations) {
    Reloader::Part lists{
        fmt::format("revocations:{}", domain.trust_domain), {}, {}, [this, &domain] {
          return LoadLists(domain);
        }};
    int n = 0;
    for (const config::RevocationFile& file : domain.files) {
      lists.settings.push_back(fmt::format("revocations:{}:{}", domain.trust_domain, ++n));
      lists.files.push_back(file.path);
    }
    all.push_back(std::move(lists));
  }
  if (!settings.deny_list_file.empty()) {
    all.push_back({"trust:deny-list", {"trust:deny-list"}, {settings.deny_list_file}, [this] {
                     return LoadDenyList();
                   }});
  }
  all.push_back({"policy", {}, {settings.policy.file}, [this] { return LoadPolicy(); }});
  reloader = std::make_unique<Reloader>(std::move(all), *settings_log, *standing_alarms);
  reloader->ReloadAll();  // What changed while the node started is not missed.
}

}  // namespace gatepost::node
