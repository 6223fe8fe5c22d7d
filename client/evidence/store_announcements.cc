// AnnouncementsInStore.
#include <google/protobuf/stubs/logging.h>

#include <memory>
#include <optional>
#include <utility>

#include "client/evidence/store_check.h"
#include "client/evidence/stored_chains.h"
#include "daemon/store/evidence.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "gatepost/v1/envelope.pb.h"
#include "gatepost/v1/message.pb.h"

namespace gatepost::evidence {
namespace {

absl::Status WithoutRoots() {
  return system::Refuse(v1::REASON_EVIDENCE_INCOMPLETE,
                        "the pinned roots of that side, to tell whether its authority signed",
                        "none", "name the root certificates by --root");
}

}  // namespace

absl::StatusOr<StoredAnnouncements> AnnouncementsInStore(const std::string& folder,
                                                         const certs::TrustStore* trust) {
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::EvidenceReader> reader,
                            store::OpenEvidence(folder));
  std::optional<certs::EnvelopeVerifier> verifier;
  if (trust != nullptr) verifier.emplace(*trust);
  StoredAnnouncements all;
  const google::protobuf::LogSilencer quiet;
  const auto rows = reader->AllMessages();
  while (true) {
    auto row = rows->Next();
    if (!row.ok() || !row->has_value()) return all;  // CheckStore finds what cannot be read.
    if (!(*row)->record.ok()) continue;
    const store::MessageRecord& record = *(*row)->record;
    v1::Envelope envelope;
    v1::Message message;
    if (record.standing == v1::RUNG_REFUSED || !envelope.ParseFromString(record.envelope) ||
        !message.ParseFromString(envelope.payload())) {
      continue;
    }
    std::optional<Announcement> announced = AnnouncementOf(message, (*row)->name);
    if (!announced.has_value()) continue;
    const absl::Status held = verifier.has_value()
                                  ? VerifySigners(envelope, StoredChains(*reader), record.stored_at,
                                                  *verifier, *announced)
                                  : WithoutRoots();
    if (held.ok()) {
      all.proved.push_back(*std::move(announced));
    } else {
      all.unproved.push_back({announced->where, held});
    }
  }
}

}  // namespace gatepost::evidence
