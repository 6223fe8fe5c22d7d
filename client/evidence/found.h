#ifndef GATEPOST_CLIENT_EVIDENCE_FOUND_H_
#define GATEPOST_CLIENT_EVIDENCE_FOUND_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "client/evidence/verdict.h"
#include "daemon/system/reason.h"
#include "daemon/system/utf8.h"

namespace gatepost::evidence {

// What the parts of a check have found so far. Bounded, since a bundle may be made to fail
// everywhere.
class Found {
 public:
  static constexpr size_t kMostFindings = 1000;

  // A status that is not OK; an OK one is left out. What is beyond the bound still decides.
  void Add(std::string where, absl::Status why) {
    if (why.ok()) return;
    const v1::Reason reason = system::ReasonOf(why);
    // A part that is missing, or a kind that proves nothing, contradicts nothing.
    const bool missing =
        reason == v1::REASON_EVIDENCE_INCOMPLETE || reason == v1::REASON_PRACTICE_EVIDENCE;
    answer_ = missing && answer_ != Answer::kInvalid ? Answer::kIncomplete : Answer::kInvalid;
    if (findings.size() < kMostFindings) findings.push_back({std::move(where), std::move(why)});
  }
  // Something that is there and does not hold.
  void Invalid(std::string where, std::string_view wanted, std::string_view came,
               std::string_view todo = "do not rely on it; ask both sides for their evidence") {
    Add(std::move(where),
        system::Refuse(v1::REASON_EVIDENCE_INVALID, wanted, system::Printable(came), todo));
  }
  // Something that is not there.
  void Missing(std::string where, std::string_view wanted, std::string_view came,
               std::string_view todo) {
    Add(std::move(where), system::Refuse(v1::REASON_EVIDENCE_INCOMPLETE, wanted, came, todo));
  }
  void Note(std::string text) {
    if (notes.size() < kMostFindings) notes.push_back(std::move(text));
  }

  // What all of it comes to; VALID when nothing was found.
  Answer answer() const { return answer_; }

  std::vector<Finding> findings;
  std::vector<std::string> notes;

 private:
  Answer answer_ = Answer::kValid;
};

}  // namespace gatepost::evidence

#endif  // GATEPOST_CLIENT_EVIDENCE_FOUND_H_
