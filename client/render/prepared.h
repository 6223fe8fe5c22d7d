#ifndef GATEPOST_CLIENT_RENDER_PREPARED_H_
#define GATEPOST_CLIENT_RENDER_PREPARED_H_

#include <string>

#include "client/render/view.h"
#include "gatepost/v1/agreement_service.pb.h"

namespace gatepost::render {

// The hours of the gates day by day as they are agreed now and as they would be, in the reader's
// zones, and what is worth a look. Days on which nothing changes are only counted.
std::string ChangesText(const v1::PrepareProposalResponse& prepared, const View& view);

// A proposal before it is signed: the terms, and ChangesText.
std::string PreparedText(const v1::PrepareProposalResponse& prepared, const View& view);

// The hours before and after for programs: one line for each gate, kind of traffic and day.
std::string PreparedCsv(const v1::PrepareProposalResponse& prepared, const View& view);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_PREPARED_H_
