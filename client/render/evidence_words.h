#ifndef GATEPOST_CLIENT_RENDER_EVIDENCE_WORDS_H_
#define GATEPOST_CLIENT_RENDER_EVIDENCE_WORDS_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "client/evidence/verdict.h"
#include "client/render/view.h"

// What was found about evidence as words; codes (VALID, DELIVERED, IN_FORCE) are never translated.
namespace gatepost::render {

// The answer alone: VALID, INCOMPLETE or INVALID.
std::string AnswerName(evidence::Answer answer);

// The answer as a first line: `VALID (PEER cn-pingxiang)`, `PRACTICE INVALID`.
std::string AnswerLine(const evidence::Verdict& verdict);

// What the answer means to its reader, in a sentence or two.
std::string AnswerText(const evidence::Verdict& verdict);

// How a message is called: its short reference, which nobody signed, else its folder in the
// bundle; cut to 60 bytes.
std::string NameOf(const evidence::MessageFacts& message);

// What it is about, in one line; of one that was purged or does not hold, that.
std::string SubjectOf(const evidence::MessageFacts& message);

// What an event of a log says: `durable at the recipient`; empty for one this program has no words
// for.
std::string EventText(const std::string& event);

// The result of a leaf with its meaning where it is a state: `IN_FORCE, in force, binding on both
// sides`; empty for none.
std::string ResultText(const ledger::Leaf& leaf);

// Who stands behind an entry beside its own log, one sentence each: cosignatures of the head above
// it, and receipts that fix it in the other log. One that says *pending* where there are none.
std::vector<std::string> StandingOf(const evidence::ProvedEntry& entry, const View& view);

// Whether nobody but its own log stands behind it.
bool IsPending(const evidence::ProvedEntry& entry);

// A certificate's days of validity, and its revocation where it was revoked.
std::string ValidityText(const evidence::SignedBy& signature, const View& view);

// How long before the beginning: `3 d 4 h before`, `2 h 05 min AFTER it began`.
std::string LeadText(absl::Duration lead);

// A digest that is all zero was never set: empty; else its hexadecimal digits.
std::string DigestText(const certs::Digest& digest);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_EVIDENCE_WORDS_H_
