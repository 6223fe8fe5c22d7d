// The script that auditors run without us, on proofs of every shape, and on files that were
// changed.

#include "client/evidence/check_script.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "daemon/system/files.h"
#include "fmt/core.h"
#include "tests/evidence/toy_log.h"
#include "tests/support/temporary_folder.h"

namespace gatepost::evidence {
namespace {

using testing::ToyLog;
using testing::ToyNode;

class CheckScriptTest : public ::testing::Test {
 protected:
  // Writes the files of one entry and runs the script beside them.
  bool Check(const ToyLog& log, uint64_t index, uint64_t size, std::string leaf = "") {
    const v1::EvidenceLeaf proved = log.Prove(index, size);
    const ledger::VerifierKey key = ledger::VerifierOf(node_.log).value();
    const std::string script =
        CheckScript("entry", ledger::TlogProof::Parse(proved.proof()).value(), key, "log.pem")
            .value();
    Write("entry.leaf", leaf.empty() ? proved.leaf() : leaf);
    Write("entry.tlog-proof", proved.proof());
    Write("log.pem", PublicKeyPem(key));
    Write("check.sh", script);
    return Run();
  }
  void Write(const std::string& name, const std::string& bytes) {
    ASSERT_TRUE(system::WriteFileAtomically(folder_.Under(name), bytes).ok());
  }
  bool Run() {
    return std::system(fmt::format("bash '{}' > '{}' 2>&1", folder_.Under("check.sh"),
                                   folder_.Under("said"))
                           .c_str()) == 0;
  }

  ToyNode node_{"vn-langson"};
  testing::TemporaryFolder folder_;
};

TEST_F(CheckScriptTest, ProofsOfEveryShapeHold) {
  ToyLog log(node_);
  log.Grow(7);
  for (uint64_t index = 0; index < 7; ++index) {
    EXPECT_TRUE(Check(log, index, 7))
        << index << ": " << system::ReadFile(folder_.Under("said")).value();
  }
  EXPECT_TRUE(Check(log, 0, 1)) << "no path at all";
}

TEST_F(CheckScriptTest, AChangedLeafIsFound) {
  ToyLog log(node_);
  log.Grow(7);
  std::string leaf = log.leaves()[3];
  leaf.back() = ' ';
  EXPECT_FALSE(Check(log, 3, 7, leaf));
}

TEST_F(CheckScriptTest, AnotherKeysSignatureIsFound) {
  ToyLog log(node_);
  log.Grow(7);
  ASSERT_TRUE(Check(log, 3, 7));
  const ToyNode other("vn-langson");
  Write("log.pem", PublicKeyPem(ledger::VerifierOf(other.log).value()));
  EXPECT_FALSE(Run());
}

}  // namespace
}  // namespace gatepost::evidence
