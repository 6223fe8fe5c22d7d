#include "client/evidence/agreement_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "certs/digest.h"
#include "certs/spiffe_id.h"
#include "client/evidence/entries.h"
#include "daemon/domain/agreements/proposal_rules.h"
#include "daemon/domain/agreements/thread_rules.h"
#include "daemon/domain/civil_time.h"
#include "daemon/domain/unknown_content.h"
#include "daemon/ledger/lines.h"

namespace gatepost::evidence {
namespace {

namespace event = ledger::event;

// How an entry that a restored node wrote again begins to say so.
constexpr std::string_view kAgain = "lost:";

// An entry's place in its log; later ones are larger.
std::pair<uint64_t, uint64_t> PlaceOf(const ProvedEntry& entry) {
  return {entry.leaf.epoch, entry.index};
}

std::string DomainOf(const std::string& spiffe_id) {
  const absl::StatusOr<certs::SpiffeId> id = certs::SpiffeId::Parse(spiffe_id);
  return id.ok() ? std::string(id->trust_domain()) : "";
}

std::string Shown(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", time, absl::UTCTimeZone());
}

// A decision of its own, not the record that the other side's is known.
bool IsOwnDecision(const ProvedEntry& entry) {
  const v1::AgreementState state = domain::StateNamed(entry.leaf.result);
  const bool decides = IsFirst(entry.leaf) || (entry.leaf.event == event::kDecided &&
                                               !entry.leaf.detail.starts_with("leaf:"));
  return decides && state != v1::AGREEMENT_STATE_UNSPECIFIED &&
         state != v1::AGREEMENT_STATE_AWAITING_DECISION;
}

// The first instant of the effect; nullopt for terms that cannot be read here.
std::optional<absl::Time> BeginsAt(const v1::Proposal& proposal) {
  if (const v1::Timetable* timetable = domain::TimetableIn(proposal)) {
    absl::TimeZone zone;
    if (timetable->rules().empty() || !absl::LoadTimeZone(timetable->zone(), &zone)) {
      return std::nullopt;
    }
    for (const v1::TimetableRule& rule : timetable->rules()) {
      if (!domain::DayOf(rule.days().first()).ok()) return std::nullopt;
    }
    return domain::BeginOf(proposal);
  }
  const absl::StatusOr<absl::Time> effective =
      domain::InstantOf(proposal.termination().effective());
  if (!proposal.has_termination() || !effective.ok()) return std::nullopt;
  return *effective;
}

// Which messages are of one thread: all cite its first proposal.
std::string ThreadOf(const MessageFacts& message) {
  const v1::Message& said = message.message;
  if (said.has_acceptance()) return said.acceptance().thread().pae_sha256();
  if (said.has_rejection()) return said.rejection().thread().pae_sha256();
  if (said.has_withdrawal()) return said.withdrawal().thread().pae_sha256();
  if (said.has_proposal() && said.proposal().has_thread()) {
    return said.proposal().thread().pae_sha256();
  }
  return std::string(certs::AsView(message.pae));
}

class AcceptanceCheck {
 public:
  AcceptanceCheck(const Anchors& anchors, std::span<const MessageFacts> messages,
                  const MessageFacts& acceptance, const MessageFacts* proposal, Found& found)
      : anchors_(anchors),
        messages_(messages),
        acceptance_(acceptance),
        proposal_(proposal),
        found_(found) {}

  void Check() {
    if (!FindLink()) return;
    CheckSeen();
    const ProvedEntry* decided = FirstAt(acceptance_, sequencer_);
    if (decided == nullptr) {
      return found_.Missing(acceptance_.folder,
                            fmt::format("the leaf of the sequencer {} that decides it", sequencer_),
                            "none: it is not shown to be in force",
                            "have the bundle exported again once it is decided, or ask there");
    }
    if (decided->leaf.result != "IN_FORCE") {
      return Note(fmt::format("it put nothing in force ({} at entry {} of {})",
                              decided->leaf.result, decided->index, sequencer_));
    }
    if (CheckProposal(*decided) && !IsRefused(*decided)) NoteState(*decided);
  }

 private:
  void Note(std::string_view text) {
    found_.Note(fmt::format("{}: {}, as of entry {} of {}; nothing later is shown",
                            acceptance_.folder, text, LastOfSequencer(), sequencer_));
  }

  bool FindLink() {
    const v1::MessageHeader& header = acceptance_.message.header();
    const std::string recipient =
        header.recipient_nodes_size() == 1 ? header.recipient_nodes(0) : "";
    const config::LinkAgreement* agreement = anchors_.Between(header.origin_node(), recipient);
    if (agreement == nullptr) {
      if (!anchors_.IsUnread(header.origin_node()) && !anchors_.IsUnread(recipient)) {
        found_.Invalid(acceptance_.folder, "an acceptance between the two nodes of a link",
                       "other nodes");
      }
      return false;
    }
    sequencer_ = agreement->file.value.sequencer();
    follower_ = sequencer_ == recipient ? header.origin_node() : recipient;
    return true;
  }

  static const ProvedEntry* FirstAt(const MessageFacts& message, std::string_view node) {
    const auto first = std::ranges::find_if(message.entries, [&](const ProvedEntry& entry) {
      return IsFirst(entry.leaf) && entry.node == node;
    });
    return first == message.entries.end() ? nullptr : &*first;
  }

  // Every entry of the sequencer that is shown, with the message that it is about.
  template <typename Visit>
  void EachOfSequencer(const Visit& visit) const {
    for (const MessageFacts& message : messages_) {
      for (const ProvedEntry& entry : message.entries) {
        if (entry.node == sequencer_) visit(message, entry);
      }
    }
  }

  uint64_t LastOfSequencer() const {
    std::pair<uint64_t, uint64_t> last;
    EachOfSequencer([&](const MessageFacts&, const ProvedEntry& entry) {
      last = std::max(last, PlaceOf(entry));
    });
    return last.second;
  }

  void CheckSeen() {
    const v1::DecisionReference& seen = acceptance_.message.acceptance().seen();
    const std::pair place(seen.epoch(), seen.leaf_index());
    const std::string& thread = acceptance_.message.acceptance().thread().pae_sha256();
    const MessageFacts* about = nullptr;
    const ProvedEntry* found = nullptr;
    EachOfSequencer([&](const MessageFacts& message, const ProvedEntry& entry) {
      if (PlaceOf(entry) != place) return;
      about = &message;
      found = &entry;
    });
    const std::string wanted = fmt::format(
        "entry {} of {} (epoch {}), the decision of its thread "
        "that its author had seen",
        seen.leaf_index(), sequencer_, seen.epoch());
    if (found == nullptr) {
      found_.Missing(acceptance_.folder, wanted, "it is not in the bundle",
                     "have the whole thread exported (with its thread)");
    } else if (!IsOwnDecision(*found) ||
               (about->message.has_header() && ThreadOf(*about) != thread)) {
      found_.Invalid(
          acceptance_.folder, wanted,
          fmt::format("{} {} about {}", found->leaf.event, found->leaf.result, about->folder));
    }
  }

  // Whether the proposal could be accepted so, by what was signed. What was not verified, or is of
  // a newer schema, is never used; that was found already.
  bool CheckProposal(const ProvedEntry& decided) {
    if (proposal_ == nullptr || !proposal_->message.has_header()) return false;
    const auto invalid = [&](std::string_view wanted, std::string_view came) {
      found_.Invalid(acceptance_.folder, wanted, came);
      return false;
    };
    if (domain::HasUnknown(proposal_->message) || domain::HasUnknown(acceptance_.message)) {
      return false;
    }
    if (!proposal_->message.has_proposal()) {
      return invalid("an acceptance of a proposal", "one of another message");
    }
    if (DomainOf(proposal_->author) == DomainOf(acceptance_.author)) {
      return invalid("an acceptance by the other side than the proposal's", acceptance_.author);
    }
    if (NodesOf(*proposal_) != NodesOf(acceptance_)) {
      return invalid("a proposal on the same link", "one between other nodes");
    }
    const v1::Proposal& proposal = proposal_->message.proposal();
    const std::optional<absl::Time> begins = BeginsAt(proposal);
    if (!begins.has_value()) {
      found_.Missing(acceptance_.folder, "when the effect of the proposal begins",
                     "terms that cannot be read here", "check it with a newer program");
      return false;
    }
    const absl::Time until = std::min(*begins, domain::AnswerBy(proposal));
    if (decided.leaf.time >= until && decided.leaf.detail.starts_with(kAgain)) {
      found_.Missing(
          acceptance_.folder,
          fmt::format("the leaf by which {} decided before its log was lost", sequencer_),
          fmt::format("entry {}, which was written again later", decided.index),
          "ask the other side, which holds the first one");
      return false;
    }
    if (decided.leaf.time >= until) {
      return invalid(
          fmt::format("a decision before {}, when the time for an answer was over or "
                      "the effect began",
                      Shown(until)),
          fmt::format("entry {} of {} at {}", decided.index, sequencer_, Shown(decided.leaf.time)));
    }
    const ProvedEntry* before = LatestDecision([&](const ProvedEntry& entry) {
      return entry.leaf.event == event::kDecided && entry.leaf.epoch == decided.leaf.epoch &&
             entry.index < decided.index;
    });
    if (before != nullptr && before->leaf.result != "OPEN") {
      return invalid(
          "a proposal that was open when it was accepted",
          fmt::format("{} by entry {} of {}", before->leaf.result, before->index, sequencer_));
    }
    return true;
  }

  static std::set<std::string> NodesOf(const MessageFacts& message) {
    const v1::MessageHeader& header = message.message.header();
    std::set<std::string> nodes(header.recipient_nodes().begin(), header.recipient_nodes().end());
    nodes.insert(header.origin_node());
    return nodes;
  }

  // The sequencer's latest decision about the proposal of those that `fits` takes; null for none.
  template <typename Fits>
  const ProvedEntry* LatestDecision(const Fits& fits) const {
    const ProvedEntry* latest = nullptr;
    EachOfSequencer([&](const MessageFacts&, const ProvedEntry& entry) {
      if (entry.leaf.pae != proposal_->pae || !IsOwnDecision(entry) || !fits(entry)) return;
      if (latest == nullptr || PlaceOf(entry) > PlaceOf(*latest)) latest = &entry;
    });
    return latest;
  }

  // Nothing binds a node that refused: of its own acceptance the sequencer alone cannot say.
  bool IsRefused(const ProvedEntry& decided) {
    if (acceptance_.message.header().origin_node() != sequencer_) return false;
    const auto taken = std::ranges::find_if(acceptance_.entries, [&](const ProvedEntry& entry) {
      return entry.node == follower_ && entry.leaf.event == event::kDelivered;
    });
    if (taken == acceptance_.entries.end()) {
      found_.Missing(acceptance_.folder,
                     fmt::format("the DELIVERED entry of {}, which takes or refuses it", follower_),
                     "none: it is not shown to be in force",
                     "have the bundle exported again once it was delivered, or ask there");
      Note(fmt::format("pending: decided by {} at entry {}, not shown to be taken by {}",
                       sequencer_, decided.index, follower_));
      return true;
    }
    const std::string& result = taken->leaf.result;
    if (domain::StateNamed(result) != v1::AGREEMENT_STATE_REFUSED && result != "CARRIED") {
      return false;
    }
    Note(fmt::format("it put nothing in force ({} at entry {} of {})", result, taken->index,
                     follower_));
    return true;
  }

  void NoteState(const ProvedEntry& decided) {
    const ProvedEntry* instead = TakenBack(decided);
    const ProvedEntry* last =
        LatestDecision([&](const ProvedEntry& entry) { return PlaceOf(entry) > PlaceOf(decided); });
    if (instead != nullptr) {
      return Note(fmt::format("put in force by entry {} of {}, taken back by entry {} ({})",
                              decided.index, sequencer_, instead->index, instead->leaf.result));
    }
    if (last != nullptr && last->leaf.result != "IN_FORCE") {
      return Note(fmt::format("put in force by entry {} of {}, over by entry {} ({}) of {}",
                              decided.index, sequencer_, last->index, last->leaf.result,
                              Shown(last->leaf.time)));
    }
    Note(fmt::format("in force by entry {} of {}, {}", decided.index, sequencer_,
                     Shown(decided.leaf.time)));
  }

  // A later decision that stands instead of it, about whatever followed from it; null for none.
  const ProvedEntry* TakenBack(const ProvedEntry& decided) const {
    const ProvedEntry* instead = nullptr;
    EachOfSequencer([&](const MessageFacts&, const ProvedEntry& entry) {
      std::string_view detail = entry.leaf.detail;
      if (entry.leaf.event == event::kDecided && entry.leaf.epoch == decided.leaf.epoch &&
          entry.index > decided.index && ledger::TakePrefix("instead:", detail) &&
          ledger::ParseDecimal(detail) == decided.index) {
        instead = &entry;
      }
    });
    return instead;
  }

  const Anchors& anchors_;
  const std::span<const MessageFacts> messages_;
  const MessageFacts& acceptance_;
  const MessageFacts* const proposal_;
  Found& found_;
  std::string sequencer_;
  std::string follower_;
};

}  // namespace

void CheckAcceptance(const Anchors& anchors, std::span<const MessageFacts> messages,
                     const MessageFacts& acceptance, const MessageFacts* proposal, Found& found) {
  AcceptanceCheck(anchors, messages, acceptance, proposal, found).Check();
}

}  // namespace gatepost::evidence
