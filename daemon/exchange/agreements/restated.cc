#include "daemon/exchange/agreements/restated.h"

#include <charconv>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/domain/agreements/thread_rules.h"
#include "daemon/exchange/agreements/dispute.h"
#include "daemon/exchange/held.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

constexpr std::string_view kFollows = "follows:";
constexpr std::string_view kInstead = "instead:";

// What followed from an agreement that never bound is undone by one of these.
bool UndoesFollowed(v1::AgreementState result) {
  return result == v1::AGREEMENT_STATE_IN_FORCE || result == v1::AGREEMENT_STATE_OPEN;
}

std::optional<uint64_t> IndexAfter(std::string_view prefix, std::string_view detail) {
  if (!detail.starts_with(prefix)) return std::nullopt;
  uint64_t index = 0;
  const char* const end = detail.data() + detail.size();
  const auto [at, error] = std::from_chars(detail.data() + prefix.size(), end, index);
  if (error != std::errc() || at != end) return std::nullopt;
  return index;
}

// A decision of that leaf that this node keeps and could not follow.
absl::StatusOr<std::optional<store::DecisionRecord>> Unfollowed(const store::Reader& store,
                                                                std::string_view peer,
                                                                uint64_t epoch,
                                                                uint64_t leaf_index) {
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::DecisionRecord> in_no_thread,
                            store.DecisionsOfThread(0));
  for (const store::DecisionRecord& decision : in_no_thread) {
    if (decision.peer == peer && decision.epoch == epoch && decision.leaf_index == leaf_index) {
      return decision;
    }
  }
  return std::nullopt;
}

// A decision about the proposal that followed from the one of that leaf.
absl::StatusOr<std::optional<store::DecisionRecord>> Followed(const store::Reader& store,
                                                              const HeldProposal& about,
                                                              uint64_t leaf_index) {
  GATEPOST_ASSIGN_OR_RETURN(std::vector<store::DecisionRecord> decisions,
                            store.DecisionsOfThread(about.standing.thread_row));
  for (store::DecisionRecord& decision : decisions) {
    if (decision.message_row != about.record.row || decision.leaf.empty()) continue;
    GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf leaf, ledger::Leaf::Parse(decision.leaf));
    if (FollowsIn(leaf) == leaf_index) return std::move(decision);
  }
  return std::nullopt;
}

const v1::MessageCitation* CitedIn(const v1::Message& answer) {
  if (answer.has_acceptance()) return &answer.acceptance().proposal();
  if (answer.has_rejection()) return &answer.rejection().proposal();
  if (answer.has_withdrawal()) return &answer.withdrawal().proposal();
  return answer.proposal().has_counters() ? &answer.proposal().counters() : nullptr;
}

// Whether the message that could not be followed names the proposal. What could not be verified
// says nothing here; then it may name any one.
absl::StatusOr<bool> Names(const store::Reader& store, const store::DecisionRecord& unfollowed,
                           const HeldProposal& about) {
  GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord record,
                            MustHold(store, unfollowed.message_row));
  if (record.envelope.empty()) return true;
  GATEPOST_ASSIGN_OR_RETURN(const v1::Message message, MessageIn(record));
  const v1::MessageCitation* cited = CitedIn(message);
  return cited != nullptr && cited->author() == about.record.author &&
         cited->message_id() == about.record.message_id;
}

// Whether something else than what followed from it was stated instead of the decision already.
absl::StatusOr<bool> Restated(const store::Reader& store, const store::DecisionRecord& unfollowed) {
  constexpr size_t kAtOnce = 64;
  for (uint64_t after = unfollowed.number;;) {
    GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::DecisionRecord> later,
                              store.Decisions(unfollowed.peer, after, kAtOnce));
    if (later.empty()) return false;
    after = later.back().number;
    for (const store::DecisionRecord& decision : later) {
      GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf leaf, ledger::Leaf::Parse(decision.leaf));
      if (decision.epoch == unfollowed.epoch && InsteadIn(leaf) == unfollowed.leaf_index &&
          !UndoesFollowed(domain::StateNamed(decision.result))) {
        return true;
      }
    }
  }
}

// What may be said of a proposal instead of the decision on an answer to it.
bool Fits(v1::AgreementState result, v1::AgreementState instead_of, bool own_proposal) {
  switch (instead_of) {
    case v1::AGREEMENT_STATE_IN_FORCE:
      return result == v1::AGREEMENT_STATE_REFUSED && own_proposal;
    case v1::AGREEMENT_STATE_REJECTED:
    case v1::AGREEMENT_STATE_COUNTERED:
      return result == instead_of && own_proposal;
    case v1::AGREEMENT_STATE_WITHDRAWN:
      return result == instead_of && !own_proposal;
    default:
      return false;
  }
}

}  // namespace

std::string FollowsDetail(uint64_t leaf_index) { return fmt::format("{}{}", kFollows, leaf_index); }

std::string InsteadDetail(uint64_t leaf_index) { return fmt::format("{}{}", kInstead, leaf_index); }

std::optional<uint64_t> FollowsIn(const ledger::Leaf& leaf) {
  return IndexAfter(kFollows, leaf.detail);
}

std::optional<uint64_t> InsteadIn(const ledger::Leaf& leaf) {
  return IndexAfter(kInstead, leaf.detail);
}

absl::Status CheckRestated(const store::Reader& store, const ledger::Leaf& leaf, uint64_t epoch,
                           const HeldProposal& about) {
  const uint64_t index = InsteadIn(leaf).value_or(0);
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::DecisionRecord> unfollowed,
                            Unfollowed(store, about.standing.peer, epoch, index));
  if (!unfollowed.has_value()) {
    return Contradicts("a decision instead of one that this node could not follow",
                       fmt::format("{} instead of leaf {}", leaf.result, index));
  }
  const v1::AgreementState result = domain::StateNamed(leaf.result);
  const v1::AgreementState held = about.standing.state;
  if (UndoesFollowed(result)) {
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::DecisionRecord> followed,
                              Followed(store, about, index));
    if (followed.has_value() && result == held &&
        about.standing.over_from == absl::InfiniteFuture()) {
      return absl::OkStatus();
    }
  } else if (held == v1::AGREEMENT_STATE_OPEN &&
             Fits(result, domain::StateNamed(unfollowed->result),
                  about.record.received_from.empty())) {
    GATEPOST_ASSIGN_OR_RETURN(const bool names, Names(store, *unfollowed, about));
    GATEPOST_ASSIGN_OR_RETURN(const bool restated, Restated(store, *unfollowed));
    if (names && !restated) return absl::OkStatus();
  }
  return Contradicts(fmt::format("what undoes {} for a proposal that is {}", unfollowed->result,
                                 domain::StateName(held)),
                     leaf.result);
}

absl::StatusOr<bool> UndoesDispute(const store::Reader& store, const ledger::Leaf& leaf,
                                   const HeldProposal& about) {
  const std::optional<uint64_t> instead = InsteadIn(leaf);
  if (!instead.has_value() || !about.standing.disputed) return false;
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<uint64_t> cause,
                            CauseOfDispute(store, about.record.row));
  if (cause == instead) return true;
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::DecisionRecord> followed,
                            Followed(store, about, *instead));
  return followed.has_value() && cause == followed->leaf_index;
}

}  // namespace gatepost::exchange
