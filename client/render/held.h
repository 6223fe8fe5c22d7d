#ifndef GATEPOST_CLIENT_RENDER_HELD_H_
#define GATEPOST_CLIENT_RENDER_HELD_H_

#include <string>

#include "client/render/view.h"
#include "gatepost/v1/exchange_service.pb.h"
#include "gatepost/v1/message.pb.h"

// Messages that wait for somebody's signature, as people see them.
namespace gatepost::render {

// Whose signatures are still needed, e.g. `1 of officer or head-of-office, 1 of auditor`.
std::string NeededText(const v1::HeldState& held);

// What it waits for, until when, and what to type: of a message with that short reference.
std::string HeldText(const v1::HeldState& held, const std::string& reference, const View& view);

// Held messages as an overview under a heading, in the order given.
std::string HeldListText(const v1::ListMessagesResponse& list, const View& view);

// What a person is told before he signs for the release of a message: who has signed, what is still
// needed, and that it leaves, or waits on.
std::string ApprovalText(const v1::StoredMessage& stored, const View& view);

// That it was dropped.
std::string DroppedText(const std::string& reference);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_HELD_H_
