#ifndef GATEPOST_CLIENT_RENDER_CONTENT_H_
#define GATEPOST_CLIENT_RENDER_CONTENT_H_

#include <optional>
#include <string>
#include <vector>

#include "client/render/lines.h"
#include "client/render/table.h"
#include "client/render/view.h"
#include "gatepost/v1/message.pb.h"

namespace gatepost::render {

// What a message says, in parts, for writers that lay them out themselves. Nothing that the texts
// of its family show is left out.
struct Content {
  std::vector<std::string> remarks;  // Sentences above all.
  std::optional<Table> table;        // Rules of hours or figures.
  Lines lines;                       // What else it says.
};

// All that an acknowledgement says, but for its kind.
Lines AcknowledgementLines(const v1::Acknowledgement& ack, const View& view);

// The body of a message; empty for one that this program does not know.
Content ContentOf(const v1::Message& message, const View& view);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_CONTENT_H_
