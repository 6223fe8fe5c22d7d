// roster: who has which roles on the own side, and on the other.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "client/cli/authority_commands.h"
#include "client/cli/confirm.h"
#include "client/cli/named_message.h"
#include "client/cli/session.h"
#include "client/cli/submit.h"
#include "client/render/authority.h"
#include "client/render/prepared.h"
#include "client/render/standing.h"
#include "client/render/text.h"
#include "daemon/config/text_file.h"
#include "daemon/domain/authority/roster_rules.h"
#include "daemon/system/status_macros.h"

namespace gatepost::cli {
namespace {

absl::StatusOr<v1::GetRosterResponse> InForce(Session& session, const std::string& domain) {
  v1::GetRosterRequest request;
  request.set_trust_domain(domain);
  return session.node->GetRoster(request);
}

// Puts members and their roles into the order that the wire wants, so that who writes the file need
// not.
void PutInOrder(v1::Roster& roster) {
  std::ranges::sort(*roster.mutable_members(), {}, &v1::RosterMember::spiffe_id);
  for (v1::RosterMember& member : *roster.mutable_members()) {
    std::ranges::sort(*member.mutable_roles());
  }
}

// All that is signed, to whom it goes, and what it changes.
std::string ToBeSignedText(const Session& session, const v1::Roster& roster,
                           const v1::GetRosterResponse& before) {
  std::string text = render::RosterSubject(roster) + "\n" +
                     render::RosterText(roster, session.view) + "\n" +
                     render::RecipientsText(session.settings.recipient_nodes) + "\n";
  text += before.has_roster() ? render::Say("what changes against {0}:", before.short_reference())
                              : std::string(render::_("no roster was in force; what changes:"));
  return text + "\n" + render::RosterChangesText(domain::ChangesBetween(before.roster(), roster));
}

absl::StatusOr<v1::SubmitResponse> Publish(const Global& global, Session& session,
                                           const RosterPublishOptions& options) {
  GATEPOST_ASSIGN_OR_RETURN(config::Parsed<v1::Roster> file,
                            config::ReadTextProto<v1::Roster>(options.file));
  v1::Message body;
  v1::Roster& roster = *body.mutable_roster();
  roster = file.value;
  PutInOrder(roster);
  GATEPOST_ASSIGN_OR_RETURN(const v1::GetRosterResponse before,
                            InForce(session, roster.trust_domain()));
  if (roster.version() == 0) {
    GATEPOST_ASSIGN_OR_RETURN(const uint32_t next,
                              domain::NextRosterVersion(before.roster().version()));
    roster.set_version(next);
  }
  Note(global, ToBeSignedText(session, roster, before));
  GATEPOST_RETURN_IF_ERROR(
      Confirm(global, options.yes || options.dry_run, render::_("sign and publish? [y/N] ")));
  return SubmitBody(global, session, body, {}, std::nullopt, options.dry_run);
}

}  // namespace

int RosterPublish(const Global& global, const RosterPublishOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  const absl::StatusOr<v1::SubmitResponse> response = Publish(global, *session, options);
  if (!response.ok()) return Fail(global, response.status());
  Print(
      global, *response, [&] { return render::SubmittedText(*response, options.dry_run); },
      [&] { return ResultCsv(*response); });
  return 0;
}

int RosterShow(const Global& global, const RosterShowOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  const absl::StatusOr<v1::GetRosterResponse> response = InForce(*session, options.domain);
  if (!response.ok()) return Fail(global, response.status());
  Print(
      global, *response, [&] { return render::RosterInForceText(*response, session->view); },
      [&] { return render::RosterTable(response->roster()).ToCsv(); });
  return 0;
}

}  // namespace gatepost::cli
