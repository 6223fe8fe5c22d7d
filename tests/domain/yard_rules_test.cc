// One case for every rule of a report as a whole; those of its figures: figure_rules_test.cc.

#include "daemon/domain/yard_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/domain/report_parts.h"

namespace gatepost::testing {
namespace {

using domain::ValidateYardReport;
using domain::YardContext;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// Half past eight in the evening of the report's day.
YardContext Context() {
  return {TestRegister(), "VN", domain::InstantOf(TestTime("20:30H")).value()};
}

v1::YardReport GoodReport() {
  v1::Figure in_yard = Waiting("LS-HN", 40);
  in_yard.set_yard_id("LS-HN-Y-VIETTEL");
  in_yard.set_vehicle_country("CN");
  return ReportOf({Waiting("LS-HN", 312), Vehicles("LS-CM", v1::MEASURE_CLEARED, 103), in_yard});
}

v1::MessageReference Earlier() {
  v1::MessageReference reference;
  reference.set_author("spiffe://langson.example/agency/board/officer/shift-lead-2");
  reference.set_message_id("0194e1a2-7c00-7000-8000-000000000001");
  reference.set_pae_sha256(std::string(32, 'd'));
  return reference;
}

// A good revision of an earlier report.
void MakeRevision(v1::YardReport& report, v1::MessageHeader& header) {
  report.set_revision(v1::REVISION_KIND_REVISION);
  report.set_revision_reason("late count of the night shift");
  *header.mutable_replaces() = Earlier();
}

std::string Judged(const v1::YardReport& report, const v1::MessageHeader& header) {
  return Shown(ValidateYardReport(report, header, Context()));
}

struct Case {
  std::string name;
  std::function<void(v1::YardReport&, v1::MessageHeader&)> change;
  std::string reason;
  std::string told;  // Somewhere in the refusal.
};

std::vector<Case> Cases() {
  using R = v1::YardReport;
  using H = v1::MessageHeader;
  return {
      {"no side", [](R& r, H&) { r.clear_reporting_side(); }, "FIELD_MISSING", "reporting_side"},
      {"the other side", [](R& r, H&) { r.set_reporting_side("CN"); }, "WRONG_SIDE",
       "reporting_side VN, the author's country | 'CN'"},
      {"no date", [](R& r, H&) { r.clear_business_date(); }, "FIELD_MISSING", "business_date"},
      {"no such date", [](R& r, H&) { r.mutable_business_date()->set_day(32); }, "BAD_TIME",
       "business_date: a day of the calendar"},
      {"tomorrow", [](R& r, H&) { r.mutable_business_date()->set_day(2); }, "FUTURE_DATE",
       "a business date up to 2026-07-01, today in Asia/Ho_Chi_Minh | 2026-07-02"},
      {"no cut-off", [](R& r, H&) { r.clear_as_of(); }, "FIELD_MISSING", "as_of"},
      {"a cut-off without zone", [](R& r, H&) { r.mutable_as_of()->clear_zone(); }, "NO_TIME_ZONE",
       "as_of: a time zone"},
      {"a cut-off with half a second too much",
       [](R& r, H&) { r.mutable_as_of()->mutable_instant()->set_nanos(1'500'000'000); }, "BAD_TIME",
       "as_of: an instant"},
      {"a cut-off to come", [](R& r, H&) { *r.mutable_as_of() = TestTime("20:36H"); },
       "FUTURE_DATE", "a cut-off that has come; it is 2026-07-01 20:30 H | 2026-07-01 20:36 H"},
      {"a cut-off of the day before",
       [](R& r, H&) { *r.mutable_as_of() = TestTime("2026-06-30 23:59H"); }, "FIELD_CONFLICT",
       "as_of on the business date 2026-07-01, or up to noon after it | 2026-06-30 23:59 H"},
      {"a cut-off long after its day",
       [](R& r, H&) {
         *r.mutable_business_date() = domain::ToCivilDate(TestDay() - 1);
         *r.mutable_as_of() = TestTime("12:00H");
       },
       "FIELD_CONFLICT", "up to noon after it | 2026-07-01 12:00 H"},
      {"no revision kind", [](R& r, H&) { r.clear_revision(); }, "FIELD_MISSING", "revision"},
      {"an original that replaces", [](R&, H& h) { *h.mutable_replaces() = Earlier(); },
       "FIELD_CONFLICT", "no message to replace"},
      {"an original with a reason", [](R& r, H&) { r.set_revision_reason("why"); },
       "FIELD_CONFLICT", "no revision_reason"},
      {"a revision of nothing",
       [](R& r, H& h) {
         MakeRevision(r, h);
         h.clear_replaces();
       },
       "FIELD_MISSING", "replaces"},
      {"a revision without reason",
       [](R& r, H& h) {
         MakeRevision(r, h);
         r.clear_revision_reason();
       },
       "FIELD_MISSING", "revision_reason"},
      {"a correction without reason",
       [](R& r, H& h) {
         MakeRevision(r, h);
         r.set_revision(v1::REVISION_KIND_CORRECTION);
         r.clear_revision_reason();
       },
       "FIELD_MISSING", "revision_reason"},
      {"a long reason",
       [](R& r, H& h) {
         MakeRevision(r, h);
         r.set_revision_reason(std::string(501, 'x'));
       },
       "MALFORMED_PAYLOAD", "revision_reason: at most 500 characters | 501"},
      {"a reference without author",
       [](R& r, H& h) {
         MakeRevision(r, h);
         h.mutable_replaces()->clear_author();
       },
       "FIELD_MISSING", "replaces.author"},
      {"a reference to no id",
       [](R& r, H& h) {
         MakeRevision(r, h);
         h.mutable_replaces()->set_message_id("7Q-K3F2");
       },
       "BAD_MESSAGE_ID", "replaces.message_id"},
      {"a reference without digest",
       [](R& r, H& h) {
         MakeRevision(r, h);
         h.mutable_replaces()->clear_pae_sha256();
       },
       "FIELD_MISSING", "replaces.pae_sha256"},
      {"a digest in hex",
       [](R& r, H& h) {
         MakeRevision(r, h);
         h.mutable_replaces()->set_pae_sha256(std::string(64, 'd'));
       },
       "MALFORMED_PAYLOAD", "replaces.pae_sha256: 32 bytes | 64"},
      {"a reference to itself",
       [](R& r, H& h) {
         MakeRevision(r, h);
         h.mutable_replaces()->set_message_id(h.message_id());
       },
       "FIELD_CONFLICT", "this message itself"},
      {"an override without reason", [](R& r, H&) { r.mutable_override(); }, "OVERRIDE_NOT_ALLOWED",
       "override.reason"},
      {"a long override", [](R& r, H&) { r.mutable_override()->set_reason(std::string(501, 'x')); },
       "MALFORMED_PAYLOAD", "override.reason: at most 500"},
      {"a long remark", [](R& r, H&) { r.set_remark(std::string(501, 'x')); }, "MALFORMED_PAYLOAD",
       "remark: at most 500"},
      {"a remark that hides text", [](R& r, H&) { r.set_remark("312\u202e213"); },
       "MALFORMED_PAYLOAD", "U+202E"},
      {"a remark with a soft hyphen", [](R& r, H&) { r.set_remark("co\u00adop"); },
       "MALFORMED_PAYLOAD", "U+00AD"},
      {"a remark in separate marks", [](R& r, H&) { r.set_remark("Nghi\u0323"); },
       "MALFORMED_PAYLOAD", "form C"},
      {"no figures", [](R& r, H&) { r.clear_figures(); }, "FIELD_MISSING", "figures"},
      {"2,001 figures",
       [](R& r, H&) {
         while (r.figures_size() <= domain::kMostFigures) *r.add_figures() = r.figures(0);
       },
       "TOO_LARGE", "at most 2000 figures | 2001"},
      {"a figure twice", [](R& r, H&) { *r.add_figures() = r.figures(0); }, "FIELD_CONFLICT",
       "figure 4 (waiting VN→CN LS-HN): each figure once | the same as figure 1"},
      {"a figure twice with other numbers",
       [](R& r, H&) { *r.add_figures() = Waiting("LS-HN", 313); }, "FIELD_CONFLICT",
       "the same as figure 1"},
      {"a figure twice, once with the time it has anyhow",
       [](R& r, H&) {
         *r.add_figures() = r.figures(0);
         *r.mutable_figures(3)->mutable_time()->mutable_as_of() = TestTime("21:00B");
       },
       "FIELD_CONFLICT", "the same as figure 1"},
      {"a class in and out of a split",
       [](R& r, H&) {
         *r.add_figures() = OfClass(Waiting("LS-HN", 5), "fruit");
         *r.add_figures() = OfClass(Waiting("LS-HN", 5), "fruit", "export-goods");
       },
       "FIELD_CONFLICT", "the same as figure 4"},
      {"a bad figure", [](R& r, H&) { r.mutable_figures(1)->clear_load(); }, "FIELD_MISSING",
       "figure 2 (cleared VN→CN LS-CM): load"},
      {"no scopes in the header", [](R&, H& h) { h.clear_scope_ids(); }, "FIELD_CONFLICT",
       "LS-CM LS-HN LS-HN-Y-VIETTEL | none"},
      {"a scope too few", [](R&, H& h) { h.mutable_scope_ids()->RemoveLast(); }, "FIELD_CONFLICT",
       "| LS-CM LS-HN |"},
      {"a scope too many", [](R&, H& h) { h.add_scope_ids("LS-TT"); }, "FIELD_CONFLICT",
       "header.scope_ids"},
      {"scopes in another order", [](R&, H& h) { h.mutable_scope_ids()->SwapElements(0, 1); },
       "FIELD_CONFLICT", "sorted, each once"},
  };
}

TEST(YardRules, AGoodReportPasses) {
  EXPECT_EQ(Judged(GoodReport(), HeaderFor(GoodReport())), "OK");
}

TEST(YardRules, EachBreachHasItsReason) {
  for (const Case& one : Cases()) {
    SCOPED_TRACE(one.name);
    v1::YardReport report = GoodReport();
    v1::MessageHeader header = HeaderFor(report);
    one.change(report, header);
    EXPECT_THAT(Judged(report, header), AllOf(StartsWith(one.reason + ": "), HasSubstr(one.told)));
  }
}

TEST(YardRules, ARevisionAndAnOverrideWithReasonsPass) {
  v1::YardReport report = GoodReport();
  v1::MessageHeader header = HeaderFor(report);
  MakeRevision(report, header);
  report.mutable_override()->set_reason("the totals are as the shift book has them");
  report.set_remark("sương mù dày, 大雾");
  EXPECT_EQ(Judged(report, header), "OK");
  report.set_revision(v1::REVISION_KIND_CORRECTION);
  EXPECT_EQ(Judged(report, header), "OK");
}

TEST(YardRules, ACutOffMayComeUpToNoonAfterItsDay) {
  v1::YardReport report = GoodReport();
  *report.mutable_business_date() = domain::ToCivilDate(TestDay() - 1);
  *report.mutable_as_of() = TestTime("11:59H");
  EXPECT_EQ(Judged(report, HeaderFor(report)), "OK");
  *report.mutable_as_of() = TestTime("2026-06-30 00:00H");
  EXPECT_EQ(Judged(report, HeaderFor(report)), "OK");
}

TEST(YardRules, AClockMayBeFiveMinutesBehind) {
  v1::YardReport report = GoodReport();
  *report.mutable_as_of() = TestTime("20:35H");
  EXPECT_EQ(Judged(report, HeaderFor(report)), "OK");
}

TEST(YardRules, TodayIsThatOfTheReportsZone) {
  // 23:30 H is 00:30 B of the next day: in Beijing's zone that day has begun.
  absl::Time now = domain::InstantOf(TestTime("23:30H")).value();
  v1::YardReport report = GoodReport();
  *report.mutable_business_date() = domain::ToCivilDate(TestDay() + 1);
  *report.mutable_as_of() = TestTime("2026-07-02 00:20B");
  EXPECT_EQ(Shown(ValidateYardReport(report, HeaderFor(report), {TestRegister(), "VN", now})),
            "OK");
  *report.mutable_as_of() = TestTime("23:20H");
  EXPECT_THAT(Shown(ValidateYardReport(report, HeaderFor(report), {TestRegister(), "VN", now})),
              StartsWith("FUTURE_DATE"));
}

TEST(YardRules, AReportIsJudgedByTheRegisterOfItsDate) {
  v1::YardReport report = ReportOf({Waiting("LS-TT-1088", 5)});
  auto on = [&report](absl::CivilDay day) {
    *report.mutable_business_date() = domain::ToCivilDate(day);
    *report.mutable_as_of() = TestTime(domain::DayText(day) + " 20:00H");
    return Judged(report, HeaderFor(report));
  };
  EXPECT_EQ(on(absl::CivilDay(2024, 5, 27)), "OK");
  EXPECT_THAT(on(absl::CivilDay(2024, 5, 26)),
              AllOf(StartsWith("GATE_NOT_VALID_ON_DATE: figure 1 "),
                    HasSubstr("LS-TT-1088 is valid from 2024-05-27")));
}

TEST(YardRules, TheHeaderNamesEveryScopeAndYardOnce) {
  EXPECT_EQ(domain::ScopeIdsOf(GoodReport()),
            (std::vector<std::string>{"LS-CM", "LS-HN", "LS-HN-Y-VIETTEL"}));
}

}  // namespace
}  // namespace gatepost::testing
