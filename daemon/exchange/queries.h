#ifndef GATEPOST_DAEMON_EXCHANGE_QUERIES_H_
#define GATEPOST_DAEMON_EXCHANGE_QUERIES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "daemon/domain/gate_register.h"
#include "daemon/exchange/held_queries.h"
#include "daemon/exchange/ladders.h"
#include "daemon/exchange/log_book.h"
#include "daemon/exchange/terms.h"
#include "daemon/store/store.h"
#include "daemon/system/clock.h"
#include "gatepost/v1/exchange_service.pb.h"
#include "gatepost/v1/yard_service.pb.h"

namespace gatepost::exchange {

// What users may ask about messages. Reads only; any thread.
class Queries {
 public:
  // All must outlive it, and what `rules` names.
  Queries(const NodeTerms& node, const store::Store& store, const LogBook& log,
          const OwnRules& rules, const system::Clock& clock)
      : node_(node),
        store_(store),
        log_(log),
        ladders_(node, log),
        held_(node, log, rules, clock) {}

  // NOT_FOUND; BAD_ARGUMENT when an id is one of several authors' and none is named. Also of a HELD
  // message.
  // `fetched` gets the row of the message when handing it over is FETCHED (rungs.h).
  absl::StatusOr<v1::GetMessageResponse> GetMessage(const v1::GetMessageRequest& request,
                                                    std::vector<int64_t>* fetched = nullptr) const;
  // Newest first; those that are HELD oldest first.
  // BAD_CURSOR for a page token that is none of ours, BAD_ARGUMENT for a page size out of range.
  // `fetched` gets the rows whose handing over is FETCHED; none without envelopes.
  absl::StatusOr<v1::ListMessagesResponse> ListMessages(
      const v1::ListMessagesRequest& request, std::vector<int64_t>* fetched = nullptr) const;
  // NOT_FOUND, BAD_ARGUMENT as GetMessage. A HELD message has no ladder.
  absl::StatusOr<v1::GetStatusResponse> GetStatus(const v1::GetStatusRequest& request) const;

  // One stored message as users see it.
  absl::StatusOr<v1::StoredMessage> Describe(const store::Reader& store,
                                             const store::MessageRecord& record, bool with_envelope,
                                             bool with_receipt) const;
  // The message that a short reference or id names. NOT_FOUND, BAD_ARGUMENT.
  absl::StatusOr<store::MessageRecord> Find(const store::Reader& store, std::string_view reference,
                                            std::string_view author) const;
  // Of messages that are HELD.
  const HeldQueries& held() const { return held_; }
  // The short reference of the message in `row`; empty for 0 or a row that is not there.
  std::string ReferenceOfRow(const store::Reader& store, int64_t row) const;

 private:
  absl::StatusOr<std::optional<store::HeldRecord>> FindHeld(const store::Reader& store,
                                                            const absl::Status& not_found,
                                                            std::string_view reference,
                                                            std::string_view author) const;

  const NodeTerms& node_;
  const store::Store& store_;
  const LogBook& log_;
  const Ladders ladders_;
  const HeldQueries held_;
};

// What users may ask about yard counts. Reads only; any thread.
class YardQueries {
 public:
  // All must outlive it.
  YardQueries(const NodeTerms& node, const store::Store& store, const domain::GateRegister& gates,
              const Queries& queries, const system::Clock& clock)
      : node_(node), store_(store), gates_(gates), queries_(queries), clock_(clock) {}

  // The reports in force on a business date. Errors of GateRegister::Resolve; BAD_TIME.
  absl::StatusOr<v1::GetYardPictureResponse> GetYardPicture(
      const v1::GetYardPictureRequest& request) const;
  // Errors of GateRegister::Resolve; BAD_TIME, BAD_CURSOR, BAD_ARGUMENT, NOT_FOUND.
  absl::StatusOr<v1::ListYardReportsResponse> ListYardReports(
      const v1::ListYardReportsRequest& request) const;

 private:
  absl::StatusOr<v1::YardReportEntry> Describe(const store::Reader& store,
                                               const store::ReportRecord& report) const;

  const NodeTerms& node_;
  const store::Store& store_;
  const domain::GateRegister& gates_;
  const Queries& queries_;
  const system::Clock& clock_;
};

// A page size as asked for, within 1 to 500; 0 is `standard`. BAD_ARGUMENT otherwise.
absl::StatusOr<size_t> PageSize(int32_t asked, size_t standard);

// Page tokens name the row after which the next page begins. BAD_CURSOR when `token` is none.
std::string PageToken(int64_t row);
absl::StatusOr<int64_t> RowOfPageToken(std::string_view token);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_QUERIES_H_
