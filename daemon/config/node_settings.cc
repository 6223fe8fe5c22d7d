#include "daemon/config/node_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "certs/digest.h"
#include "certs/ed25519.h"
#include "certs/key_file.h"
#include "certs/pem.h"
#include "certs/practice_ca.h"
#include "certs/tls.h"
#include "daemon/config/agreement_rules.h"
#include "daemon/config/agreement_signatures.h"
#include "daemon/config/checks.h"
#include "daemon/config/data_files.h"
#include "daemon/config/node_limits.h"
#include "daemon/config/register_file.h"
#include "daemon/config/retention.h"
#include "daemon/config/revocations.h"
#include "daemon/config/text_file.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::config {
namespace {

using File = Parsed<v1::NodeConfig>;

absl::StatusOr<certs::SpiffeId> ReadOwnName(const File& file) {
  const v1::NodeConfig& value = file.value;
  GATEPOST_RETURN_IF_ERROR(AtField(file, "node", CheckNodeId(value.node())));
  absl::StatusOr<certs::SpiffeId> id = certs::SpiffeId::Parse(value.spiffe_id());
  if (!id.ok()) return AtField(file, "spiffe_id", id.status());
  if (id->role() != certs::Role::kNode || id->name() != value.node()) {
    return FieldError(file, "spiffe_id",
                      fmt::format("spiffe://<trust-domain>/node/{}", value.node()),
                      fmt::format("'{}'", value.spiffe_id()));
  }
  return id;
}

// A required path, absolute.
absl::StatusOr<std::string> RequirePath(const File& file, const std::string& field,
                                        const std::string& path) {
  if (path.empty()) return FieldError(file, field, "a path", "nothing");
  return AbsolutePath(path, FolderOf(file.path));
}

// A practice node trusts practice roots only, and no other node trusts any.
absl::Status CheckPractice(const File& file, const std::string& field, const std::string& path,
                           const std::string& root_der) {
  const bool practice = file.value.practice();
  if (certs::IsPracticeRoot(certs::PemFromDer(std::string_view(root_der))) == practice)
    return absl::OkStatus();
  return FieldError(file, field,
                    practice ? "practice roots, since practice is true"
                             : "roots that are not for practice, since practice is false",
                    fmt::format("{}, {} practice root", path, practice ? "no" : "a"),
                    "set practice as the roots are, or name the right roots");
}

absl::StatusOr<certs::TrustDomain> ReadDomain(const File& file, int index) {
  const v1::TrustDomainConfig& stated = file.value.trust_domains(index);
  const std::string at = fmt::format("trust_domains[{}]", index);
  certs::TrustDomain domain{.name = stated.name(), .country = stated.country(), .root_pems = {}};
  GATEPOST_RETURN_IF_ERROR(AtField(file, at + ".country", CheckCountry(domain.country)));
  if (stated.root_files().empty()) {
    return FieldError(file, at + ".root_files", "at least one root certificate file", "none");
  }
  for (int i = 0; i < stated.root_files_size(); ++i) {
    const std::string field = fmt::format("{}.root_files[{}]", at, i);
    GATEPOST_ASSIGN_OR_RETURN(std::string path, RequirePath(file, field, stated.root_files(i)));
    absl::StatusOr<std::string> pem = certs::ReadPublicFile(path);
    if (!pem.ok()) return AtField(file, field, pem.status());
    for (const std::string& der : certs::DerFromPem(*pem)) {
      GATEPOST_RETURN_IF_ERROR(CheckPractice(file, field, path, der));
    }
    domain.root_pems.push_back(*std::move(pem));
  }
  if (!stated.suites().empty()) {
    domain.allowed_suites = {stated.suites().begin(), stated.suites().end()};
  }
  // Alone first, so that the complaint is about this domain's lines.
  absl::StatusOr<certs::TrustStore> alone = certs::TrustStore::Create({domain});
  if (!alone.ok()) return AtField(file, at, alone.status());
  return domain;
}

absl::StatusOr<std::vector<certs::TrustDomain>> ReadDomains(const File& file,
                                                            const certs::SpiffeId& own) {
  std::vector<certs::TrustDomain> domains;
  bool own_known = false;
  for (int i = 0; i < file.value.trust_domains_size(); ++i) {
    GATEPOST_ASSIGN_OR_RETURN(certs::TrustDomain domain, ReadDomain(file, i));
    own_known |= domain.name == own.trust_domain();
    domains.push_back(std::move(domain));
  }
  if (!own_known) {
    return FieldError(file, "trust_domains", fmt::format("the own domain {}", own.trust_domain()),
                      domains.empty() ? "none" : "only others");
  }
  absl::StatusOr<certs::TrustStore> together = certs::TrustStore::Create(domains);
  if (!together.ok()) return AtField(file, "trust_domains", together.status());
  return domains;
}

// The agreement's word about a node against what this node holds of that node's domain.
absl::Status CheckAgreedDomain(const LinkAgreement& agreement, int index,
                               const std::vector<certs::TrustDomain>& domains) {
  const AgreedNode& node = agreement.nodes[index];
  const std::string at = fmt::format("nodes[{}]", index);
  auto domain = std::find_if(domains.begin(), domains.end(), [&](const certs::TrustDomain& d) {
    return d.name == node.spiffe_id.trust_domain();
  });
  if (domain == domains.end()) {
    return FieldError(agreement.file, at + ".spiffe_id", "a trust domain of the node's config",
                      fmt::format("{}", node.spiffe_id.trust_domain()), "add it to trust_domains");
  }
  if (domain->country != node.stated.country()) {
    return FieldError(
        agreement.file, at + ".country",
        fmt::format("{}, as {} has in the node's config", domain->country, domain->name),
        node.stated.country());
  }
  std::vector<certs::Digest> roots;
  for (const std::string& pem : domain->root_pems) {
    for (const std::string& der : certs::DerFromPem(pem)) roots.push_back(certs::Sha256Of(der));
  }
  std::sort(roots.begin(), roots.end());
  if (roots != node.roots) {
    std::vector<std::string> held;
    for (const certs::Digest& root : roots) held.push_back(certs::ToHex(root));
    return FieldError(
        agreement.file, at + ".root_sha256",
        fmt::format("the roots of {} in the node's config, {}", domain->name, fmt::join(held, " ")),
        "others", "agree on the roots with the other side");
  }
  std::set<std::string> agreed(node.stated.suites().begin(), node.stated.suites().end());
  std::set<std::string> allowed(domain->allowed_suites.begin(), domain->allowed_suites.end());
  if (agreed != allowed) {
    return FieldError(agreement.file, at + ".suites",
                      fmt::format("the suites of {} in the node's config, {}", domain->name,
                                  fmt::join(allowed, ", ")),
                      fmt::format("{}", fmt::join(agreed, ", ")));
  }
  return absl::OkStatus();
}

absl::StatusOr<LinkSettings> ReadLink(const File& file, int index, const NodeSettings& node) {
  const v1::LinkConfig& stated = file.value.links(index);
  const std::string at = fmt::format("links[{}]", index);
  GATEPOST_ASSIGN_OR_RETURN(std::string path,
                            RequirePath(file, at + ".agreement_file", stated.agreement_file()));
  GATEPOST_ASSIGN_OR_RETURN(LinkAgreement agreement, ReadLinkAgreement(path));
  int own = agreement.nodes[0].stated.node() == node.node ? 0 : 1;
  if (agreement.nodes[own].spiffe_id != node.spiffe_id) {
    return FieldError(agreement.file, fmt::format("nodes[{}].spiffe_id", own),
                      fmt::format("this node, {}", node.spiffe_id.ToString()),
                      agreement.nodes[own].spiffe_id.ToString(),
                      "name the agreement of this node's link");
  }
  for (int i = 0; i < 2; ++i) {
    GATEPOST_RETURN_IF_ERROR(CheckAgreedDomain(agreement, i, node.trust_domains));
  }
  GATEPOST_RETURN_IF_ERROR(CheckAgreedGates(agreement, node.gate_register));
  GATEPOST_ASSIGN_OR_RETURN(const certs::TrustStore trust,
                            certs::TrustStore::Create(node.trust_domains));
  const std::string signatures =
      stated.agreement_signatures_file().empty()
          ? SignaturesPathOf(path)
          : AbsolutePath(stated.agreement_signatures_file(), FolderOf(file.path));
  GATEPOST_ASSIGN_OR_RETURN(std::vector<AgreementSigner> signers,
                            CheckAgreementSigned(agreement, signatures, trust, node.practice));
  if (!stated.dial().empty()) {
    absl::Status dial = ParseHostPort(stated.dial(), /*zero_port=*/false).status();
    GATEPOST_RETURN_IF_ERROR(AtField(file, at + ".dial", dial));
  }
  return LinkSettings{.agreement_file = path,
                      .agreement_bytes = agreement.file.bytes,
                      .agreement_sha256 = agreement.sha256,
                      .agreement = agreement.file.value,
                      .agreement_signers = std::move(signers),
                      .own = agreement.nodes[own],
                      .peer = agreement.nodes[1 - own],
                      .dial = stated.dial(),
                      .own_decides = agreement.file.value.sequencer() == node.node};
}

absl::Status ReadLinks(const File& file, NodeSettings* settings) {
  std::set<std::string> peers;
  for (int i = 0; i < file.value.links_size(); ++i) {
    GATEPOST_ASSIGN_OR_RETURN(LinkSettings link, ReadLink(file, i, *settings));
    if (!peers.insert(link.peer.stated.node()).second) {
      return FieldError(file, fmt::format("links[{}].agreement_file", i), "one link to a peer",
                        fmt::format("a second one to {}", link.peer.stated.node()));
    }
    settings->links.push_back(std::move(link));
  }
  return absl::OkStatus();
}

absl::StatusOr<NoteSigners> ReadKeys(const std::string& path, const std::string& name,
                                     uint8_t type) {
  GATEPOST_ASSIGN_OR_RETURN(certs::SecretBytes pem, certs::ReadPrivateKeyFile(path));
  absl::StatusOr<std::vector<certs::Ed25519Key>> keys = certs::Ed25519Key::AllFromPem(pem.Reveal());
  if (!keys.ok()) {
    system::Refusal why = system::RefusalOf(keys.status()).value_or(system::Refusal());
    return system::Refuse(gatepost::v1::REASON_BAD_CONFIG, why.wanted,
                          fmt::format("{}: {}", path, why.came), why.todo);
  }
  NoteSigners signers;
  for (certs::Ed25519Key& key : *keys) {
    signers.push_back(
        std::make_shared<const ledger::Ed25519NoteSigner>(name, type, std::move(key)));
  }
  return signers;
}

// The keys of both files can be read, and none of them has two uses. Whether they are those that
// the link agreements name, or that were announced since, only the store knows.
absl::Status CheckLedgerKeys(const File& file, const NodeSettings& settings) {
  const absl::StatusOr<NoteSigners> log = LoadLogKeys(settings);
  if (!log.ok()) return AtField(file, "log_key_file", log.status());
  const absl::StatusOr<NoteSigners> witness = LoadWitnessKeys(settings);
  if (!witness.ok()) return AtField(file, "witness_key_file", witness.status());
  for (const auto& one : *log) {
    for (const auto& other : *witness) {
      if (one->public_key() != other->public_key()) continue;
      return FieldError(file, "witness_key_file", "other keys than the log's", "the same key",
                        "make a key for each use");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckPrefix(const File& file) {
  const std::string& prefix = file.value.reference_prefix();
  bool good = !prefix.empty() && prefix.size() <= 8;
  for (char c : prefix) good = good && c >= 'A' && c <= 'Z';
  if (good) return absl::OkStatus();
  return FieldError(file, "reference_prefix", "1 to 8 capital letters, e.g. LS",
                    fmt::format("'{}'", prefix));
}

absl::Status ReadPaths(const File& file, NodeSettings* settings) {
  const v1::NodeConfig& value = file.value;
  settings->port_file = AbsolutePath(value.port_file(), FolderOf(file.path));
  const std::pair<const char*, std::pair<const std::string*, std::string*>> required[] = {
      {"data_dir", {&value.data_dir(), &settings->data_dir}},
      {"tls_certificate_file", {&value.tls_certificate_file(), &settings->tls_certificate_file}},
      {"tls_key_file", {&value.tls_key_file(), &settings->tls_key_file}},
      {"log_key_file", {&value.log_key_file(), &settings->log_key_file}},
      {"witness_key_file", {&value.witness_key_file(), &settings->witness_key_file}},
  };
  for (const auto& [field, paths] : required) {
    GATEPOST_ASSIGN_OR_RETURN(*paths.second, RequirePath(file, field, *paths.first));
  }
  absl::StatusOr<std::string> guard = GuardFileOf(value, settings->data_dir, FolderOf(file.path));
  if (!guard.ok()) return AtField(file, "guard_file", guard.status());
  settings->guard_file = *std::move(guard);
  GATEPOST_RETURN_IF_ERROR(
      AtField(file, "tls_key_file",
              certs::CheckKeyPairFiles(settings->tls_key_file, settings->tls_certificate_file)));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<NodeSettings> LoadNodeSettings(const std::string& path) {
  GATEPOST_ASSIGN_OR_RETURN(File file, ReadTextProto<v1::NodeConfig>(path));
  GATEPOST_ASSIGN_OR_RETURN(certs::SpiffeId spiffe_id, ReadOwnName(file));
  GATEPOST_ASSIGN_OR_RETURN(std::string register_file, RegisterPath(file));
  GATEPOST_ASSIGN_OR_RETURN(domain::GateRegister gates, LoadGateRegister(register_file));
  NodeSettings settings(std::move(spiffe_id), std::move(gates));
  settings.register_file = std::move(register_file);
  settings.file = file.path;
  settings.file_sha256 = certs::Sha256Of(file.bytes);
  settings.node = file.value.node();
  absl::StatusOr<HostPort> listen = ParseHostPort(file.value.listen(), /*zero_port=*/true);
  if (!listen.ok()) return AtField(file, "listen", listen.status());
  settings.listen = listen->ToString();
  settings.practice = file.value.practice();
  GATEPOST_RETURN_IF_ERROR(CheckPrefix(file));
  settings.reference_prefix = file.value.reference_prefix();
  absl::StatusOr<absl::TimeZone> zone = ParseZone(file.value.zone());
  if (!zone.ok()) return AtField(file, "zone", zone.status());
  settings.zone_name = file.value.zone();
  settings.zone = *zone;
  GATEPOST_ASSIGN_OR_RETURN(settings.limits, ReadNodeLimits(file));
  GATEPOST_ASSIGN_OR_RETURN(settings.retention, ReadRetention(file, settings.gate_register));
  GATEPOST_RETURN_IF_ERROR(ReadPaths(file, &settings));
  GATEPOST_ASSIGN_OR_RETURN(settings.trust_domains, ReadDomains(file, settings.spiffe_id));
  GATEPOST_RETURN_IF_ERROR(ReadDataFiles(file, &settings));
  for (const v1::TrustDomainConfig& domain : file.value.trust_domains()) {
    for (const std::string& root : domain.root_files()) {
      settings.root_files.emplace_back(domain.name(), AbsolutePath(root, FolderOf(file.path)));
    }
  }
  GATEPOST_RETURN_IF_ERROR(ReadRevocations(file, &settings));
  GATEPOST_RETURN_IF_ERROR(ReadLinks(file, &settings));
  GATEPOST_RETURN_IF_ERROR(CheckLedgerKeys(file, settings));
  return settings;
}

absl::Status CheckTlsIdentity(const NodeSettings& settings, absl::Time now) {
  GATEPOST_RETURN_IF_ERROR(
      certs::CheckKeyPairFiles(settings.tls_key_file, settings.tls_certificate_file));
  GATEPOST_ASSIGN_OR_RETURN(std::string pem, certs::ReadPublicFile(settings.tls_certificate_file));
  return CheckTlsChain(settings, certs::DerFromPem(pem), now);
}

absl::Status CheckTlsChain(const NodeSettings& settings, const std::vector<std::string>& chain_der,
                           absl::Time now) {
  GATEPOST_ASSIGN_OR_RETURN(certs::TrustStore trust,
                            certs::TrustStore::Create(settings.trust_domains));
  for (certs::Usage usage : {certs::Usage::kTlsServer, certs::Usage::kTlsClient}) {
    GATEPOST_ASSIGN_OR_RETURN(certs::Identity identity, trust.Validate(chain_der, usage, now));
    if (identity.id != settings.spiffe_id) {
      return system::Refuse(
          gatepost::v1::REASON_BAD_CONFIG,
          fmt::format("a certificate of {}", settings.spiffe_id.ToString()),
          fmt::format("{} names {}", settings.tls_certificate_file, identity.id.ToString()),
          "name this node's certificate");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<NoteSigners> LoadLogKeys(const NodeSettings& settings) {
  return ReadKeys(settings.log_key_file, LogKeyName(settings.node), ledger::kEd25519Type);
}

absl::StatusOr<NoteSigners> LoadWitnessKeys(const NodeSettings& settings) {
  return ReadKeys(settings.witness_key_file, WitnessKeyName(settings.node),
                  ledger::kEd25519CosignatureType);
}

}  // namespace gatepost::config
