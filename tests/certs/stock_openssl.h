#ifndef GATEPOST_TESTS_CERTS_STOCK_OPENSSL_H_
#define GATEPOST_TESTS_CERTS_STOCK_OPENSSL_H_

#include <fmt/format.h>

#include <cstdlib>

#include "certs/key_file.h"
#include "tests/certs/practice_world.h"
#include "tests/support/temporary_folder.h"

namespace gatepost::certs {

// The `openssl` of this machine, in a folder of its own.
class StockOpensslTest : public ::testing::Test {
 protected:
  // Runs the program in the test's folder; true when it exits with 0.
  bool Openssl(const std::string& arguments, const std::string& spiffe_id = "unused") {
    const std::string command = fmt::format("cd {} && SPIFFE_ID={} openssl {} >> log 2>&1",
                                            folder_.path(), spiffe_id, arguments);
    return std::system(command.c_str()) == 0;
  }
  void Write(const std::string& name, const std::string& bytes) {
    ASSERT_THAT(WritePrivateKeyFile(folder_.Under(name), bytes), IsOk());
  }
  std::string Read(const std::string& name) { return Must(ReadPublicFile(folder_.Under(name))); }

  PracticeWorld world_;
  testing::TemporaryFolder folder_;
};

}  // namespace gatepost::certs

#endif  // GATEPOST_TESTS_CERTS_STOCK_OPENSSL_H_
