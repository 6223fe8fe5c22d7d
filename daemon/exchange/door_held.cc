// What comes for messages that are HELD: further signatures, and the wish to drop them.
#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "certs/digest.h"
#include "daemon/domain/field_rules.h"
#include "daemon/domain/text.h"
#include "daemon/exchange/door.h"
#include "daemon/exchange/fault.h"
#include "daemon/exchange/naming.h"
#include "daemon/exchange/stored_signers.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

namespace gatepost::exchange {

namespace {

constexpr size_t kLongestDropReason = 200;

// The held envelope and what came for it.
struct Signed {
  v1::Envelope whole;   // The held signatures in their order, then the new ones.
  v1::Envelope repeat;  // The held signatures as they came again, where they did.
  int added = 0;
};

absl::StatusOr<Signed> SignedBoth(const store::HeldRecord& held, const v1::Envelope& came) {
  Signed result;
  if (!result.whole.ParseFromString(held.envelope)) {
    return system::Refuse(v1::REASON_LEDGER_DAMAGED, "a held message that can be read",
                          fmt::format("message {}", held.message_id),
                          "check the store against its ledger");
  }
  result.repeat = result.whole;
  const int before = result.whole.signatures_size();
  std::set<std::string_view> repeated;
  for (const v1::Signature& signature : came.signatures()) {
    int at = 0;
    while (at < before &&
           result.whole.signatures(at).certificate_sha256() != signature.certificate_sha256()) {
      ++at;
    }
    // The same certificate twice is a signer twice, and refused as that.
    if (at < before && repeated.insert(signature.certificate_sha256()).second) {
      *result.repeat.mutable_signatures(at) = signature;
    } else {
      *result.whole.add_signatures() = signature;
      ++result.added;
    }
  }
  return result;
}

absl::Status OwnSecondSignature(const absl::Status& why) {
  return system::Refuse(v1::REASON_OWN_SECOND_SIGNATURE, "the signature of somebody else",
                        std::string(why.message()),
                        "have another post sign: nobody can be both pairs of eyes");
}

std::string RolesText(const std::vector<domain::StillNeeded>& needed) {
  std::string text;
  for (const domain::StillNeeded& missing : needed) {
    text += fmt::format("{}{} of {}", text.empty() ? "" : ", ", missing.count,
                        fmt::join(missing.roles, " or "));
  }
  return text;
}

}  // namespace

absl::StatusOr<std::optional<store::HeldRecord>> Door::HeldAlready(const certs::Digest& pae) const {
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> reader, parts_.store.Read());
  return reader->Held(pae);
}

absl::StatusOr<Door::Offer> Door::OpenOnto(const certs::Identity& caller,
                                           const v1::SubmitRequest& request, store::HeldRecord held,
                                           absl::Time now) const {
  GATEPOST_ASSIGN_OR_RETURN(const Signed envelopes, SignedBoth(held, request.envelope()));
  const std::vector<std::vector<std::string>> chains = ChainsOf(request.chains());
  const bool repeat = envelopes.added == 0;
  bool of_then = false;
  absl::StatusOr<OpenedMessage> opened =
      parts_.intake.Open(repeat ? envelopes.repeat : envelopes.whole, chains, now);
  if (!opened.ok() && repeat) {
    // As of the moment when it first came, like every repeat.
    opened = parts_.intake.Open(envelopes.repeat, chains, held.held_at);
    of_then = true;
  }
  if (system::ReasonOf(opened.status()) == v1::REASON_DUPLICATE_SIGNER) {
    return OwnSecondSignature(opened.status());
  }
  GATEPOST_RETURN_IF_ERROR(opened.status());
  Offer offer{*std::move(opened), std::nullopt, {}, of_then};
  const std::vector<certs::Identity>& signers = offer.opened.signers;
  offer.added.assign(signers.end() - envelopes.added, signers.end());
  offer.onto = std::move(held);
  if (repeat) {
    GATEPOST_RETURN_IF_ERROR(MayHandInForOne(caller, signers));
    return offer;
  }
  GATEPOST_RETURN_IF_ERROR(MayHandInForOne(caller, offer.added));
  if (offer.opened.newer_schema) {
    return system::Refuse(v1::REASON_NEWER_SCHEMA, "a message that people here can read in full",
                          "one of a newer schema", "bring this node's software up to date first");
  }
  GATEPOST_RETURN_IF_ERROR(CheckWithoutState(offer.opened, now));
  return offer;
}

absl::Status Door::DecideOnto(CommitScope& scope, const Offer& offer, Outcome& outcome) const {
  const store::HeldRecord& onto = *offer.onto;
  GATEPOST_ASSIGN_OR_RETURN(std::optional<store::MessageRecord> known,
                            scope.store.FindMessage(onto.author, onto.message_id));
  if (known.has_value() && known->pae == onto.pae) {
    outcome.record = *std::move(known);
    return absl::OkStatus();
  }
  GATEPOST_ASSIGN_OR_RETURN(std::optional<store::HeldRecord> held, scope.store.Held(onto.pae));
  if (!held.has_value()) {
    return system::Refuse(v1::REASON_NOT_RELEASED, "a message that waits for its release",
                          fmt::format("{} was dropped", ReferenceText(parts_.node, onto.reference)),
                          "ask who dropped it, and why");
  }
  if (held->envelope != onto.envelope) {
    outcome.again = true;
    return absl::OkStatus();
  }
  if (!offer.added.empty()) return Release(scope, offer, *std::move(held), outcome);
  return DecideRepeat(scope, offer, *std::move(held), outcome);
}

// A new policy or roster may ask for none of the signatures that it waits for: a repeat releases it
// then, with those that are held. Else it tells the state as it is now.
absl::Status Door::DecideRepeat(CommitScope& scope, const Offer& offer, store::HeldRecord held,
                                Outcome& outcome) const {
  GATEPOST_ASSIGN_OR_RETURN(const OpenedMessage stored, OpenStored(scope.store, held.envelope));
  OpenedMessage opened = offer.opened;
  opened.envelope_bytes = stored.envelope_bytes;
  opened.signatures = stored.signatures;
  absl::StatusOr<OwnJudgement> own = JudgeOwn(scope.store, OwnRulesHere(), opened, scope.now);
  if (IsFault(own.status())) return own.status();
  const bool in_time = !offer.of_then && scope.now < held.drops_at;
  if (own.ok() && own->ruling.needed.empty() && in_time &&
      CheckWithoutState(opened, scope.now).ok()) {
    GATEPOST_RETURN_IF_ERROR(LogRelease(scope, opened, opened.signers.back().id.ToString()));
    return Accept(scope, opened, *own, outcome);
  }
  std::vector<domain::StillNeeded> needed;
  if (own.ok()) {
    needed = std::move(own->ruling.needed);
    outcome.findings = std::move(own->judgement.findings);
  } else {  // What it waits for is told also where it would be refused now.
    GATEPOST_ASSIGN_OR_RETURN(needed, NeededNow(scope.store, OwnRulesHere(), opened, scope.now));
  }
  outcome.state = HeldStateOf(needed, held.drops_at);
  outcome.held = std::move(held);
  return absl::OkStatus();
}

// Each new signature must be one that is asked for, or approvals would mean nothing.
absl::Status Door::CheckHelps(const store::Reader& store, const Offer& offer,
                              absl::Time now) const {
  OpenedMessage so_far = offer.opened;
  const auto added = static_cast<std::ptrdiff_t>(offer.added.size());
  so_far.signers.erase(so_far.signers.end() - added, so_far.signers.end());
  GATEPOST_ASSIGN_OR_RETURN(Ruling before, RuleOwn(store, OwnRulesHere(), so_far, now));
  for (const certs::Identity& signer : offer.added) {
    so_far.signers.push_back(signer);
    GATEPOST_ASSIGN_OR_RETURN(Ruling after, RuleOwn(store, OwnRulesHere(), so_far, now));
    if (!before.needed.empty() && after.needed == before.needed) {
      return system::Refuse(v1::REASON_ROLE_NOT_ALLOWED,
                            fmt::format("a signature of: {}", RolesText(before.needed)),
                            signer.id.ToString(), "have one of them sign");
    }
    before = std::move(after);
  }
  return absl::OkStatus();
}

absl::Status Door::Release(CommitScope& scope, const Offer& offer, store::HeldRecord held,
                           Outcome& outcome) const {
  if (scope.now >= held.drops_at) {
    return system::Refuse(
        v1::REASON_NOT_RELEASED, "a release in time",
        fmt::format("{} waited too long", ReferenceText(parts_.node, held.reference)),
        "write the message anew");
  }
  GATEPOST_RETURN_IF_ERROR(CheckHelps(scope.store, offer, scope.now));
  GATEPOST_ASSIGN_OR_RETURN(OwnJudgement own,
                            JudgeOwn(scope.store, OwnRulesHere(), offer.opened, scope.now));
  if (own.ruling.needed.empty()) {
    GATEPOST_RETURN_IF_ERROR(LogRelease(scope, offer.opened, offer.added.back().id.ToString()));
    return Accept(scope, offer.opened, own, outcome);
  }
  GATEPOST_RETURN_IF_ERROR(HoldOn(scope, held, offer.opened, offer.added, own.ruling.needed));
  outcome.state = HeldStateOf(own.ruling.needed, held.drops_at);
  outcome.findings = std::move(own.judgement.findings);
  outcome.held = std::move(held);
  return absl::OkStatus();
}

absl::Status Door::CheckMayDrop(const store::Reader& store, const store::HeldRecord& held,
                                const certs::Identity& caller, absl::Time now) const {
  GATEPOST_ASSIGN_OR_RETURN(OpenedMessage opened, OpenStored(store, held.envelope));
  if (std::ranges::find(opened.signers, caller.id, &certs::Identity::id) != opened.signers.end()) {
    return absl::OkStatus();
  }
  const absl::StatusOr<Ruling> without = RuleOwn(store, OwnRulesHere(), opened, now);
  opened.signers.push_back(caller);
  const absl::StatusOr<Ruling> with = RuleOwn(store, OwnRulesHere(), opened, now);
  for (const absl::Status& ruled : {without.status(), with.status()}) {
    if (IsFault(ruled)) return ruled;
  }
  if (without.ok() && with.ok() && with->needed != without->needed) return absl::OkStatus();
  return system::Refuse(v1::REASON_NOT_ALLOWED,
                        "who has signed it, or for whose signature it waits", caller.id.ToString(),
                        "ask one of them to drop it");
}

void Door::DropHeld(const certs::Identity& caller, const v1::DropHeldRequest& request,
                    DropAnswer answer) {
  absl::Status checked = request.reason().empty()
                             ? domain::Missing("reason")
                             : domain::CheckText("reason", request.reason(), kLongestDropReason);
  if (!checked.ok()) return answer(std::move(checked));
  auto leaf_index = std::make_shared<uint64_t>(0);
  auto shared_answer = std::make_shared<DropAnswer>(std::move(answer));
  const absl::Status posted = parts_.committer.Post(
      [this, caller, request, leaf_index](CommitScope& scope) -> absl::Status {
        GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::HeldRecord> held,
                                  FindHeldNamed(scope.store, parts_.node, request.reference(), ""));
        if (!held.has_value()) {
          return system::Refuse(v1::REASON_NOT_FOUND, "a message that waits for its release",
                                request.reference(), "it has left, was dropped, or never was");
        }
        GATEPOST_RETURN_IF_ERROR(CheckMayDrop(scope.store, *held, caller, scope.now));
        GATEPOST_ASSIGN_OR_RETURN(*leaf_index,
                                  Drop(scope, *held, caller.id.ToString(),
                                       "dropped:" + certs::Base64Encode(request.reason())));
        return absl::OkStatus();
      },
      [this, caller, leaf_index, shared_answer](const absl::Status& decided) {
        if (!decided.ok()) {
          if (system::ReasonOf(decided) == v1::REASON_NOT_ALLOWED) {
            parts_.refusals.Log(ledger::event::kDenied, caller.id.ToString(), "call:DropHeld",
                                decided);
          }
          return (*shared_answer)(decided);
        }
        absl::StatusOr<ledger::Receipt> receipt = parts_.log.ReceiptOf(*leaf_index);
        if (!receipt.ok()) return (*shared_answer)(receipt.status());
        v1::DropHeldResponse response;
        response.mutable_receipt()->set_leaf(std::move(receipt->leaf));
        response.mutable_receipt()->set_proof(std::move(receipt->proof));
        (*shared_answer)(std::move(response));
      });
  if (!posted.ok()) (*shared_answer)(posted);
}

}  // namespace gatepost::exchange
