#ifndef GATEPOST_CLIENT_CLI_TROUBLES_H_
#define GATEPOST_CLIENT_CLI_TROUBLES_H_

#include <string>

#include "absl/status/status.h"
#include "gatepost/v1/reason.pb.h"

namespace gatepost::cli {

// A trouble in the reader's language: what is wrong, and what to do about it.
struct Trouble {
  v1::Reason reason = v1::REASON_UNSPECIFIED;
  std::string found;
  std::string todo;
};

// The words for a refusal about certificates, names and connections. A reason that has no words of
// its own keeps those of the refusal, in English. `detail` follows what is wrong in brackets;
// empty: what the refusal says came, where no words are known.
Trouble TroubleOf(const absl::Status& refusal, const std::string& detail = "");

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_TROUBLES_H_
