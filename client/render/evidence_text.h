#ifndef GATEPOST_CLIENT_RENDER_EVIDENCE_TEXT_H_
#define GATEPOST_CLIENT_RENDER_EVIDENCE_TEXT_H_

#include <string>

#include "client/evidence/verdict.h"
#include "client/render/view.h"

// The result of an offline check of evidence.
namespace gatepost::render {

// For a terminal. The first line is the answer: `VALID (LOG)`, `VALID (PEER cn-pingxiang)`,
// `VALID (ALL)`, `INCOMPLETE` or `INVALID`, with `PRACTICE ` in front of that of a practice node.
// Then what does not hold or is missing (where, wanted, came, what to do), the messages with their
// signatures, the entries of all logs by time with both zones and who stands behind them, and
// notes.
std::string VerdictText(const evidence::Verdict& verdict, const View& view);

// For programs: JSON (RFC 8259) on one line ended by LF. Times are RFC 3339 in UTC, digests 64
// lower-case hexadecimal digits; what is not known is absent. Bytes that are no UTF-8 come as
// U+FFFD. The names stay as they are; others may be added.
//
//   answer            VALID, INCOMPLETE or INVALID
//   practice          true or false
//   satisfies, peers  LOG, PEER or ALL; node ids. Only of VALID evidence do they say anything
//   exportedBy, exportedAt, agreementSha256
//   findings          list of {where, reason, wanted, came, todo}; reason as SUM_MISMATCH
//   notes             list of texts
//   messages          list of
//     folder, shortReference, messageId, author, paeSha256, purged
//     message         protobuf JSON of gatepost.v1.Message; absent when purged or not verified
//     signatures      list of {spiffeId, suite, certificateSha256, notBefore, notAfter, revokedAt}
//     entries         list of {node, epoch, index, event, time, result, actor, peer, object,
//                     sequence, detail, leaf, headSize, cosigned, heldBy}: `leaf` is the leaf's
//                     text, the last two are lists of {node, time}
std::string VerdictJson(const evidence::Verdict& verdict);

// For tables, one line each: the verdict, the findings, the entries, told apart by `row`.
std::string VerdictCsv(const evidence::Verdict& verdict);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_EVIDENCE_TEXT_H_
