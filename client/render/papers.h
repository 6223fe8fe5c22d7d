#ifndef GATEPOST_CLIENT_RENDER_PAPERS_H_
#define GATEPOST_CLIENT_RENDER_PAPERS_H_

#include "client/render/lines.h"
#include "gatepost/v1/papers.pb.h"

namespace gatepost::render {

// Adds what stands behind a message on paper: the reason, every document, the dates, the official
// signature.
void AddPapers(const v1::Papers& papers, Lines& lines);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_PAPERS_H_
