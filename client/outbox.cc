#include "client/outbox.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "daemon/domain/message_id.h"
#include "daemon/system/files.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "gatepost/v1/message.pb.h"

namespace gatepost::client {
namespace {

constexpr std::string_view kSubmit = ".submit.pb";
constexpr std::string_view kResponse = ".response.pb";
constexpr std::string_view kRefusal = ".refusal.pb";
constexpr mode_t kOwnerOnly = 0600;
constexpr mode_t kOwnersFolder = 0700;

std::string_view FolderName(OutboxState state) {
  switch (state) {
    case OutboxState::kPending:
      return "pending";
    case OutboxState::kDone:
      return "done";
    case OutboxState::kRefused:
      break;
  }
  return "refused";
}

// What marks a message as being in `state`: the last file that is written when it gets there.
std::string_view MarkOf(OutboxState state) {
  switch (state) {
    case OutboxState::kPending:
      return kSubmit;
    case OutboxState::kDone:
      return kResponse;
    case OutboxState::kRefused:
      break;
  }
  return kRefusal;
}

void Remove(const std::string& path) {
  std::error_code unused;
  std::filesystem::remove(path, unused);
}

absl::Status StoreFailed(std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_STORE_FAILED, wanted, came, "look after the outbox folder");
}

absl::StatusOr<std::string> IdOf(const v1::SubmitRequest& request) {
  v1::Message message;
  if (!message.ParseFromString(request.envelope().payload())) {
    return system::Refuse(v1::REASON_MALFORMED_PAYLOAD, "a serialized message", "other bytes",
                          "build the message again");
  }
  // The id becomes a file's name.
  GATEPOST_RETURN_IF_ERROR(domain::CheckMessageId(message.header().message_id()));
  return message.header().message_id();
}

template <typename T>
absl::StatusOr<T> ReadMessage(const std::string& path) {
  absl::StatusOr<std::string> bytes = system::ReadFile(path);
  if (!bytes.ok())
    return StoreFailed("a file of the outbox", std::string(bytes.status().message()));
  T message;
  if (!message.ParseFromString(*bytes)) {
    return StoreFailed(fmt::format("a {}", message.GetTypeName()),
                       fmt::format("other bytes in {}", path));
  }
  return message;
}

bool Exists(const std::string& path) {
  std::error_code unused;
  return std::filesystem::exists(path, unused);
}

v1::RefusalDetail DetailOf(const absl::Status& status) {
  v1::RefusalDetail detail;
  detail.set_reason(system::ReasonOf(status));
  if (std::optional<system::Refusal> refusal = system::RefusalOf(status)) {
    detail.set_wanted(refusal->wanted);
    detail.set_came(refusal->came);
    detail.set_todo(refusal->todo);
  } else {
    detail.set_came(std::string(status.message()));
  }
  return detail;
}

}  // namespace

absl::StatusOr<Outbox> Outbox::Open(const std::string& dir) {
  for (OutboxState state : {OutboxState::kPending, OutboxState::kDone, OutboxState::kRefused}) {
    GATEPOST_RETURN_IF_ERROR(
        system::EnsureDirectory(fmt::format("{}/{}", dir, FolderName(state)), kOwnersFolder));
  }
  return Outbox(dir);
}

std::string Outbox::Path(OutboxState state, const std::string& message_id,
                         std::string_view kind) const {
  return fmt::format("{}/{}/{}{}", dir_, FolderName(state), message_id, kind);
}

absl::StatusOr<std::string> Outbox::Add(const v1::SubmitRequest& request) {
  GATEPOST_ASSIGN_OR_RETURN(std::string id, IdOf(request));
  for (OutboxState state : {OutboxState::kPending, OutboxState::kDone, OutboxState::kRefused}) {
    const std::string path = Path(state, id, kSubmit);
    if (!Exists(path)) continue;
    GATEPOST_ASSIGN_OR_RETURN(v1::SubmitRequest kept, ReadMessage<v1::SubmitRequest>(path));
    if (kept.envelope().payload() != request.envelope().payload()) {
      return system::Refuse(v1::REASON_MESSAGE_ID_REUSED, "a new id for a new message",
                            fmt::format("{}, which {} holds with another payload", id, path),
                            "build the message again");
    }
    // The very envelope that may have been sent stays; a refused one may be tried again.
    if (state == OutboxState::kPending) return id;
  }
  GATEPOST_RETURN_IF_ERROR(system::WriteFileAtomically(Path(OutboxState::kPending, id, kSubmit),
                                                       request.SerializeAsString(), kOwnerOnly));
  Remove(Path(OutboxState::kRefused, id, kRefusal));
  Remove(Path(OutboxState::kRefused, id, kSubmit));
  return id;
}

// Once the mark is written the message is settled, also when a crash leaves the pending file.
absl::Status Outbox::Settle(const std::string& message_id, OutboxState state,
                            const std::string& outcome) {
  const std::string pending = Path(OutboxState::kPending, message_id, kSubmit);
  absl::StatusOr<std::string> bytes = system::ReadFile(pending);
  if (!bytes.ok()) {
    // Another program that shares the outbox may have been quicker.
    if (Exists(Path(state, message_id, kSubmit))) return absl::OkStatus();
    return system::Refuse(v1::REASON_NOT_FOUND, "a pending message", message_id, "add it first");
  }
  GATEPOST_RETURN_IF_ERROR(
      system::WriteFileAtomically(Path(state, message_id, kSubmit), *bytes, kOwnerOnly));
  GATEPOST_RETURN_IF_ERROR(
      system::WriteFileAtomically(Path(state, message_id, MarkOf(state)), outcome, kOwnerOnly));
  std::error_code error;
  std::filesystem::remove(pending, error);
  return error ? StoreFailed("to take it from pending", error.message()) : absl::OkStatus();
}

absl::Status Outbox::Done(const std::string& message_id, const v1::SubmitResponse& response) {
  return Settle(message_id, OutboxState::kDone, response.SerializeAsString());
}

absl::Status Outbox::Refused(const std::string& message_id, const absl::Status& refusal) {
  return Settle(message_id, OutboxState::kRefused, DetailOf(refusal).SerializeAsString());
}

absl::StatusOr<std::vector<std::string>> Outbox::Ids(OutboxState state) const {
  const std::string_view mark = MarkOf(state);
  std::vector<std::string> ids;
  std::error_code error;
  std::filesystem::directory_iterator files(fmt::format("{}/{}", dir_, FolderName(state)), error);
  for (; !error && files != std::filesystem::directory_iterator(); files.increment(error)) {
    const std::string name = files->path().filename().string();
    // Half-written files of a crash have other names.
    if (name.ends_with(mark)) ids.push_back(name.substr(0, name.size() - mark.size()));
  }
  if (error) return StoreFailed("to list the outbox", fmt::format("{}: {}", dir_, error.message()));
  std::sort(ids.begin(), ids.end());
  return ids;
}

absl::StatusOr<std::vector<OutboxEntry>> Outbox::List() const {
  std::vector<OutboxEntry> entries;
  std::set<std::string> seen;
  // Settled ones first: a crash may have left the pending file beside them.
  for (OutboxState state : {OutboxState::kDone, OutboxState::kRefused, OutboxState::kPending}) {
    GATEPOST_ASSIGN_OR_RETURN(std::vector<std::string> ids, Ids(state));
    for (const std::string& id : ids) {
      if (!seen.insert(id).second) continue;
      OutboxEntry entry;
      entry.message_id = id;
      entry.state = state;
      GATEPOST_ASSIGN_OR_RETURN(entry.request,
                                ReadMessage<v1::SubmitRequest>(Path(state, id, kSubmit)));
      if (state == OutboxState::kDone) {
        GATEPOST_ASSIGN_OR_RETURN(entry.response,
                                  ReadMessage<v1::SubmitResponse>(Path(state, id, kResponse)));
      } else if (state == OutboxState::kRefused) {
        GATEPOST_ASSIGN_OR_RETURN(entry.refusal,
                                  ReadMessage<v1::RefusalDetail>(Path(state, id, kRefusal)));
      }
      entries.push_back(std::move(entry));
    }
  }
  std::sort(entries.begin(), entries.end(),
            [](const OutboxEntry& a, const OutboxEntry& b) { return a.message_id < b.message_id; });
  return entries;
}

absl::StatusOr<std::vector<OutboxEntry>> Outbox::Pending() const {
  GATEPOST_ASSIGN_OR_RETURN(std::vector<std::string> ids, Ids(OutboxState::kPending));
  std::vector<OutboxEntry> entries;
  for (const std::string& id : ids) {
    if (Exists(Path(OutboxState::kDone, id, kResponse)) ||
        Exists(Path(OutboxState::kRefused, id, kRefusal))) {
      Remove(Path(OutboxState::kPending, id, kSubmit));
      continue;
    }
    OutboxEntry entry;
    entry.message_id = id;
    GATEPOST_ASSIGN_OR_RETURN(
        entry.request, ReadMessage<v1::SubmitRequest>(Path(OutboxState::kPending, id, kSubmit)));
    entries.push_back(std::move(entry));
  }
  return entries;
}

bool StaysPending(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
      return true;
    default:
      return false;
  }
}

absl::StatusOr<v1::SubmitResponse> SendThrough(Outbox& outbox, const v1::SubmitRequest& request,
                                               const SubmitCall& submit) {
  GATEPOST_ASSIGN_OR_RETURN(std::string id, outbox.Add(request));
  absl::StatusOr<v1::SubmitResponse> outcome = submit(request);
  if (outcome.ok()) {
    GATEPOST_RETURN_IF_ERROR(outbox.Done(id, *outcome));
  } else if (!StaysPending(outcome.status())) {
    GATEPOST_RETURN_IF_ERROR(outbox.Refused(id, outcome.status()));
  }
  return outcome;
}

absl::StatusOr<std::vector<Resent>> ResendPending(Outbox& outbox, const SubmitCall& submit) {
  std::vector<Resent> results;
  GATEPOST_ASSIGN_OR_RETURN(std::vector<OutboxEntry> pending, outbox.Pending());
  for (const OutboxEntry& entry : pending) {
    results.push_back({entry.message_id, SendThrough(outbox, entry.request, submit)});
    const absl::Status& status = results.back().outcome.status();
    if (!status.ok() && StaysPending(status)) break;
  }
  return results;
}

}  // namespace gatepost::client
