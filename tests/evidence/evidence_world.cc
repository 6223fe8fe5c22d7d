#include "tests/evidence/evidence_world.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "certs/batch.h"
#include "certs/dsse.h"
#include "certs/pem.h"
#include "client/evidence/bundle.h"
#include "client/evidence/core_files.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/cosignature.h"
#include "daemon/ledger/proof.h"

namespace gatepost::evidence {
namespace {

namespace event = ledger::event;

template <typename T>
T Must(absl::StatusOr<T> result) {
  if (!result.ok()) throw std::runtime_error(result.status().ToString());
  return *std::move(result);
}

certs::Ed25519Key KeyOf(char seed) {
  return Must(certs::Ed25519Key::FromSeed(std::string(32, seed)));
}

constexpr uint64_t kEpoch = 1;

}  // namespace

TestLog::TestLog(std::string node, char seed) : node_(std::move(node)) {
  ChangeLogKey(seed);
  ChangeWitnessKey(static_cast<char>(seed + 1));
}

void TestLog::ChangeLogKey(char seed) {
  log_ = std::make_unique<ledger::Ed25519NoteSigner>(ledger::LogKeyName(node_),
                                                     ledger::kEd25519Type, KeyOf(seed));
}

void TestLog::ChangeWitnessKey(char seed) {
  witness_ = std::make_unique<ledger::Ed25519NoteSigner>(
      ledger::WitnessKeyName(node_), ledger::kEd25519CosignatureType, KeyOf(seed));
}

std::string TestLog::log_vkey() const { return Must(ledger::VerifierOf(*log_)).Format(); }
std::string TestLog::witness_vkey() const { return Must(ledger::VerifierOf(*witness_)).Format(); }

uint64_t TestLog::Add(ledger::Leaf leaf) {
  leaf.epoch = kEpoch;
  leaf.nonce.fill(static_cast<uint8_t>(leaves_.size() + 1));
  leaves_.push_back(Must(leaf.Encode()));
  range_.Append(ledger::LeafHash(leaves_.back()), &nodes_);
  return leaves_.size() - 1;
}

void TestLog::Rewrite(uint64_t index, const std::function<void(ledger::Leaf&)>& change) {
  std::vector<std::string> leaves = std::move(leaves_);
  leaves_.clear();
  nodes_.clear();
  range_ = {};
  cosigned_.clear();  // Nobody cosigns it again.
  for (uint64_t i = 0; i < leaves.size(); ++i) {
    ledger::Leaf leaf = Must(ledger::Leaf::Parse(leaves[i]));
    if (i == index) change(leaf);
    Add(leaf);
  }
}

std::string TestLog::HeadAt(uint64_t size) const {
  const ledger::FlatNodeReader reader(nodes_);
  const certs::Digest root = Must(ledger::RootAt(size, reader));
  return Must(ledger::SignCheckpoint({ledger::LogOrigin(node_, kEpoch), size, root}, *log_));
}

std::string TestLog::Head() const { return HeadAt(size()); }

void TestLog::CosignedBy(const TestLog& witness, absl::Time now) {
  std::string& note = cosigned_.try_emplace(size(), Head()).first->second;
  const std::string body = note.substr(0, note.find("\n\n") + 1);
  note += Must(ledger::Cosign(body, *witness.witness_, now));
}

std::string TestLog::NewestHead() const {
  return cosigned_.empty() ? Head() : cosigned_.rbegin()->second;
}

v1::EvidenceLeaf TestLog::Prove(uint64_t index) const {
  const auto head = cosigned_.lower_bound(index + 1);
  const uint64_t size = head == cosigned_.end() ? this->size() : head->first;
  const ledger::FlatNodeReader reader(nodes_);
  ledger::TlogProof proof;
  proof.index = index;
  proof.path = Must(ledger::InclusionProof(index, size, reader));
  proof.checkpoint = head == cosigned_.end() ? HeadAt(size) : head->second;
  v1::EvidenceLeaf leaf;
  leaf.set_node(node_);
  leaf.set_leaf(leaves_[index]);
  leaf.set_proof(proof.Format());
  return leaf;
}

EvidenceWorld::EvidenceWorld(bool practice, bool cn_has_sm2)
    : now(absl::FromCivil(absl::CivilSecond(2026, 2, 7, 8, 0, 0), absl::UTCTimeZone())),
      vn_authority(practice ? "langson.practice.example" : "langson.example", now),
      cn_authority(practice ? "pingxiang.practice.example" : "pingxiang.example", now, cn_has_sm2),
      vn("vn-langson", 'a'),
      cn("cn-pingxiang", 'c'),
      vn_officer(vn_authority.Issue("/agency/board/officer/01")),
      cn_officer(cn_authority.Issue("/agency/port/officer/01")),
      vn_service(vn_authority.Issue("/agency/board/service/feeder")) {
  agreement = "id: \"test\"\n";
  for (const auto& [log, authority, country] :
       {std::tuple(&vn, &vn_authority, "VN"), {&cn, &cn_authority, "CN"}}) {
    agreement += fmt::format(
        "nodes {{\n  node: \"{0}\"\n  spiffe_id: \"spiffe://{1}/node/{0}\"\n  country: \"{2}\"\n"
        "  root_sha256: \"{3}\"\n  log_vkey: \"{4}\"\n  witness_vkey: \"{5}\"\n"
        "{6}}}\n",
        log->node(), authority->trust_domain(), country,
        certs::ToHex(certs::Sha256Of(authority->root())), log->log_vkey(), log->witness_vkey(),
        cn_has_sm2 && log == &cn ? "  suites: \"sm2-sm3\"\n"
                                 : "  suites: \"ecdsa-p256-sha256\"\n  suites: \"ed25519\"\n");
  }
  agreement +=
      "sequencer: \"vn-langson\"\nfamilies: \"REPORT\" families: \"AGREEMENT\"\n"
      "cut_off { hour: 20 zone: \"Asia/Ho_Chi_Minh\" }\n";
}

v1::Message EvidenceWorld::Ping(const std::string& token) const {
  v1::Message message;
  message.mutable_ping()->set_token(token);
  return message;
}

Sent EvidenceWorld::Write(const TestLog& from, const certs::Signer& signer, v1::Message body) {
  Sent sent;
  sent.message = std::move(body);
  v1::MessageHeader& header = *sent.message.mutable_header();
  header.set_message_id(fmt::format("0194e1a2-7c00-7000-8000-{:012}", ++messages_));
  header.set_author(signer.id().ToString());
  header.set_salt(std::string(16, static_cast<char>(messages_)));
  header.set_origin_node(from.node());
  header.add_recipient_nodes(Other(from).node());
  sent.envelope.set_payload_type(std::string(certs::kMessagePayloadType));
  sent.envelope.set_payload(sent.message.SerializeAsString());
  if (const absl::Status signed_ = certs::SignEnvelope(sent.envelope, signer); !signed_.ok()) {
    throw std::runtime_error(signed_.ToString());
  }
  sent.pae = certs::PaeDigest(sent.envelope.payload_type(), sent.envelope.payload());
  sent.signatures = certs::SignaturesDigest(sent.envelope);
  return sent;
}

std::vector<Sent> EvidenceWorld::WriteBatch(int count) {
  std::vector<Sent> batch;
  std::vector<certs::Digest> digests;
  for (int i = 0; i < count; ++i) {
    v1::Message report;
    report.mutable_yard_report()->set_reporting_side(fmt::format("batch-{}", i));
    batch.push_back(Write(vn, *vn_service, std::move(report)));
    digests.push_back(batch.back().pae);
  }
  const std::vector<v1::BatchMembership> places = Must(certs::SignBatch(digests, *vn_service));
  for (size_t i = 0; i < batch.size(); ++i) {
    batch[i].envelope.clear_signatures();
    *batch[i].envelope.mutable_batch() = places[i];
    batch[i].signatures = certs::SignaturesDigest(batch[i].envelope);
  }
  return batch;
}

uint64_t EvidenceWorld::Log(TestLog& log, Sent& about, ledger::Leaf leaf) {
  leaf.time = Tick();
  if (leaf.actor.empty()) leaf.actor = about.message.header().author();
  leaf.object = "message:" + about.message.header().message_id();
  leaf.pae = about.pae;
  leaf.signatures = about.signatures;
  about.leaves[&log].push_back(log.Add(leaf));
  return about.leaves[&log].back();
}

Sent& EvidenceWorld::Accept(Sent message, const std::string& result) {
  sent.push_back(std::move(message));
  TestLog& origin = sent.back().message.header().origin_node() == vn.node() ? vn : cn;
  ledger::Leaf leaf;
  leaf.event = event::kAccepted;
  leaf.result = result;
  Log(origin, sent.back(), leaf);
  return sent.back();
}

void EvidenceWorld::Deliver(Sent& message, const std::string& result, const std::string& detail) {
  TestLog& origin = message.message.header().origin_node() == vn.node() ? vn : cn;
  TestLog& recipient = Other(origin);
  message.sequence = ++sequences_[&origin];
  ledger::Leaf leaf;
  leaf.event = event::kDelivered;
  leaf.peer = origin.node();
  leaf.sequence = message.sequence;
  leaf.result = result;
  leaf.detail = detail;
  const uint64_t index = Log(recipient, message, leaf);
  leaf.event = event::kReceipt;
  leaf.peer = recipient.node();
  leaf.detail =
      fmt::format("leaf:{}:{}", index, certs::ToHex(ledger::LeafHash(recipient.leaf(index))));
  Log(origin, message, leaf);
}

Sent& EvidenceWorld::Cross(Sent message, const std::string& result) {
  Sent& accepted = Accept(std::move(message), result);
  Deliver(accepted, result);
  return accepted;
}

v1::Message EvidenceWorld::Ending(const std::string& side) const {
  v1::Message body;
  v1::Proposal& proposal = *body.mutable_proposal();
  proposal.set_side(side);
  v1::ZonedTime& effective = *proposal.mutable_termination()->mutable_effective();
  effective.set_zone("Asia/Ho_Chi_Minh");
  effective.mutable_instant()->set_seconds(absl::ToUnixSeconds(now + absl::Hours(240)));
  *proposal.mutable_answer_by() = effective;
  proposal.mutable_answer_by()->mutable_instant()->set_seconds(
      absl::ToUnixSeconds(now + absl::Hours(120)));
  return body;
}

v1::Message EvidenceWorld::Acceptance(const Sent& proposal) const {
  v1::Message answer;
  v1::Acceptance& acceptance = *answer.mutable_acceptance();
  for (v1::MessageCitation* citation :
       {acceptance.mutable_thread(), acceptance.mutable_proposal()}) {
    citation->set_author(proposal.message.header().author());
    citation->set_message_id(proposal.message.header().message_id());
    citation->set_pae_sha256(std::string(certs::AsView(proposal.pae)));
  }
  acceptance.mutable_seen()->set_epoch(kEpoch);
  acceptance.mutable_seen()->set_leaf_index(proposal.leaves.at(&vn).front());
  return answer;
}

void EvidenceWorld::Agree(const std::string& result) {
  Sent& proposal = Accept(Write(vn, *vn_officer, Ending("VN")), "OPEN");
  Deliver(proposal, "APPLIED");
  Sent& acceptance = Accept(Write(cn, *cn_officer, Acceptance(proposal)), "AWAITING_DECISION");
  Deliver(acceptance, result);
}

void EvidenceWorld::AgreeWithOwnAcceptance(const std::string& there) {
  Sent& proposal = Accept(Write(cn, *cn_officer, Ending("CN")), "AWAITING_DECISION");
  Deliver(proposal, "OPEN");
  Sent& acceptance = Accept(Write(vn, *vn_officer, Acceptance(proposal)), "IN_FORCE");
  Deliver(acceptance, there);
}

uint64_t EvidenceWorld::Decide(Sent& about, const std::string& result, const std::string& detail) {
  ledger::Leaf leaf;
  leaf.event = event::kDecided;
  leaf.actor = "spiffe://" + vn_authority.trust_domain() + "/node/vn-langson";
  leaf.peer = cn.node();
  leaf.result = result;
  leaf.detail = detail;
  return Log(vn, about, leaf);
}

void EvidenceWorld::Cosign() {
  const absl::Time time = Tick();
  vn.CosignedBy(cn, time);
  cn.CosignedBy(vn, time);
}

v1::GetEvidenceResponse EvidenceWorld::Evidence(const TestLog& exporter) const {
  v1::GetEvidenceResponse evidence;
  evidence.set_node(exporter.node());
  evidence.mutable_time()->set_seconds(absl::ToUnixSeconds(now) + 60);
  evidence.set_practice(vn_authority.trust_domain().ends_with(".practice.example"));
  evidence.add_roots(vn_authority.root());
  evidence.add_roots(cn_authority.root());
  evidence.add_link_agreements(agreement);
  for (const std::string& list : revocation_lists) evidence.add_revocation_lists(list);
  for (const auto* signer : {vn_officer.get(), cn_officer.get(), vn_service.get()}) {
    v1::CertificateChain& chain = *evidence.add_chains();
    for (const std::string& der : signer->certificate_chain_der()) chain.add_certificates(der);
  }
  for (const TestLog* log : {&vn, &cn}) {
    if (log->size() > 0) evidence.add_heads(log->NewestHead());
  }
  int number = 0;
  for (const Sent& message : sent) {
    v1::MessageEvidence& added = *evidence.add_messages();
    added.set_short_reference(fmt::format("LS/2026/{:05}", ++number));
    *added.mutable_envelope() = message.envelope;
    for (const auto& [log, indices] : message.leaves) {
      for (const uint64_t index : indices) *added.add_leaves() = log->Prove(index);
    }
  }
  return evidence;
}

std::string Sealed(const v1::GetEvidenceResponse& evidence) {
  return Must(Must(Bundle::Make(evidence)).Seal());
}

std::string EvidenceWorld::Bundle(const TestLog& exporter) const {
  return Sealed(Evidence(exporter));
}

VerifyOptions EvidenceWorld::Options() const { return {.link_agreements = {agreement}}; }

std::string Describe(const Verdict& verdict) {
  const char* answer = verdict.answer == Answer::kValid        ? "VALID"
                       : verdict.answer == Answer::kIncomplete ? "INCOMPLETE"
                                                               : "INVALID";
  std::string text = fmt::format("{} {}\n", answer, verdict.satisfies);
  for (const Finding& finding : verdict.findings) {
    text += fmt::format("  {}: {}\n", finding.where, finding.why.ToString().substr(0, 300));
  }
  for (const std::string& note : verdict.notes) text += fmt::format("  note: {}\n", note);
  return text;
}

}  // namespace gatepost::evidence
