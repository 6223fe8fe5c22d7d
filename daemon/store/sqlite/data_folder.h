#ifndef GATEPOST_DAEMON_STORE_SQLITE_DATA_FOLDER_H_
#define GATEPOST_DAEMON_STORE_SQLITE_DATA_FOLDER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace gatepost::store::sqlite {

// The folder of one store, held by one process: two writers would each believe that the ledger is
// theirs. The hold is an flock(2) on `<folder>/lock`; it ends with the object or the process,
// however that dies. The file itself stays and names the last holder.
class DataFolder {
 public:
  // Makes the folder when there is none (mode 0700) and takes hold of it. REASON_STORE_FAILED when
  // another holds it, named by process id, or when it cannot be made.
  static absl::StatusOr<std::unique_ptr<DataFolder>> Hold(const std::string& path);
  ~DataFolder();
  DataFolder(const DataFolder&) = delete;
  DataFolder& operator=(const DataFolder&) = delete;

  // The path of a file in it.
  std::string File(const std::string& name) const;

 private:
  DataFolder(std::string path, int descriptor);

  const std::string path_;
  const int descriptor_;
};

}  // namespace gatepost::store::sqlite

#endif  // GATEPOST_DAEMON_STORE_SQLITE_DATA_FOLDER_H_
