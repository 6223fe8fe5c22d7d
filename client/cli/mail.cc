// inbox and outbox: what came, what went, and what still waits.

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "client/cli/commands.h"
#include "client/cli/emergencies.h"
#include "client/cli/session.h"
#include "client/cli/submit.h"
#include "client/outbox.h"
#include "client/render/gate_days.h"
#include "client/render/held.h"
#include "client/render/json.h"
#include "client/render/messages.h"
#include "client/render/text.h"
#include "client/render/thread.h"
#include "client/render/words.h"
#include "daemon/domain/civil_time.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/core.h"

namespace gatepost::cli {
namespace {

using render::Say;

// As far back as a node alarms by itself.
constexpr int kOverdueDays = 7;
// Of a longer list people see that there is more.
constexpr int kMostHeldShown = 50;

absl::StatusOr<v1::ListMessagesResponse> List(Session& session, const ListOptions& options,
                                              v1::MessageDirection direction) {
  v1::ListMessagesRequest request;
  request.set_direction(direction);
  request.set_scope_id(options.scope);
  request.set_author(options.author);
  request.set_page_size(options.page_size);
  request.set_page_token(options.page_token);
  return session.node->ListMessages(request);
}

// Every event as it comes, until the reader leaves, `count` were shown, or the node refuses.
int Follow(const Global& global, Session& session, const ListOptions& options,
           v1::MessageDirection direction) {
  v1::WatchMessagesRequest request;
  request.set_cursor(options.cursor);
  request.set_direction(direction);
  if (global.output == Output::kCsv) std::fputs(render::EventCsvHeadings().c_str(), stdout);
  int shown = 0;
  const absl::Status ended = session.node->Watch(
      request,
      [&](const v1::WatchMessagesResponse& event) {
        Print(
            global, event, [&] { return render::EventText(event, session.view); },
            [&] { return render::EventCsv(event); });
        ++shown;
        return std::ferror(stdout) == 0 && (options.count == 0 || shown < options.count);
      },
      {},
      [&](const absl::Status& trouble) {
        Note(global, Say("connection lost ({0}), trying again\n",
                         render::ReasonCode(system::ReasonOf(trouble))));
      });
  return ended.ok() ? 0 : Fail(global, ended);
}

int Overview(const Global& global, Session& session, const ListOptions& options,
             v1::MessageDirection direction) {
  const absl::StatusOr<v1::ListMessagesResponse> list = List(session, options, direction);
  if (!list.ok()) return Fail(global, list.status());
  Print(
      global, *list, [&] { return render::MessageListText(*list, session.view); },
      [&] { return render::MessageListCsv(*list); });
  return 0;
}

// What is overdue, after the messages: an alarm is news as well. For programs one more line of JSON
// where there is any; in a CSV of messages it has no place (yard missing has one of its own).
absl::Status PrintOverdue(const Global& global, Session& session) {
  if (global.output == Output::kCsv) return absl::OkStatus();
  v1::ListGateDaysRequest request;
  const absl::CivilDay today = Today(session);
  *request.mutable_from() = domain::ToCivilDate(today - kOverdueDays);
  *request.mutable_to() = domain::ToCivilDate(today);
  request.set_only_alarmed(true);
  GATEPOST_ASSIGN_OR_RETURN(const v1::ListGateDaysResponse missing,
                            session.node->ListGateDays(request));
  if (missing.gate_days().empty()) return absl::OkStatus();
  Print(
      global, missing, [&] { return render::OverdueText(missing, session.view); },
      [] { return std::string(); });
  return absl::OkStatus();
}

// As whom this client signs; nullopt for who only reads.
std::optional<std::string> OwnId(const Session& session) {
  const absl::StatusOr<std::unique_ptr<certs::Signer>> signer = OpenSigner(session);
  if (!signer.ok()) return std::nullopt;
  return (*signer)->id().ToString();
}

// What waits for signatures before it leaves; as what is overdue. The inbox shows what this
// identity has not signed itself.
absl::Status PrintHeld(const Global& global, Session& session, bool only_others) {
  if (global.output == Output::kCsv) return absl::OkStatus();
  const std::optional<std::string> own = only_others ? OwnId(session) : "";
  if (!own.has_value()) return absl::OkStatus();  // Who only reads approves nothing.
  v1::ListMessagesResponse held;
  ListOptions page;
  do {  // Whole pages may be signed by this identity.
    GATEPOST_ASSIGN_OR_RETURN(const v1::ListMessagesResponse some,
                              List(session, page, v1::MESSAGE_DIRECTION_HELD));
    for (const v1::StoredMessage& message : some.messages()) {
      const auto& signers = message.signers();
      if (std::ranges::find(signers, *own) == signers.end()) *held.add_messages() = message;
    }
    page.page_token = some.next_page_token();
  } while (!page.page_token.empty() && held.messages_size() < kMostHeldShown);
  held.set_next_page_token(page.page_token);
  if (held.messages().empty()) return absl::OkStatus();
  Print(
      global, held, [&] { return render::HeldListText(held, session.view); },
      [] { return std::string(); });
  return absl::OkStatus();
}

// What left in an emergency and awaits a countersignature; as what is overdue. The inbox shows what
// this identity can countersign: what others sent.
absl::StatusOr<std::vector<render::OpenEmergency>> Emergencies(const Global& global,
                                                               Session& session, bool only_others) {
  const std::optional<std::string> own = only_others ? OwnId(session) : "";
  if (!own.has_value())
    return std::vector<render::OpenEmergency>();  // Who only reads signs nothing.
  GATEPOST_ASSIGN_OR_RETURN(FoundEmergencies found, OpenEmergencies(session, *own));
  if (found.cut) {
    Note(global, Say("emergencies: only the newest {0} messages of the last 14 days were looked "
                     "at; older ones may await a countersignature too\n",
                     kMostLookedAt));
  }
  return std::move(found.open);
}

absl::Status PrintEmergencies(const Global& global, Session& session, bool only_others) {
  if (global.output == Output::kCsv) return absl::OkStatus();
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<render::OpenEmergency> open,
                            Emergencies(global, session, only_others));
  if (open.empty()) return absl::OkStatus();
  Print(
      global, render::EmergenciesJson(open),
      [&] { return "\n" + render::EmergenciesText(open, absl::Now(), session.view); },
      [] { return std::string(); });
  return absl::OkStatus();
}

// Nothing but these, in every form, also where there are none.
int OnlyEmergencies(const Global& global, Session& session, bool only_others) {
  const absl::StatusOr<std::vector<render::OpenEmergency>> open =
      Emergencies(global, session, only_others);
  if (!open.ok()) return Fail(global, open.status());
  Print(
      global, render::EmergenciesJson(*open),
      [&] { return render::EmergenciesText(*open, absl::Now(), session.view); },
      [&] { return render::EmergenciesCsv(*open); });
  return 0;
}

// Decisions that the sequencer holds back; as what is overdue.
absl::Status PrintHeldBack(const Global& global, Session& session) {
  if (global.output == Output::kCsv) return absl::OkStatus();
  v1::ListAgreementsRequest request;
  request.set_held_back(true);
  GATEPOST_ASSIGN_OR_RETURN(const v1::ListAgreementsResponse held_back,
                            session.node->ListAgreements(request));
  if (held_back.threads().empty()) return absl::OkStatus();
  Print(
      global, held_back, [&] { return render::HeldBackText(held_back, session.view); },
      [] { return std::string(); });
  return absl::OkStatus();
}

// What this client wrote and the node has not answered yet.
absl::Status NotePending(const Global& global, const Session& session) {
  GATEPOST_ASSIGN_OR_RETURN(client::Outbox outbox,
                            client::Outbox::Open(session.settings.outbox_dir));
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<client::OutboxEntry> pending, outbox.Pending());
  for (const client::OutboxEntry& entry : pending) {
    Note(global, Say("waits in {0}: message {1}; the next send takes it along\n",
                     session.settings.outbox_dir, entry.message_id));
  }
  return absl::OkStatus();
}

}  // namespace

int Inbox(const Global& global, const ListOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  if (options.emergencies) return OnlyEmergencies(global, *session, /*only_others=*/true);
  if (options.follow) return Follow(global, *session, options, v1::MESSAGE_DIRECTION_RECEIVED);
  const int listed = Overview(global, *session, options, v1::MESSAGE_DIRECTION_RECEIVED);
  // Pages and filters are about messages.
  const bool whole = options.scope.empty() && options.author.empty() && options.page_token.empty();
  if (listed != 0 || !whole) return listed;
  absl::Status alarms = PrintOverdue(global, *session);
  alarms.Update(PrintHeldBack(global, *session));
  alarms.Update(PrintHeld(global, *session, /*only_others=*/true));
  alarms.Update(PrintEmergencies(global, *session, /*only_others=*/true));
  return alarms.ok() ? 0 : Fail(global, alarms);
}

int Outbox(const Global& global, const ListOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  if (options.emergencies) return OnlyEmergencies(global, *session, /*only_others=*/false);
  if (options.follow) {
    return Follow(global, *session, options, v1::MESSAGE_DIRECTION_SUBMITTED);
  }
  const absl::Status noted = NotePending(global, *session);
  if (!noted.ok()) return Fail(global, noted);
  const int listed = Overview(global, *session, options, v1::MESSAGE_DIRECTION_SUBMITTED);
  const bool whole = options.scope.empty() && options.author.empty() && options.page_token.empty();
  if (listed != 0 || !whole) return listed;
  absl::Status waiting = PrintHeld(global, *session, /*only_others=*/false);
  waiting.Update(PrintEmergencies(global, *session, /*only_others=*/false));
  return waiting.ok() ? 0 : Fail(global, waiting);
}

}  // namespace gatepost::cli
