#include "daemon/exchange/yard_desk.h"

#include <map>
#include <optional>
#include <utility>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/corrections.h"
#include "daemon/domain/figure_key.h"
#include "daemon/domain/yard_rules.h"
#include "daemon/domain/yard_sums.h"
#include "daemon/exchange/naming.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

// The figures of other days, as this node holds them.
class StoredHistory : public domain::YardHistory {
 public:
  explicit StoredHistory(const store::Reader& store) : store_(store) {}

  std::optional<v1::Figure> FigureBefore(std::string_view side, absl::CivilDay day,
                                         const domain::FigureKey& key) const override {
    auto [entry, added] = days_.try_emplace({std::string(side), day});
    if (added) entry->second = Load(side, day);
    for (const v1::YardReport& report : entry->second) {
      if (const v1::Figure* figure = domain::FigureIn(report, key); figure != nullptr) {
        return *figure;
      }
    }
    return std::nullopt;
  }

 private:
  std::vector<v1::YardReport> Load(std::string_view side, absl::CivilDay day) const {
    store::ReportFilter filter;
    filter.from = day;
    filter.to = day;
    filter.side = side;
    filter.limit = 500;
    std::vector<v1::YardReport> reports;
    absl::StatusOr<std::vector<store::ReportRecord>> rows = store_.ListReports(filter);
    if (!rows.ok()) return reports;  // Then the check says "not checkable".
    for (const store::ReportRecord& row : *rows) {
      absl::StatusOr<std::optional<store::MessageRecord>> record =
          store_.MessageByRow(row.message_row);
      if (!record.ok() || !record->has_value()) continue;
      absl::StatusOr<v1::YardReport> report = ReportIn(**record);
      if (report.ok()) reports.push_back(*std::move(report));
    }
    return reports;
  }

  const store::Reader& store_;
  mutable std::map<std::pair<std::string, absl::CivilDay>, std::vector<v1::YardReport>> days_;
};

absl::StatusOr<store::MessageRecord> MustHold(const store::Reader& store, int64_t row) {
  GATEPOST_ASSIGN_OR_RETURN(std::optional<store::MessageRecord> record, store.MessageByRow(row));
  if (!record.has_value()) {
    return system::Refuse(v1::REASON_LEDGER_DAMAGED, fmt::format("message row {}", row),
                          "it is missing", "check the store");
  }
  return *std::move(record);
}

}  // namespace

absl::StatusOr<v1::Message> MessageIn(const store::MessageRecord& record) {
  v1::Envelope envelope;
  v1::Message message;
  if (!envelope.ParseFromString(record.envelope) || !message.ParseFromString(envelope.payload())) {
    return system::Refuse(v1::REASON_LEDGER_DAMAGED, "a stored message that can be read",
                          fmt::format("message {}", record.message_id),
                          "check the store against its ledger");
  }
  return message;
}

absl::StatusOr<v1::YardReport> ReportIn(const store::MessageRecord& record) {
  GATEPOST_ASSIGN_OR_RETURN(v1::Message message, MessageIn(record));
  if (!message.has_yard_report()) {
    return system::Refuse(v1::REASON_LEDGER_DAMAGED, "a stored yard report",
                          fmt::format("message {}", record.message_id),
                          "check the store against its ledger");
  }
  return std::move(*message.mutable_yard_report());
}

// As people here know it, and as both sides do.
std::string YardDesk::NameOf(const store::MessageRecord& record) const {
  return fmt::format("{} (message {} by {})", ReferenceText(node_, record.reference),
                     record.message_id, record.author);
}

absl::Status YardDesk::CheckAlone(const OpenedMessage& opened, absl::Time now) const {
  return domain::ValidateYardReport(opened.message.yard_report(), opened.message.header(),
                                    domain::YardContext{gates_, opened.author.country, now});
}

absl::Status YardDesk::FindBase(const store::Reader& store, const OpenedMessage& opened,
                                YardJudgement& judgement) const {
  const v1::YardReport& report = opened.message.yard_report();
  const v1::MessageReference& named = opened.message.header().replaces();
  GATEPOST_ASSIGN_OR_RETURN(std::optional<store::MessageRecord> base,
                            store.FindMessage(named.author(), named.message_id()));
  if (!base.has_value() || certs::AsView(base->pae) != named.pae_sha256()) {
    return system::Refuse(v1::REASON_UNKNOWN_BASE, "a report that this node holds",
                          fmt::format("message {} by {}", named.message_id(), named.author()),
                          "name the report to replace, with its digest");
  }
  // A base that this node refused or only carries never came into force here: what it replaced did.
  std::optional<store::ReportRecord> base_report;
  while (true) {
    GATEPOST_ASSIGN_OR_RETURN(base_report, store.Report(base->row));
    if (base_report.has_value() || base->replaces_row == 0) break;
    GATEPOST_ASSIGN_OR_RETURN(*base, MustHold(store, base->replaces_row));
  }
  if (!base_report.has_value()) return absl::OkStatus();
  if (base_report->side != report.reporting_side() ||
      base_report->business_date != judgement.report.business_date) {
    return system::Refuse(v1::REASON_FIELD_CONFLICT,
                          "the side and business date of the report it replaces",
                          fmt::format("{} {}", report.reporting_side(),
                                      domain::DayText(judgement.report.business_date)),
                          "send a report of another day as an original");
  }
  if (base_report->replaced_by_row != 0) {
    GATEPOST_ASSIGN_OR_RETURN(store::MessageRecord newer,
                              MustHold(store, base_report->replaced_by_row));
    while (newer.replaced_by_row != 0) {
      GATEPOST_ASSIGN_OR_RETURN(newer, MustHold(store, newer.replaced_by_row));
    }
    return system::Refuse(v1::REASON_STALE_REVISION,
                          fmt::format("a revision of the newest report, {}", NameOf(newer)),
                          fmt::format("one of {}, which was replaced", NameOf(*base)),
                          "look at the newest report and revise that");
  }
  judgement.replaces_row = base->row;
  judgement.report.replaces_row = base->row;
  judgement.report.original_row = base_report->original_row;
  judgement.report.version = base_report->version + 1;
  if (report.revision() == v1::REVISION_KIND_CORRECTION) {
    GATEPOST_ASSIGN_OR_RETURN(const v1::YardReport old_report, ReportIn(*base));
    return domain::CheckCorrection(old_report, report);
  }
  return absl::OkStatus();
}

absl::Status YardDesk::CheckKeysFree(const store::Reader& store, const v1::YardReport& report,
                                     const YardJudgement& judgement) const {
  for (const domain::ReportKey& key : domain::ReportKeys(report)) {
    GATEPOST_ASSIGN_OR_RETURN(
        std::optional<int64_t> holder,
        store.ReportHolding(report.reporting_side(), key.scope_id, key.as_of));
    if (!holder.has_value() || *holder == judgement.replaces_row) continue;
    GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord record, MustHold(store, *holder));
    return system::Refuse(
        v1::REASON_DUPLICATE_REPORT,
        fmt::format("one report for {}, side {}, as of {}", key.scope_id, report.reporting_side(),
                    domain::TimeText(key.as_of, report.as_of().zone())),
        fmt::format("{} is in force already", NameOf(record)),
        "send it as a revision or correction of that report");
  }
  return absl::OkStatus();
}

absl::StatusOr<YardJudgement> YardDesk::Judge(const store::Reader& store,
                                              const OpenedMessage& opened) const {
  const v1::YardReport& report = opened.message.yard_report();
  YardJudgement judgement;
  judgement.report.side = report.reporting_side();
  GATEPOST_ASSIGN_OR_RETURN(judgement.report.business_date, domain::DayOf(report.business_date()));
  GATEPOST_ASSIGN_OR_RETURN(judgement.report.as_of, domain::InstantOf(report.as_of()));
  judgement.report.scope_ids.assign(opened.message.header().scope_ids().begin(),
                                    opened.message.header().scope_ids().end());
  if (report.revision() != v1::REVISION_KIND_ORIGINAL) {
    GATEPOST_RETURN_IF_ERROR(FindBase(store, opened, judgement));
  }
  GATEPOST_RETURN_IF_ERROR(CheckKeysFree(store, report, judgement));
  judgement.findings = domain::CheckSums(report, gates_, StoredHistory(store));
  if (!report.has_override()) {
    GATEPOST_RETURN_IF_ERROR(domain::RefuseFailedSums(judgement.findings));
  }
  return judgement;
}

absl::Status YardDesk::Record(store::Transaction& store, int64_t row, const v1::YardReport& report,
                              const YardJudgement& judgement) const {
  if (judgement.replaces_row != 0) {
    GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord base,
                              MustHold(store, judgement.replaces_row));
    GATEPOST_ASSIGN_OR_RETURN(const v1::YardReport old_report, ReportIn(base));
    for (const domain::ReportKey& key : domain::ReportKeys(old_report)) {
      GATEPOST_RETURN_IF_ERROR(
          store.FreeReportKey(old_report.reporting_side(), key.scope_id, key.as_of));
    }
    GATEPOST_RETURN_IF_ERROR(store.MarkReplaced(judgement.replaces_row, row));
  }
  store::ReportRecord record = judgement.report;
  record.message_row = row;
  if (record.original_row == 0) record.original_row = row;
  GATEPOST_RETURN_IF_ERROR(store.PutReport(record));
  for (const domain::ReportKey& key : domain::ReportKeys(report)) {
    GATEPOST_RETURN_IF_ERROR(
        store.HoldReportKey(report.reporting_side(), key.scope_id, key.as_of, row));
  }
  return absl::OkStatus();
}

}  // namespace gatepost::exchange
