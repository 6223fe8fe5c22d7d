// link keys and link announce: which keys sign and verify, and which comes next.

#include "client/render/keys.h"

#include <optional>
#include <string>

#include "client/cli/authority_commands.h"
#include "client/cli/confirm.h"
#include "client/cli/named_message.h"
#include "client/cli/session.h"
#include "client/cli/submit.h"
#include "client/render/authority.h"
#include "client/render/standing.h"
#include "client/render/text.h"
#include "daemon/domain/civil_time.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::cli {
namespace {

v1::KeyUse UseTyped(const std::string& word) {
  return word == "log" ? v1::KEY_USE_LOG : v1::KEY_USE_WITNESS;
}

// The key of the node itself that is told apart by `is`; nullptr: none. The node lists its own
// first.
template <typename Is>
const v1::KnownKey* FindOwn(const v1::ListKeysResponse& keys, v1::KeyUse use, const Is& is) {
  const v1::KnownKey* found = nullptr;
  for (const v1::KnownKey& key : keys.keys()) {
    if (key.subject() == keys.keys(0).subject() && key.use() == use && is(key)) found = &key;
  }
  return found;
}

// What is announced: the key that lies in the node's file and was not announced yet, or the one
// that was typed, after the newest that was.
absl::StatusOr<v1::KeyAnnouncement> AnnouncementOf(const v1::ListKeysResponse& keys,
                                                   const LinkAnnounceOptions& options) {
  const v1::KeyUse use = UseTyped(options.use);
  const v1::KnownKey* const newest =
      FindOwn(keys, use, [](const v1::KnownKey& key) { return key.by() != "HELD"; });
  const v1::KnownKey* const next = FindOwn(keys, use, [&](const v1::KnownKey& key) {
    return key.by() == "HELD" && (options.key.empty() || key.key() == options.key);
  });
  if (newest == nullptr || next == nullptr) {
    return system::Refuse(
        v1::REASON_NOT_FOUND,
        fmt::format("a {} key in the node's file that was not announced yet", options.use),
        options.key.empty() ? "none" : options.key,
        fmt::format("on the node: gatepostd --config FILE --new-key {}", options.use));
  }
  v1::KeyAnnouncement said;
  said.set_subject(next->subject());
  said.set_use(use);
  said.set_new_key(next->key());
  said.set_old_key(newest->key());
  return said;
}

absl::StatusOr<v1::SubmitResponse> Announce(const Global& global, Session& session,
                                            const LinkAnnounceOptions& options) {
  GATEPOST_ASSIGN_OR_RETURN(const v1::ListKeysResponse keys, session.node->ListKeys({}));
  v1::Message body;
  GATEPOST_ASSIGN_OR_RETURN(*body.mutable_key_announcement(), AnnouncementOf(keys, options));
  if (!options.signs_from.empty()) {
    GATEPOST_ASSIGN_OR_RETURN(const v1::ZonedTime typed,
                              domain::ParseInstant(options.signs_from, Today(session)));
    GATEPOST_ASSIGN_OR_RETURN(const absl::Time from, domain::InstantOf(typed));
    *body.mutable_key_announcement()->mutable_signs_from() = domain::ToTimestamp(from);
  }
  Note(global, render::KeyAnnouncementSubject(body.key_announcement()) + "\n" +
                   render::KeyAnnouncementLines(body.key_announcement(), session.view).ToText(2));
  GATEPOST_RETURN_IF_ERROR(
      Confirm(global, options.yes || options.dry_run, render::_("sign and announce? [y/N] ")));
  return SubmitBody(global, session, body, {}, std::nullopt, options.dry_run);
}

}  // namespace

int LinkKeys(const Global& global, const LinkKeysOptions&) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  const absl::StatusOr<v1::ListKeysResponse> response = session->node->ListKeys({});
  if (!response.ok()) return Fail(global, response.status());
  Print(
      global, *response, [&] { return render::KeysTable(*response, session->view).ToText(); },
      [&] { return render::KeysCsv(*response); });
  return 0;
}

int LinkAnnounce(const Global& global, const LinkAnnounceOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  const absl::StatusOr<v1::SubmitResponse> response = Announce(global, *session, options);
  if (!response.ok()) return Fail(global, response.status());
  Print(
      global, *response,
      [&] {
        return render::SubmittedText(*response, options.dry_run, /*overridden=*/false,
                                     session->view);
      },
      [&] { return ResultCsv(*response); });
  return 0;
}

}  // namespace gatepost::cli
