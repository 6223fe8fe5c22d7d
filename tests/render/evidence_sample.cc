#include "tests/render/evidence_sample.h"

#include <google/protobuf/text_format.h>

#include <stdexcept>
#include <utility>

#include "certs/digest.h"
#include "daemon/ledger/merkle.h"
#include "daemon/system/reason.h"
#include "fmt/core.h"

namespace gatepost::render {
namespace {

using evidence::MessageFacts;
using evidence::ProvedEntry;

constexpr char kVnOfficer[] = "spiffe://langson.example/agency/board/officer/shift-lead-2";
constexpr char kCnOfficer[] = "spiffe://pingxiang.example/agency/port/officer/duty-1";
constexpr char kVn[] = "vn-langson";
constexpr char kCn[] = "cn-pingxiang";

// 2027-01-15 15:00:00 in Hanoi, and so many seconds later.
absl::Time At(int64_t seconds) { return absl::FromUnixSeconds(1800000000 + seconds); }

certs::Digest DigestOf(const std::string& text) { return certs::Sha256Of(text); }

v1::Message Parse(const std::string& text) {
  v1::Message message;
  if (!google::protobuf::TextFormat::ParseFromString(text, &message)) {
    throw std::runtime_error("not a message: " + text);
  }
  return message;
}

std::string Header(const std::string& id, const char* author, const char* origin, const char* to,
                   int64_t seconds) {
  return fmt::format(
      R"(header {{ message_id: "{}" author: "{}" origin_node: "{}" recipient_nodes: "{}"
         authored_at {{ instant {{ seconds: {} }} zone: "UTC" }} scope_ids: "LS-HN" }} )",
      id, author, origin, to, 1800000000 + seconds);
}

MessageFacts Facts(int number, const std::string& text) {
  MessageFacts facts;
  facts.folder = fmt::format("messages/{:03}", number);
  facts.short_reference = fmt::format("LS/2027/{:05}", 6 + number);
  facts.message = Parse(text);
  facts.message_id = facts.message.header().message_id();
  facts.author = facts.message.header().author();
  facts.pae = DigestOf(text);
  evidence::SignedBy signature;
  signature.spiffe_id = facts.author;
  signature.suite = "ecdsa-p256-sha256";
  signature.certificate_sha256 = DigestOf(facts.author);
  signature.certificate_not_before = At(-86400 * 10);
  signature.certificate_not_after = At(86400 * 355);
  facts.signatures.push_back(std::move(signature));
  return facts;
}

ProvedEntry Entry(const MessageFacts& facts, const char* node, uint64_t index, int64_t seconds,
                  const char* event, std::string result, std::string actor) {
  ProvedEntry entry;
  entry.node = node;
  entry.index = index;
  entry.leaf.event = event;
  entry.leaf.time = At(seconds);
  entry.leaf.epoch = 1;
  entry.leaf.actor = std::move(actor);
  entry.leaf.peer = node == kVn ? kCn : kVn;
  entry.leaf.object = "message:" + facts.message_id;
  entry.leaf.pae = facts.pae;
  entry.leaf.result = std::move(result);
  entry.leaf_bytes = entry.leaf.Encode().value_or("");
  entry.head_size = index + 6;
  entry.cosigned.push_back({node == kVn ? kCn : kVn, At(seconds + 20)});
  return entry;
}

// It crossed: both first entries, and the receipt, which fixes the other log's entry. The receipt
// comes back with the result there. `index` and the one after it are the origin's.
void Cross(MessageFacts& facts, bool from_vn, uint64_t index, uint64_t index_there, int64_t seconds,
           const std::string& at_origin, const std::string& there) {
  const char* origin = from_vn ? kVn : kCn;
  const char* recipient = from_vn ? kCn : kVn;
  facts.entries.push_back(
      Entry(facts, origin, index, seconds, "ACCEPTED", at_origin, facts.author));
  ProvedEntry delivered =
      Entry(facts, recipient, index_there, seconds + 2, "DELIVERED", there, facts.author);
  delivered.leaf.sequence = index;
  delivered.held_by.push_back({origin, At(seconds + 3)});
  ProvedEntry receipt =
      Entry(facts, origin, index + 1, seconds + 3, "RECEIPT", there, facts.author);
  receipt.leaf.detail =
      fmt::format("leaf:{}:{}", index_there, certs::ToHex(ledger::LeafHash(delivered.leaf_bytes)));
  facts.entries.push_back(std::move(delivered));
  facts.entries.push_back(std::move(receipt));
}

constexpr char kTerms[] = R"(
  proposal { side: "VN" holiday_hours { occasion: "tet" timetable { zone: "Asia/Ho_Chi_Minh"
    rules { gate_ids: "LS-HN" traffic: TRAFFIC_GOODS direction: DIRECTION_BOTH load: LOAD_ANY
      days { first { year: 2027 month: 2 day: 5 } last { year: 2027 month: 2 day: 8 }
             end: END_KIND_STATED }
      regime: REGIME_SHORTENED hours: HOURS_KIND_WINDOWS
      windows { opens { hour: 7 } closes { hour: 11 minute: 30 } }
      windows { opens { hour: 13 } closes { hour: 17 } } } } } })";

MessageFacts Proposal() {
  MessageFacts facts =
      Facts(1, Header("0194e1a2-7c00-7000-8000-000000000001", kVnOfficer, kVn, kCn, -10) + kTerms);
  Cross(facts, true, 40, 740, 0, "OPEN", "APPLIED");
  return facts;
}

MessageFacts Acceptance(const MessageFacts& proposal) {
  const std::string cited =
      fmt::format(R"({{ author: "{}" message_id: "{}" }})", kVnOfficer, proposal.message_id);
  MessageFacts facts =
      Facts(2, Header("0194e1a2-7c00-7000-8000-000000000002", kCnOfficer, kCn, kVn, 3590) +
                   "acceptance { thread " + cited + " proposal " + cited +
                   " seen { epoch: 1 leaf_index: 40 } }");
  for (v1::MessageCitation* one : {facts.message.mutable_acceptance()->mutable_thread(),
                                   facts.message.mutable_acceptance()->mutable_proposal()}) {
    one->set_pae_sha256(std::string(certs::AsView(proposal.pae)));
  }
  Cross(facts, false, 810, 48, 3600, "AWAITING_DECISION", "IN_FORCE");
  ProvedEntry known = Entry(facts, kCn, 812, 3604, "DECIDED", "IN_FORCE", kCnOfficer);
  known.leaf.detail = "leaf:48:" + certs::ToHex(DigestOf("decision"));
  facts.entries.push_back(std::move(known));
  return facts;
}

MessageFacts Closure() {
  MessageFacts facts =
      Facts(3, Header("0194e1a2-7c00-7000-8000-000000000003", kVnOfficer, kVn, kCn, 7190) + R"(
    notice { side: "VN" closure { timetable { zone: "Asia/Ho_Chi_Minh"
      rules { gate_ids: "LS-HN" traffic: TRAFFIC_GOODS direction: DIRECTION_BOTH load: LOAD_ANY
        days { first { year: 2027 month: 1 day: 15 } begins { hour: 16 } end: END_KIND_OPEN }
        regime: REGIME_CLOSED hours: HOURS_KIND_NONE } } } })");
  Cross(facts, true, 52, 830, 7200, "APPLIED", "APPLIED");
  facts.entries.push_back(Entry(facts, kCn, 833, 7300, "FETCHED", "",
                                "spiffe://pingxiang.example/agency/port/clerk/desk-1"));
  return facts;
}

MessageFacts Acknowledgement(const MessageFacts& about) {
  MessageFacts facts =
      Facts(4, Header("0194e1a2-7c00-7000-8000-000000000004", kCnOfficer, kCn, kVn, 7390) +
                   fmt::format(R"(acknowledgement {{ kind: ACKNOWLEDGEMENT_KIND_READ
                                 about {{ author: "{}" message_id: "{}" }} }})",
                               kVnOfficer, about.message_id));
  facts.message.mutable_acknowledgement()->mutable_about()->set_pae_sha256(
      std::string(certs::AsView(about.pae)));
  Cross(facts, false, 840, 60, 7400, "APPLIED", "APPLIED");
  return facts;
}

}  // namespace

evidence::Verdict SampleVerdict() {
  evidence::Verdict verdict;
  verdict.answer = evidence::Answer::kValid;
  verdict.satisfies = "PEER";
  verdict.peers = {kCn};
  verdict.exported_by = kVn;
  verdict.exported_at = At(9000);
  verdict.agreement_sha256 = DigestOf("link agreement");
  verdict.messages = {Proposal()};
  verdict.messages.push_back(Acceptance(verdict.messages[0]));
  verdict.messages.push_back(Closure());
  verdict.messages.push_back(Acknowledgement(verdict.messages[2]));
  verdict.notes = {"messages/002: in force by entry 48 of vn-langson"};
  return verdict;
}

evidence::Verdict SampleInvalid() {
  evidence::Verdict verdict = SampleVerdict();
  verdict.answer = evidence::Answer::kInvalid;
  verdict.practice = true;
  verdict.satisfies = "LOG";
  verdict.peers.clear();
  for (ProvedEntry& entry : verdict.messages[2].entries) {
    entry.cosigned.clear();
    entry.held_by.clear();
  }
  verdict.messages[1].signatures[0].revoked = At(-100);
  verdict.findings = {
      {"messages/002/envelope.pb",
       system::Refuse(v1::REASON_SIGNED_AFTER_REVOCATION, "a signature from before the revocation",
                      "revoked at 2027-01-15 14:58:20 H", "ask the other side who signed it")},
      {"messages/003/leaves/cn-pingxiang-830",
       system::Refuse(v1::REASON_EVIDENCE_INVALID, "root 00aa at size 836", "root 11bb",
                      "keep both: together they prove two histories")},
      {"messages/004",
       system::Refuse(v1::REASON_EVIDENCE_INCOMPLETE, "the DELIVERED entry of vn-langson", "none",
                      "have the bundle exported again")},
      {"bundle", system::Refuse(v1::REASON_PRACTICE_EVIDENCE, "evidence in earnest",
                                "PRACTICE evidence", "allow practice to rehearse")}};
  return verdict;
}

std::string HostileText() {
  std::string text = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&lt;";
  text += std::string("\0\x1b[31m", 6);
  text += "\xe2\x80\xae";  // U+202E, right to left from here on.
  text += "\xff</td></table>\n]]>-->";
  return text;
}

evidence::Verdict HostileVerdict() {
  evidence::Verdict verdict = SampleInvalid();
  const std::string bad = HostileText();
  verdict.satisfies = verdict.exported_by = bad;
  verdict.peers = verdict.notes = {bad};
  verdict.findings = {{bad, system::Refuse(v1::REASON_EVIDENCE_INVALID, bad, bad, bad)},
                      {bad, absl::InternalError("<script>alert(3)</script>")}};
  for (MessageFacts& message : verdict.messages) {
    message.folder = message.short_reference = message.message_id = message.author = bad;
    for (evidence::SignedBy& signature : message.signatures) {
      signature.spiffe_id = "spiffe://" + bad + "/agency/" + bad + "/officer/1";
      signature.suite = bad;
    }
    for (ProvedEntry& entry : message.entries) {
      entry.node = entry.leaf_bytes = bad;
      entry.leaf.event += bad;
      entry.leaf.actor = entry.leaf.peer = entry.leaf.object = entry.leaf.detail = bad;
      for (evidence::CosignedBy& by : entry.cosigned) by.node = bad;
    }
    v1::MessageHeader& header = *message.message.mutable_header();
    header.set_message_id(bad);
    header.set_author(bad);
    header.set_origin_node(bad);
    header.add_scope_ids(bad);
    header.add_addressed_agencies(bad);
  }
  v1::Proposal& proposal = *verdict.messages[0].message.mutable_proposal();
  proposal.set_side(bad);
  proposal.mutable_holiday_hours()->set_occasion(bad);
  proposal.mutable_holiday_hours()->mutable_timetable()->mutable_rules(0)->add_gate_ids(bad);
  proposal.mutable_papers()->add_references()->set_issuer(bad);
  v1::Notice& notice = *verdict.messages[2].message.mutable_notice();
  notice.set_side(bad);
  notice.mutable_closure()->mutable_timetable()->set_zone(bad);
  verdict.messages[3].message.mutable_acknowledgement()->set_remark(bad);
  return verdict;
}

}  // namespace gatepost::render
