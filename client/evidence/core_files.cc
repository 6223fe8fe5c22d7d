#include "client/evidence/core_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "certs/pem.h"
#include "daemon/domain/message_rules.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/proof.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"

namespace gatepost::evidence {
namespace {

using certs::Digest;

absl::Status Invalid(std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_EVIDENCE_INVALID, wanted, system::Printable(came),
                        "ask for the evidence again");
}

std::string NamedBySha256(std::string_view folder, std::string_view hashed,
                          std::string_view ending) {
  return fmt::format("{}/{}{}", folder, certs::ToHex(certs::Sha256Of(hashed)), ending);
}

// Names in the order of names, each once.
std::vector<std::string> NamesOf(const Files& files) {
  std::vector<std::string> names;
  for (const auto& [name, bytes] : files) names.push_back(name);
  return names;
}

// Adds contents that several may claim one name for: a second one gets `_2`, and so on. `contents`
// come in their own order, whatever order they were given in.
void AddNumbered(const std::string& stem, const std::set<std::vector<std::string>>& contents,
                 const std::vector<std::string>& endings, Files& files,
                 std::vector<std::string>& stems) {
  size_t number = 0;
  for (const std::vector<std::string>& content : contents) {
    ++number;
    stems.push_back(number == 1 ? stem : fmt::format("{}_{}", stem, number));
    for (size_t i = 0; i < endings.size(); ++i) files[stems.back() + endings[i]] = content[i];
  }
}

using ByStem = std::map<std::string, std::set<std::vector<std::string>>>;

std::string LeafStem(std::string_view folder, std::string_view node, uint64_t index) {
  return fmt::format("{}/leaves/{}-{}", folder, node, index);
}

absl::StatusOr<std::string> HeadStem(const std::string& note) {
  size_t end = 0;
  for (int line = 0; line < 3 && end != std::string::npos; ++line) end = note.find('\n', end) + 1;
  GATEPOST_ASSIGN_OR_RETURN(const ledger::Checkpoint head,
                            ledger::Checkpoint::ParseBody(std::string_view(note).substr(0, end)));
  const std::string_view origin = head.origin;
  const size_t slash = origin.find('/');
  const std::string_view node = origin.substr(0, slash);
  const std::string prefix = fmt::format("{}/audit/", node);
  const std::string_view epoch = origin.substr(std::min(prefix.size(), origin.size()));
  if (!domain::IsNodeId(node) || !origin.starts_with(prefix) || epoch.empty() ||
      epoch.size() > 19 || epoch.find_first_not_of("0123456789") != std::string_view::npos) {
    return Invalid("a head of `<node>/audit/<epoch>`", origin);
  }
  return fmt::format("heads/{}-{}-{}", node, epoch, head.size);
}

absl::Status AddHeads(const v1::GetEvidenceResponse& evidence, CoreFiles& core) {
  ByStem heads;
  for (const std::string& note : evidence.heads()) {
    GATEPOST_ASSIGN_OR_RETURN(const std::string stem, HeadStem(note));
    heads[stem].insert({note});
  }
  for (const auto& [stem, contents] : heads) {
    AddNumbered(stem, contents, {".checkpoint"}, core.files, core.index.heads);
  }
  for (std::string& name : core.index.heads) name += ".checkpoint";
  return absl::OkStatus();
}

absl::Status AddMessage(const v1::MessageEvidence& message, CoreFiles& core) {
  IndexedMessage indexed;
  indexed.folder = MessageFolder(core.index.messages.size() + 1);
  if (IsShortReference(message.short_reference())) {
    indexed.short_reference = message.short_reference();
  }
  indexed.without_envelope = !message.has_envelope();
  if (message.has_envelope()) {
    core.files[indexed.folder + "/envelope.pb"] = message.envelope().SerializeAsString();
  }
  ByStem leaves;
  for (const v1::EvidenceLeaf& leaf : message.leaves()) {
    if (!domain::IsNodeId(leaf.node())) return Invalid("a leaf of a node", leaf.node());
    GATEPOST_ASSIGN_OR_RETURN(const ledger::TlogProof proof,
                              ledger::TlogProof::Parse(leaf.proof()));
    leaves[LeafStem(indexed.folder, leaf.node(), proof.index)].insert({leaf.leaf(), leaf.proof()});
  }
  for (const auto& [stem, contents] : leaves) {
    AddNumbered(stem, contents, {".leaf", ".tlog-proof"}, core.files, indexed.leaves);
  }
  core.index.messages.push_back(std::move(indexed));
  return absl::OkStatus();
}

// Certificates that a signature names.
std::set<std::string> NamedCertificates(const v1::GetEvidenceResponse& evidence) {
  std::set<std::string> named;
  for (const v1::MessageEvidence& message : evidence.messages()) {
    for (const v1::Signature& signature : SignaturesOf(message.envelope())) {
      named.insert(signature.certificate_sha256());
    }
  }
  return named;
}

absl::Status OneSuccession(const absl::Status& keys) {
  if (keys.ok()) return keys;
  return system::Refuse(
      v1::REASON_EVIDENCE_INVALID,
      "link agreements whose keys of each node are one, or follow each other by announcements",
      std::string(keys.message()), "export the messages of each link by themselves");
}

absl::Status AddTrust(const v1::GetEvidenceResponse& evidence, CoreFiles& core) {
  Files agreements;
  for (const std::string& bytes : evidence.link_agreements()) {
    agreements[NamedBySha256("agreements", bytes, ".textproto")] = bytes;
  }
  std::set<Digest> agreed;
  for (const auto& [name, bytes] : agreements) {
    GATEPOST_ASSIGN_OR_RETURN(config::LinkAgreement agreement,
                              config::ParseLinkAgreement(name, bytes));
    for (const config::AgreedNode& node : agreement.nodes) {
      agreed.insert(node.roots.begin(), node.roots.end());
    }
    GATEPOST_RETURN_IF_ERROR(OneSuccession(core.keys.Add(agreement)));
    core.agreements.push_back(std::move(agreement));
  }
  Files roots;
  for (const std::string& der : evidence.roots()) {
    if (!agreed.contains(certs::Sha256Of(der))) continue;
    roots[NamedBySha256("roots", der, ".pem")] = certs::PemFromDer(std::string_view(der));
  }
  const std::set<std::string> named = NamedCertificates(evidence);
  Files chains;
  for (const v1::CertificateChain& chain : evidence.chains()) {
    if (chain.certificates().empty()) continue;
    const std::string& leaf = chain.certificates(0);
    if (!named.contains(std::string(certs::AsView(certs::Sha256Of(leaf))))) continue;
    std::string pem;
    for (const std::string& der : chain.certificates()) {
      // A root at the end says nothing that its own file does not.
      if (!agreed.contains(certs::Sha256Of(der))) pem += certs::PemFromDer(std::string_view(der));
    }
    chains[NamedBySha256("certificates", leaf, ".pem")] = std::move(pem);
  }
  Files lists;
  for (const std::string& der : evidence.revocation_lists()) {
    lists[NamedBySha256("revocation", der, ".crl")] = der;
  }
  core.index.agreements = NamesOf(agreements);
  core.index.roots = NamesOf(roots);
  core.index.certificates = NamesOf(chains);
  core.index.revocation_lists = NamesOf(lists);
  for (Files* files : {&agreements, &roots, &chains, &lists}) core.files.merge(*files);
  return absl::OkStatus();
}

}  // namespace

const google::protobuf::RepeatedPtrField<v1::Signature>& SignaturesOf(
    const v1::Envelope& envelope) {
  return envelope.has_batch() ? envelope.batch().head_signatures() : envelope.signatures();
}

absl::StatusOr<CoreFiles> MakeCore(const v1::GetEvidenceResponse& evidence) {
  if (!domain::IsNodeId(evidence.node())) {
    return Invalid("evidence of a node that names itself", evidence.node());
  }
  if (evidence.messages_size() > kMostMessages) {
    return system::Refuse(
        v1::REASON_TOO_LARGE, fmt::format("at most {} messages in a bundle", kMostMessages),
        fmt::format("{}", evidence.messages_size()), "export the messages in several bundles");
  }
  CoreFiles core;
  core.index.practice = evidence.practice();
  core.index.node = evidence.node();
  core.index.time = absl::FromUnixSeconds(evidence.time().seconds()) +
                    absl::Microseconds(evidence.time().nanos() / 1000);
  GATEPOST_RETURN_IF_ERROR(AddTrust(evidence, core));
  core.keys.Announce(AnnouncementsIn(evidence));  // What does not hold adds no key.
  GATEPOST_RETURN_IF_ERROR(OneSuccession(core.keys.CheckOrdered()));
  GATEPOST_RETURN_IF_ERROR(AddHeads(evidence, core));
  for (const v1::MessageEvidence& message : evidence.messages()) {
    GATEPOST_RETURN_IF_ERROR(AddMessage(message, core));
  }
  return core;
}

namespace {

// Files by name, with a finding for each that is not there.
class Shelf {
 public:
  Shelf(const Files& files, std::vector<Finding>& findings) : files_(files), findings_(findings) {}

  // Null when it is missing.
  const std::string* Take(const std::string& name) {
    const auto found = files_.find(name);
    if (found != files_.end()) return &found->second;
    findings_.push_back({name, Invalid(fmt::format("the file that {} names", kIndexFile), "none")});
    return nullptr;
  }

  // Whether a file is called what follows from its contents; `_2` and so on where several are.
  bool Fits(const std::string& name, const std::string& stem, std::string_view ending) {
    const bool fits = name.starts_with(stem) && name.ends_with(ending) &&
                      (name.size() == stem.size() + ending.size() || name[stem.size()] == '_');
    if (!fits) {
      findings_.push_back({name, Invalid(fmt::format("the file {}{}", stem, ending), name)});
    }
    return fits;
  }
  bool FitsSha256(const std::string& name, std::string_view folder, std::string_view hashed,
                  std::string_view ending) {
    return Fits(name, NamedBySha256(folder, hashed, ""), ending);
  }

  void Unreadable(const std::string& name, std::string_view wanted) {
    findings_.push_back({name, Invalid(wanted, "other bytes")});
  }

 private:
  const Files& files_;
  std::vector<Finding>& findings_;
};

void ReadMessage(const IndexedMessage& indexed, Shelf& shelf, v1::MessageEvidence& message) {
  message.set_short_reference(indexed.short_reference);
  if (!indexed.without_envelope) {
    const std::string name = indexed.folder + "/envelope.pb";
    const std::string* bytes = shelf.Take(name);
    if (bytes != nullptr && !message.mutable_envelope()->ParseFromString(*bytes)) {
      message.clear_envelope();
      shelf.Unreadable(name, "an envelope");
    }
  }
  for (const std::string& stem : indexed.leaves) {
    const std::string* leaf = shelf.Take(stem + ".leaf");
    const std::string* proof = shelf.Take(stem + ".tlog-proof");
    if (leaf == nullptr || proof == nullptr) continue;
    const absl::StatusOr<ledger::TlogProof> read = ledger::TlogProof::Parse(*proof);
    if (!read.ok()) {
      shelf.Unreadable(stem + ".tlog-proof", "a tlog-proof");
      continue;
    }
    // <folder>/leaves/<node>-<index>[_<number>]
    const std::string_view name = std::string_view(stem).substr(stem.rfind('/') + 1);
    const std::string node(name.substr(0, name.rfind('-')));
    if (!shelf.Fits(stem, LeafStem(indexed.folder, node, read->index), "")) continue;
    v1::EvidenceLeaf* added = message.add_leaves();
    added->set_node(node);
    added->set_leaf(*leaf);
    added->set_proof(*proof);
  }
}

}  // namespace

v1::GetEvidenceResponse ReadCore(const BundleIndex& index, const Files& files,
                                 std::vector<Finding>& findings) {
  v1::GetEvidenceResponse evidence;
  Shelf shelf(files, findings);
  evidence.set_node(index.node);
  evidence.set_practice(index.practice);
  const int64_t micros = absl::ToUnixMicros(index.time);
  evidence.mutable_time()->set_seconds(micros / 1'000'000);
  evidence.mutable_time()->set_nanos(static_cast<int32_t>(micros % 1'000'000 * 1000));
  for (const std::string& name : index.agreements) {
    const std::string* bytes = shelf.Take(name);
    if (bytes == nullptr || !shelf.FitsSha256(name, "agreements", *bytes, ".textproto")) continue;
    evidence.add_link_agreements(*bytes);
  }
  for (const std::string& name : index.roots) {
    const std::string* pem = shelf.Take(name);
    if (pem == nullptr) continue;
    const std::vector<std::string> ders = certs::DerFromPem(*pem);
    if (ders.size() != 1) {
      shelf.Unreadable(name, "one certificate in PEM");
      continue;
    }
    if (shelf.FitsSha256(name, "roots", ders[0], ".pem")) evidence.add_roots(ders[0]);
  }
  for (const std::string& name : index.certificates) {
    const std::string* pem = shelf.Take(name);
    if (pem == nullptr) continue;
    const std::vector<std::string> ders = certs::DerFromPem(*pem);
    if (ders.empty()) {
      shelf.Unreadable(name, "a chain of certificates in PEM");
      continue;
    }
    if (!shelf.FitsSha256(name, "certificates", ders[0], ".pem")) continue;
    v1::CertificateChain* chain = evidence.add_chains();
    for (const std::string& der : ders) chain->add_certificates(der);
  }
  for (const std::string& name : index.revocation_lists) {
    const std::string* bytes = shelf.Take(name);
    if (bytes == nullptr || !shelf.FitsSha256(name, "revocation", *bytes, ".crl")) continue;
    evidence.add_revocation_lists(*bytes);
  }
  for (const std::string& name : index.heads) {
    const std::string* bytes = shelf.Take(name);
    if (bytes == nullptr) continue;
    const absl::StatusOr<std::string> stem = HeadStem(*bytes);
    if (!stem.ok()) {
      shelf.Unreadable(name, "a head");
    } else if (shelf.Fits(name, *stem, ".checkpoint")) {
      evidence.add_heads(*bytes);
    }
  }
  for (const IndexedMessage& indexed : index.messages) {
    ReadMessage(indexed, shelf, *evidence.add_messages());
  }
  return evidence;
}

}  // namespace gatepost::evidence
