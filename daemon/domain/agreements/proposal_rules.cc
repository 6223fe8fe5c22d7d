#include "daemon/domain/agreements/proposal_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/field_rules.h"
#include "daemon/domain/hours/notice_rules.h"
#include "daemon/domain/hours/rule_times.h"
#include "daemon/domain/hours/timetable_rules.h"
#include "daemon/domain/message_id.h"
#include "daemon/domain/text.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"

namespace gatepost::domain {
namespace {

using system::Refuse;

constexpr size_t kLongestOccasion = 64;

absl::Status CheckThread(const v1::Proposal& proposal) {
  if (proposal.has_thread() != proposal.has_counters()) {
    return Conflict("thread and counters, or neither of them",
                    proposal.has_thread() ? "only thread" : "only counters",
                    "name the thread and the proposal that is countered");
  }
  if (!proposal.has_thread()) return absl::OkStatus();
  GATEPOST_RETURN_IF_ERROR(CheckCitation("thread", proposal.thread()));
  return CheckCitation("counters", proposal.counters());
}

absl::Status CheckBasisForm(const v1::Proposal& proposal) {
  if (proposal.basis_size() > kMostBasis) {
    return Refuse(v1::REASON_TOO_LARGE, fmt::format("at most {} agreements", kMostBasis),
                  fmt::format("{}", proposal.basis_size()), "propose for fewer gates or days");
  }
  std::pair<std::string_view, std::string_view> last;
  for (const v1::Basis& basis : proposal.basis()) {
    GATEPOST_RETURN_IF_ERROR(CheckCitation("basis", basis.agreement()));
    const std::pair<std::string_view, std::string_view> named(basis.agreement().message_id(),
                                                              basis.agreement().author());
    if (named <= last) {
      return Conflict("a basis ascending by message id and author, each once",
                      basis.agreement().message_id(), "sort it");
    }
    last = named;
    if (proposal.has_termination() && !basis.gives_way()) {
      return Conflict("a termination whose basis gives way", basis.agreement().message_id(),
                      "name only what ends");
    }
  }
  if (proposal.has_termination() && proposal.basis().empty()) {
    return Missing("basis: the agreements that end");
  }
  return absl::OkStatus();
}

absl::Status CheckPackage(const v1::Proposal& proposal) {
  if (!proposal.has_package()) return absl::OkStatus();
  const v1::PackagePart& package = proposal.package();
  GATEPOST_RETURN_IF_ERROR(CheckMessageId(package.package_id()));
  if (package.parts() >= 2 && package.parts() <= kMostParts && package.part() >= 1 &&
      package.part() <= package.parts()) {
    return absl::OkStatus();
  }
  return Conflict(fmt::format("a part of 2 to {} parts", kMostParts),
                  fmt::format("part {} of {}", package.part(), package.parts()), "count them");
}

absl::Status CheckAnswerBy(const v1::Proposal& proposal) {
  if (!proposal.has_answer_by()) return absl::OkStatus();
  GATEPOST_ASSIGN_OR_RETURN(const absl::Time answer_by, InstantOf(proposal.answer_by()));
  const absl::Time begins = BeginOf(proposal);
  if (answer_by <= begins) return absl::OkStatus();
  return Conflict(fmt::format("an answer before the effect begins, {}",
                              TimeText(begins, proposal.answer_by().zone())),
                  TimeText(answer_by, proposal.answer_by().zone()),
                  "ask for the answer earlier; a proposal lapses when its effect begins");
}

absl::Status CheckTerms(const v1::Proposal& proposal, const GateRegister& gates) {
  if (const v1::Timetable* timetable = TimetableIn(proposal)) {
    GATEPOST_RETURN_IF_ERROR(CheckTimetable(*timetable, gates));
  } else if (!proposal.has_termination()) {
    return Missing("terms");
  } else if (!proposal.termination().has_effective()) {
    return Missing("termination.effective");
  } else {
    GATEPOST_RETURN_IF_ERROR(InstantOf(proposal.termination().effective()).status());
  }
  if (!proposal.has_holiday_hours()) return absl::OkStatus();
  if (proposal.holiday_hours().occasion().empty()) return Missing("holiday_hours.occasion");
  return CheckText("occasion", proposal.holiday_hours().occasion(), kLongestOccasion);
}

}  // namespace

absl::Status CheckTimely(const v1::Proposal& proposal, absl::Time now) {
  const absl::Time begins = BeginOf(proposal);
  if (begins <= now) {
    return Refuse(v1::REASON_EFFECT_PASSED,
                  fmt::format("terms that begin later than now, {}", TimeText(now, kHanoiZone)),
                  TimeText(begins, kHanoiZone),
                  "let it begin later; what happens at once is told by a notice");
  }
  const absl::Time answer_by = AnswerBy(proposal);
  if (answer_by > now) return absl::OkStatus();
  return Refuse(v1::REASON_EFFECT_PASSED, "a time for the answer that is not over yet",
                TimeText(answer_by, proposal.answer_by().zone()), "give more time");
}

absl::Time AnswerBy(const v1::Proposal& proposal) {
  if (!proposal.has_answer_by()) return absl::InfiniteFuture();
  return InstantOf(proposal.answer_by()).value_or(absl::InfinitePast());
}

const v1::Timetable* TimetableIn(const v1::Proposal& proposal) {
  switch (proposal.terms_case()) {
    case v1::Proposal::kHolidayHours:
      return &proposal.holiday_hours().timetable();
    case v1::Proposal::kScheduleChange:
      return &proposal.schedule_change().timetable();
    case v1::Proposal::kRegularTimetable:
      return &proposal.regular_timetable().timetable();
    case v1::Proposal::kTermination:
    case v1::Proposal::TERMS_NOT_SET:
      break;
  }
  return nullptr;
}

HoursLayer LayerOf(const v1::Proposal& proposal) {
  if (proposal.has_holiday_hours()) return HoursLayer::kHoliday;
  if (proposal.has_schedule_change()) return HoursLayer::kSchedule;
  return HoursLayer::kRegular;
}

absl::Time BeginOf(const v1::Proposal& proposal) {
  const v1::Timetable* timetable = TimetableIn(proposal);
  if (timetable == nullptr) {
    return InstantOf(proposal.termination().effective()).value_or(absl::InfinitePast());
  }
  const absl::TimeZone zone = LoadZone(timetable->zone()).value_or(absl::UTCTimeZone());
  absl::Time begins = absl::InfiniteFuture();
  for (const v1::TimetableRule& rule : timetable->rules()) {
    begins = std::min(begins, BeginOf(rule, zone));
  }
  return begins;
}

bool Touch(const v1::Timetable& older, absl::Time over_from, const v1::Timetable& newer,
           const GateRegister& gates) {
  const absl::TimeZone older_zone = LoadZone(older.zone()).value_or(absl::UTCTimeZone());
  const absl::TimeZone newer_zone = LoadZone(newer.zone()).value_or(absl::UTCTimeZone());
  const auto share_a_gate = [](const v1::TimetableRule& a, const v1::TimetableRule& b) {
    return std::ranges::any_of(a.gate_ids(), [&](const std::string& gate) {
      return std::ranges::binary_search(b.gate_ids(), gate);
    });
  };
  // Cargo classes do not count either: their tree may change after both are agreed.
  const auto cell_of = [](const v1::TimetableRule& rule) {
    HoursCell cell = CellsOf(rule).front();
    cell.cargo_class.clear();
    return cell;
  };
  for (const v1::TimetableRule& rule : newer.rules()) {
    const Span span = WholeSpan(rule, newer_zone);
    for (const v1::TimetableRule& other : older.rules()) {
      Span held = WholeSpan(other, older_zone);
      held.to = std::min(held.to, over_from);
      if (held.from >= held.to || held.from >= span.to || span.from >= held.to ||
          !share_a_gate(rule, other)) {
        continue;
      }
      const absl::CivilDay day = absl::ToCivilDay(span.from, newer_zone);
      if (Meet(cell_of(rule), cell_of(other), gates, day).has_value()) return true;
    }
  }
  return false;
}

absl::Status ValidateProposal(const v1::Proposal& proposal, const v1::MessageHeader& header,
                              const ProposalContext& context) {
  if (proposal.side() != context.author_country) {
    return Refuse(
        v1::REASON_WRONG_SIDE, fmt::format("side {}, the author's country", context.author_country),
        fmt::format("'{}'", system::Printable(proposal.side(), 20)), "propose for your own side");
  }
  if (header.recipient_nodes_size() != 1) {
    return Conflict("one recipient, the other node of the link",
                    fmt::format("{} recipients", header.recipient_nodes_size()),
                    "send one part of a package to each counterpart");
  }
  if (header.has_replaces()) {
    return Conflict("a proposal that replaces nothing", "replaces is set",
                    "counter it, or withdraw it and propose anew");
  }
  GATEPOST_RETURN_IF_ERROR(CheckThread(proposal));
  GATEPOST_RETURN_IF_ERROR(CheckBasisForm(proposal));
  GATEPOST_RETURN_IF_ERROR(CheckPackage(proposal));
  GATEPOST_RETURN_IF_ERROR(CheckTerms(proposal, context.gates));
  GATEPOST_RETURN_IF_ERROR(CheckAnswerBy(proposal));
  if (const v1::Timetable* timetable = TimetableIn(proposal)) {
    GATEPOST_RETURN_IF_ERROR(CheckScopeIds(header, GatesOf(*timetable), "the gates of the terms"));
  } else if (header.scope_ids().empty()) {  // The desk compares them.
    return Missing("header.scope_ids: the gates of what ends");
  }
  return CheckPapers(proposal.papers(), header);
}

}  // namespace gatepost::domain
