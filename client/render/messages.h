#ifndef GATEPOST_CLIENT_RENDER_MESSAGES_H_
#define GATEPOST_CLIENT_RENDER_MESSAGES_H_

#include <optional>
#include <string>

#include "client/render/view.h"
#include "gatepost/v1/exchange_service.pb.h"
#include "gatepost/v1/message.pb.h"

namespace gatepost::render {

// The payload as a message of this program's schema; nullopt when it cannot be read as one. Its
// signatures were verified by the node.
std::optional<v1::Message> PayloadOf(const v1::StoredMessage& stored);

// What a message is about, in one line, e.g. `notice VN: closure`.
std::string SubjectOf(const v1::Message& message);

// The same of one at a node: `yard report VN 2024-08-22, revision`. Of one that this
// program cannot read: what it can say about it.
std::string SubjectText(const v1::StoredMessage& stored);

// Messages as an overview, in the order given.
std::string MessageListText(const v1::ListMessagesResponse& list, const View& view);

// The same for programs.
std::string MessageListCsv(const v1::ListMessagesResponse& list);

// One message: header, body, signatures, where it stands, its leaf in this node's log.
std::string MessageText(const v1::GetMessageResponse& response, const View& view);

// One event of WatchMessages on one line, ended by LF.
std::string EventText(const v1::WatchMessagesResponse& event, const View& view);

// The same for programs; EventCsvHeadings is the line above them all.
std::string EventCsv(const v1::WatchMessagesResponse& event);
std::string EventCsvHeadings();

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_MESSAGES_H_
