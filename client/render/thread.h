#ifndef GATEPOST_CLIENT_RENDER_THREAD_H_
#define GATEPOST_CLIENT_RENDER_THREAD_H_

#include <string>

#include "client/render/view.h"
#include "gatepost/v1/agreement_service.pb.h"

// Threads of proposals and answers, as one node knows them.
namespace gatepost::render {

// An overview, in the order given.
std::string ThreadListText(const v1::ListAgreementsResponse& list, const View& view);

// The same for programs: one line for each thread.
std::string ThreadListCsv(const v1::ListAgreementsResponse& list);

// Threads whose decision the sequencer holds back, below the messages that came; empty when there
// are none.
std::string HeldBackText(const v1::ListAgreementsResponse& held_back, const View& view);

// One thread: how it stands, every step with who signed it and when each side knew of it, every
// decision with its place in the sequencer's log, and the terms of the newest proposal.
std::string ThreadText(const v1::AgreementThread& thread, const View& view);

// The same for programs: one line for each step, and one for each decision on it.
std::string ThreadCsv(const v1::AgreementThread& thread);

// How a thread stands, in one line ended by LF: `LS/2026/00007  OPEN, may be answered`; awaiting
// decision while an answer of this side does. The thread must have its steps.
std::string ThreadStandingText(const v1::AgreementThread& thread);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_THREAD_H_
