#include "client/render/evidence_words.h"

#include "client/render/agreement_words.h"
#include "client/render/messages.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "client/render/words.h"
#include "daemon/domain/agreements/thread_rules.h"
#include "daemon/system/utf8.h"
#include "fmt/core.h"
#include "fmt/ranges.h"

namespace gatepost::render {
namespace {

using evidence::Answer;
namespace event = ledger::event;

struct EventWord {
  const char* event;
  const char* text;
};
const EventWord kEventWords[] = {
    {event::kReleased, N_("all signatures are there")},
    {event::kReceipt, N_("the recipient's receipt came")},
    {event::kDecided, N_("decision")},
    {event::kOverride, N_("an officer overrode failed checks")},
    {event::kRefused, N_("refused by a rule")},
    {event::kPurged, N_("the body was purged, digests stay")},
    {event::kExported, N_("evidence was exported")},
    {event::kAuditRead, N_("evidence was read")},
    {event::kAlarm, N_("alarm")},
};

}  // namespace

std::string AnswerName(Answer answer) {
  switch (answer) {
    case Answer::kValid:
      return "VALID";
    case Answer::kIncomplete:
      return "INCOMPLETE";
    case Answer::kInvalid:
      break;
  }
  return "INVALID";
}

std::string AnswerLine(const evidence::Verdict& verdict) {
  std::string line = verdict.practice ? "PRACTICE " : "";
  line += AnswerName(verdict.answer);
  if (verdict.answer != Answer::kValid) return line;
  // With ALL every witness stands behind it: no name says more.
  if (verdict.satisfies != "PEER") return fmt::format("{} ({})", line, verdict.satisfies);
  return fmt::format("{} (PEER {})", line, fmt::join(verdict.peers, " "));
}

std::string AnswerText(const evidence::Verdict& verdict) {
  switch (verdict.answer) {
    case Answer::kValid:
      break;
    case Answer::kIncomplete:
      return _("Nothing contradicts, but something is missing: it is not proved yet.");
    case Answer::kInvalid:
      return _("Something does not hold: do not rely on it.");
  }
  const std::string holds = _("Every signature, every entry and every proof holds.");
  if (verdict.satisfies == "ALL") {
    return holds + " " +
           _("Every entry is fixed in time by all peers that your link agreements name.");
  }
  if (verdict.satisfies == "PEER") {
    return holds + " " + _("Every entry is fixed in time by the other node of its link.");
  }
  return holds + " " +
         _("Some entries are fixed in time by their own log alone: the other side's word is "
           "pending.");
}

std::string NameOf(const evidence::MessageFacts& message) {
  constexpr size_t kLongestNameBytes = 60;
  return system::Printable(
      message.short_reference.empty() ? message.folder : message.short_reference,
      kLongestNameBytes);
}

std::string SubjectOf(const evidence::MessageFacts& message) {
  if (message.purged) return _("purged: only its digests are left");
  if (message.without_envelope) return _("without its envelope: who signed is not shown");
  if (!message.message.has_header()) return _("its signatures do not hold: nothing of it is shown");
  return SubjectOf(message.message);
}

std::string EventText(const std::string& event) {
  v1::Rung rung = v1::RUNG_UNSPECIFIED;
  if (v1::Rung_Parse("RUNG_" + event, &rung)) return RungText(rung);
  for (const EventWord& word : kEventWords) {
    if (event == word.event) return _(word.text);
  }
  return "";
}

std::string ResultText(const ledger::Leaf& leaf) {
  const v1::AgreementState state = domain::StateNamed(leaf.result);
  if (state == v1::AGREEMENT_STATE_UNSPECIFIED) return leaf.result;
  return fmt::format("{}, {}", leaf.result, StateText(state));
}

bool IsPending(const evidence::ProvedEntry& entry) {
  return entry.cosigned.empty() && entry.held_by.empty();
}

std::vector<std::string> StandingOf(const evidence::ProvedEntry& entry, const View& view) {
  std::vector<std::string> texts;
  for (const evidence::CosignedBy& by : entry.cosigned) {
    texts.push_back(Say("head {0} cosigned by {1} at {2}", entry.head_size, by.node,
                        LogTimeText(by.time, view.zones)));
  }
  for (const evidence::CosignedBy& by : entry.held_by) {
    texts.push_back(
        Say("fixed in the log of {0} at {1}", by.node, LogTimeText(by.time, view.zones)));
  }
  if (texts.empty()) {
    texts.push_back(Say("pending: head {0} is signed by its own log alone", entry.head_size));
  }
  return texts;
}

std::string ValidityText(const evidence::SignedBy& signature, const View& view) {
  std::string text = Say("valid {0} to {1}", TimeText(signature.certificate_not_before, view.zones),
                         TimeText(signature.certificate_not_after, view.zones));
  if (signature.revoked.has_value()) {
    text += ", " + Say("REVOKED {0}", LogTimeText(*signature.revoked, view.zones));
  }
  return text;
}

std::string LeadText(absl::Duration lead) {
  if (lead >= absl::ZeroDuration()) return Say("{0} before", DurationText(lead));
  return Say("{0} AFTER it began", DurationText(-lead));
}

std::string DigestText(const certs::Digest& digest) {
  return digest == certs::Digest{} ? "" : certs::ToHex(digest);
}

}  // namespace gatepost::render
