// Bad input at the door: each kind is refused with a reason of its own, says what was wanted, what
// came and what to do, and stores nothing but one REFUSED leaf.
#include <gtest/gtest.h>

#include <functional>

#include "certs/digest.h"
#include "certs/dsse.h"
#include "daemon/domain/civil_time.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "tests/support/two_nodes.h"

namespace gatepost::testing {
namespace {

// What somebody hands in, and who.
struct Attempt {
  v1::Envelope envelope;
  const certs::Signer* caller = nullptr;
};

struct Case {
  const char* name;
  v1::Reason reason;
  Attempt (*make)(TwoNodes& world);
};

Attempt Signed(TwoNodes& world, const v1::Message& message, const certs::Signer& author) {
  return Attempt{world.Sign(author, message), &author};
}

Attempt ByClerk(TwoNodes& world, const v1::Message& message) {
  return Signed(world, message, world.vn_clerk());
}

v1::Message Report(TwoNodes& world, int days = 0, int64_t waiting = 312) {
  return world.OneFigureReport(world.vn_clerk(), "LS-HN", days, waiting);
}

// A signed report whose bytes `spoil` changes afterwards.
template <typename Spoil>
Attempt SpoiltEnvelope(TwoNodes& world, Spoil spoil) {
  Attempt attempt = ByClerk(world, Report(world));
  spoil(attempt.envelope);
  return attempt;
}

// A report that `spoil` changes before it is signed.
template <typename Spoil>
Attempt SpoiltReport(TwoNodes& world, Spoil spoil) {
  v1::Message message = Report(world);
  spoil(message);
  return ByClerk(world, message);
}

// Arbitrary bytes under a valid signature.
Attempt SignedBytes(TwoNodes& world, std::string_view type, std::string_view payload) {
  v1::Envelope envelope;
  envelope.set_payload_type(std::string(type));
  envelope.set_payload(std::string(payload));
  Need(certs::SignEnvelope(envelope, world.vn_clerk()));
  return Attempt{envelope, &world.vn_clerk()};
}

// The report that stands before each case, on day 200.
v1::Message Standing(TwoNodes& world) { return Report(world, 200, 100); }

// A message that replaces `base` with `kind`.
v1::Message Replacing(TwoNodes& world, const v1::Message& base, v1::RevisionKind kind) {
  const std::string payload = base.SerializeAsString();
  v1::Message message = base;
  *message.mutable_header() = world.NewMessage(world.vn_clerk()).header();
  *message.mutable_header()->mutable_scope_ids() = base.header().scope_ids();
  v1::MessageReference* replaces = message.mutable_header()->mutable_replaces();
  replaces->set_author(base.header().author());
  replaces->set_message_id(base.header().message_id());
  replaces->set_pae_sha256(
      std::string(certs::AsView(certs::PaeDigest(certs::kMessagePayloadType, payload))));
  message.mutable_yard_report()->set_revision(kind);
  message.mutable_yard_report()->set_revision_reason("counted again");
  return message;
}

v1::Message Accept(TwoNodes& world, const v1::Message& message) {
  Need(world.vn->Submit(world.vn_clerk(), world.Sign(world.vn_clerk(), message)).status());
  return message;
}

v1::Figure* AddFigure(v1::Message& message, v1::Load load, int64_t value) {
  v1::YardReport* report = message.mutable_yard_report();
  v1::Figure figure = report->figures(0);
  figure.set_load(load);
  figure.mutable_quantity()->set_value(value);
  *report->add_figures() = figure;
  return report->mutable_figures(report->figures_size() - 1);
}

// Loaded and empty vehicles that do not make up all of them.
v1::Message WrongSum(TwoNodes& world, const certs::Signer& author) {
  v1::Message message = world.OneFigureReport(author, "LS-HN", 10, 100);
  message.mutable_yard_report()->mutable_figures(0)->set_set_complete(true);
  AddFigure(message, v1::LOAD_LOADED, 50)->set_set_complete(false);
  AddFigure(message, v1::LOAD_EMPTY, 60);
  return message;
}

v1::Quantity* QuantityOf(v1::Message& message) {
  return message.mutable_yard_report()->mutable_figures(0)->mutable_quantity();
}

const Case kCases[] = {
    {"Unsigned", v1::REASON_UNSIGNED,
     [](TwoNodes& w) { return SpoiltEnvelope(w, [](v1::Envelope& e) { e.clear_signatures(); }); }},
    {"SignatureChanged", v1::REASON_BAD_SIGNATURE,
     [](TwoNodes& w) {
       return SpoiltEnvelope(w, [](v1::Envelope& e) {
         std::string* value = e.mutable_signatures(0)->mutable_value();
         value->back() = static_cast<char>(value->back() ^ 1);
       });
     }},
    {"PayloadChangedAfterSigning", v1::REASON_BAD_SIGNATURE,
     [](TwoNodes& w) {
       return SpoiltEnvelope(w,
                             [](v1::Envelope& e) { e.mutable_payload()->append("\x0a\x00", 2); });
     }},
    {"UnknownSuite", v1::REASON_SUITE_NOT_ALLOWED,
     [](TwoNodes& w) {
       return SpoiltEnvelope(w,
                             [](v1::Envelope& e) { e.mutable_signatures(0)->set_suite("none"); });
     }},
    {"CertificateDigestOfNobody", v1::REASON_CERTIFICATE_NOT_HELD,
     [](TwoNodes& w) {
       return SpoiltEnvelope(w, [](v1::Envelope& e) {
         e.mutable_signatures(0)->set_certificate_sha256(std::string(32, 'x'));
       });
     }},
    {"SameSignerTwice", v1::REASON_DUPLICATE_SIGNER,
     [](TwoNodes& w) {
       return SpoiltEnvelope(
           w, [](v1::Envelope& e) { *e.add_signatures() = v1::Signature(e.signatures(0)); });
     }},
    {"UnknownPayloadType", v1::REASON_UNKNOWN_PAYLOAD_TYPE,
     [](TwoNodes& w) { return SignedBytes(w, "application/json", "{}"); }},
    {"NextMajorVersion", v1::REASON_UNKNOWN_PAYLOAD_TYPE,
     [](TwoNodes& w) {
       return SignedBytes(w, "application/vnd.gatepost.message.v2+protobuf",
                          Report(w).SerializeAsString());
     }},
    {"BytesThatAreNoMessage", v1::REASON_MALFORMED_PAYLOAD,
     [](TwoNodes& w) { return SignedBytes(w, certs::kMessagePayloadType, "\xff\xff\xff"); }},
    {"TooLarge", v1::REASON_TOO_LARGE,
     [](TwoNodes& w) {
       return SpoiltReport(w, [](v1::Message& m) {
         m.mutable_yard_report()->set_remark(std::string((1 << 20) + 1, 'x'));
       });
     }},
    {"TooManyFigures", v1::REASON_TOO_LARGE,
     [](TwoNodes& w) {
       return SpoiltReport(w, [](v1::Message& m) {
         for (int i = 0; i < 2001; ++i) AddFigure(m, v1::LOAD_LOADED, i);
       });
     }},
    {"AuthorIsNotTheSigner", v1::REASON_AUTHOR_NOT_SIGNER,
     [](TwoNodes& w) {
       return SpoiltReport(w, [&](v1::Message& m) {
         m.mutable_header()->set_author(w.vn_officer().id().ToString());
       });
     }},
    {"HandedInByAnotherAgency", v1::REASON_NOT_ALLOWED,
     [](TwoNodes& w) {
       const certs::Signer& customs = w.AddPerson(w.vn_ca, "/agency/customs/clerk/desk-9");
       return Attempt{w.Sign(w.vn_clerk(), Report(w)), &customs};
     }},
    {"WrittenByAnAuditor", v1::REASON_NOT_ALLOWED,
     [](TwoNodes& w) {
       const certs::Signer& auditor = w.AddPerson(w.vn_ca, "/auditor/board-1");
       return Signed(w, w.OneFigureReport(auditor, "LS-HN", 0, 1), auditor);
     }},
    {"SignerCertificateExpired", v1::REASON_CERTIFICATE_EXPIRED,
     [](TwoNodes& w) {
       const certs::Signer& gone = w.AddPerson(w.vn_ca, "/agency/board/clerk/gone",
                                               {.not_after = w.clock.Now() + absl::Hours(1)});
       Need(w.vn->Submit(gone, w.Sign(gone, w.NewPing(gone, "still in office"))).status());
       w.clock.Advance(absl::Hours(2));
       return Attempt{w.Sign(gone, w.NewPing(gone, "no more")), &w.vn_clerk()};
     }},
    {"NoMessageId", v1::REASON_BAD_MESSAGE_ID,
     [](TwoNodes& w) {
       return SpoiltReport(w, [](v1::Message& m) { m.mutable_header()->clear_message_id(); });
     }},
    {"MessageIdOfAnotherVersion", v1::REASON_BAD_MESSAGE_ID,
     [](TwoNodes& w) {
       return SpoiltReport(w, [](v1::Message& m) {
         m.mutable_header()->set_message_id("0194e1a2-7c00-4000-8000-0123456789ab");
       });
     }},
    {"MessageIdUsedWithOtherContent", v1::REASON_MESSAGE_ID_REUSED,
     [](TwoNodes& w) {
       v1::Message used = Accept(w, Report(w, 30));
       QuantityOf(used)->set_value(313);
       return ByClerk(w, used);
     }},
    {"SaltTooShort", v1::REASON_SALT_TOO_SHORT,
     [](TwoNodes& w) {
       return SpoiltReport(w,
                           [](v1::Message& m) { m.mutable_header()->set_salt("fifteen bytes.."); });
     }},
    {"OriginIsAnotherNode", v1::REASON_NOT_ADDRESSED_HERE,
     [](TwoNodes& w) {
       return SpoiltReport(w,
                           [](v1::Message& m) { m.mutable_header()->set_origin_node("vn-hue"); });
     }},
    {"RecipientWithoutLink", v1::REASON_UNKNOWN_RECIPIENT,
     [](TwoNodes& w) {
       return SpoiltReport(
           w, [](v1::Message& m) { m.mutable_header()->add_recipient_nodes("la-xyz"); });
     }},
    {"NoRecipient", v1::REASON_FIELD_MISSING,
     [](TwoNodes& w) {
       return SpoiltReport(w, [](v1::Message& m) { m.mutable_header()->clear_recipient_nodes(); });
     }},
    {"NoBody", v1::REASON_FIELD_MISSING,
     [](TwoNodes& w) { return SpoiltReport(w, [](v1::Message& m) { m.clear_body(); }); }},
    {"UnknownGate", v1::REASON_UNKNOWN_GATE,
     [](TwoNodes& w) { return ByClerk(w, w.OneFigureReport(w.vn_clerk(), "LS-XX", 0, 1)); }},
    {"MistypedLandmark", v1::REASON_UNKNOWN_LANDMARK,
     [](TwoNodes& w) { return ByClerk(w, w.OneFigureReport(w.vn_clerk(), "1119-1129", 0, 1)); }},
    {"FutureBusinessDate", v1::REASON_FUTURE_DATE,
     [](TwoNodes& w) { return ByClerk(w, Report(w, 400)); }},
    {"FutureAuthoredAt", v1::REASON_FUTURE_DATE,
     [](TwoNodes& w) {
       return SpoiltReport(w, [&](v1::Message& m) {
         *m.mutable_header()->mutable_authored_at() =
             domain::ToZoned(w.clock.Now() + absl::Minutes(6), domain::kHanoiZone);
       });
     }},
    {"Negative", v1::REASON_NEGATIVE_FIGURE,
     [](TwoNodes& w) { return ByClerk(w, Report(w, 0, -1)); }},
    {"Absurd", v1::REASON_ABSURD_FIGURE,
     [](TwoNodes& w) { return ByClerk(w, Report(w, 0, 1'000'001)); }},
    {"TimeWithoutZone", v1::REASON_NO_TIME_ZONE,
     [](TwoNodes& w) {
       return SpoiltReport(
           w, [](v1::Message& m) { m.mutable_yard_report()->mutable_as_of()->clear_zone(); });
     }},
    {"AuthoredAtWithoutZone", v1::REASON_NO_TIME_ZONE,
     [](TwoNodes& w) {
       return SpoiltReport(
           w, [](v1::Message& m) { m.mutable_header()->mutable_authored_at()->clear_zone(); });
     }},
    {"DayThatIsNone", v1::REASON_BAD_TIME,
     [](TwoNodes& w) {
       return SpoiltReport(w, [](v1::Message& m) {
         m.mutable_yard_report()->mutable_business_date()->set_month(13);
       });
     }},
    {"WrongSide", v1::REASON_WRONG_SIDE,
     [](TwoNodes& w) {
       return SpoiltReport(
           w, [](v1::Message& m) { m.mutable_yard_report()->set_reporting_side("CN"); });
     }},
    {"SecondOriginal", v1::REASON_DUPLICATE_REPORT,
     [](TwoNodes& w) { return ByClerk(w, Report(w, 200, 101)); }},
    {"RevisionOfNothing", v1::REASON_UNKNOWN_BASE,
     [](TwoNodes& w) {
       return ByClerk(w, Replacing(w, Report(w, 40), v1::REVISION_KIND_REVISION));
     }},
    {"RevisionOfAReplacedReport", v1::REASON_STALE_REVISION,
     [](TwoNodes& w) {
       const v1::Message base = Accept(w, Report(w, 50));
       Accept(w, Replacing(w, base, v1::REVISION_KIND_REVISION));
       return ByClerk(w, Replacing(w, base, v1::REVISION_KIND_REVISION));
     }},
    {"CorrectionOfTwoFigures", v1::REASON_NOT_ONE_FIELD,
     [](TwoNodes& w) {
       v1::Message two = Report(w, 60);
       AddFigure(two, v1::LOAD_LOADED, 200);
       Accept(w, two);
       v1::Message both = Replacing(w, two, v1::REVISION_KIND_CORRECTION);
       QuantityOf(both)->set_value(320);
       both.mutable_yard_report()->mutable_figures(1)->mutable_quantity()->set_value(201);
       return ByClerk(w, both);
     }},
    {"SumMismatch", v1::REASON_SUM_MISMATCH,
     [](TwoNodes& w) { return ByClerk(w, WrongSum(w, w.vn_clerk())); }},
    {"OverrideByAClerk", v1::REASON_OVERRIDE_NOT_ALLOWED,
     [](TwoNodes& w) {
       v1::Message message = WrongSum(w, w.vn_clerk());
       message.mutable_yard_report()->mutable_override()->set_reason("as printed");
       return ByClerk(w, message);
     }},
    {"RegisterDiffersThere", v1::REASON_REGISTER_DIFFERS,
     [](TwoNodes& w) {
       w.vn->blocked.Set("cn-pingxiang", {"LS-HN"});
       return ByClerk(w, Report(w));
     }},
};

class DoorRefuses : public ::testing::TestWithParam<Case> {};

TEST_P(DoorRefuses, ByItsOwnReasonAndStoresNothing) {
  TwoNodes world;
  Accept(world, Standing(world));
  const Attempt attempt = GetParam().make(world);
  const auto messages = [&] { return Need(Need(world.vn->store->Read())->ListMessages({})); };
  const size_t stored = messages().size();
  const store::LinkRecord link = world.vn->LinkRecord();
  const uint64_t size = world.vn->head().size;

  const auto checked = world.vn->Submit(*attempt.caller, attempt.envelope, /*validate_only=*/true);
  EXPECT_EQ(system::ReasonOf(checked.status()), GetParam().reason) << checked.status();
  EXPECT_EQ(world.vn->head().size, size) << "validate_only left a leaf";

  const auto refused = world.vn->Submit(*attempt.caller, attempt.envelope);
  ASSERT_EQ(system::ReasonOf(refused.status()), GetParam().reason) << refused.status();
  const system::Refusal why = *system::RefusalOf(refused.status());
  EXPECT_FALSE(why.wanted.empty());
  EXPECT_FALSE(why.came.empty());
  EXPECT_FALSE(why.todo.empty());

  EXPECT_EQ(messages().size(), stored);
  EXPECT_EQ(world.vn->LinkRecord(), link) << "something was queued";
  ASSERT_EQ(world.vn->head().size, size + 1);
  const ledger::Leaf leaf = world.vn->Leaves().back();
  EXPECT_EQ(leaf.event, ledger::event::kRefused);
  EXPECT_EQ(leaf.actor, attempt.caller->id().ToString());
  EXPECT_EQ(leaf.result, "REFUSED:" + system::ReasonName(GetParam().reason));

  // The node goes on.
  EXPECT_TRUE(world.vn
                  ->Submit(world.vn_clerk(),
                           world.Sign(world.vn_clerk(), world.NewPing(world.vn_clerk(), "on")))
                  .ok());
}

INSTANTIATE_TEST_SUITE_P(BadInput, DoorRefuses, ::testing::ValuesIn(kCases),
                         [](const auto& param) { return std::string(param.param.name); });

// The clerk looks for the other report by its short reference, and reads times in his own zone.
TEST(Door, ASecondOriginalIsToldOfTheFirstByItsReference) {
  TwoNodes world;
  const v1::Message first = Accept(world, Report(world));
  const Attempt second = ByClerk(world, Report(world));
  const auto answer = world.vn->Submit(*second.caller, second.envelope);
  const system::Refusal why = *system::RefusalOf(answer.status());
  EXPECT_EQ(why.wanted, "one report for LS-HN, side VN, as of 2026-01-01 20:00 H");
  EXPECT_EQ(why.came, "LS/2027/00001 (message " + first.header().message_id() + " by " +
                          first.header().author() + ") is in force already");
}

// What a clerk may not, an officer may; the ledger says so.
TEST(Door, AnOfficerMayOverrideAndTheLedgerSaysSo) {
  TwoNodes world;
  v1::Message message = WrongSum(world, world.vn_officer());
  message.mutable_yard_report()->mutable_override()->set_reason("as printed");
  const auto answer = world.vn->Submit(world.vn_officer(), world.Sign(world.vn_officer(), message));
  ASSERT_TRUE(answer.ok()) << answer.status();
  int failed = 0;
  for (const v1::Finding& finding : answer->findings()) {
    if (finding.severity() != v1::SEVERITY_ERROR) continue;
    ++failed;
    EXPECT_EQ(finding.reason(), v1::REASON_SUM_MISMATCH);
  }
  EXPECT_EQ(failed, 1);
  const std::vector<ledger::Leaf> leaves = world.vn->Leaves();
  ASSERT_EQ(leaves.size(), 2u);
  EXPECT_EQ(leaves[1].event, ledger::event::kOverride);
  EXPECT_EQ(leaves[1].result, "FAILED_SUMS:1");
  EXPECT_EQ(leaves[1].actor, world.vn_officer().id().ToString());
}

}  // namespace
}  // namespace gatepost::testing
