#include "client/render/audit_files.h"

#include <utility>
#include <vector>

#include "certs/digest.h"
#include "client/render/errors.h"
#include "client/render/json_fields.h"
#include "client/render/lines.h"
#include "client/render/table.h"
#include "client/render/text.h"
#include "daemon/ledger/note.h"
#include "fmt/core.h"
#include "fmt/ranges.h"

namespace gatepost::render {
namespace {

// Where and why; the same for every kind of check.
using Place = std::pair<std::string, absl::Status>;

template <typename Findings>
std::vector<Place> PlacesOf(const Findings& findings) {
  std::vector<Place> places;
  for (const auto& finding : findings) places.emplace_back(finding.where, finding.why);
  return places;
}

std::string FindingsText(const std::vector<Place>& places, uint64_t count) {
  std::string text;
  for (const auto& [where, why] : places) {
    const v1::RefusalDetail detail = ErrorDetail(why);
    Lines lines;
    lines.Add(_("wanted"), detail.wanted());
    lines.Add(_("came"), detail.came());
    lines.Add(_("what to do"), detail.todo());
    text += where + "\n" + lines.ToText(4);
  }
  if (count == 0) return text + _("OK: everything that was looked at holds") + "\n";
  return text +
         SayCount("{0} finding: this does NOT verify", "{0} findings: this does NOT verify", count,
                  count) +
         "\n";
}

std::string FindingsCsv(const std::vector<Place>& places) {
  Table table({{"where"}, {"wanted"}, {"came"}});
  for (const auto& [where, why] : places) {
    const v1::RefusalDetail detail = ErrorDetail(why);
    table.Add({where, detail.wanted(), detail.came()});
  }
  return table.ToCsv();
}

google::protobuf::Struct FindingJson(const Place& place) {
  const v1::RefusalDetail detail = ErrorDetail(place.second);
  return JsonFields()
      .Text("where", place.first)
      .Text("wanted", detail.wanted())
      .Text("came", detail.came())
      .Take();
}

std::vector<std::pair<std::string, uint64_t>> CountsOf(const evidence::StoreCounts& counts) {
  return {{"entries", counts.entries},
          {"messages", counts.messages},
          {"envelopesVerified", counts.envelopes_verified},
          {"bodiesPurged", counts.bodies_purged},
          {"chains", counts.chains},
          {"outgoing", counts.outgoing},
          {"incoming", counts.incoming},
          {"receipts", counts.receipts},
          {"rungs", counts.rungs},
          {"decisions", counts.decisions},
          {"peerHeads", counts.peer_heads},
          {"cosignedHeads", counts.cosigned_heads}};
}

std::string AnswerWord(evidence::Answer answer) {
  switch (answer) {
    case evidence::Answer::kValid:
      return "VALID";
    case evidence::Answer::kIncomplete:
      return "INCOMPLETE";
    case evidence::Answer::kInvalid:
      return "INVALID";
  }
  return "";
}

std::vector<std::string> WitnessesOf(const archive::ArchiveVerdict& verdict) {
  std::vector<std::string> names;
  for (const ledger::Cosignature& one : verdict.cosignatures) names.push_back(one.witness.name());
  return names;
}

}  // namespace

std::string StoreVerdictText(const evidence::StoreVerdict& verdict) {
  std::vector<std::string> counts;
  for (const auto& [name, count] : CountsOf(verdict.counts)) {
    counts.push_back(fmt::format("{} {}", name, count));
  }
  Lines lines;
  lines.Add(_("size"), fmt::format("{}", verdict.log_size));
  lines.Add(_("root"), certs::Base64Encode(certs::AsView(verdict.log_root)));
  lines.Add(_("looked at"), fmt::format("{}", fmt::join(counts, ", ")));
  return AnswerWord(verdict.answer) + "\n" + lines.ToText(2) +
         FindingsText(PlacesOf(verdict.findings), verdict.finding_count);
}

std::string StoreVerdictCsv(const evidence::StoreVerdict& verdict) {
  return FindingsCsv(PlacesOf(verdict.findings));
}

google::protobuf::Struct StoreVerdictJson(const evidence::StoreVerdict& verdict) {
  JsonFields counts;
  for (const auto& [name, count] : CountsOf(verdict.counts)) counts.Number(name, count);
  return JsonFields()
      .Text("answer", AnswerWord(verdict.answer))
      .Number("size", verdict.log_size)
      .Text("root", certs::Base64Encode(certs::AsView(verdict.log_root)))
      .Objects("counts", std::vector{counts.Take()}, [](const auto& object) { return object; })
      .Number("findingCount", verdict.finding_count)
      .Objects("findings", PlacesOf(verdict.findings), FindingJson)
      .Take();
}

std::string ArchiveVerdictText(const archive::ArchiveVerdict& verdict) {
  Lines lines;
  lines.Add(_("log"), verdict.head.origin);
  lines.Add(_("size"), fmt::format("{}", verdict.head.size));
  lines.Add(_("root"), certs::Base64Encode(certs::AsView(verdict.head.root)));
  const std::vector<std::string> witnesses = WitnessesOf(verdict);
  lines.Add(_("cosigned by"), witnesses.empty() ? std::string(_("nobody yet"))
                                                : fmt::format("{}", fmt::join(witnesses, ", ")));
  lines.Add(_("bodies"), Say("{0} of {1} messages", verdict.envelopes, verdict.messages));
  return lines.ToText(0) + FindingsText(PlacesOf(verdict.findings), verdict.finding_count);
}

std::string ArchiveVerdictCsv(const archive::ArchiveVerdict& verdict) {
  return FindingsCsv(PlacesOf(verdict.findings));
}

google::protobuf::Struct ArchiveVerdictJson(const archive::ArchiveVerdict& verdict) {
  return JsonFields()
      .Flag("verifies", verdict.finding_count == 0)
      .Text("origin", verdict.head.origin)
      .Number("size", verdict.head.size)
      .Text("root", certs::Base64Encode(certs::AsView(verdict.head.root)))
      .Texts("cosignedBy", WitnessesOf(verdict))
      .Number("messages", verdict.messages)
      .Number("envelopes", verdict.envelopes)
      .Number("findingCount", verdict.finding_count)
      .Objects("findings", PlacesOf(verdict.findings), FindingJson)
      .Take();
}

}  // namespace gatepost::render
