#ifndef GATEPOST_CLIENT_RENDER_AUTHORITY_H_
#define GATEPOST_CLIENT_RENDER_AUTHORITY_H_

#include <string>
#include <vector>

#include "client/render/lines.h"
#include "client/render/table.h"
#include "client/render/view.h"
#include "daemon/domain/authority/roster_rules.h"
#include "gatepost/v1/authority.pb.h"
#include "gatepost/v1/authority_service.pb.h"

// What a side says about itself: who has which roles, which keys come next, whose second pair of
// eyes was there.
namespace gatepost::render {

// What a key is for, in words.
std::string KeyUseText(v1::KeyUse use);

// One line each for lists.
std::string RosterSubject(const v1::Roster& roster);
std::string KeyAnnouncementSubject(const v1::KeyAnnouncement& announcement);
std::string CountersignatureSubject(const v1::Countersignature& countersignature);

// All that they say.
Lines RosterLines(const v1::Roster& roster, const View& view);
Table RosterTable(const v1::Roster& roster);
Lines KeyAnnouncementLines(const v1::KeyAnnouncement& announcement, const View& view);
Lines CountersignatureLines(const v1::Countersignature& countersignature);

// The same as texts of a message.
std::string RosterText(const v1::Roster& roster, const View& view);

// The roster that a node says is in force, and which message said so.
std::string RosterInForceText(const v1::GetRosterResponse& response, const View& view);

// To which nodes a message goes.
std::string RecipientsText(const std::vector<std::string>& nodes);

// Who is new, gone or has other roles; a sentence where nothing changes.
std::string RosterChangesText(const std::vector<domain::RosterChange>& changes);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_AUTHORITY_H_
