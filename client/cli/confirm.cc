#include "client/cli/confirm.h"

#include "daemon/system/reason.h"

namespace gatepost::cli {

absl::Status Confirm(const Global& global, bool yes, const std::string& question) {
  if (yes) return absl::OkStatus();
  std::string answer;
  const bool can_ask = global.output == Output::kTable && CanAsk();
  if (can_ask && Ask(question, answer) && (answer == "y" || answer == "Y")) {
    return absl::OkStatus();
  }
  return system::Refuse(v1::REASON_BAD_ARGUMENT,
                        can_ask ? "y to sign" : "--yes, or a terminal to ask on",
                        can_ask ? "no" : "neither", "nothing was signed");
}

}  // namespace gatepost::cli
