#ifndef GATEPOST_TESTS_CONFIG_PRACTICE_FILES_H_
#define GATEPOST_TESTS_CONFIG_PRACTICE_FILES_H_

#include <string>

#include "certs/practice_ca.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_files.h"

namespace gatepost::testing {

// Everything that the config files of a practice node and a practice client name, in one folder,
// with config files that are right: `node.textproto`, `agreement.textproto`, `client.textproto`. A
// test breaks one thing and reads them. Throws when anything cannot be made.
class PracticeFiles {
 public:
  PracticeFiles();

  std::string operator/(const std::string& name) const { return folder_.Under(name); }
  // Replaces the first `from` in a file of the folder by `to`.
  void Change(const std::string& name, const std::string& from, const std::string& to) const;

  const certs::PracticeCa& vn() const { return vn_; }
  const certs::PracticeCa& cn() const { return cn_; }

 private:
  TemporaryFolder folder_;
  certs::PracticeCa vn_;
  certs::PracticeCa cn_;
};

// The value of `result`; throws with its error when there is none.
template <typename Result>
auto Must(Result result) {
  if (!result.ok()) throw std::runtime_error(std::string(result.status().message()));
  return *std::move(result);
}

}  // namespace gatepost::testing

#endif  // GATEPOST_TESTS_CONFIG_PRACTICE_FILES_H_
