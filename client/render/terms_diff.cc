#include "client/render/terms_diff.h"

#include <algorithm>
#include <map>
#include <vector>

#include "client/render/agreement_words.h"
#include "client/render/hours_words.h"
#include "client/render/lines.h"
#include "client/render/papers.h"
#include "client/render/proposal.h"
#include "client/render/table.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "client/render/timetable.h"
#include "daemon/domain/agreements/proposal_rules.h"
#include "google/protobuf/util/message_differencer.h"

namespace gatepost::render {
namespace {

using google::protobuf::util::MessageDifferencer;

// A rule as one gate reads it.
struct GateRule {
  RuleCells cells;
  v1::TimetableDays days;
  bool whole_days_with_windows = false;
};

// A row of the difference, without its gates.
struct Difference {
  std::string mark;
  std::string traffic;
  std::string what;
  std::string was;
  std::string is;
  friend auto operator<=>(const Difference&, const Difference&) = default;
};

// The differences, each with its gates, in the order in which they were found.
class Differences {
 public:
  void Add(const std::string& gate, Difference difference) {
    const auto found = std::find_if(rows_.begin(), rows_.end(),
                                    [&](const Row& row) { return row.difference == difference; });
    if (found == rows_.end()) {
      rows_.push_back({gate, std::move(difference)});
    } else {
      found->gates += " " + gate;
    }
  }

  Table AsTable(std::vector<Table::Column> columns) const {
    Table table(std::move(columns));
    for (const Row& row : rows_) {
      const Difference& difference = row.difference;
      table.Add({difference.mark, row.gates, difference.traffic, difference.what, difference.was,
                 difference.is});
    }
    return table;
  }

 private:
  struct Row {
    std::string gates;
    Difference difference;
  };
  std::vector<Row> rows_;
};

std::map<std::string, std::vector<GateRule>> ByGate(const v1::Proposal& proposal,
                                                    const View& view) {
  std::map<std::string, std::vector<GateRule>> rules;
  const v1::Timetable* timetable = domain::TimetableIn(proposal);
  if (timetable == nullptr) return rules;
  for (const v1::TimetableRule& rule : timetable->rules()) {
    const bool whole = rule.hours() == v1::HOURS_KIND_WINDOWS && !rule.days().has_begins() &&
                       !rule.days().has_ends();
    for (const std::string& gate : rule.gate_ids()) {
      rules[gate].push_back({CellsOfRule(rule, timetable->zone(), view), rule.days(), whole});
    }
  }
  return rules;
}

// The days of windows are whole ones, so that the zone they were written in makes no difference.
bool SameWhen(const GateRule& a, const GateRule& b) {
  if (a.cells.when == b.cells.when) return true;
  return a.whole_days_with_windows && b.whole_days_with_windows && a.cells.hours == b.cells.hours &&
         MessageDifferencer::Equals(a.days, b.days);
}

bool Same(const GateRule& a, const GateRule& b) {
  return a.cells.traffic == b.cells.traffic && a.cells.regime == b.cells.regime &&
         a.cells.hours == b.cells.hours && a.cells.terms == b.cells.terms && SameWhen(a, b);
}

// A rule in one text, for one that is there on one side only.
std::string Whole(const RuleCells& cells) {
  std::string text;
  for (const std::string& part : {cells.when, cells.regime, cells.hours, cells.terms}) {
    if (!part.empty()) text += (text.empty() ? "" : "; ") + part;
  }
  return text;
}

void AddChanges(const std::string& gate, const GateRule& was, const GateRule& is,
                Differences& differences) {
  const auto add = [&](const char* what, const std::string& before, const std::string& after) {
    if (before != after) differences.Add(gate, {"~", is.cells.traffic, what, before, after});
  };
  if (!SameWhen(was, is)) add(_("when"), was.cells.when, is.cells.when);
  add(_("regime"), was.cells.regime, is.cells.regime);
  add(_("hours"), was.cells.hours, is.cells.hours);
  add(_("terms"), was.cells.terms, is.cells.terms);
}

// Takes the first pair of rules that `fit` out of both lists, as long as there is one.
template <typename Fit, typename Do>
void MatchRules(std::vector<GateRule>& was, std::vector<GateRule>& is, const Fit& fit,
                const Do& with) {
  for (auto one = was.begin(); one != was.end();) {
    const auto other =
        std::find_if(is.begin(), is.end(), [&](const GateRule& rule) { return fit(*one, rule); });
    if (other == is.end()) {
      ++one;
      continue;
    }
    with(*one, *other);
    is.erase(other);
    one = was.erase(one);
  }
}

void CompareGate(const std::string& gate, std::vector<GateRule> was, std::vector<GateRule> is,
                 Differences& differences) {
  const auto changed = [&](const GateRule& a, const GateRule& b) {
    AddChanges(gate, a, b, differences);
  };
  MatchRules(was, is, Same, [](const GateRule&, const GateRule&) {});
  MatchRules(
      was, is,
      [](const GateRule& a, const GateRule& b) {
        return a.cells.traffic == b.cells.traffic && SameWhen(a, b);
      },
      changed);
  MatchRules(
      was, is,
      [](const GateRule& a, const GateRule& b) { return a.cells.traffic == b.cells.traffic; },
      changed);
  for (const GateRule& rule : was) {
    differences.Add(gate, {"-", rule.cells.traffic, _("rule"), Whole(rule.cells), ""});
  }
  for (const GateRule& rule : is) {
    differences.Add(gate, {"+", rule.cells.traffic, _("rule"), "", Whole(rule.cells)});
  }
}

std::string PapersOnOneLine(const v1::Proposal& proposal) {
  Lines lines;
  AddPapers(proposal.papers(), lines);
  std::string text = lines.ToText();
  if (!text.empty()) text.pop_back();
  for (size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at)) {
    text.replace(at, 1, "; ");
  }
  return text;
}

std::string TimeOrNothing(bool said, const v1::ZonedTime& time, const View& view) {
  return said ? TimeText(TimeOf(time.instant()), view.zones) : "";
}

Differences Compare(const v1::Proposal& before, const v1::Proposal& after, const View& view) {
  Differences differences;
  const auto was = ByGate(before, view);
  const auto is = ByGate(after, view);
  for (const auto& [gate, rules] : was) {
    const auto other = is.find(gate);
    CompareGate(gate, rules, other == is.end() ? std::vector<GateRule>() : other->second,
                differences);
  }
  for (const auto& [gate, rules] : is) {
    if (!was.contains(gate)) CompareGate(gate, {}, rules, differences);
  }
  const auto add = [&](const char* what, const std::string& one, const std::string& other) {
    if (one != other) differences.Add("", {"~", "", what, one, other});
  };
  add(_("kind"), NoticeKindText(TermsName(before)), NoticeKindText(TermsName(after)));
  add(_("holiday"), before.holiday_hours().occasion(), after.holiday_hours().occasion());
  add(_("ends"), TimeOrNothing(before.has_termination(), before.termination().effective(), view),
      TimeOrNothing(after.has_termination(), after.termination().effective(), view));
  add(_("answer by"), TimeOrNothing(before.has_answer_by(), before.answer_by(), view),
      TimeOrNothing(after.has_answer_by(), after.answer_by(), view));
  add(_("papers"), PapersOnOneLine(before), PapersOnOneLine(after));
  return differences;
}

}  // namespace

std::string TermsDiffText(const v1::Proposal& before, const v1::Proposal& after, const View& view) {
  const Table table =
      Compare(before, after, view)
          .AsTable({{""}, {_("Gates")}, {_("Traffic")}, {_("What")}, {_("Was")}, {_("Is")}});
  return table.size() == 0 ? std::string(_("the terms are the same")) + "\n" : table.ToText();
}

std::string TermsDiffCsv(const v1::Proposal& before, const v1::Proposal& after, const View& view) {
  return Compare(before, after, view)
      .AsTable({{"mark"}, {"gates"}, {"traffic"}, {"what"}, {"was"}, {"is"}})
      .ToCsv();
}

}  // namespace gatepost::render
