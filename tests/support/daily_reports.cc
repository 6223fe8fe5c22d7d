#include "tests/support/daily_reports.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <tuple>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/figure_key.h"
#include "gatepost/config/v1/register.pb.h"
#include "google/protobuf/text_format.h"

namespace gatepost::testing {
namespace {

[[noreturn]] void Fail(std::string_view what, std::string_view which) {
  std::fprintf(stderr, "%.*s: %.*s\n", static_cast<int>(what.size()), what.data(),
               static_cast<int>(which.size()), which.data());
  std::abort();
}

std::vector<std::vector<std::string>> Cells(const std::string& bytes) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row;
  std::string cell;
  bool quoted = false;
  for (size_t at = 0; at < bytes.size(); ++at) {
    char c = bytes[at];
    if (quoted) {
      if (c == '"' && at + 1 < bytes.size() && bytes[at + 1] == '"') {
        cell += '"';
        ++at;
      } else if (c == '"') {
        quoted = false;
      } else {
        cell += c;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',' || c == '\n') {
      row.push_back(std::move(cell));
      cell.clear();
      if (c == '\n') rows.push_back(std::exchange(row, {}));
    } else if (c != '\r') {
      cell += c;
    }
  }
  return rows;
}

template <typename Value>
Value Meaning(const std::map<std::string_view, Value>& words, const std::string& word) {
  auto found = words.find(word);
  if (found == words.end()) Fail("unknown word", word);
  return found->second;
}

v1::Direction DirectionOf(const CsvRow& row) {
  if (row.at("direction") == "both") return v1::DIRECTION_BOTH;
  bool leaves = row.at("direction") == "export";
  return leaves == (row.at("side") == "VN") ? v1::DIRECTION_VN_TO_CN : v1::DIRECTION_CN_TO_VN;
}

v1::Measure MeasureOf(const CsvRow& row) {
  static const std::map<std::string_view, v1::Measure> words = {
      {"waiting", v1::MEASURE_WAITING},
      {"cleared", v1::MEASURE_CLEARED},
      {"arrived", v1::MEASURE_ARRIVED},
      {"turned_back", v1::MEASURE_TURNED_BACK},
      {"two_way_loaded", v1::MEASURE_TWO_WAY_LOADED},
      {"weight", v1::MEASURE_WEIGHT},
      {"cleared_change", v1::MEASURE_CLEARED_CHANGE},
      {"waiting_change", v1::MEASURE_WAITING_CHANGE},
  };
  return Meaning(words, row.at("measure"));
}

v1::ScopeExtent ExtentOf(const CsvRow& row) {
  static const std::map<std::string_view, v1::ScopeExtent> words = {
      {"OWN", v1::SCOPE_EXTENT_OWN},
      {"WITH_BELOW", v1::SCOPE_EXTENT_WITH_BELOW},
      {"YARD", v1::SCOPE_EXTENT_YARD},
      {"GROUP", v1::SCOPE_EXTENT_GROUP},
  };
  return Meaning(words, row.at("scope_kind"));
}

v1::Figure FigureOf(const CsvRow& row) {
  static const std::map<std::string_view, v1::Unit> units = {{"vehicles", v1::UNIT_VEHICLES},
                                                             {"tonnes", v1::UNIT_TONNES}};
  static const std::map<std::string_view, v1::Qualifier> qualifiers = {
      {"exact", v1::QUALIFIER_EXACT}, {"approx", v1::QUALIFIER_ABOUT}};
  v1::Figure figure;
  figure.set_scope_id(row.at("scope"));
  figure.set_extent(ExtentOf(row));
  figure.set_direction(DirectionOf(row));
  figure.set_measure(MeasureOf(row));
  figure.set_load(v1::LOAD_ANY);
  figure.set_dwell(v1::DWELL_ANY);
  if (row.at("cargo") != "all") figure.set_cargo_class(row.at("cargo"));
  figure.set_set_complete(row.at("set_complete") == "yes");
  v1::Quantity& quantity = *figure.mutable_quantity();
  quantity.set_state(v1::VALUE_STATE_REPORTED);
  quantity.set_value(std::stoll(row.at("value")));
  quantity.set_unit(Meaning(units, row.at("unit")));
  quantity.set_qualifier(Meaning(qualifiers, row.at("qualifier")));
  return figure;
}

// Gives parts their split, and marks the whole as complete where the rest part is there.
void StateSplits(const domain::GateRegister& gate_register, v1::YardReport& report) {
  absl::CivilDay day = *domain::DayOf(report.business_date());
  std::set<domain::FigureKey> complete;
  for (v1::Figure& figure : *report.mutable_figures()) {
    for (const v1::CargoSplit* split : gate_register.SplitsOn(day)) {
      const auto& parts = split->part_ids();
      if (split->direction() != figure.direction()) continue;
      if (std::find(parts.begin(), parts.end(), figure.cargo_class()) == parts.end()) continue;
      figure.set_split_id(split->id());
      if (figure.cargo_class() != split->rest_part_id()) continue;
      domain::FigureKey whole = domain::KeyOf(figure, report);
      whole.cargo_class.clear();
      complete.insert(whole);
    }
  }
  for (v1::Figure& figure : *report.mutable_figures()) {
    for (const v1::CargoSplit* split : gate_register.SplitsOn(day)) {
      domain::FigureKey key = domain::KeyOf(figure, report);
      key.split_id = split->id();
      if (complete.contains(key) && figure.cargo_class().empty()) {
        figure.add_complete_splits(split->id());
      }
    }
  }
}

}  // namespace

std::string ReadProjectFile(const std::string& path) {
  std::ifstream file(std::string(GATEPOST_SOURCE_DIR) + "/" + path, std::ios::binary);
  if (!file) Fail("cannot read", path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<CsvRow> ReadCsv(const std::string& path) {
  std::vector<std::vector<std::string>> cells = Cells(ReadProjectFile(path));
  if (cells.empty()) Fail("no rows", path);
  std::vector<CsvRow> rows;
  for (size_t at = 1; at < cells.size(); ++at) {
    if (cells[at].size() != cells[0].size()) Fail("a row of another length", path);
    CsvRow& row = rows.emplace_back();
    for (size_t column = 0; column < cells[0].size(); ++column) {
      row[cells[0][column]] = cells[at][column];
    }
  }
  return rows;
}

domain::GateRegister ProjectRegister() {
  config::v1::GateRegister proto;
  std::string text = ReadProjectFile("daemon/domain/register/gates.textproto");
  if (!google::protobuf::TextFormat::ParseFromString(text, &proto)) Fail("no register", "text");
  absl::StatusOr<domain::GateRegister> made = domain::GateRegister::FromProto(proto);
  if (!made.ok()) Fail("no register", std::string(made.status().message()));
  return *made;
}

std::vector<v1::YardReport> DailyReports(const domain::GateRegister& gate_register) {
  std::vector<v1::YardReport> reports;
  std::map<std::tuple<std::string, std::string>, size_t> places;
  for (const CsvRow& row : ReadCsv("tests/data/daily-reports.csv")) {
    absl::CivilDay day = *domain::ParseDay(row.at("business_date"));
    auto [place, is_new] =
        places.emplace(std::tuple(row.at("business_date"), row.at("side")), reports.size());
    if (is_new) {
      v1::YardReport& report = reports.emplace_back();
      report.set_reporting_side(row.at("side"));
      *report.mutable_business_date() = domain::ToCivilDate(day);
      *report.mutable_as_of() = *domain::ParseInstant("20:00H", day);
      report.set_as_of_assumed(true);
      report.set_revision(v1::REVISION_KIND_ORIGINAL);
    }
    v1::YardReport& report = reports[place->second];
    v1::Figure& figure = *report.add_figures();
    figure = FigureOf(row);
    if (!row.at("as_of").empty()) {
      *figure.mutable_time()->mutable_as_of() = *domain::ParseInstant(row.at("as_of"));
    }
  }
  for (v1::YardReport& report : reports) StateSplits(gate_register, report);
  return reports;
}

v1::YardReport DailyReport(const domain::GateRegister& gate_register, std::string_view date) {
  absl::CivilDay day = *domain::ParseDay(date);
  for (v1::YardReport& report : DailyReports(gate_register)) {
    if (*domain::DayOf(report.business_date()) == day) return report;
  }
  Fail("no report of", date);
}

v1::MessageHeader HeaderFor(const v1::YardReport& report) {
  v1::MessageHeader header;
  header.set_message_id("0194e1a2-7c00-7000-8000-0123456789ab");
  header.set_author("spiffe://langson.example/agency/board/officer/shift-lead-2");
  *header.mutable_authored_at() = report.as_of();
  header.set_salt(std::string(16, 's'));
  header.set_origin_node("vn-langson");
  header.add_recipient_nodes("cn-pingxiang");
  for (const std::string& id : domain::ScopeIdsOf(report)) header.add_scope_ids(id);
  return header;
}

}  // namespace gatepost::testing
