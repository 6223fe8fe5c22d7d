#include "daemon/config/link_agreement.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <string_view>
#include <utility>

#include "certs/key_strength.h"
#include "certs/suites.h"
#include "daemon/config/agreement_rules.h"
#include "daemon/config/checks.h"
#include "daemon/domain/civil_time.h"
#include "daemon/system/status_macros.h"

namespace gatepost::config {
namespace {

// What a link may be without. PING and AUTHORITY (rosters, keys, countersignatures) always cross.
constexpr std::array<std::string_view, 5> kFamilies = {"REPORT", "AGREEMENT", "NOTICE",
                                                       "ACKNOWLEDGEMENT", "TRANSCRIPT"};

using File = Parsed<v1::LinkAgreement>;

absl::StatusOr<std::vector<certs::Digest>> ReadRoots(const File& file, const v1::AgreedNode& node,
                                                     const std::string& at) {
  std::vector<certs::Digest> roots;
  for (int i = 0; i < node.root_sha256_size(); ++i) {
    std::optional<certs::Digest> digest = certs::DigestFromHex(node.root_sha256(i));
    if (!digest) {
      return FieldError(file, fmt::format("{}.root_sha256[{}]", at, i),
                        "SHA-256 of a root certificate (DER) as 64 lower-case hex digits",
                        fmt::format("'{}'", node.root_sha256(i)),
                        "print it with openssl x509 -outform der | sha256sum");
    }
    roots.push_back(*digest);
  }
  if (roots.empty()) {
    return FieldError(file, at + ".root_sha256", "at least one root digest", "none");
  }
  std::sort(roots.begin(), roots.end());
  return roots;
}

absl::StatusOr<ledger::VerifierKey> ReadKey(const File& file, const std::string& field,
                                            const std::string& vkey, const std::string& name,
                                            uint8_t type) {
  absl::StatusOr<ledger::VerifierKey> key = ledger::VerifierKey::Parse(vkey);
  if (!key.ok()) return AtField(file, field, key.status());
  if (key->name() != name || key->type() != type) {
    return FieldError(file, field, fmt::format("a key named {} of type {}", name, type),
                      fmt::format("{} of type {}", key->name(), key->type()));
  }
  if (certs::IsWeakEd25519(key->public_key())) {
    return FieldError(file, field, "a key that only its holder can sign with",
                      "an Ed25519 point of small order", "make a key with gatepost's tools");
  }
  return key;
}

absl::StatusOr<AgreedNode> ReadNode(const File& file, const v1::AgreedNode& node,
                                    const std::string& at) {
  GATEPOST_RETURN_IF_ERROR(AtField(file, at + ".node", CheckNodeId(node.node())));
  GATEPOST_RETURN_IF_ERROR(AtField(file, at + ".country", CheckCountry(node.country())));
  absl::StatusOr<certs::SpiffeId> id = certs::SpiffeId::Parse(node.spiffe_id());
  if (!id.ok()) return AtField(file, at + ".spiffe_id", id.status());
  if (id->role() != certs::Role::kNode || id->name() != node.node()) {
    return FieldError(file, at + ".spiffe_id",
                      fmt::format("spiffe://<trust-domain>/node/{}", node.node()),
                      fmt::format("'{}'", node.spiffe_id()));
  }
  GATEPOST_ASSIGN_OR_RETURN(std::vector<certs::Digest> roots, ReadRoots(file, node, at));
  GATEPOST_ASSIGN_OR_RETURN(ledger::VerifierKey log,
                            ReadKey(file, at + ".log_vkey", node.log_vkey(),
                                    LogKeyName(node.node()), ledger::kEd25519Type));
  GATEPOST_ASSIGN_OR_RETURN(ledger::VerifierKey witness,
                            ReadKey(file, at + ".witness_vkey", node.witness_vkey(),
                                    WitnessKeyName(node.node()), ledger::kEd25519CosignatureType));
  std::set<std::string> suites;
  for (int i = 0; i < node.suites_size(); ++i) {
    if (!certs::SuiteImplemented(node.suites(i)) || !suites.insert(node.suites(i)).second) {
      return FieldError(file, fmt::format("{}.suites[{}]", at, i),
                        "a suite that this version knows, once",
                        fmt::format("'{}'", node.suites(i)));
    }
  }
  if (suites.empty()) return FieldError(file, at + ".suites", "at least one suite", "none");
  return AgreedNode{node, *std::move(id), std::move(roots), std::move(log), std::move(witness)};
}

// The two sides must be told apart by whatever tells them apart later.
absl::Status CheckPair(const LinkAgreement& agreement) {
  const AgreedNode& a = agreement.nodes[0];
  const AgreedNode& b = agreement.nodes[1];
  if (a.stated.node() == b.stated.node()) {
    return FieldError(agreement.file, "nodes[1].node", "two different nodes",
                      fmt::format("{} twice", b.stated.node()));
  }
  if (a.spiffe_id.trust_domain() == b.spiffe_id.trust_domain()) {
    return FieldError(agreement.file, "nodes[1].spiffe_id", "two different trust domains",
                      fmt::format("{} twice", b.spiffe_id.trust_domain()));
  }
  std::array<std::string, 4> keys = {a.log.public_key(), a.witness.public_key(), b.log.public_key(),
                                     b.witness.public_key()};
  if (std::set<std::string>(keys.begin(), keys.end()).size() != keys.size()) {
    return FieldError(agreement.file, "nodes[1].log_vkey",
                      "four different keys: log and witness of both nodes", "one key used twice",
                      "make a key for each use");
  }
  return absl::OkStatus();
}

// Who owes which gate's report. That the gates exist is checked where the register is.
absl::Status CheckDuties(const File& file) {
  std::set<std::pair<std::string, std::string>> owed;  // Side and gate.
  for (int i = 0; i < file.value.report_duties_size(); ++i) {
    const v1::ReportDuty& duty = file.value.report_duties(i);
    const std::string at = fmt::format("report_duties[{}]", i);
    if (std::none_of(file.value.nodes().begin(), file.value.nodes().end(),
                     [&](const v1::AgreedNode& node) { return node.country() == duty.side(); })) {
      return FieldError(file, at + ".side", "the country of one of the two nodes",
                        fmt::format("'{}'", duty.side()));
    }
    if (duty.gate_ids().empty()) {
      return FieldError(file, at + ".gate_ids", "at least one gate id, e.g. LS-HN", "none");
    }
    for (int j = 0; j < duty.gate_ids_size(); ++j) {
      if (!owed.emplace(duty.side(), duty.gate_ids(j)).second) {
        return FieldError(file, fmt::format("{}.gate_ids[{}]", at, j), "each gate once for a side",
                          fmt::format("'{}' a second time", duty.gate_ids(j)));
      }
    }
    if (duty.has_first_day()) {
      GATEPOST_RETURN_IF_ERROR(
          AtField(file, at + ".first_day", domain::DayOf(duty.first_day()).status()));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckRest(const File& file) {
  const v1::LinkAgreement& value = file.value;
  if (value.id().empty() || value.id().size() > 100) {
    return FieldError(file, "id", "1 to 100 characters, e.g. langson-pingxiang-2026-1",
                      fmt::format("'{}'", value.id()));
  }
  bool known = false;
  for (const v1::AgreedNode& node : value.nodes()) known |= node.node() == value.sequencer();
  if (!known) {
    return FieldError(file, "sequencer", "the id of one of the two nodes",
                      fmt::format("'{}'", value.sequencer()));
  }
  if (value.families().empty()) {
    return FieldError(file, "families", "at least one family, e.g. REPORT", "none");
  }
  std::set<std::string> families;
  for (int i = 0; i < value.families_size(); ++i) {
    const std::string& family = value.families(i);
    if (std::find(kFamilies.begin(), kFamilies.end(), family) == kFamilies.end() ||
        !families.insert(family).second) {
      return FieldError(file, fmt::format("families[{}]", i),
                        fmt::format("each once: {}", fmt::join(kFamilies, ", ")),
                        fmt::format("'{}'", family));
    }
  }
  if (!value.has_cut_off()) {
    return FieldError(file, "cut_off", "a time of day with its zone", "nothing");
  }
  GATEPOST_RETURN_IF_ERROR(AtField(file, "cut_off", CheckCutOff(value.cut_off())));
  GATEPOST_RETURN_IF_ERROR(CheckDuties(file));
  if (!value.has_report_due()) return absl::OkStatus();
  return AtField(file, "report_due", CheckCutOff(value.report_due()));
}

}  // namespace

std::string LogKeyName(std::string_view node) { return fmt::format("{}/audit", node); }

std::string WitnessKeyName(std::string_view node) { return fmt::format("{}/witness", node); }

absl::StatusOr<LinkAgreement> ReadLinkAgreement(const std::string& path) {
  std::string full = AbsolutePath(path, AbsolutePath(".", ""));
  GATEPOST_ASSIGN_OR_RETURN(std::string bytes, ReadConfigFile(full));
  return ParseLinkAgreement(full, std::move(bytes));
}

absl::StatusOr<LinkAgreement> ParseLinkAgreement(const std::string& path, std::string bytes) {
  LinkAgreement agreement;
  agreement.file.path = path;
  agreement.file.bytes = std::move(bytes);
  agreement.file.places = std::make_unique<google::protobuf::TextFormat::ParseInfoTree>();
  GATEPOST_RETURN_IF_ERROR(
      ParseText(path, agreement.file.bytes, &agreement.file.value, agreement.file.places.get()));
  const File& file = agreement.file;
  agreement.sha256 = certs::Sha256Of(file.bytes);
  if (file.value.nodes_size() != 2) {
    return FieldError(file, "nodes", "exactly two nodes",
                      fmt::format("{}", file.value.nodes_size()));
  }
  for (int i = 0; i < 2; ++i) {
    GATEPOST_ASSIGN_OR_RETURN(AgreedNode node,
                              ReadNode(file, file.value.nodes(i), fmt::format("nodes[{}]", i)));
    agreement.nodes.push_back(std::move(node));
  }
  GATEPOST_RETURN_IF_ERROR(CheckPair(agreement));
  GATEPOST_RETURN_IF_ERROR(CheckRest(file));
  GATEPOST_RETURN_IF_ERROR(CheckAgreementRules(agreement));
  return agreement;
}

}  // namespace gatepost::config
