#ifndef GATEPOST_TESTS_EXCHANGE_FOUR_EYES_H_
#define GATEPOST_TESTS_EXCHANGE_FOUR_EYES_H_

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "certs/dsse.h"
#include "daemon/system/reason.h"
#include "tests/support/two_nodes.h"

// Two nodes, of which vn-langson asks for the signature of an officer besides the author's.
namespace gatepost::testing {

class FourEyes : public ::testing::Test {
 protected:
  FourEyes() : world_(OptionsOf(authority_)) {
    authority_.second_signatures = {{"officer"}};
    agent_ = &world_.AddPerson(world_.vn_ca, "/agency/customs/officer/chief-1");
    stranger_ = &world_.AddPerson(world_.vn_ca, "/agency/port/clerk/desk-9");
  }

  // A report of the clerk about the day `days` after 2026-01-01, signed by him alone.
  v1::Envelope Report(int days = 0) {
    return world_.Sign(world_.vn_clerk(),
                       world_.OneFigureReport(world_.vn_clerk(), "LS-HN", days, 312));
  }
  // The envelope with one signature more.
  static v1::Envelope With(v1::Envelope envelope, const certs::Signer& signer) {
    Need(certs::SignEnvelope(envelope, signer));
    return envelope;
  }
  // Hands it in, with the chains of everybody who may have signed.
  absl::StatusOr<v1::SubmitResponse> HandIn(const certs::Signer& caller,
                                            const v1::Envelope& envelope) {
    absl::StatusOr<v1::SubmitResponse> result = absl::UnknownError("not answered");
    HandIn(caller, envelope, [&result](auto answer) { result = std::move(answer); });
    world_.vn->Settle();
    return result;
  }
  // The same, answered when the node settles.
  void HandIn(const certs::Signer& caller, const v1::Envelope& envelope,
              exchange::Door::Answer answer) {
    v1::SubmitRequest request;
    *request.mutable_envelope() = envelope;
    for (const certs::Signer* signer :
         {&world_.vn_clerk(), &world_.vn_officer(), &world_.vn_service(), agent_, stranger_}) {
      v1::CertificateChain* chain = request.add_chains();
      for (const std::string& der : signer->certificate_chain_der()) chain->add_certificates(der);
    }
    world_.vn->door->Submit(world_.vn->IdentityOf(caller), request, std::move(answer));
  }
  v1::Envelope HeldOne(int days = 0) {
    const v1::Envelope envelope = Report(days);
    const auto answer = HandIn(world_.vn_clerk(), envelope);
    EXPECT_TRUE(answer.ok() && answer->has_held()) << answer.status();
    return envelope;
  }
  static v1::Message In(const v1::Envelope& envelope) {
    v1::Message message;
    EXPECT_TRUE(message.ParseFromString(envelope.payload()));
    return message;
  }
  static std::string IdIn(const v1::Envelope& envelope) {
    return In(envelope).header().message_id();
  }
  v1::Reason ReasonOf(const absl::StatusOr<v1::SubmitResponse>& answer) {
    return system::ReasonOf(answer.status());
  }
  v1::StoredMessage Get(const std::string& reference) {
    v1::GetMessageRequest request;
    request.set_reference(reference);
    return Need(world_.vn->queries->GetMessage(request)).message();
  }
  size_t HeldCount() { return Need(Need(world_.vn->store->Read())->ListHeld(0, 10000)).size(); }
  uint64_t Queued() { return world_.vn->LinkRecord().last_queued; }
  // `EVENT RESULT last part of the actor` of every leaf about the message, in order.
  std::vector<std::string> LeavesAbout(TestNode& node, const std::string& message_id) {
    std::vector<std::string> told;
    for (const ledger::Leaf& leaf : node.Leaves()) {
      if (leaf.object != "message:" + message_id) continue;
      told.push_back(leaf.event + " " + (leaf.result.empty() ? "-" : leaf.result) + " " +
                     leaf.actor.substr(leaf.actor.rfind('/') + 1));
    }
    return told;
  }

  static TwoNodes::Options OptionsOf(const ScriptedAuthority& authority) {
    TwoNodes::Options options;
    options.vn_authority = &authority;
    return options;
  }

  ScriptedAuthority authority_;
  TwoNodes world_;
  const certs::Signer* agent_ = nullptr;     // An officer of another agency.
  const certs::Signer* stranger_ = nullptr;  // A clerk of a third one.
};

}  // namespace gatepost::testing

#endif  // GATEPOST_TESTS_EXCHANGE_FOUR_EYES_H_
