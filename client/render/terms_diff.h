#ifndef GATEPOST_CLIENT_RENDER_TERMS_DIFF_H_
#define GATEPOST_CLIENT_RENDER_TERMS_DIFF_H_

#include <string>

#include "client/render/view.h"
#include "gatepost/v1/agreement.pb.h"

namespace gatepost::render {

// What differs between two proposals, gate by gate: `-` a rule that only the first has, `+` one
// that only the second has, `~` what changed in one that both have; gates with the same difference
// share a row. Then what differs beside the rules: kind, occasion, time to answer, papers. Hours
// are compared as instants: the same windows written in Hanoi's and in Beijing's time for the same
// days are no difference. A line saying so where nothing differs.
std::string TermsDiffText(const v1::Proposal& before, const v1::Proposal& after, const View& view);

// The same for programs: one line for each difference.
std::string TermsDiffCsv(const v1::Proposal& before, const v1::Proposal& after, const View& view);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_TERMS_DIFF_H_
