#include "client/render/authority.h"

#include "client/render/agreement_words.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

namespace gatepost::render {
namespace {

std::string RolesText(const std::vector<std::string>& roles) {
  return roles.empty() ? "-" : fmt::to_string(fmt::join(roles, ", "));
}

}  // namespace

std::string KeyUseText(v1::KeyUse use) {
  switch (use) {
    case v1::KEY_USE_LOG:
      return _("log key");
    case v1::KEY_USE_WITNESS:
      return _("witness key");
    case v1::KEY_USE_TLS:
      return _("TLS certificate");
    case v1::KEY_USE_SIGNING:
      return _("signing certificate");
    default:
      return "?";
  }
}

std::string RosterSubject(const v1::Roster& roster) {
  return Say("roster {0} of {1}: {2} members", roster.version(), roster.trust_domain(),
             roster.members_size());
}

std::string KeyAnnouncementSubject(const v1::KeyAnnouncement& announcement) {
  return Say("next key of {0}: {1}", PostText(announcement.subject()),
             KeyUseText(announcement.use()));
}

std::string CountersignatureSubject(const v1::Countersignature& countersignature) {
  return Say("countersigned: {0}", countersignature.about().message_id());
}

Lines RosterLines(const v1::Roster& roster, const View& view) {
  Lines lines;
  lines.Add(_("trust domain"), roster.trust_domain());
  lines.Add(_("version"), fmt::to_string(roster.version()));
  lines.Add(_("in force"), _("from its entry in the log"));
  if (roster.has_valid_from()) {
    lines.Add(_("meant to hold"),
              Say("from {0}", TimeText(TimeOf(roster.valid_from()), view.zones)));
  }
  return lines;
}

Table RosterTable(const v1::Roster& roster) {
  Table table({{_("Post")}, {_("Roles")}, {_("SPIFFE id")}});
  for (const v1::RosterMember& member : roster.members()) {
    table.Add({PostText(member.spiffe_id()),
               RolesText({member.roles().begin(), member.roles().end()}), member.spiffe_id()});
  }
  return table;
}

Lines KeyAnnouncementLines(const v1::KeyAnnouncement& announcement, const View& view) {
  Lines lines;
  lines.Add(_("whose key"), announcement.subject());
  lines.Add(_("what for"), KeyUseText(announcement.use()));
  lines.Add(_("new key"), announcement.new_key());
  lines.Add(_("follows"), announcement.old_key());
  lines.Add(_("signs"),
            announcement.has_signs_from()
                ? Say("from {0}", TimeText(TimeOf(announcement.signs_from()), view.zones))
                : _("from its entry in the log"));
  if (announcement.has_old_until()) {
    lines.Add(_("the old one signs until"), TimeText(TimeOf(announcement.old_until()), view.zones));
  }
  return lines;
}

Lines CountersignatureLines(const v1::Countersignature& countersignature) {
  Lines lines;
  lines.Add(_("about"), Say("{0} by {1}", countersignature.about().message_id(),
                            PostText(countersignature.about().author())));
  if (!countersignature.remark().empty()) {
    lines.Add(_("remark"), "\"" + countersignature.remark() + "\"");
  }
  return lines;
}

std::string RosterText(const v1::Roster& roster, const View& view) {
  return RosterLines(roster, view).ToText(2) + "\n" + RosterTable(roster).ToText(2);
}

std::string RosterInForceText(const v1::GetRosterResponse& response, const View& view) {
  if (!response.has_roster()) {
    return std::string(_("no roster is in force: the name says the role")) + "\n";
  }
  Lines lines;
  lines.Add(_("reference"), response.short_reference());
  lines.Add(_("author"), PostText(response.message().author()));
  lines.Add(_("in force here since"), LogTimeText(TimeOf(response.since()), view.zones));
  return RosterText(response.roster(), view) + "\n" + lines.ToText(2);
}

std::string RecipientsText(const std::vector<std::string>& nodes) {
  Lines lines;
  lines.Add(_("to nodes"), fmt::to_string(fmt::join(nodes, ", ")));
  return lines.ToText(2);
}

std::string RosterChangesText(const std::vector<domain::RosterChange>& changes) {
  if (changes.empty()) return std::string(_("nobody's roles change")) + "\n";
  Table table({{_("Post")}, {_("Until now")}, {_("From now on")}});
  for (const domain::RosterChange& change : changes) {
    table.Add({PostText(change.spiffe_id), RolesText(change.before), RolesText(change.after)});
  }
  return table.ToText();
}

}  // namespace gatepost::render
