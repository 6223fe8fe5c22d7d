#include "daemon/store/sqlite/failure.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <string>
#include <system_error>

#include "daemon/system/reason.h"
#include "gatepost/v1/reason.pb.h"

namespace gatepost::store::sqlite {
namespace {

std::string_view WhatToDo(int extended_code) {
  switch (extended_code & 0xff) {
    case SQLITE_FULL:
      return "free space on the disk; nothing needs to be repaired";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return "stop the node, keep the files as they are and restore them (daemon/store/README.md)";
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_READONLY:
      return "check that the node owns its data folder and may write there";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "end other programs that have the store's files open";
    default:
      return "check the disk and the system's log";
  }
}

}  // namespace

absl::Status Failure(sqlite3* database, std::string_view purpose) {
  const int code = sqlite3_extended_errcode(database);
  std::string came = fmt::format("SQLite error {}: {}", code, sqlite3_errmsg(database));
  const int system_error = sqlite3_system_errno(database);
  if (system_error != 0) {
    came += fmt::format(" ({})", std::generic_category().message(system_error));
  }
  if ((code & 0xff) == SQLITE_CONSTRAINT) return Misused(purpose, came);
  return system::Refuse(v1::REASON_STORE_FAILED, purpose, came, WhatToDo(code));
}

absl::Status Damaged(std::string_view purpose, std::string_view what) {
  return system::Refuse(v1::REASON_STORE_FAILED, purpose, fmt::format("damaged {}", what),
                        WhatToDo(SQLITE_CORRUPT));
}

absl::Status Misused(std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_INTERNAL, wanted, came, "report this as a defect");
}

}  // namespace gatepost::store::sqlite
