#include "client/render/audit_log.h"

#include <algorithm>
#include <vector>

#include "certs/digest.h"
#include "client/render/errors.h"
#include "client/render/json_fields.h"
#include "client/render/lines.h"
#include "client/render/table.h"
#include "client/render/text.h"
#include "fmt/core.h"
#include "fmt/ranges.h"

namespace gatepost::render {
namespace {

using ledger::LogFault;
using ledger::LogFinding;

std::vector<LogFinding> InOrder(const evidence::LogVerdict& verdict) {
  std::vector<LogFinding> findings = verdict.findings;
  std::ranges::stable_sort(findings, {}, &LogFinding::index);
  return findings;
}

std::string WhereText(const LogFinding& finding) {
  if (finding.fault == LogFault::kHead || finding.fault == LogFault::kRoot) {
    return Say("size {0}", finding.index);
  }
  return Say("entry #{0}", finding.index);
}

google::protobuf::Struct FindingJson(const LogFinding& finding) {
  const v1::RefusalDetail detail = ErrorDetail(finding.why);
  return JsonFields()
      .Text("fault", FaultWord(finding.fault))
      .Number("index", finding.index)
      .Text("wanted", detail.wanted())
      .Text("came", detail.came())
      .Take();
}

}  // namespace

std::string FaultWord(LogFault fault) {
  switch (fault) {
    case LogFault::kGap:
      return "GAP";
    case LogFault::kLeafForm:
      return "LEAF_FORM";
    case LogFault::kLeafTime:
      return "LEAF_TIME";
    case LogFault::kLeafEpoch:
      return "LEAF_EPOCH";
    case LogFault::kLeafRepeated:
      return "LEAF_REPEATED";
    case LogFault::kLeafChanged:
      return "LEAF_CHANGED";
    case LogFault::kNode:
      return "NODE";
    case LogFault::kRoot:
      return "ROOT";
    case LogFault::kHead:
      return "HEAD";
  }
  return "";
}

std::string LogVerdictText(const evidence::LogVerdict& verdict) {
  std::string text =
      SayCount("log of {1}, epoch {2}: {0} entry", "log of {1}, epoch {2}: {0} entries",
               verdict.size, verdict.node, verdict.epoch) +
      "\n";
  Lines lines;
  lines.Add(_("root"), certs::Base64Encode(certs::AsView(verdict.root)));
  std::vector<std::string> counts;
  for (const auto& [event, count] : verdict.events) {
    counts.push_back(fmt::format("{} {}", event, count));
  }
  lines.Add(_("events"), fmt::format("{}", fmt::join(counts, ", ")));
  lines.Add(_("heads met"), fmt::format("{}", fmt::join(verdict.heads, ", ")));
  text += lines.ToText(2);
  for (const LogFinding& finding : InOrder(verdict)) {
    const v1::RefusalDetail detail = ErrorDetail(finding.why);
    Lines why;
    why.Add(_("wanted"), detail.wanted());
    why.Add(_("came"), detail.came());
    text += fmt::format("{}  {}\n", FaultWord(finding.fault), WhereText(finding)) + why.ToText(4);
  }
  if (verdict.finding_count == 0) {
    return text + _("OK: every entry, every root and every head holds") + "\n";
  }
  return text +
         SayCount("{0} finding: the log does NOT verify", "{0} findings: the log does NOT verify",
                  verdict.finding_count) +
         "\n";
}

std::string LogVerdictCsv(const evidence::LogVerdict& verdict) {
  Table table({{"fault"}, {"index"}, {"wanted"}, {"came"}});
  for (const LogFinding& finding : InOrder(verdict)) {
    const v1::RefusalDetail detail = ErrorDetail(finding.why);
    table.Add({FaultWord(finding.fault), fmt::format("{}", finding.index), detail.wanted(),
               detail.came()});
  }
  return table.ToCsv();
}

google::protobuf::Struct LogVerdictJson(const evidence::LogVerdict& verdict) {
  JsonFields events;
  for (const auto& [event, count] : verdict.events) events.Number(event, count);
  return JsonFields()
      .Flag("verifies", verdict.finding_count == 0)
      .Text("node", verdict.node)
      .Number("epoch", verdict.epoch)
      .Number("size", verdict.size)
      .Text("root", certs::Base64Encode(certs::AsView(verdict.root)))
      .Objects("events", std::vector{events.Take()}, [](const auto& object) { return object; })
      .Texts("heads", verdict.heads)
      .Number("findingCount", verdict.finding_count)
      .Objects("findings", InOrder(verdict), FindingJson)
      .Take();
}

}  // namespace gatepost::render
