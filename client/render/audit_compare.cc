#include "client/render/audit_compare.h"

#include "client/render/audit_entries.h"
#include "client/render/json_fields.h"
#include "client/render/table.h"
#include "client/render/text.h"
#include "fmt/core.h"
#include "fmt/ranges.h"

namespace gatepost::render {
namespace {

using evidence::Difference;
using evidence::HistoryFinding;

// `message 42`, or the numbers among which it is.
std::string MessagesText(const HistoryFinding& finding) {
  if (finding.first == finding.last) {
    return Say("message {0} from {1} to {2}", finding.first, finding.log, finding.peer);
  }
  return Say("messages {0} to {1} from {2} to {3}", finding.first, finding.last, finding.log,
             finding.peer);
}

std::string WhatText(const HistoryFinding& finding) {
  switch (finding.what) {
    case Difference::kFork:
      return Say(
          "the log of {0} has signed two histories: at size {1} one root is held by {2}, "
          "another by {3}",
          finding.log, finding.first, finding.first_by, finding.second_by);
    case Difference::kNotContinued:
      return Say(
          "the log of {0} at size {1} (held by {2}) does not continue that of size {3} "
          "(held by {4})",
          finding.log, finding.last, finding.second_by, finding.first, finding.first_by);
    case Difference::kContradiction:
      return Say(
          "{0} keeps two heads of the log of {1}, sizes {2} and {3}: the second did not "
          "continue the first",
          finding.first_by, finding.log, finding.first, finding.last);
    case Difference::kRollback:
      return Say(
          "the log of {0} was rolled back: it says {1} entries, {2} holds its signed head "
          "of {3}",
          finding.log, finding.first, finding.second_by, finding.last);
    case Difference::kUnknownSent:
      return Say("{0}: received by {1}, unknown to {2}", MessagesText(finding), finding.second_by,
                 finding.first_by);
    case Difference::kLostReceived:
      return Say("{0}: {1} holds receipts, {2} does not know them", MessagesText(finding),
                 finding.first_by, finding.second_by);
    case Difference::kOtherMessages:
      return finding.first == finding.last
                 ? Say("{0}: {1} and {2} hold different messages", MessagesText(finding),
                       finding.first_by, finding.second_by)
                 : Say("{0}: at one of them {1} and {2} begin to hold different messages",
                       MessagesText(finding), finding.first_by, finding.second_by);
    case Difference::kBadHead:
      return Say("a head that is said to be of {0} (from {1}) is not signed by its log",
                 finding.log, finding.first_by);
  }
  return "";
}

std::string SameText(const evidence::SameHistory& same) {
  const std::string nodes = fmt::format("{}", fmt::join(same.held_by, ", "));
  return same.peer.empty() ? Say("log of {0}: one history up to {1} entries, held by {2}", same.log,
                                 same.upto, nodes)
                           : Say("messages from {0} to {1}: the same up to number {2}, held by {3}",
                                 same.log, same.peer, same.upto, nodes);
}

std::string NotComparedText(const evidence::NotCompared& open) {
  if (open.no_key) {
    return Say("log of {0}: no link agreement here names its keys (--agreement)", open.log);
  }
  if (!open.peer.empty()) {
    return Say(
        "messages from {0} to {1}: no number of which both sides said the digest; save once more "
        "at both nodes",
        open.log, open.peer);
  }
  return Say(
      "log of {0}: that its sizes {1} continue each other can only be shown by its own "
      "node: compare there with a file saved here",
      open.log, fmt::format("{}", fmt::join(open.sizes, ", ")));
}

google::protobuf::Struct FindingJson(const HistoryFinding& finding) {
  return JsonFields()
      .Text("difference", DifferenceWord(finding.what))
      .Text("log", finding.log)
      .Text("peer", finding.peer)
      .Number("first", finding.first)
      .Number("last", finding.last)
      .Text("firstBy", finding.first_by)
      .Text("secondBy", finding.second_by)
      .Text("held", finding.held)
      .Text("came", finding.came)
      .Take();
}

google::protobuf::Struct SameJson(const evidence::SameHistory& same) {
  return JsonFields()
      .Text("log", same.log)
      .Text("peer", same.peer)
      .Number("upto", same.upto)
      .Texts("heldBy", same.held_by)
      .Take();
}

google::protobuf::Struct NotComparedJson(const evidence::NotCompared& open) {
  std::vector<std::string> sizes;
  for (const uint64_t size : open.sizes) sizes.push_back(fmt::format("{}", size));
  return JsonFields()
      .Text("log", open.log)
      .Text("peer", open.peer)
      .Texts("sizes", sizes)
      .Flag("noKey", open.no_key)
      .Take();
}

}  // namespace

std::string DifferenceWord(Difference what) {
  switch (what) {
    case Difference::kFork:
      return "FORK";
    case Difference::kNotContinued:
      return "NOT_CONTINUED";
    case Difference::kContradiction:
      return "CONTRADICTION";
    case Difference::kRollback:
      return "ROLLBACK";
    case Difference::kUnknownSent:
      return "UNKNOWN_TO_SENDER";
    case Difference::kLostReceived:
      return "UNKNOWN_TO_RECIPIENT";
    case Difference::kOtherMessages:
      return "OTHER_MESSAGES";
    case Difference::kBadHead:
      return "BAD_HEAD";
  }
  return "";
}

std::string ComparisonText(const evidence::Comparison& comparison) {
  std::string text;
  for (const HistoryFinding& finding : comparison.differences) {
    text += fmt::format("{}  {}\n", DifferenceWord(finding.what), WhatText(finding));
    for (const std::string* note : {&finding.held, &finding.came}) {
      if (!note->empty()) text += LeafLinesText(*note, 4) + "\n";
    }
  }
  for (const evidence::SameHistory& same : comparison.same) text += SameText(same) + "\n";
  for (const evidence::NotCompared& open : comparison.not_compared) {
    text += std::string(_("not compared: ")) + NotComparedText(open) + "\n";
  }
  return text +
         (comparison.differences.empty() ? _("OK: no difference was found")
                                         : _("the histories DIFFER")) +
         "\n";
}

std::string ComparisonCsv(const evidence::Comparison& comparison) {
  Table table({{"finding"}, {"log"}, {"peer"}, {"first"}, {"last"}, {"first_by"}, {"second_by"}});
  for (const HistoryFinding& finding : comparison.differences) {
    table.Add({DifferenceWord(finding.what), finding.log, finding.peer,
               fmt::format("{}", finding.first), fmt::format("{}", finding.last), finding.first_by,
               finding.second_by});
  }
  for (const evidence::SameHistory& same : comparison.same) {
    table.Add({"SAME", same.log, same.peer, "", fmt::format("{}", same.upto),
               fmt::format("{}", fmt::join(same.held_by, " "))});
  }
  for (const evidence::NotCompared& open : comparison.not_compared) {
    table.Add({"NOT_COMPARED", open.log, open.peer,
               open.sizes.empty() ? "" : fmt::format("{}", open.sizes.front()),
               open.sizes.empty() ? "" : fmt::format("{}", open.sizes.back())});
  }
  return table.ToCsv();
}

google::protobuf::Struct ComparisonJson(const evidence::Comparison& comparison) {
  return JsonFields()
      .Flag("equal", comparison.differences.empty())
      .Objects("differences", comparison.differences, FindingJson)
      .Objects("same", comparison.same, SameJson)
      .Objects("notCompared", comparison.not_compared, NotComparedJson)
      .Take();
}

}  // namespace gatepost::render
