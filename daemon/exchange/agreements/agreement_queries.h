#ifndef GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_AGREEMENT_QUERIES_H_
#define GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_AGREEMENT_QUERIES_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "daemon/domain/gate_register.h"
#include "daemon/domain/holiday_calendar.h"
#include "daemon/exchange/hours_queries.h"
#include "daemon/exchange/queries.h"
#include "daemon/exchange/terms.h"
#include "daemon/store/store.h"
#include "daemon/system/clock.h"
#include "gatepost/v1/agreement_service.pb.h"

namespace gatepost::exchange {

// What users may ask about agreements. Reads only; any thread.
class AgreementQueries {
 public:
  struct Parts {
    const NodeTerms& node;
    const LinkTermsByPeer& links;
    const store::Store& store;
    const domain::GateRegister& gates;
    const domain::HolidayCalendars& calendars;
    const Queries& queries;
    const HoursQueries& hours;
    const system::Clock& clock;
  };
  // All must outlive it.
  explicit AgreementQueries(Parts parts) : parts_(parts) {}

  // Threads, newest first, without their steps. BAD_CURSOR, BAD_ARGUMENT.
  absl::StatusOr<v1::ListAgreementsResponse> ListAgreements(
      const v1::ListAgreementsRequest& request) const;

  // NOT_FOUND, BAD_ARGUMENT as Queries::Find; WRONG_SUBJECT for a message of no thread.
  // `fetched` gets the rows of its messages whose handing over is FETCHED (rungs.h).
  absl::StatusOr<v1::GetAgreementResponse> GetAgreement(
      const v1::GetAgreementRequest& request, std::vector<int64_t>* fetched = nullptr) const;

  // For a draft: names the side, the basis and the thread, and resolves relative changes by what is
  // agreed now; a warning where the calendars know the occasion on no such day (occasion.h). For a
  // proposal that is held: shows the hours now and then; WRONG_SUBJECT for any other message.
  // UNKNOWN_RECIPIENT, NOT_FOUND, NOT_IN_FORCE, WRONG_SUBJECT, MISSING_CELL, and what
  // ValidateProposal says of the terms.
  absl::StatusOr<v1::PrepareProposalResponse> PrepareProposal(
      const v1::PrepareProposalRequest& request) const;

 private:
  // A thread of these entries, whose newest proposal is in the row `newest`.
  absl::StatusOr<v1::AgreementThread> Describe(const store::Reader& store,
                                               const std::vector<store::ThreadEntry>& entries,
                                               int64_t newest, bool with_steps) const;
  absl::StatusOr<int64_t> NewestProposal(const store::Reader& store,
                                         const std::vector<store::ThreadEntry>& entries) const;
  absl::StatusOr<v1::ThreadStep> DescribeStep(const store::Reader& store,
                                              const store::ThreadEntry& entry) const;
  absl::Status NameCountered(const store::Reader& store, const v1::PrepareProposalRequest& request,
                             v1::Proposal& proposal) const;
  absl::Status FillBasis(const store::Reader& store, const v1::PrepareProposalRequest& request,
                         v1::PrepareProposalResponse& response) const;
  // The gates of the terms, and of what gives way to them.
  absl::StatusOr<std::set<std::string>> GatesAffected(
      const store::Reader& store, const v1::PrepareProposalResponse& response) const;
  absl::StatusOr<v1::PrepareProposalResponse> PrepareAcceptance(const std::string& reference) const;
  // Whether the thread waits for an answer of this side: its newest proposal is the other side's
  // and open, and no answer of this side waits for the sequencer.
  bool WaitsForAnswer(const v1::AgreementThread& thread,
                      const std::vector<store::ThreadEntry>& entries, int64_t newest) const;
  // What is not wrong but worth a look.
  void AddFindings(v1::PrepareProposalResponse& response) const;
  absl::Status ShowHours(const std::set<std::string>& gates,
                         v1::PrepareProposalResponse& response) const;

  const Parts parts_;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_AGREEMENT_QUERIES_H_
