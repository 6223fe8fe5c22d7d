#ifndef GATEPOST_TESTS_DOMAIN_REPORT_PARTS_H_
#define GATEPOST_TESTS_DOMAIN_REPORT_PARTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "daemon/domain/civil_time.h"
#include "daemon/domain/gate_register.h"
#include "daemon/domain/yard_sums.h"
#include "daemon/system/reason.h"
#include "gatepost/v1/yard_report.pb.h"
#include "tests/support/daily_reports.h"

// Small reports for tests: an original of the Vietnamese side for 1 July 2026, 20:00 H.
namespace gatepost::testing {

inline const domain::GateRegister& TestRegister() {
  static const domain::GateRegister gate_register = ProjectRegister();
  return gate_register;
}

inline absl::CivilDay TestDay() { return absl::CivilDay(2026, 7, 1); }

inline v1::ZonedTime TestTime(const std::string& typed) {
  absl::StatusOr<v1::ZonedTime> time = domain::ParseInstant(typed, TestDay());
  return time.value();
}

inline v1::YardReport EmptyReport() {
  v1::YardReport report;
  report.set_reporting_side("VN");
  *report.mutable_business_date() = domain::ToCivilDate(TestDay());
  *report.mutable_as_of() = TestTime("20:00H");
  report.set_revision(v1::REVISION_KIND_ORIGINAL);
  return report;
}

// An exact number of vehicles, VN→CN, of all classes; a gate by itself unless the scope says
// otherwise.
inline v1::Figure Vehicles(const std::string& scope, v1::Measure measure, int64_t value,
                           v1::ScopeExtent extent = v1::SCOPE_EXTENT_OWN) {
  v1::Figure figure;
  figure.set_scope_id(scope);
  figure.set_extent(extent);
  figure.set_direction(v1::DIRECTION_VN_TO_CN);
  figure.set_measure(measure);
  figure.set_load(v1::LOAD_ANY);
  figure.set_dwell(v1::DWELL_ANY);
  figure.mutable_quantity()->set_state(v1::VALUE_STATE_REPORTED);
  figure.mutable_quantity()->set_qualifier(v1::QUALIFIER_EXACT);
  figure.mutable_quantity()->set_unit(v1::UNIT_VEHICLES);
  figure.mutable_quantity()->set_value(value);
  return figure;
}

inline v1::Figure Waiting(const std::string& scope, int64_t value) {
  return Vehicles(scope, v1::MEASURE_WAITING, value);
}

inline v1::Figure GroupWaiting(const std::string& scope, int64_t value) {
  return Vehicles(scope, v1::MEASURE_WAITING, value, v1::SCOPE_EXTENT_GROUP);
}

inline v1::Figure OfClass(v1::Figure figure, const std::string& cargo_class,
                          const std::string& split = "") {
  figure.set_cargo_class(cargo_class);
  figure.set_split_id(split);
  return figure;
}

inline v1::Figure Towards(v1::Figure figure, v1::Direction direction) {
  figure.set_direction(direction);
  return figure;
}

inline v1::Figure Qualified(v1::Figure figure, v1::Qualifier qualifier) {
  figure.mutable_quantity()->set_qualifier(qualifier);
  return figure;
}

inline v1::Figure Stateless(v1::Figure figure, v1::ValueState state) {
  v1::Unit unit = figure.quantity().unit();
  figure.mutable_quantity()->Clear();
  figure.mutable_quantity()->set_state(state);
  figure.mutable_quantity()->set_unit(unit);
  return figure;
}

inline v1::YardReport ReportOf(const std::vector<v1::Figure>& figures) {
  v1::YardReport report = EmptyReport();
  for (const v1::Figure& figure : figures) *report.add_figures() = figure;
  return report;
}

// `REASON: wanted | came | todo` of a refusal; `OK` for none.
inline std::string Shown(const absl::Status& status) {
  if (status.ok()) return "OK";
  auto refusal = system::RefusalOf(status);
  if (!refusal) return std::string(status.message());
  return system::ReasonName(refusal->reason) + ": " + refusal->wanted + " | " + refusal->came +
         " | " + refusal->todo;
}

// Each finding as `SEVERITY subject: text`, those of one severity only.
inline std::vector<std::string> Shown(const std::vector<v1::Finding>& findings,
                                      v1::Severity severity) {
  std::vector<std::string> shown;
  for (const v1::Finding& finding : findings) {
    if (finding.severity() == severity) shown.push_back(finding.subject() + ": " + finding.text());
  }
  return shown;
}

// The failed sums of a report without history.
inline std::vector<std::string> Errors(const v1::YardReport& report) {
  return Shown(domain::CheckSums(report, TestRegister(), domain::NoHistory()), v1::SEVERITY_ERROR);
}

inline std::vector<std::string> Errors(const std::vector<v1::Figure>& figures) {
  return Errors(ReportOf(figures));
}

inline std::vector<std::string> NotCheckable(const std::vector<v1::Figure>& figures) {
  return Shown(domain::CheckSums(ReportOf(figures), TestRegister(), domain::NoHistory()),
               v1::SEVERITY_NOT_CHECKABLE);
}

}  // namespace gatepost::testing

#endif  // GATEPOST_TESTS_DOMAIN_REPORT_PARTS_H_
