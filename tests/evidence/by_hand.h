#ifndef GATEPOST_TESTS_EVIDENCE_BY_HAND_H_
#define GATEPOST_TESTS_EVIDENCE_BY_HAND_H_

#include <cstdlib>
#include <string>

#include "tests/support/temporary_folder.h"
#include "tests/support/test_files.h"

namespace gatepost::evidence {

// Unpacks with Python, and runs what VERIFY.txt says with a shell; what it says is in out.txt.
inline bool RunsByHand(const std::string& bundle, const testing::TemporaryFolder& folder) {
  testing::WriteTestFile(folder.Under("bundle.zip"), bundle);
  const std::string command =
      "cd " + folder.Under(".") +
      " && rm -rf x && mkdir x && /usr/bin/python3 -m zipfile -e bundle.zip x && cd x && "
      "sed -n 's/^    //p' VERIFY.txt | sh -eu >../out.txt 2>&1";
  return std::system(command.c_str()) == 0;
}

}  // namespace gatepost::evidence

#endif  // GATEPOST_TESTS_EVIDENCE_BY_HAND_H_
