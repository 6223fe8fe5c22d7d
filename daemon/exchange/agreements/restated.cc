#include "daemon/exchange/agreements/restated.h"

#include <charconv>
#include <string_view>
#include <vector>

#include "daemon/domain/agreements/thread_rules.h"
#include "daemon/exchange/agreements/dispute.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

constexpr std::string_view kFollows = "follows:";
constexpr std::string_view kInstead = "instead:";

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

// What may be said of a proposal instead of a decision of that result, by the side that sequences.
bool Fits(v1::AgreementState result, v1::AgreementState instead_of, v1::AgreementState held,
          bool own_proposal) {
  if (instead_of == v1::AGREEMENT_STATE_IN_FORCE) {
    if (result == v1::AGREEMENT_STATE_REFUSED) {
      return held == v1::AGREEMENT_STATE_OPEN && own_proposal;
    }
    // What was to follow from it did not happen here.
    return result == held &&
           (held == v1::AGREEMENT_STATE_IN_FORCE || held == v1::AGREEMENT_STATE_OPEN);
  }
  if (result != instead_of || held != v1::AGREEMENT_STATE_OPEN) return false;
  switch (result) {
    case v1::AGREEMENT_STATE_REJECTED:
    case v1::AGREEMENT_STATE_COUNTERED:
      return own_proposal;
    case v1::AGREEMENT_STATE_WITHDRAWN:
      return !own_proposal;
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
  const bool own_proposal = about.record.received_from.empty();
  if (Fits(domain::StateNamed(leaf.result), domain::StateNamed(unfollowed->result),
           about.standing.state, own_proposal)) {
    return absl::OkStatus();
  }
  return Contradicts(fmt::format("what undoes {} for a proposal that is {}", unfollowed->result,
                                 domain::StateName(about.standing.state)),
                     leaf.result);
}

}  // namespace gatepost::exchange
