// show and status: one message, and how far it came.

#include <cctype>
#include <filesystem>
#include <stop_token>
#include <string>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "certs/dsse.h"
#include "client/cli/commands.h"
#include "client/cli/session.h"
#include "client/render/held.h"
#include "client/render/messages.h"
#include "client/render/standing.h"
#include "client/render/text.h"
#include "client/render/words.h"
#include "client/retry.h"
#include "daemon/system/files.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/core.h"

namespace gatepost::cli {
namespace {

using render::Say;

// The bytes of a message as files that stock tools read: what was signed, the signatures, the
// certificates, the leaf and its proof.
absl::Status Save(const v1::GetMessageResponse& response, const std::string& dir) {
  GATEPOST_RETURN_IF_ERROR(system::EnsureDirectory(dir));
  const auto save = [&dir](const std::string& name, const std::string& bytes) {
    return system::WriteFileAtomically((std::filesystem::path(dir) / name).string(), bytes);
  };
  const v1::Envelope& envelope = response.message().envelope();
  GATEPOST_RETURN_IF_ERROR(save("payload.pb", envelope.payload()));
  GATEPOST_RETURN_IF_ERROR(save("pae", certs::Pae(envelope.payload_type(), envelope.payload())));
  for (int i = 0; i < envelope.signatures_size(); ++i) {
    GATEPOST_RETURN_IF_ERROR(
        save(fmt::format("signature-{}.bin", i), envelope.signatures(i).value()));
  }
  for (int i = 0; i < response.chains_size(); ++i) {
    for (int k = 0; k < response.chains(i).certificates_size(); ++k) {
      GATEPOST_RETURN_IF_ERROR(
          save(fmt::format("certificate-{}-{}.der", i, k), response.chains(i).certificates(k)));
    }
  }
  GATEPOST_RETURN_IF_ERROR(save("leaf", response.message().receipt().leaf()));
  return save("leaf.tlog-proof", response.message().receipt().proof());
}

// True when every recipient has reached `wanted`.
bool Reached(const v1::GetStatusResponse& status, v1::Rung wanted) {
  if (status.ladders().empty()) return false;
  for (const v1::Ladder& ladder : status.ladders()) {
    if (ladder.rung() < wanted) return false;
  }
  return true;
}

// The ladder that ended below `wanted`, since its recipient refused or only carries the message.
const v1::Ladder* Ended(const v1::GetStatusResponse& status, v1::Rung wanted) {
  for (const v1::Ladder& ladder : status.ladders()) {
    const bool ends = ladder.rung() == v1::RUNG_REFUSED || ladder.rung() == v1::RUNG_CARRIED;
    if (ends && ladder.rung() < wanted) return &ladder;
  }
  return nullptr;
}

// What to say of a ladder that did not reach the rung the user waited for.
absl::Status NotReached(const v1::GetStatusResponse& status, const ReferenceOptions& options,
                        v1::Rung wanted) {
  const v1::Ladder* ended = Ended(status, wanted);
  if (ended == nullptr) {
    return system::Refuse(v1::REASON_NOT_REACHABLE,
                          fmt::format("{} within {} s", options.wait_for, options.timeout_seconds),
                          "a lower rung", "look at gatepost node status; the message is not lost");
  }
  v1::Reason reason = v1::REASON_UNKNOWN_PAYLOAD_TYPE;  // Carried: newer than the recipient.
  for (const v1::LadderStep& step : ended->steps()) {
    if (step.reason() != v1::REASON_UNSPECIFIED) reason = step.reason();
  }
  return system::Refuse(
      reason, options.wait_for,
      fmt::format("{} by {}", render::RungName(ended->rung()), ended->recipient_node()),
      "ask the other side; what it says of the message is in its ladder");
}

absl::StatusOr<v1::Rung> RungTyped(const std::string& typed) {
  std::string name = "RUNG_" + typed;
  for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  v1::Rung rung = v1::RUNG_UNSPECIFIED;
  if (typed.empty() || v1::Rung_Parse(name, &rung)) return rung;
  return system::Refuse(v1::REASON_BAD_ARGUMENT,
                        "ACCEPTED, DELIVERED, CARRIED, REFUSED, APPLIED, FETCHED or READ", typed,
                        "correct --wait");
}

// The ladder, asked again until it reaches `wanted` or the time is over.
absl::StatusOr<v1::GetStatusResponse> WaitFor(Session& session, const ReferenceOptions& options,
                                              v1::Rung wanted) {
  v1::GetStatusRequest request;
  request.set_reference(options.reference);
  request.set_author(options.author);
  const absl::Time end = absl::Now() + absl::Seconds(options.timeout_seconds);
  client::SystemPause pause;
  while (true) {
    GATEPOST_ASSIGN_OR_RETURN(v1::GetStatusResponse status, session.node->GetStatus(request));
    if (wanted == v1::RUNG_UNSPECIFIED || Reached(status, wanted) ||
        Ended(status, wanted) != nullptr || absl::Now() >= end) {
      return status;
    }
    pause.For(absl::Milliseconds(50), std::stop_token());
  }
}

// What a message that has no ladder waits for; empty for one that has.
std::string HeldPart(Session& session, const v1::GetStatusResponse& status) {
  if (!status.ladders().empty()) return "";
  v1::GetMessageRequest request;
  request.set_reference(status.short_reference());
  const absl::StatusOr<v1::GetMessageResponse> response = session.node->GetMessage(request);
  if (!response.ok() || !response->message().has_held()) return "";
  return render::HeldText(response->message().held(), status.short_reference(), session.view);
}

}  // namespace

int ShowMessage(const Global& global, const ReferenceOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  v1::GetMessageRequest request;
  request.set_reference(options.reference);
  request.set_author(options.author);
  const absl::StatusOr<v1::GetMessageResponse> response = session->node->GetMessage(request);
  if (!response.ok()) return Fail(global, response.status());
  if (!options.save_dir.empty()) {
    const absl::Status saved = Save(*response, options.save_dir);
    if (!saved.ok()) return Fail(global, saved);
    Note(global,
         Say("written to {0}: what was signed (pae), signatures, certificates, leaf, proof\n",
             options.save_dir));
  }
  const auto csv = [&] {
    v1::ListMessagesResponse list;
    *list.add_messages() = response->message();
    return render::MessageListCsv(list);
  };
  Print(global, *response, [&] { return render::MessageText(*response, session->view); }, csv);
  return 0;
}

int ShowStatus(const Global& global, const ReferenceOptions& options) {
  const absl::StatusOr<v1::Rung> wanted = RungTyped(options.wait_for);
  if (!wanted.ok()) return Fail(global, wanted.status());
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  const absl::StatusOr<v1::GetStatusResponse> status = WaitFor(*session, options, *wanted);
  if (!status.ok()) return Fail(global, status.status());
  Print(
      global, *status,
      [&] { return render::LadderText(*status, session->view) + HeldPart(*session, *status); },
      [&] { return render::LadderCsv(*status); });
  if (*wanted == v1::RUNG_UNSPECIFIED || Reached(*status, *wanted)) return 0;
  return Fail(global, NotReached(*status, options, *wanted));
}

}  // namespace gatepost::cli
