#include "daemon/store/sqlite/meta.h"

#include "daemon/store/sqlite/query.h"
#include "daemon/system/status_macros.h"

namespace gatepost::store::sqlite {

absl::StatusOr<std::optional<std::string>> Meta(Connection& connection, std::string_view key) {
  Query query = connection.Run("to read a named value", "SELECT value FROM meta WHERE key = ?");
  GATEPOST_ASSIGN_OR_RETURN(bool found, query.BindText(key).Next());
  if (!found) return std::nullopt;
  return query.String(0);
}

absl::StatusOr<std::vector<MetaRecord>> MetaWithPrefix(Connection& connection,
                                                       std::string_view prefix) {
  Query query = connection.Run("to read named values",
                               "SELECT key, value FROM meta"
                               " WHERE key >= ?1 AND substr(key, 1, length(?1)) = ?1 ORDER BY key");
  query.BindText(prefix);
  std::vector<MetaRecord> found;
  while (true) {
    GATEPOST_ASSIGN_OR_RETURN(bool more, query.Next());
    if (!more) return found;
    found.push_back(MetaRecord{query.String(0), query.String(1)});
  }
}

absl::Status PutMeta(Connection& connection, std::string_view key, std::string_view value) {
  Query query = connection.Run("to store a named value",
                               "INSERT INTO meta (key, value) VALUES (?, ?)"
                               " ON CONFLICT (key) DO UPDATE SET value = excluded.value");
  return query.BindText(key).BindBlob(value).Finish();
}

}  // namespace gatepost::store::sqlite
