#include "client/render/thread.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "client/render/agreement_words.h"
#include "client/render/hours_words.h"
#include "client/render/lines.h"
#include "client/render/messages.h"
#include "client/render/proposal.h"
#include "client/render/table.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "client/render/words.h"
#include "daemon/system/utf8.h"
#include "fmt/core.h"
#include "fmt/ranges.h"

namespace gatepost::render {
namespace {

std::string When(const v1::ZonedTime& time, const View& view) {
  return LogTimeText(TimeOf(time.instant()), view.zones);
}

std::string Gates(const v1::AgreementThread& thread) {
  return fmt::format("{}", fmt::join(thread.gate_ids(), " "));
}

std::string Place(const v1::DecisionReference& place) {
  return Say("leaf {0} of epoch {1}", place.leaf_index(), place.epoch());
}

bool IsProposal(const v1::ThreadStep& step) {
  return step.act() == "propose" || step.act() == "counter";
}

// Whether the sequencer has still to decide on it. An answer has no state of its own, and the
// proposal that it is about stays as it was until then.
bool Waits(const v1::AgreementThread& thread, const v1::ThreadStep& step) {
  if (!step.decisions().empty()) return false;
  if (IsProposal(step)) return step.state() == v1::AGREEMENT_STATE_AWAITING_DECISION;
  return step.message().origin_node() != thread.peer_node() &&
         thread.sequencer_node() == thread.peer_node();
}

// The result as the leaf says it, with the reason where the result itself does not name it.
std::string ResultText(const v1::ThreadDecision& decision) {
  std::string text = decision.result();
  if (decision.reason() == v1::REASON_UNSPECIFIED) return text;
  const std::string code = ReasonCode(decision.reason());
  return text.find(code) == std::string::npos ? text + " " + code : text;
}

std::string StepHeading(const v1::AgreementThread& thread, int number, const View& view) {
  const v1::ThreadStep& step = thread.steps(number);
  std::string text =
      fmt::format("{}. {}  {}", number + 1, step.message().short_reference(), ActText(step.act()));
  if (IsProposal(step)) {
    text += fmt::format("  {}, {}", StateName(step.state()), StateText(step.state()));
    if (step.has_holds_until()) {
      text += ", " + Say("holds until {0}", When(step.holds_until(), view));
    }
  } else if (step.proposal_step() >= 0 && step.proposal_step() < thread.steps_size()) {
    text += "  " + Say("of {0}", thread.steps(step.proposal_step()).message().short_reference());
  }
  return system::Printable(text, 500) + "\n";
}

std::string StepText(const v1::AgreementThread& thread, int number, const View& view) {
  const v1::ThreadStep& step = thread.steps(number);
  const std::optional<v1::Message> message = PayloadOf(step.message());
  Lines lines;
  lines.Add(_("by"), PostText(step.message().author()));
  if (message.has_value()) {
    lines.Add(_("written"), When(message->header().authored_at(), view));
    if (message->has_rejection() && !message->rejection().remark().empty()) {
      lines.Add(_("remark"), "\"" + message->rejection().remark() + "\"");
    }
  } else {
    lines.Add(_("about"), _("of a type or schema this program does not know"));
  }
  lines.Add(_("known here"), LogTimeText(TimeOf(step.message().stored_at()), view.zones));
  // A message of the other side was known there from the beginning.
  if (step.message().origin_node() != thread.peer_node()) {
    lines.Add(Say("known to {0}", thread.peer_node()), step.has_known_there_at()
                                                           ? When(step.known_there_at(), view)
                                                           : _("no receipt came yet"));
  }
  if (Waits(thread, step)) {
    lines.Add(_("decided"), Say("not yet by {0}", thread.sequencer_node()));
  }
  for (const v1::ThreadDecision& decision : step.decisions()) {
    std::string text = Say("{0} at {1}, {2}", ResultText(decision),
                           When(decision.decided_at(), view), Place(decision.place()));
    // A refusal in a receipt was known when the receipt was.
    if (decision.has_known_here_at()) {
      text += "; " + Say("known here {0}", When(decision.known_here_at(), view));
    }
    lines.Add(_("decided"), std::move(text));
  }
  return StepHeading(thread, number, view) + lines.ToText(5);
}

// The newest proposal, and its place among the steps; -1 where there is none.
int NewestProposal(const v1::AgreementThread& thread) {
  for (int i = thread.steps_size() - 1; i >= 0; --i) {
    if (IsProposal(thread.steps(i))) return i;
  }
  return -1;
}

std::string Remarks(const v1::AgreementThread& thread, const View& view) {
  std::vector<std::string> remarks;
  if (thread.disputed()) remarks.emplace_back(_("DISPUTED"));
  if (thread.has_held_back_since()) remarks.emplace_back(_("DECISION HELD BACK"));
  if (thread.has_holds_until()) {
    remarks.push_back(Say("holds until {0}", When(thread.holds_until(), view)));
  }
  return fmt::format("{}", fmt::join(remarks, "; "));
}

}  // namespace

std::string ThreadListText(const v1::ListAgreementsResponse& list, const View& view) {
  if (list.threads().empty()) return std::string(_("no agreement")) + "\n";
  Table table({{_("Reference")},
               {_("With")},
               {_("Terms")},
               {_("Gates")},
               {_("State")},
               {_("Since")},
               {_("Remarks")}});
  for (const v1::AgreementThread& thread : list.threads()) {
    table.Add({thread.short_reference(), thread.peer_node(), NoticeKindText(thread.kind()),
               Gates(thread), StateName(thread.state()),
               thread.has_since() ? When(thread.since(), view) : "", Remarks(thread, view)});
  }
  std::string text = table.ToText();
  if (!list.next_page_token().empty()) {
    text += Say("there are older ones: --page-token {0}", list.next_page_token()) + "\n";
  }
  return text;
}

std::string HeldBackText(const v1::ListAgreementsResponse& held_back, const View& view) {
  if (held_back.threads().empty()) return "";
  Table table({{_("Decision held back")}, {_("With")}, {_("Terms")}, {_("Gates")}, {_("Alarm")}});
  for (const v1::AgreementThread& thread : held_back.threads()) {
    table.Add({thread.short_reference(), thread.peer_node(), NoticeKindText(thread.kind()),
               Gates(thread), When(thread.held_back_since(), view)});
  }
  return "\n" + table.ToText();
}

std::string ThreadListCsv(const v1::ListAgreementsResponse& list) {
  Table table({{"reference"},
               {"peer_node"},
               {"sequencer_node"},
               {"kind"},
               {"gates"},
               {"state"},
               {"since"},
               {"disputed"},
               {"held_back_since"}});
  for (const v1::AgreementThread& thread : list.threads()) {
    table.Add({thread.short_reference(), thread.peer_node(), thread.sequencer_node(), thread.kind(),
               Gates(thread), StateName(thread.state()),
               thread.has_since() ? MachineTime(thread.since()) : "",
               thread.disputed() ? "true" : "false",
               thread.has_held_back_since() ? MachineTime(thread.held_back_since()) : ""});
  }
  return table.ToCsv();
}

std::string ThreadText(const v1::AgreementThread& thread, const View& view) {
  std::string text =
      Say("{0}  {1} with {2}: {3}", thread.short_reference(), NoticeKindText(thread.kind()),
          thread.peer_node(), StateName(thread.state())) +
      "\n";
  Lines lines;
  lines.Add(_("state"), thread.has_since() ? Say("{0}, since {1}", StateText(thread.state()),
                                                 When(thread.since(), view))
                                           : StateText(thread.state()));
  if (thread.has_holds_until()) {
    lines.Add(_("holds until"), When(thread.holds_until(), view));
  }
  lines.Add(_("gates"), Gates(thread));
  lines.Add(_("decides"), thread.sequencer_node());
  if (thread.has_last_decision()) lines.Add(_("last decision"), Place(thread.last_decision()));
  if (thread.disputed()) {
    lines.Add(_("DISPUTED"),
              _("a decision contradicts what this node holds: talk to the other side"));
  }
  if (thread.has_held_back_since()) {
    lines.Add(_("HELD BACK"), Say("{0} has it and does not decide; alarm since {1}",
                                  thread.sequencer_node(), When(thread.held_back_since(), view)));
  }
  text += lines.ToText(2) + "\n";
  for (int i = 0; i < thread.steps_size(); ++i) text += StepText(thread, i, view);
  const int newest = NewestProposal(thread);
  if (newest < 0) return text;
  const std::optional<v1::Message> message = PayloadOf(thread.steps(newest).message());
  if (!message.has_value() || !message->has_proposal()) return text;
  text += "\n" + Say("newest proposal, {0}:", thread.steps(newest).message().short_reference());
  return text + "\n" + ProposalText(message->proposal(), view);
}

std::string ThreadStandingText(const v1::AgreementThread& thread) {
  const bool waits = std::ranges::any_of(
      thread.steps(), [&](const v1::ThreadStep& step) { return Waits(thread, step); });
  const v1::AgreementState state = waits ? v1::AGREEMENT_STATE_AWAITING_DECISION : thread.state();
  return fmt::format("{}  {}, {}\n", thread.short_reference(), StateName(state), StateText(state));
}

std::string ThreadCsv(const v1::AgreementThread& thread) {
  Table table({{"thread"},
               {"step"},
               {"act"},
               {"reference"},
               {"message_id"},
               {"author"},
               {"authored_at"},
               {"known_here_at"},
               {"known_to_recipient_at"},
               {"proposal"},
               {"state"},
               {"result"},
               {"reason"},
               {"decided_at"},
               {"decision_known_here_at"},
               {"epoch"},
               {"leaf_index"},
               {"pae_sha256"}});
  for (int i = 0; i < thread.steps_size(); ++i) {
    const v1::ThreadStep& step = thread.steps(i);
    const v1::StoredMessage& stored = step.message();
    const std::optional<v1::Message> message = PayloadOf(stored);
    const bool has_proposal =
        step.proposal_step() >= 0 && step.proposal_step() < thread.steps_size();
    const std::vector<std::string> cells = {
        thread.short_reference(),
        fmt::format("{}", i + 1),
        step.act(),
        stored.short_reference(),
        stored.message_id(),
        stored.author(),
        message.has_value() ? MachineTime(message->header().authored_at()) : "",
        MachineTime(TimeOf(stored.stored_at())),
        step.has_known_there_at() ? MachineTime(step.known_there_at()) : "",
        has_proposal ? thread.steps(step.proposal_step()).message().short_reference() : "",
        IsProposal(step) ? StateName(step.state()) : ""};
    const auto add = [&](const v1::ThreadDecision* decision) {
      std::vector<std::string> row = cells;
      if (decision != nullptr) {
        const bool refused = decision->reason() != v1::REASON_UNSPECIFIED;
        for (std::string cell :
             {decision->result(), refused ? ReasonCode(decision->reason()) : std::string(),
              MachineTime(decision->decided_at()),
              decision->has_known_here_at() ? MachineTime(decision->known_here_at()) : "",
              fmt::format("{}", decision->place().epoch()),
              fmt::format("{}", decision->place().leaf_index())}) {
          row.push_back(std::move(cell));
        }
      }
      row.resize(17);
      row.push_back(HexText(stored.pae_sha256()));
      table.Add(std::move(row));
    };
    if (step.decisions().empty()) add(nullptr);
    for (const v1::ThreadDecision& decision : step.decisions()) add(&decision);
  }
  return table.ToCsv();
}

}  // namespace gatepost::render
