// Seeds of messages and of frames between nodes: what to say, in the terms of message_fuzz.cc and
// link_fuzz.cc.

#include <fmt/format.h>
#include <google/protobuf/text_format.h>

#include "gatepost/v1/link_service.pb.h"
#include "tests/fuzz/seeds.h"

namespace gatepost::fuzz {
namespace {

constexpr char kRule[] =
    "rules { gate_ids: 'LS-HN-1119' traffic: TRAFFIC_GOODS direction: DIRECTION_BOTH load: "
    "LOAD_ANY "
    "days { first { year: 2027 month: 1 day: 16 } end: END_KIND_OPEN } ";
constexpr char kClosed[] = "regime: REGIME_CLOSED hours: HOURS_KIND_NONE }";
constexpr char kWindows[] =
    "regime: REGIME_NORMAL hours: HOURS_KIND_WINDOWS "
    "windows { opens { hour: 7 } closes { hour: 11 minute: 30 } } "
    "windows { opens { hour: 13 } closes { hour: 18 } } }";
constexpr char kCited[] =
    "{ author: 'spiffe://pingxiang.practice.example/agency/port-office/officer/duty-1' "
    "message_id: '0194e1a2-7c00-7000-8000-0123456789ab' pae_sha256: "
    "'01234567890123456789012345678901' }";
constexpr char kAbout[] = "header { scope_ids: 'LS-HN-1119' } ";

std::string Timetable(const char* hours) {
  return fmt::format("timetable {{ zone: 'Asia/Ho_Chi_Minh' {}{} }}", kRule, hours);
}

// A message of that author (0 officer, 1 clerk, 2 service, 3 of the other side), not edited.
std::string Message(char author, const std::string& text) {
  return std::string(1, author) + std::string(2, '\0') + text;
}

void SeedMessages(const Corpora& corpora) {
  const std::string report =
      "header { scope_ids: 'LS-HN' } yard_report { reporting_side: 'VN' business_date { year: 2027 "
      "month: 1 day: 14 } as_of { instant { seconds: 1799931600 } zone: 'Asia/Ho_Chi_Minh' } "
      "revision: REVISION_KIND_ORIGINAL figures { scope_id: 'LS-HN' extent: SCOPE_EXTENT_OWN "
      "direction: DIRECTION_VN_TO_CN measure: MEASURE_WAITING load: LOAD_ANY dwell: DWELL_ANY "
      "quantity { state: VALUE_STATE_REPORTED value: 312 qualifier: QUALIFIER_EXACT unit: "
      "UNIT_VEHICLES } } }";
  corpora.PutBoth("message", "report", Message(1, report));
  corpora.Put("message", "report-by-service", Message(2, report));
  corpora.Put("message", "report-by-others", Message(3, report));
  corpora.Put("message", "ping", Message(1, "ping { token: 'x' }"));
  corpora.PutBoth("message", "closure",
                  Message(0, fmt::format("{}notice {{ side: 'VN' closure {{ {} }} }}", kAbout,
                                         Timetable(kClosed))));
  corpora.Put("message", "cancellation",
              Message(0, fmt::format("header {{ scope_ids: 'LS-HN-1119' replaces {} }} notice {{ "
                                     "side: 'VN' cancellation {{ outcome: "
                                     "CANCELLATION_OUTCOME_POSTPONED }} }}",
                                     kCited)));
  corpora.Put(
      "message", "acknowledgement",
      Message(1, fmt::format("{}acknowledgement {{ kind: ACKNOWLEDGEMENT_KIND_READ about {} }}",
                             kAbout, kCited)));
  corpora.PutBoth(
      "message", "transcript",
      Message(1,
              fmt::format("{}transcript {{ heard_side: 'CN' channel: TRANSCRIPT_CHANNEL_LETTER "
                          "precision: PRECISION_HOUR heard_at {{ instant {{ seconds: 1800000000 }} "
                          "zone: 'Asia/Ho_Chi_Minh' }} papers {{ references {{ kind: "
                          "PAPER_KIND_COUNTERPART_LETTER issuer: 'Ningming' number: '29' }} }} "
                          "{} }}",
                          kAbout, Timetable(kClosed))));
  corpora.PutBoth("message", "proposal",
                  Message(0, fmt::format("{}proposal {{ side: 'VN' schedule_change {{ {} }} }}",
                                         kAbout, Timetable(kWindows))));
  corpora.Put("message", "holiday",
              Message(0, fmt::format("{}proposal {{ side: 'VN' holiday_hours {{ occasion: "
                                     "'spring_festival' {} }} }}",
                                     kAbout, Timetable(kWindows))));
  corpora.Put("message", "regular",
              Message(0, fmt::format("{}proposal {{ side: 'VN' regular_timetable {{ {} }} }}",
                                     kAbout, Timetable(kWindows))));
  corpora.Put(
      "message", "termination",
      Message(0, fmt::format("{}proposal {{ side: 'VN' termination {{ effective {{ instant {{ "
                             "seconds: 1800600000 }} zone: 'Asia/Ho_Chi_Minh' }} }} basis {{ "
                             "agreement {} gives_way: true }} }}",
                             kAbout, kCited)));
  for (const char* answer : {"acceptance", "rejection", "withdrawal"}) {
    corpora.Put("message", answer,
                Message(0, fmt::format("{}{} {{ thread {} proposal {} }}", kAbout, answer, kCited,
                                       kCited)));
  }
  corpora.Put("message", "roster",
              Message(0,
                      "roster { trust_domain: 'langson.practice.example' version: 1 valid_from { "
                      "seconds: 1800000000 } members { spiffe_id: "
                      "'spiffe://langson.practice.example/agency/board/officer/01' roles: "
                      "'officer' } }"));
  corpora.Put("message", "key",
              Message(0,
                      "key_announcement { subject: 'vn-langson' use: KEY_USE_LOG new_key: "
                      "'vn-langson/audit+c08a0c94+"
                      "AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea' signs_from { seconds: "
                      "1800000000 } }"));
  corpora.Put("message", "countersignature",
              Message(0, fmt::format("countersignature {{ about {} }}", kCited)));
  // Edited before and after signing.
  corpora.Put("message", "edited", std::string("\1\0\6\1\1\1\1\1\1", 9) + report);
  corpora.Put("message", "changed-after", std::string("\1\1\4\2\1\1x", 7) + report);
}

// A step of link_fuzz.cc with how its frames are changed.
std::string Step(char step, std::string_view changes = "") {
  return std::string(1, step) + static_cast<char>(changes.size()) + std::string(changes);
}

void SeedFrames(const Corpora& corpora) {
  const std::string begin = std::string(1, '\0') + Step(1);
  corpora.Put("link", "hello", begin);
  corpora.Put("link", "messages", begin + Step(8) + Step(2) + Step(3) + Step(12) + Step(4));
  corpora.Put("link", "witness", begin + Step(4) + Step(5) + Step(6) + Step(13, "\6"));
  corpora.Put("link", "rungs", begin + Step(4) + Step(7) + Step(7));
  corpora.Put("link", "decided-by-peer", '\1' + Step(1) + Step(4) + Step(9));
  corpora.Put("link", "broken-and-back", begin + Step(14) + Step(16) + Step(2) + Step(4));
  corpora.Put("link", "registers", begin + Step(10) + Step(10));
  corpora.Put("link", "silence", begin + Step(13, "\377") + Step(0) + Step(1));
  corpora.Put("link", "changed-hello",
              std::string(1, '\0') + Step(1, std::string_view("\1\4\0\11", 4)));
  corpora.Put("link", "changed-message",
              begin + Step(2, std::string_view("\3\1\2\1\1\3\1\1x", 9)) + Step(2));
  corpora.Put("link", "changed-receipts",
              begin + Step(4, std::string_view("\4\1\4\0\4\1\0\1\2\2ab", 12)));
  corpora.Put("link", "given-back", begin + Step(15, "\1\1\1") + Step(15, "\5"));
  v1::LinkFrame bye;
  bye.mutable_bye()->mutable_reason()->set_reason(v1::REASON_NODE_STOPPING);
  corpora.Put("link", "bye", begin + Step(11, bye.SerializeAsString()));
  v1::LinkFrame ping;
  ping.mutable_ping()->mutable_clock()->set_seconds(1'800'000'000);
  corpora.Put("link", "raw-ping", begin + Step(11, ping.SerializeAsString()));
}

}  // namespace

void SeedExchange(const Corpora& corpora) {
  SeedMessages(corpora);
  SeedFrames(corpora);
}

}  // namespace gatepost::fuzz
