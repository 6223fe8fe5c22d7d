#include "client/render/proposal.h"

#include "client/render/agreement_words.h"
#include "client/render/hours_words.h"
#include "client/render/papers.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "client/render/timetable.h"
#include "client/render/words.h"
#include "daemon/domain/agreements/proposal_rules.h"
#include "daemon/domain/unknown_content.h"
#include "daemon/system/utf8.h"
#include "fmt/core.h"

namespace gatepost::render {
namespace {

std::string CitedText(const v1::MessageCitation& citation) {
  return Say("{0} by {1}", citation.message_id(), PostText(citation.author()));
}

std::string Quoted(const std::string& text) { return "\"" + system::Printable(text, 2000) + "\""; }

// What an answer cites: the proposal by its digest, since exactly those bytes are meant.
void AddCited(const v1::MessageCitation& thread, const v1::MessageCitation& proposal,
              Lines& lines) {
  lines.Add(_("thread"), CitedText(thread));
  lines.Add(_("proposal"), CitedText(proposal));
  lines.Add(_("PAE digest"), HexText(proposal.pae_sha256()));
}

std::string KindOf(const v1::Proposal& proposal) {
  const std::string name = TermsName(proposal);
  if (name.empty()) return _("terms this program does not know");
  std::string text = NoticeKindText(name);
  if (proposal.has_holiday_hours()) text += ", " + proposal.holiday_hours().occasion();
  return text;
}

}  // namespace

std::string ProposalSubject(const v1::Proposal& proposal) {
  return proposal.has_counters()
             ? Say("counter-proposal of {0}: {1}", proposal.side(), KindOf(proposal))
             : Say("proposal of {0}: {1}", proposal.side(), KindOf(proposal));
}

std::string AcceptanceSubject(const v1::Acceptance& acceptance) {
  return Say("acceptance of {0}", acceptance.proposal().message_id());
}

std::string RejectionSubject(const v1::Rejection& rejection) {
  return Say("rejection of {0}", rejection.proposal().message_id());
}

std::string WithdrawalSubject(const v1::Withdrawal& withdrawal) {
  return Say("withdrawal of {0}", withdrawal.proposal().message_id());
}

Lines ProposalLines(const v1::Proposal& proposal, const View& view) {
  Lines lines;
  if (proposal.has_termination()) {
    lines.Add(_("ends"),
              TimeText(TimeOf(proposal.termination().effective().instant()), view.zones));
  }
  lines.Add(_("answer by"), proposal.has_answer_by()
                                ? TimeText(TimeOf(proposal.answer_by().instant()), view.zones)
                                : _("until it would begin"));
  for (const v1::Basis& basis : proposal.basis()) {
    lines.Add(basis.gives_way() ? _("gives way") : _("stays"), CitedText(basis.agreement()));
  }
  if (proposal.has_thread()) lines.Add(_("thread"), CitedText(proposal.thread()));
  if (proposal.has_counters()) lines.Add(_("counters"), CitedText(proposal.counters()));
  if (proposal.has_package()) {
    lines.Add(_("package"),
              Say("part {0} of {1} of {2}; each part binds by itself", proposal.package().part(),
                  proposal.package().parts(), proposal.package().package_id()));
  }
  AddPapers(proposal.papers(), lines);
  return lines;
}

std::string ProposalText(const v1::Proposal& proposal, const View& view) {
  std::string text = ProposalSubject(proposal) + "\n";
  if (domain::HasUnknown(proposal)) {
    text += std::string("  ") + _("of a newer schema: this program cannot show all of it") + "\n";
  }
  if (const v1::Timetable* timetable = domain::TimetableIn(proposal)) {
    text += TimetableText(*timetable, view, 2);
    text += "  " + Say("written in the time of {0}", timetable->zone()) + "\n";
  }
  return text + ProposalLines(proposal, view).ToText(2);
}

Lines AcceptanceLines(const v1::Acceptance& acceptance) {
  Lines lines;
  AddCited(acceptance.thread(), acceptance.proposal(), lines);
  lines.Add(_("last decision seen"), Say("leaf {0} of epoch {1}", acceptance.seen().leaf_index(),
                                         acceptance.seen().epoch()));
  return lines;
}

Lines RejectionLines(const v1::Rejection& rejection) {
  Lines lines;
  AddCited(rejection.thread(), rejection.proposal(), lines);
  if (!rejection.remark().empty()) lines.Add(_("remark"), Quoted(rejection.remark()));
  return lines;
}

Lines WithdrawalLines(const v1::Withdrawal& withdrawal) {
  Lines lines;
  AddCited(withdrawal.thread(), withdrawal.proposal(), lines);
  return lines;
}

std::string AcceptanceText(const v1::Acceptance& acceptance) {
  return AcceptanceLines(acceptance).ToText(2);
}

std::string RejectionText(const v1::Rejection& rejection) {
  return RejectionLines(rejection).ToText(2);
}

std::string WithdrawalText(const v1::Withdrawal& withdrawal) {
  return WithdrawalLines(withdrawal).ToText(2);
}

}  // namespace gatepost::render
