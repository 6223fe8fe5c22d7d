// A peer with valid keys that sends messages which must not be applied: each is answered by name,
// uses its sequence number, and leaves one DELIVERED leaf; the session goes on.
#include <gtest/gtest.h>

#include "certs/batch.h"
#include "certs/dsse.h"
#include "daemon/domain/civil_time.h"
#include "tests/exchange/hostile_peer.h"

namespace gatepost::testing {
namespace {

struct Case {
  const char* name;
  v1::Reason reason;
  v1::Envelope (*make)(HostilePeer& h);
};

v1::Message Report(HostilePeer& h, int64_t waiting = 40) {
  return h.world.OneFigureReport(h.world.cn_clerk(), "LS-HN", 0, waiting);
}

template <typename Spoil>
v1::Envelope SpoiltEnvelope(HostilePeer& h, Spoil spoil) {
  v1::Envelope envelope = h.world.Sign(h.world.cn_clerk(), Report(h));
  spoil(envelope);
  return envelope;
}

template <typename Spoil>
v1::Envelope SpoiltReport(HostilePeer& h, Spoil spoil) {
  v1::Message message = Report(h);
  spoil(message);
  return h.world.Sign(h.world.cn_clerk(), message);
}

// Signed by the head of a batch of one.
v1::Envelope Batched(const certs::Signer& service, const v1::Message& message) {
  v1::Envelope envelope;
  envelope.set_payload_type(std::string(certs::kMessagePayloadType));
  envelope.set_payload(message.SerializeAsString());
  const std::vector<certs::Digest> digests = {
      certs::PaeDigest(envelope.payload_type(), envelope.payload())};
  *envelope.mutable_batch() = Need(certs::SignBatch(digests, service))[0];
  return envelope;
}

const Case kCases[] = {
    {"AlteredPayload", v1::REASON_BAD_SIGNATURE,
     [](HostilePeer& h) {
       return SpoiltEnvelope(
           h, [&](v1::Envelope& e) { e.set_payload(Report(h, 41).SerializeAsString()); });
     }},
    {"AlteredSignature", v1::REASON_BAD_SIGNATURE,
     [](HostilePeer& h) {
       return SpoiltEnvelope(h, [](v1::Envelope& e) {
         std::string* value = e.mutable_signatures(0)->mutable_value();
         value->back() = static_cast<char>(value->back() ^ 1);
       });
     }},
    {"Unsigned", v1::REASON_UNSIGNED,
     [](HostilePeer& h) {
       return SpoiltEnvelope(h, [](v1::Envelope& e) { e.clear_signatures(); });
     }},
    {"EmptyEnvelope", v1::REASON_UNKNOWN_PAYLOAD_TYPE, [](HostilePeer&) { return v1::Envelope(); }},
    {"ChainNeverSent", v1::REASON_CERTIFICATE_NOT_HELD,
     [](HostilePeer& h) {
       const certs::Signer& other = h.world.AddPerson(h.world.cn_ca, "/agency/port-office/clerk/2");
       return h.world.Sign(other, h.world.NewPing(other, "who am I"));
     }},
    {"UnknownPayloadType", v1::REASON_UNKNOWN_PAYLOAD_TYPE,
     [](HostilePeer& h) {
       return SpoiltEnvelope(h, [](v1::Envelope& e) { e.set_payload_type("text/plain"); });
     }},
    {"TooLarge", v1::REASON_TOO_LARGE,
     [](HostilePeer& h) {
       return SpoiltReport(h, [](v1::Message& m) {
         m.mutable_yard_report()->set_remark(std::string(1 << 20, 'x'));
       });
     }},
    {"AuthorIsNotTheSigner", v1::REASON_AUTHOR_NOT_SIGNER,
     [](HostilePeer& h) {
       return SpoiltReport(h, [&](v1::Message& m) {
         m.mutable_header()->set_author(h.world.vn_clerk().id().ToString());
       });
     }},
    {"AuthorOfOurOwnDomain", v1::REASON_CROSS_DOMAIN,
     [](HostilePeer& h) {
       v1::Message message = h.world.NewPing(h.world.vn_clerk(), "as if from here");
       message.mutable_header()->set_origin_node("cn-pingxiang");
       message.mutable_header()->set_recipient_nodes(0, "vn-langson");
       h.peer.Send(ScriptedPeer::CertificatesOf(h.world.vn_clerk()));
       return h.world.Sign(h.world.vn_clerk(), message);
     }},
    {"NotAddressedHere", v1::REASON_NOT_ADDRESSED_HERE,
     [](HostilePeer& h) {
       return SpoiltReport(
           h, [](v1::Message& m) { m.mutable_header()->set_recipient_nodes(0, "vn-hue"); });
     }},
    {"FromAnotherNode", v1::REASON_NOT_ADDRESSED_HERE,
     [](HostilePeer& h) {
       return SpoiltReport(
           h, [](v1::Message& m) { m.mutable_header()->set_origin_node("cn-dongxing"); });
     }},
    {"AuditorAsAuthor", v1::REASON_NOT_ALLOWED,
     [](HostilePeer& h) {
       const certs::Signer& auditor = h.world.AddPerson(h.world.cn_ca, "/auditor/port-office-1");
       h.peer.Send(ScriptedPeer::CertificatesOf(auditor));
       return h.world.Sign(auditor, h.world.NewPing(auditor, "I only read"));
     }},
    {"PingInABatch", v1::REASON_NOT_ALLOWED,
     [](HostilePeer& h) {
       const certs::Signer& service = h.world.cn_service();
       h.peer.Send(ScriptedPeer::CertificatesOf(service));
       return Batched(service, h.world.NewPing(service, "in a batch"));
     }},
    {"OverrideByAClerk", v1::REASON_OVERRIDE_NOT_ALLOWED,
     [](HostilePeer& h) {
       return SpoiltReport(h, [](v1::Message& m) {
         m.mutable_yard_report()->mutable_override()->set_reason("because");
       });
     }},
    {"ForTheOtherSide", v1::REASON_WRONG_SIDE,
     [](HostilePeer& h) {
       return SpoiltReport(
           h, [](v1::Message& m) { m.mutable_yard_report()->set_reporting_side("VN"); });
     }},
    {"FromTheFuture", v1::REASON_FUTURE_DATE,
     [](HostilePeer& h) {
       return h.world.Sign(h.world.cn_clerk(),
                           h.world.OneFigureReport(h.world.cn_clerk(), "LS-HN", 400, 1));
     }},
    {"Negative", v1::REASON_NEGATIVE_FIGURE,
     [](HostilePeer& h) { return h.world.Sign(h.world.cn_clerk(), Report(h, -4)); }},
    {"UnknownGate", v1::REASON_UNKNOWN_GATE,
     [](HostilePeer& h) {
       return h.world.Sign(h.world.cn_clerk(),
                           h.world.OneFigureReport(h.world.cn_clerk(), "LS-XX", 0, 1));
     }},
    {"SecondOriginal", v1::REASON_DUPLICATE_REPORT,
     [](HostilePeer& h) {
       h.peer.SendMessage(h.world.Sign(h.world.cn_clerk(), Report(h)));
       return h.world.Sign(h.world.cn_clerk(), Report(h));
     }},
};

class MessageCrime : public ::testing::TestWithParam<Case> {};

TEST_P(MessageCrime, IsAnsweredByNameAndNotApplied) {
  HostilePeer h;
  h.peer.Connect();
  h.peer.SendMessage(h.Good());
  const v1::Envelope envelope = GetParam().make(h);
  const size_t in_force = Need(Need(h.node().store->Read())->ListReports({})).size();
  const uint64_t size = h.node().head().size;

  h.peer.SendMessage(envelope);
  EXPECT_EQ(h.peer.bye(), v1::REASON_UNSPECIFIED) << "one bad message ended the session";
  EXPECT_EQ(h.node().LinkRecord().last_received, h.peer.last_sent);
  EXPECT_EQ(h.node().head().size, size + 1);
  ASSERT_FALSE(h.peer.receipts.empty());
  const ledger::Leaf& leaf = h.peer.receipts.back();
  EXPECT_EQ(leaf.event, ledger::event::kDelivered);
  EXPECT_EQ(leaf.result, "REFUSED:" + system::ReasonName(GetParam().reason));
  EXPECT_EQ(leaf.sequence, h.peer.last_sent);
  EXPECT_EQ(leaf.pae, certs::PaeDigest(envelope.payload_type(), envelope.payload()));
  EXPECT_EQ(Need(Need(h.node().store->Read())->ListReports({})).size(), in_force);
  const auto record =
      Need(Need(h.node().store->Read())->MessageBySequence("cn-pingxiang", h.peer.last_sent));
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->standing, v1::RUNG_REFUSED);
  EXPECT_EQ(record->reason, GetParam().reason);
  EXPECT_LE(record->envelope.size(), size_t{1} << 20);
  h.ExpectGoesOn();
}

INSTANTIATE_TEST_SUITE_P(Hostile, MessageCrime, ::testing::ValuesIn(kCases),
                         [](const auto& param) { return std::string(param.param.name); });

// Our own author's message, shown back to us under its own id, cannot take its place.
TEST(HostileMessages, OurOwnMessageShownBackIsRefused) {
  HostilePeer h;
  h.Queue(1);
  h.peer.Connect();
  h.peer.Send(ScriptedPeer::CertificatesOf(h.world.vn_service()));
  h.peer.Send(ScriptedPeer::MessageFrame(1, h.peer.received.at(1).envelope()));
  h.ExpectRefused(v1::REASON_MESSAGE_ID_REUSED);
  EXPECT_EQ(h.Stored(), 1u);
  h.ExpectGoesOn();
}

}  // namespace
}  // namespace gatepost::testing
