#include "daemon/exchange/agreements/doubt.h"

#include <algorithm>
#include <vector>

#include "absl/status/statusor.h"
#include "daemon/domain/agreements/proposal_rules.h"
#include "daemon/exchange/agreements/threads.h"
#include "daemon/exchange/held.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

absl::StatusOr<std::vector<HeldProposal>> InDoubt(const store::Reader& store, const NodeTerms& node,
                                                  std::string_view peer) {
  std::vector<HeldProposal> doubtful;
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::ThreadEntry> entries, store.Unsettled(peer));
  for (const store::ThreadEntry& entry : entries) {
    GATEPOST_ASSIGN_OR_RETURN(HeldProposal agreement, MustHoldProposal(store, entry.proposal_row));
    for (const v1::Basis& basis : agreement.proposal().basis()) {
      if (!basis.gives_way()) continue;
      GATEPOST_ASSIGN_OR_RETURN(HeldProposal ended,
                                FindProposal(store, node, peer, basis.agreement()));
      doubtful.push_back(std::move(ended));
    }
    doubtful.push_back(std::move(agreement));
  }
  return doubtful;
}

bool DependsOn(const v1::Proposal& proposal, const HeldProposal& other,
               const domain::GateRegister& gates) {
  const v1::Timetable* terms = domain::TimetableIn(proposal);
  if (terms == nullptr) {
    return std::ranges::any_of(proposal.basis(), [&](const v1::Basis& basis) {
      return basis.agreement().message_id() == other.record.message_id &&
             basis.agreement().author() == other.record.author;
    });
  }
  const v1::Timetable* older = domain::TimetableIn(other.proposal());
  return older != nullptr && domain::Touch(*older, absl::InfiniteFuture(), *terms, gates);
}

}  // namespace

absl::Status CheckBeyondDoubt(const store::Reader& store, const NodeTerms& node,
                              const domain::GateRegister& gates, std::string_view peer,
                              const v1::Message& proposal) {
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<HeldProposal> doubtful, InDoubt(store, node, peer));
  for (const HeldProposal& other : doubtful) {
    if (!DependsOn(proposal.proposal(), other, gates)) continue;
    return system::Refuse(v1::REASON_AWAITING_DECISION,
                          fmt::format("hours about which {} has receipted every acceptance", peer),
                          fmt::format("hours that touch {}, for which a receipt is awaited",
                                      NameOf(node, other.record)),
                          "wait for the receipt, then try again");
  }
  return absl::OkStatus();
}

}  // namespace gatepost::exchange
