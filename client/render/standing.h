#ifndef GATEPOST_CLIENT_RENDER_STANDING_H_
#define GATEPOST_CLIENT_RENDER_STANDING_H_

#include <string>

#include "client/render/view.h"
#include "gatepost/v1/exchange_service.pb.h"

namespace gatepost::render {

// The ladder of one message: for each recipient every rung reached, when, which leaf of whose log
// says so, and who of which agency acted; for READ also the message that he signed.
std::string LadderText(const v1::GetStatusResponse& status, const View& view);

// The same for programs: one line for each rung.
std::string LadderCsv(const v1::GetStatusResponse& status);

// The node itself: log, register, cut-off, links, alarms.
std::string NodeText(const v1::GetNodeResponse& node, const View& view);

// The links for programs.
std::string NodeCsv(const v1::GetNodeResponse& node);

// What a node answered to a message: its reference, and the findings worth a look, of a report that
// was `overridden` or not. Of a message that is HELD: what it waits for, until when, and what to
// type.
std::string SubmittedText(const v1::SubmitResponse& response, bool validate_only,
                          bool overridden = false, const View& view = {});

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_STANDING_H_
