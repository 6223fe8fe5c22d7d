#include "client/render/audit_evidence.h"

#include <utility>
#include <vector>

#include "certs/digest.h"
#include "client/render/agreement_words.h"
#include "client/render/audit_entries.h"
#include "client/render/errors.h"
#include "client/render/json_fields.h"
#include "client/render/lines.h"
#include "client/render/messages.h"
#include "client/render/table.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "client/render/words.h"
#include "daemon/system/utf8.h"
#include "fmt/core.h"
#include "fmt/ranges.h"

namespace gatepost::render {
namespace {

std::string CosignedText(const evidence::ProvedEntry& entry) {
  std::vector<std::string> nodes;
  for (const evidence::CosignedBy& one : entry.cosigned) nodes.push_back(one.node);
  if (nodes.empty()) return _("pending");
  return fmt::format("{}", fmt::join(nodes, " "));
}

std::string HeldText(const evidence::ProvedEntry& entry) {
  std::vector<std::string> nodes;
  for (const evidence::CosignedBy& one : entry.held_by) nodes.push_back(one.node);
  return fmt::format("{}", fmt::join(nodes, " "));
}

std::string SignerText(const evidence::SignedBy& signer, const View& view) {
  std::string text = Say("{0}, {1}, certificate {2}", PostText(signer.spiffe_id), signer.suite,
                         certs::ToHex(signer.certificate_sha256).substr(0, 16));
  if (signer.revoked.has_value()) {
    text += "; " + Say("REVOKED {0}", LogTimeText(*signer.revoked, view.zones));
  }
  return text;
}

std::string SubjectOf(const evidence::MessageFacts& facts) {
  if (facts.purged) return _("its body was purged; digests are left");
  if (facts.without_envelope) return _("without its envelope: who signed is not shown");
  v1::StoredMessage stored;
  stored.mutable_envelope()->set_payload_type("application/vnd.gatepost.message.v1+protobuf");
  stored.mutable_envelope()->set_payload(facts.message.SerializeAsString());
  return SubjectText(stored);
}

std::string FactsText(const evidence::MessageFacts& facts, const View& view) {
  std::string text = system::Printable(facts.short_reference + "  " + SubjectOf(facts), 500) + "\n";
  Lines lines;
  lines.Add(_("message"), facts.message_id);
  lines.Add(_("by"), PostText(facts.author));
  for (const evidence::SignedBy& signer : facts.signatures) {
    lines.Add(_("signed"), SignerText(signer, view));
  }
  lines.Add(_("digest"), certs::ToHex(facts.pae));
  text += lines.ToText(2);
  Table table({{_("Log of")},
               {_("Entry"), Align::kRight},
               {_("Logged")},
               {_("Event")},
               {_("By")},
               {_("With")},
               {_("Result")},
               {_("Cosigned by")},
               {_("Fixed by")}});
  for (const evidence::ProvedEntry& entry : facts.entries) {
    table.Add({entry.node, fmt::format("#{}", entry.index),
               LogTimeText(entry.leaf.time, view.zones), entry.leaf.event,
               ShortPost(entry.leaf.actor), entry.leaf.peer, entry.leaf.result, CosignedText(entry),
               HeldText(entry)});
  }
  return text + table.ToText(2) + "\n";
}

std::string FindingText(const evidence::Finding& finding) {
  const v1::RefusalDetail detail = ErrorDetail(finding.why);
  Lines lines;
  lines.Add(_("wanted"), detail.wanted());
  lines.Add(_("came"), detail.came());
  lines.Add(_("what to do"), detail.todo());
  return fmt::format("{}  {}\n", system::Printable(finding.where, 300),
                     ReasonCode(detail.reason())) +
         lines.ToText(4);
}

google::protobuf::Struct FindingJson(const evidence::Finding& finding) {
  const v1::RefusalDetail detail = ErrorDetail(finding.why);
  return JsonFields()
      .Text("where", finding.where)
      .Text("reason", v1::Reason_Name(detail.reason()))
      .Text("wanted", detail.wanted())
      .Text("came", detail.came())
      .Text("todo", detail.todo())
      .Take();
}

}  // namespace

std::string AnswerWord(evidence::Answer answer) {
  switch (answer) {
    case evidence::Answer::kValid:
      return "VALID";
    case evidence::Answer::kIncomplete:
      return "INCOMPLETE";
    case evidence::Answer::kInvalid:
      return "INVALID";
  }
  return "INVALID";
}

std::string EvidenceText(const evidence::Verdict& verdict, const View& view) {
  std::string text;
  if (verdict.practice) text += std::string(_("PRACTICE: evidence of nothing")) + "\n";
  for (const evidence::MessageFacts& facts : verdict.messages) text += FactsText(facts, view);
  text += Say("checked here: {0}; vouched for by {1}", AnswerWord(verdict.answer),
              verdict.peers.empty()
                  ? verdict.satisfies
                  : fmt::format("{} ({})", verdict.satisfies, fmt::join(verdict.peers, " "))) +
          "\n";
  for (const evidence::Finding& finding : verdict.findings) text += "  " + FindingText(finding);
  for (const std::string& note : verdict.notes) {
    text += "  " + Say("note: {0}", system::Printable(note, 1000)) + "\n";
  }
  return text;
}

std::string EvidenceCsv(const evidence::Verdict& verdict) {
  Table table({{"reference"},
               {"message_id"},
               {"log"},
               {"index"},
               {"time"},
               {"event"},
               {"actor"},
               {"peer"},
               {"result"},
               {"head_size"},
               {"cosigned_by"},
               {"fixed_by"}});
  for (const evidence::MessageFacts& facts : verdict.messages) {
    for (const evidence::ProvedEntry& entry : facts.entries) {
      table.Add({facts.short_reference, facts.message_id, entry.node,
                 fmt::format("{}", entry.index), MachineTime(entry.leaf.time), entry.leaf.event,
                 entry.leaf.actor, entry.leaf.peer, entry.leaf.result,
                 fmt::format("{}", entry.head_size),
                 entry.cosigned.empty() ? "" : CosignedText(entry), HeldText(entry)});
    }
  }
  return table.ToCsv();
}

google::protobuf::Struct EvidenceJson(const evidence::Verdict& verdict) {
  return JsonFields()
      .Text("answer", AnswerWord(verdict.answer))
      .Flag("practice", verdict.practice)
      .Text("satisfies", verdict.satisfies)
      .Texts("peers", verdict.peers)
      .Objects("findings", verdict.findings, FindingJson)
      .Texts("notes", verdict.notes)
      .Take();
}

std::string EntryText(const v1::EvidenceLeaf& leaf,
                      const absl::StatusOr<evidence::ProvedEntry>& proved, const View& view) {
  std::string text = LeafLinesText(leaf.leaf(), 2);
  if (!proved.ok()) return text + _("not proved:") + "\n" + ErrorText(proved.status());
  text += Say("entry #{0} of the log of {1}, proved under its head of size {2}", proved->index,
              proved->node, proved->head_size) +
          "\n";
  for (const evidence::CosignedBy& one : proved->cosigned) {
    text += Say("cosigned by {0} at {1}", one.node, LogTimeText(one.time, view.zones)) + "\n";
  }
  if (proved->cosigned.empty()) {
    text += std::string(_("pending: no peer has cosigned a head above it yet")) + "\n";
  }
  return text;
}

}  // namespace gatepost::render
