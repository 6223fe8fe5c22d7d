#include "client/render/audit_entries.h"

#include <optional>
#include <utility>
#include <vector>

#include "client/render/table.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/utf8.h"
#include "fmt/core.h"
#include "fmt/ranges.h"

namespace gatepost::render {
namespace {

std::string DaysText(const v1::AuditSubject& subject) {
  if (!subject.has_first_day()) return "";
  const std::string first = DateText(subject.first_day());
  if (!subject.has_last_day()) return first + "/";
  const std::string last = DateText(subject.last_day());
  return first == last ? first : first + "/" + last;
}

std::string Gates(const v1::AuditSubject& subject) {
  return fmt::format("{}", fmt::join(subject.scope_ids(), " "));
}

// The first few of many; a CSV has them all.
std::string ShortGates(const v1::AuditSubject& subject) {
  constexpr int kMost = 3;
  if (subject.scope_ids_size() <= kMost + 1) return Gates(subject);
  const auto first = subject.scope_ids().begin();
  return fmt::format("{} +{}", fmt::join(first, first + kMost, " "),
                     subject.scope_ids_size() - kMost);
}

// `LS/2026/00012 REPORT yard_report`; without a message what the leaf names itself.
std::string AboutText(const v1::AuditEntry& entry, const ledger::Leaf& leaf) {
  if (!entry.has_subject()) return leaf.object;
  const v1::AuditSubject& subject = entry.subject();
  std::string text = subject.short_reference() + " " + subject.family();
  if (!subject.kind().empty()) text += " " + subject.kind();
  return text;
}

std::string RemarksText(const v1::AuditEntry& entry, const ledger::Leaf& leaf) {
  std::vector<std::string> remarks;
  const v1::AuditSubject& subject = entry.subject();
  const bool first =
      leaf.event == ledger::event::kAccepted || leaf.event == ledger::event::kDelivered;
  if (first && subject.overridden()) remarks.emplace_back(_("OVERRIDDEN"));
  if (first && subject.acknowledgement_asked() && !subject.acknowledged()) {
    remarks.emplace_back(_("not acknowledged"));
  }
  if (first && subject.has_lead_minutes()) {
    const absl::Duration lead = absl::Minutes(subject.lead_minutes());
    remarks.push_back(lead < absl::ZeroDuration() ? Say("known {0} too late", DurationText(-lead))
                                                  : Say("known {0} ahead", DurationText(lead)));
  }
  return fmt::format("{}", fmt::join(remarks, "; "));
}

std::string Number(const std::optional<uint64_t>& number) {
  return number.has_value() ? fmt::format("{}", *number) : "";
}

std::string Hex(const std::optional<ledger::Digest>& digest) {
  return digest.has_value() ? certs::ToHex(*digest) : "";
}

}  // namespace

std::string ShortPost(std::string_view spiffe_id) {
  const size_t last = spiffe_id.rfind('/');
  if (last == std::string_view::npos || last == 0) return std::string(spiffe_id);
  const size_t before = spiffe_id.rfind('/', last - 1);
  return std::string(before == std::string_view::npos ? spiffe_id : spiffe_id.substr(before + 1));
}

std::string LeafLinesText(std::string_view leaf, size_t indent) {
  std::string text;
  while (!leaf.empty()) {
    const size_t end = leaf.find('\n');
    text += std::string(indent, ' ') + system::Printable(leaf.substr(0, end), 2048) + "\n";
    if (end == std::string_view::npos) break;
    leaf.remove_prefix(end + 1);
  }
  return text;
}

std::string EntryListText(const v1::ListEntriesResponse& list, const View& view) {
  if (list.entries().empty()) return std::string(_("no entry")) + "\n";
  Table table({{_("Entry"), Align::kRight},
               {_("Logged")},
               {_("Event")},
               {_("By")},
               {_("With")},
               {_("About")},
               {_("Gates")},
               {_("Days")},
               {_("Result")},
               {_("Remarks")}});
  for (const v1::AuditEntry& entry : list.entries()) {
    const std::string number = fmt::format("#{}", entry.index());
    const absl::StatusOr<ledger::Leaf> leaf = ledger::Leaf::Parse(entry.leaf());
    if (!leaf.ok()) {
      table.Add({number, "", _("not a leaf that this program knows")});
      continue;
    }
    table.Add({number, LogTimeText(leaf->time, view.zones), leaf->event, ShortPost(leaf->actor),
               leaf->peer, AboutText(entry, *leaf), ShortGates(entry.subject()),
               DaysText(entry.subject()), leaf->result, RemarksText(entry, *leaf)});
  }
  return table.ToText();
}

std::string EntryListCsv(const v1::ListEntriesResponse& list) {
  Table table({{"index"},        {"time"},
               {"event"},        {"epoch"},
               {"actor"},        {"peer"},
               {"object"},       {"sequence"},
               {"pae_sha256"},   {"result"},
               {"detail"},       {"message_id"},
               {"reference"},    {"family"},
               {"kind"},         {"scope_ids"},
               {"first_day"},    {"last_day"},
               {"side"},         {"thread"},
               {"author"},       {"acknowledgement_asked"},
               {"acknowledged"}, {"lead_minutes"},
               {"overridden"}});
  const auto flag = [](bool has_subject, bool value) {
    return std::string(!has_subject ? "" : value ? "true" : "false");
  };
  for (const v1::AuditEntry& entry : list.entries()) {
    const v1::AuditSubject& subject = entry.subject();
    const bool has = entry.has_subject();
    const absl::StatusOr<ledger::Leaf> parsed = ledger::Leaf::Parse(entry.leaf());
    const ledger::Leaf leaf = parsed.ok() ? *parsed : ledger::Leaf();
    table.Add({fmt::format("{}", entry.index()),
               parsed.ok() ? MachineTime(leaf.time) : "",
               leaf.event,
               parsed.ok() ? fmt::format("{}", leaf.epoch) : "",
               leaf.actor,
               leaf.peer,
               leaf.object,
               Number(leaf.sequence),
               Hex(leaf.pae),
               leaf.result,
               leaf.detail,
               subject.message_id(),
               subject.short_reference(),
               subject.family(),
               subject.kind(),
               Gates(subject),
               DateText(subject.first_day()),
               DateText(subject.last_day()),
               subject.side(),
               subject.thread(),
               subject.author(),
               flag(has, subject.acknowledgement_asked()),
               flag(has, subject.acknowledged()),
               subject.has_lead_minutes() ? fmt::format("{}", subject.lead_minutes()) : "",
               flag(has, subject.overridden())});
  }
  return table.ToCsv();
}

}  // namespace gatepost::render
