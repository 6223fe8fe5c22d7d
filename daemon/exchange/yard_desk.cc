#include "daemon/exchange/yard_desk.h"

#include <map>
#include <optional>
#include <utility>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/corrections.h"
#include "daemon/domain/figure_key.h"
#include "daemon/domain/yard_rules.h"
#include "daemon/domain/yard_sums.h"
#include "daemon/exchange/held.h"
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

}  // namespace

absl::StatusOr<v1::YardReport> ReportIn(const store::MessageRecord& record) {
  GATEPOST_ASSIGN_OR_RETURN(v1::Message message, MessageIn(record));
  if (!message.has_yard_report()) {
    return system::Refuse(v1::REASON_LEDGER_DAMAGED, "a stored yard report",
                          fmt::format("message {}", record.message_id),
                          "check the store against its ledger");
  }
  return std::move(*message.mutable_yard_report());
}

absl::Status YardDesk::CheckAlone(const OpenedMessage& opened, absl::Time now) const {
  return domain::ValidateYardReport(opened.message.yard_report(), opened.message.header(),
                                    domain::YardContext{gates_, opened.author.country, now});
}

absl::Status YardDesk::FindBase(const store::Reader& store, const OpenedMessage& opened,
                                Judgement& judgement, store::ReportRecord& entry) const {
  const v1::YardReport& report = opened.message.yard_report();
  const v1::MessageReference& named = opened.message.header().replaces();
  GATEPOST_ASSIGN_OR_RETURN(
      store::MessageRecord base,
      FindNamed(store, named.author(), named.message_id(), named.pae_sha256()));
  // A base that this node refused or only carries never came into force here: what it replaced did.
  std::optional<store::ReportRecord> base_report;
  while (true) {
    GATEPOST_ASSIGN_OR_RETURN(base_report, store.Report(base.row));
    if (base_report.has_value() || base.replaces_row == 0) break;
    GATEPOST_ASSIGN_OR_RETURN(base, MustHold(store, base.replaces_row));
  }
  if (!base_report.has_value()) return absl::OkStatus();
  if (base_report->side != report.reporting_side() ||
      base_report->business_date != entry.business_date) {
    return system::Refuse(
        v1::REASON_FIELD_CONFLICT, "the side and business date of the report it replaces",
        fmt::format("{} {}", report.reporting_side(), domain::DayText(entry.business_date)),
        "send a report of another day as an original");
  }
  if (base_report->replaced_by_row != 0) {
    GATEPOST_ASSIGN_OR_RETURN(store::MessageRecord newer,
                              MustHold(store, base_report->replaced_by_row));
    while (newer.replaced_by_row != 0) {
      GATEPOST_ASSIGN_OR_RETURN(newer, MustHold(store, newer.replaced_by_row));
    }
    return system::Refuse(v1::REASON_STALE_REVISION,
                          fmt::format("a revision of the newest report, {}", NameOf(node_, newer)),
                          fmt::format("one of {}, which was replaced", NameOf(node_, base)),
                          "look at the newest report and revise that");
  }
  judgement.replaces_row = base.row;
  entry.replaces_row = base.row;
  entry.original_row = base_report->original_row;
  entry.version = base_report->version + 1;
  if (report.revision() == v1::REVISION_KIND_CORRECTION) {
    GATEPOST_ASSIGN_OR_RETURN(const v1::YardReport old_report, ReportIn(base));
    return domain::CheckCorrection(old_report, report);
  }
  return absl::OkStatus();
}

absl::Status YardDesk::CheckKeysFree(const store::Reader& store, const v1::YardReport& report,
                                     int64_t replaces_row) const {
  for (const domain::ReportKey& key : domain::ReportKeys(report)) {
    GATEPOST_ASSIGN_OR_RETURN(
        std::optional<int64_t> holder,
        store.ReportHolding(report.reporting_side(), key.scope_id, key.as_of));
    if (!holder.has_value() || *holder == replaces_row) continue;
    GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord record, MustHold(store, *holder));
    return system::Refuse(
        v1::REASON_DUPLICATE_REPORT,
        fmt::format("one report for {}, side {}, as of {}", key.scope_id, report.reporting_side(),
                    domain::TimeText(key.as_of, report.as_of().zone())),
        fmt::format("{} is in force already", NameOf(node_, record)),
        "send it as a revision or correction of that report");
  }
  return absl::OkStatus();
}

absl::StatusOr<Judgement> YardDesk::Judge(const store::Reader& store, const OpenedMessage& opened,
                                          absl::Time /*now*/) const {
  const v1::YardReport& report = opened.message.yard_report();
  Judgement judgement;
  store::ReportRecord entry;
  entry.side = report.reporting_side();
  GATEPOST_ASSIGN_OR_RETURN(entry.business_date, domain::DayOf(report.business_date()));
  GATEPOST_ASSIGN_OR_RETURN(entry.as_of, domain::InstantOf(report.as_of()));
  entry.scope_ids.assign(opened.message.header().scope_ids().begin(),
                         opened.message.header().scope_ids().end());
  if (report.revision() != v1::REVISION_KIND_ORIGINAL) {
    GATEPOST_RETURN_IF_ERROR(FindBase(store, opened, judgement, entry));
  }
  GATEPOST_RETURN_IF_ERROR(CheckKeysFree(store, report, judgement.replaces_row));
  judgement.findings = domain::CheckSums(report, gates_, StoredHistory(store));
  if (!report.has_override()) {
    GATEPOST_RETURN_IF_ERROR(domain::RefuseFailedSums(judgement.findings));
  }
  judgement.entry = std::move(entry);
  return judgement;
}

absl::Status YardDesk::Record(CommitScope& scope, const store::MessageRecord& record,
                              const OpenedMessage& opened, const Judgement& judgement) const {
  const v1::YardReport& report = opened.message.yard_report();
  if (judgement.replaces_row != 0) {
    GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord base,
                              MustHold(scope.store, judgement.replaces_row));
    GATEPOST_ASSIGN_OR_RETURN(const v1::YardReport old_report, ReportIn(base));
    for (const domain::ReportKey& key : domain::ReportKeys(old_report)) {
      GATEPOST_RETURN_IF_ERROR(
          scope.store.FreeReportKey(old_report.reporting_side(), key.scope_id, key.as_of));
    }
    GATEPOST_RETURN_IF_ERROR(scope.store.MarkReplaced(judgement.replaces_row, record.row));
  }
  store::ReportRecord entry = std::get<store::ReportRecord>(judgement.entry);
  entry.message_row = record.row;
  if (entry.original_row == 0) entry.original_row = record.row;
  GATEPOST_RETURN_IF_ERROR(scope.store.PutReport(entry));
  for (const domain::ReportKey& key : domain::ReportKeys(report)) {
    GATEPOST_RETURN_IF_ERROR(
        scope.store.HoldReportKey(report.reporting_side(), key.scope_id, key.as_of, record.row));
  }
  return absl::OkStatus();
}

}  // namespace gatepost::exchange
