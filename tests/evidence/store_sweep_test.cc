// Whatever somebody changes in a copied store, the check finds it, and where.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "certs/digest.h"
#include "tests/evidence/store_world.h"

namespace gatepost::testing {
namespace {

using evidence::StoreVerdict;

// Columns that are projections of messages, or this node's own bookkeeping: nobody's evidence.
const std::set<std::string>& NotEvidence() {
  static const std::set<std::string> columns = {"message.year",
                                                "message.number",
                                                "message.findings",
                                                "message.replaces_row",
                                                "message.replaced_by_row",
                                                "message.scope_ids",
                                                "link.fencing",
                                                "link.alarm",
                                                "decision.thread_row"};
  return columns;
}
// And whole tables of them.
const std::set<std::string>& ProjectionTables() {
  static const std::set<std::string> tables = {
      "meta",  "reference_year", "message_scope",   "report",   "report_scope", "report_key",
      "hours", "hours_gate",     "acknowledgement", "proposal", "thread_entry"};
  return tables;
}

struct TableColumn {
  std::string name;
  bool is_key;
};

class StoreSweep : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { world_ = new StoreWorld(); }
  static void TearDownTestSuite() {
    delete world_;
    world_ = nullptr;
  }

  StoreVerdict Check(DatabaseCopy& copy, bool vn) {
    return Need(evidence::CheckStore(copy.folder(), world_->OptionsOf(vn)));
  }
  static std::vector<std::string> Tables(DatabaseCopy& copy) {
    std::vector<std::string> tables;
    for (const auto& row : copy.Ask("SELECT name FROM sqlite_schema WHERE type = 'table'"
                                    " AND name NOT LIKE 'sqlite_%' ORDER BY name")) {
      tables.push_back(row[0].bytes);
    }
    return tables;
  }
  static std::vector<TableColumn> Columns(DatabaseCopy& copy, const std::string& table) {
    std::vector<TableColumn> columns;
    for (const auto& row :
         copy.Ask(fmt::format("SELECT name, pk FROM pragma_table_info('{}')", table))) {
      columns.push_back({row[0].bytes, row[1].number != 0});
    }
    // The number of these rows only says when they came; they are known by what they are about.
    const std::map<std::string, std::set<std::string>> known_by = {
        {"chain", {"leaf_sha256"}},
        {"peer_head", {"peer", "epoch", "size"}},
        {"receipt", {"peer", "sequence"}}};
    const auto key = known_by.find(table);
    if (key == known_by.end()) return columns;
    for (TableColumn& column : columns) column.is_key = key->second.contains(column.name);
    std::erase_if(columns, [](const TableColumn& column) { return column.name == "row"; });
    return columns;
  }
  static std::string KeyCondition(const std::vector<TableColumn>& columns) {
    std::string condition;
    for (const TableColumn& column : columns) {
      if (!column.is_key) continue;
      condition += fmt::format("{}{} = ?", condition.empty() ? "" : " AND ", column.name);
    }
    return condition;
  }
  static std::vector<Cell> KeyOf(const std::vector<TableColumn>& columns,
                                 const std::vector<Cell>& row) {
    std::vector<Cell> key;
    for (size_t at = 0; at < columns.size(); ++at) {
      if (columns[at].is_key) key.push_back(row[at]);
    }
    return key;
  }
  static std::vector<std::vector<Cell>> RowsOf(DatabaseCopy& copy, const std::string& table) {
    std::string order;
    for (const TableColumn& column : Columns(copy, table)) {
      if (column.is_key) order += (order.empty() ? "" : ", ") + column.name;
    }
    return copy.Ask(
        fmt::format("SELECT {} FROM {} ORDER BY {}", NamesOf(copy, table), table, order));
  }
  static std::string NamesOf(DatabaseCopy& copy, const std::string& table) {
    std::string names;
    for (const TableColumn& column : Columns(copy, table)) {
      names += (names.empty() ? "" : ", ") + column.name;
    }
    return names;
  }
  // Puts a whole row in.
  static bool Insert(DatabaseCopy& copy, const std::string& table, const std::vector<Cell>& row) {
    std::string marks = "?";
    for (size_t at = 1; at < row.size(); ++at) marks += ", ?";
    return copy.Do(
        fmt::format("INSERT INTO {} ({}) VALUES ({})", table, NamesOf(copy, table), marks), row);
  }

  // Where a change of this row may be found, as prefixes.
  static std::set<std::string> Places(const std::string& table,
                                      const std::vector<TableColumn>& columns,
                                      const std::vector<Cell>& row) {
    std::map<std::string, Cell> cells;
    for (size_t at = 0; at < columns.size(); ++at) cells[columns[at].name] = row[at];
    const auto text = [&](const char* name) { return cells[name].bytes; };
    const auto number = [&](const char* name) { return cells[name].number; };
    if (table == "ledger_group") {
      std::set<std::string> places = {fmt::format("ledger_group {}", number("first_index"))};
      for (int64_t at = 0; at < std::min<int64_t>(number("leaf_count"), 100); ++at) {
        places.insert(fmt::format("entry {}", number("first_index") + at));
      }
      return places;
    }
    if (table == "message") {
      return {fmt::format("message {}", number("row")),
              fmt::format("entry {}", number("leaf_index"))};
    }
    if (table == "chain")
      return {fmt::format("chain {}", certs::HexEncode(text("leaf_sha256"))), "message "};
    if (table == "peer_head") {
      return {fmt::format("peer_head {} {} {}", text("peer"), number("epoch"), number("size")),
              "receipt ", "rung ", "decision ", fmt::format("link {}", text("peer"))};
    }
    if (table == "rung") {
      return {fmt::format("rung {} {} {}", text("peer"), number("given") != 0 ? "given" : "taken",
                          number("number"))};
    }
    if (table == "decision") {
      return {fmt::format("decision {} {}", text("peer"), number("number"))};
    }
    if (table == "link") return {fmt::format("link {}", text("peer"))};
    if (table == "cosigned_head") {
      return {fmt::format("cosigned_head {} {}", text("origin"), number("size")), "link "};
    }
    if (table == "witnessed") return {fmt::format("witnessed {}", text("origin"))};
    return {fmt::format("{} {} {}", table, text("peer"), number("sequence"))};
  }

  void ExpectFound(DatabaseCopy& copy, bool vn, const std::set<std::string>& places,
                   const std::string& what) {
    ++changes_;
    const StoreVerdict verdict = Check(copy, vn);
    ASSERT_EQ(verdict.answer, evidence::Answer::kInvalid) << what;
    const bool in_place = std::any_of(
        verdict.findings.begin(), verdict.findings.end(), [&](const evidence::Finding& finding) {
          return std::any_of(places.begin(), places.end(), [&](const std::string& place) {
            if (!finding.where.starts_with(place)) return false;
            return place.ends_with(' ') || finding.where.size() == place.size();
          });
        });
    std::string told;
    for (const auto& finding : verdict.findings) told += finding.where + "; ";
    EXPECT_TRUE(in_place) << what << " was found at " << told;
  }

  // Changes every byte of one value, one after the other.
  void SweepValue(DatabaseCopy& copy, bool vn, const std::string& table,
                  const std::vector<TableColumn>& columns, const std::vector<Cell>& row,
                  size_t column) {
    const Cell& cell = row[column];
    const bool is_number = cell.kind == Cell::Kind::kInteger;
    const size_t bytes = is_number ? 7 : cell.bytes.size();
    const std::string& name = columns[column].name;
    const std::string set =
        fmt::format("UPDATE {} SET {} = ? WHERE {}", table, name, KeyCondition(columns));
    for (size_t byte = 0; byte < bytes; ++byte) {
      std::vector<Cell> changed = row;
      if (is_number) {
        changed[column].number ^= int64_t{1} << (8 * byte);
      } else {
        changed[column].bytes[byte] ^= static_cast<char>(1 << byte % 7);
      }
      std::vector<Cell> values = KeyOf(columns, row);
      values.insert(values.begin(), changed[column]);
      if (!copy.Do(set, values)) {
        ++refused_;
        continue;
      }
      ASSERT_EQ(copy.Changes(), 1);
      std::set<std::string> places = Places(table, columns, row);
      places.merge(Places(table, columns, changed));
      ExpectFound(copy, vn, places, fmt::format("{}.{} byte {}", table, name, byte));
      values = KeyOf(columns, changed);
      values.insert(values.begin(), cell);
      ASSERT_TRUE(copy.Do(set, values));
      if (HasFatalFailure()) return;
    }
  }

  // Which rows of a table are changed byte by byte: the first, the last, and one of each kind.
  static std::vector<std::vector<Cell>> Chosen(const std::string& table,
                                               const std::vector<std::vector<Cell>>& rows) {
    std::map<std::string, std::vector<Cell>> of_kind;
    for (const auto& row : rows) {
      std::string kind;
      for (const Cell& cell : row) {
        const bool present =
            cell.kind == Cell::Kind::kInteger ? cell.number != 0 : !cell.bytes.empty();
        kind += present ? 'x' : '-';
      }
      // Kinds of messages differ by their size; groups by how many leaves they have.
      if (table == "message") kind += fmt::format(" {}", row.back().bytes.size() / 400);
      if (table == "ledger_group") kind = fmt::format("{}", std::min<int64_t>(row[1].number, 2));
      of_kind.emplace(kind, row);
    }
    std::vector<std::vector<Cell>> chosen;
    for (auto& [kind, row] : of_kind) chosen.push_back(std::move(row));
    return chosen;
  }

  void SweepBytes(bool vn) {
    DatabaseCopy copy(world_->FolderOf(vn));
    for (const std::string& table : Tables(copy)) {
      if (ProjectionTables().contains(table)) continue;
      const int before = changes_;
      const std::vector<TableColumn> columns = Columns(copy, table);
      const auto rows = Chosen(table, RowsOf(copy, table));
      for (const auto& row : rows) {
        for (size_t column = 0; column < columns.size(); ++column) {
          if (NotEvidence().contains(table + "." + columns[column].name)) continue;
          if (row[column].kind == Cell::Kind::kNull) continue;
          SweepValue(copy, vn, table, columns, row, column);
          if (HasFatalFailure()) return;
        }
      }
      fmt::print("{}: {} changed bytes of {} rows\n", table, changes_ - before, rows.size());
    }
    EXPECT_EQ(Check(copy, vn).answer, evidence::Answer::kValid);  // All was put back.
    fmt::print("{} changes found in their places; {} the schema refuses itself\n", changes_,
               refused_);
  }

  static StoreWorld* world_;
  int changes_ = 0;
  int refused_ = 0;
};

StoreWorld* StoreSweep::world_ = nullptr;

TEST_F(StoreSweep, EveryColumnIsEvidenceOrNamedAsNone) {
  DatabaseCopy copy(world_->FolderOf(true));
  std::set<std::string> tables, columns;
  for (const std::string& table : Tables(copy)) {
    tables.insert(table);
    for (const TableColumn& column : Columns(copy, table))
      columns.insert(table + "." + column.name);
  }
  for (const std::string& table : ProjectionTables()) EXPECT_TRUE(tables.contains(table)) << table;
  for (const std::string& column : NotEvidence()) EXPECT_TRUE(columns.contains(column)) << column;
}

TEST_F(StoreSweep, EveryByteAtTheSequencer) { SweepBytes(true); }
TEST_F(StoreSweep, EveryByteAtTheOtherNode) { SweepBytes(false); }

// A head that others hold, what the witness has cosigned, and a head of the peer that nothing
// stands under can be taken away without a trace: then less is proved, but nothing wrong.
TEST_F(StoreSweep, EveryRowDropped) {
  for (const bool vn : {true, false}) {
    DatabaseCopy copy(world_->FolderOf(vn));
    for (const std::string& table : Tables(copy)) {
      if (ProjectionTables().contains(table) || table == "witnessed") continue;
      const int before = changes_;
      const std::vector<TableColumn> columns = Columns(copy, table);
      const auto rows = RowsOf(copy, table);
      for (const auto& row : rows) {
        if (table == "cosigned_head" &&
            !row[0].bytes.starts_with(world_->Node(vn).setup.node.node)) {
          continue;
        }
        ASSERT_TRUE(copy.Do(fmt::format("DELETE FROM {} WHERE {}", table, KeyCondition(columns)),
                            KeyOf(columns, row)));
        ++changes_;
        EXPECT_EQ(Check(copy, vn).answer, evidence::Answer::kInvalid) << table;
        ASSERT_TRUE(Insert(copy, table, row));
      }
      fmt::print("{}: {} of {} rows dropped\n", table, changes_ - before, rows.size());
    }
    EXPECT_EQ(Check(copy, vn).answer, evidence::Answer::kValid);
  }
}

TEST_F(StoreSweep, EveryTwoNeighbouringRowsSwapped) {
  for (const bool vn : {true, false}) {
    DatabaseCopy copy(world_->FolderOf(vn));
    for (const std::string& table : Tables(copy)) {
      // The order of chains and of heads that are held says nothing.
      if (ProjectionTables().contains(table) || table == "chain" || table == "peer_head") continue;
      const int before = changes_;
      const std::vector<TableColumn> columns = Columns(copy, table);
      const auto rows = RowsOf(copy, table);
      std::string set;
      for (const TableColumn& column : columns) {
        if (!column.is_key) set += fmt::format("{}{} = ?", set.empty() ? "" : ", ", column.name);
      }
      const std::string update =
          fmt::format("UPDATE {} SET {} WHERE {}", table, set, KeyCondition(columns));
      const auto write = [&](const std::vector<Cell>& content, const std::vector<Cell>& key) {
        std::vector<Cell> values;
        for (size_t at = 0; at < columns.size(); ++at) {
          if (!columns[at].is_key) values.push_back(content[at]);
        }
        for (Cell& cell : KeyOf(columns, key)) values.push_back(std::move(cell));
        return copy.Do(update, values);
      };
      // Unique columns pass through a value that nobody has.
      const auto away = [&](std::vector<Cell> content, const std::vector<Cell>& key) {
        for (size_t at = 0; at < columns.size(); ++at) {
          if (content[at].kind == Cell::Kind::kInteger) content[at].number += 1'000'000;
          if (content[at].kind != Cell::Kind::kInteger) content[at].bytes += "~";
        }
        return write(content, key);
      };
      for (size_t at = 1; at < rows.size(); ++at) {
        ASSERT_TRUE(away(rows[at], rows[at]) && write(rows[at], rows[at - 1]) &&
                    write(rows[at - 1], rows[at]))
            << table;
        ++changes_;
        EXPECT_EQ(Check(copy, vn).answer, evidence::Answer::kInvalid) << table << " " << at;
        ASSERT_TRUE(away(rows[at - 1], rows[at]) && write(rows[at - 1], rows[at - 1]) &&
                    write(rows[at], rows[at]));
      }
      fmt::print("{}: {} swaps of {} rows\n", table, changes_ - before, rows.size());
    }
    EXPECT_EQ(Check(copy, vn).answer, evidence::Answer::kValid);
  }
}

// The last row of each table once more, under the next number.
TEST_F(StoreSweep, EveryLastRowTwice) {
  const std::map<std::string, std::string> next = {{"message", "row number incoming_sequence"},
                                                   {"outgoing", "sequence"},
                                                   {"incoming_digest", "sequence"},
                                                   {"receipt", "row sequence"},
                                                   {"peer_head", "row size"},
                                                   {"ledger_group", "first_index"},
                                                   {"rung", "number message_row"},
                                                   {"decision", "number"},
                                                   {"cosigned_head", "size"}};
  for (const bool vn : {true, false}) {
    DatabaseCopy copy(world_->FolderOf(vn));
    for (const auto& [table, keys] : next) {
      const std::vector<TableColumn> columns = Columns(copy, table);
      std::vector<Cell> row = RowsOf(copy, table).back();
      for (size_t at = 0; at < columns.size(); ++at) {
        if ((" " + keys + " ").find(" " + columns[at].name + " ") == std::string::npos) {
          if (columns[at].name == "message_id") row[at].bytes.back() ^= 1;
          continue;
        }
        if (row[at].kind == Cell::Kind::kInteger) {
          row[at].number += table == "ledger_group" ? row[1].number : 1;
        }
      }
      ASSERT_TRUE(Insert(copy, table, row)) << table;
      ++changes_;
      EXPECT_EQ(Check(copy, vn).answer, evidence::Answer::kInvalid) << table;
      ASSERT_TRUE(copy.Do(fmt::format("DELETE FROM {} WHERE {}", table, KeyCondition(columns)),
                          KeyOf(columns, row)));
    }
    EXPECT_EQ(Check(copy, vn).answer, evidence::Answer::kValid);
  }
  fmt::print("{} rows twice\n", changes_);
}

}  // namespace
}  // namespace gatepost::testing
