#include "client/render/icalendar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/system/reason.h"

namespace gatepost::render {
namespace {

using ::testing::HasSubstr;

Calendar Sample() {
  CalendarEvent closed;
  closed.uid = "LS-HN-1119.GOODS.BOTH.-.ANY.-.01a2.20270204T170000Z@gatepost";
  closed.sequence = 3;
  closed.stamp = absl::FromUnixSeconds(1'800'000'000);
  closed.from = absl::FromUnixSeconds(1'801'760'400);  // 2027-02-04 17:00 UTC.
  closed.to = closed.from + absl::Hours(96);
  closed.summary = "LS-HN-1119 goods traffic, VN\u2192CN export: closed; \"all\" \\ of it";
  // Longer than a line of 75 octets, in letters of three octets, with line ends.
  closed.description = "one, two\n";
  for (int i = 0; i < 60; ++i) closed.description += "\u53cb\u8c0a\u5173";
  closed.description += "\nas vn-langson knows it";
  CalendarEvent gone = closed;
  gone.uid = "gone@gatepost";
  gone.cancelled = true;
  return {{"vn-langson", {"LS-CM", "\u53cb\u8c0a\u5173 119, 120; 1"}, "goods"}, {closed, gone}};
}

TEST(CalendarTextTest, IsAPublishedCalendarInUtc) {
  const std::string text = CalendarText(Sample());
  for (const char* line : {"BEGIN:VCALENDAR\r\n", "VERSION:2.0\r\n", "METHOD:PUBLISH\r\n",
                           "SEQUENCE:3\r\n", "STATUS:CONFIRMED\r\n", "STATUS:CANCELLED\r\n",
                           "DTSTART:20270204T170000Z\r\n", "DTEND:20270208T170000Z\r\n",
                           "DTSTAMP:20270115T080000Z\r\n", "X-GATEPOST-TRAFFIC:goods\r\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

TEST(CalendarTextTest, NoLineIsLongerThanTheStandardAllows) {
  const std::string text = CalendarText(Sample());
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = text.find("\r\n", begin);
    ASSERT_NE(end, std::string::npos);
    EXPECT_LE(end - begin, 75U);
    begin = end + 2;
  }
}

TEST(ReadCalendarTest, ReadsWhatWasWritten) {
  const Calendar sample = Sample();
  const absl::StatusOr<Calendar> read = ReadCalendar(CalendarText(sample), "a.ics");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->question, sample.question);
  ASSERT_EQ(read->events.size(), 2U);
  for (size_t i = 0; i < 2; ++i) {
    const CalendarEvent& a = sample.events[i];
    const CalendarEvent& b = read->events[i];
    EXPECT_EQ(std::tie(a.uid, a.sequence, a.cancelled, a.summary, a.description),
              std::tie(b.uid, b.sequence, b.cancelled, b.summary, b.description));
    EXPECT_EQ(std::tie(a.stamp, a.from, a.to), std::tie(b.stamp, b.from, b.to));
  }
}

TEST(ReadCalendarTest, RefusesWhatIsNotOurs) {
  std::string of_another = CalendarText(Sample());
  of_another.replace(of_another.find("Gatepost"), 8, "Example_");
  const std::string bare = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n";
  for (const std::string& bytes :
       {std::string(), std::string("gate,from,to\n"), std::string("BEGIN:VCALENDAR\r\n"),
        std::string("BEGIN:VEVENT\r\nEND:VEVENT\r\n"), bare, bare + bare, of_another}) {
    const absl::StatusOr<Calendar> read = ReadCalendar(bytes, "a.ics");
    EXPECT_EQ(system::ReasonOf(read.status()), v1::REASON_BAD_ARGUMENT) << bytes;
    EXPECT_THAT(std::string(read.status().message()), HasSubstr("a.ics"));
  }
}

TEST(ReadCalendarTest, RefusesADamagedEvent) {
  const std::string whole = CalendarText(Sample());
  for (const auto& [was, is] : std::vector<std::pair<std::string, std::string>>{
           {"DTSTART:20270204T170000Z", "DTSTART:20270204T170000"},
           {"DTEND:20270208T170000Z", "DTEND:soon"},
           {"SEQUENCE:3", "SEQUENCE:-3"},
           {"STATUS:CONFIRMED", "STATUS:TENTATIVE"},
           {"UID:gone@", "COMMENT:gone@"}}) {
    std::string bytes = whole;
    const size_t at = bytes.find(was);
    ASSERT_NE(at, std::string::npos) << was;
    bytes.replace(at, was.size(), is);
    EXPECT_EQ(system::ReasonOf(ReadCalendar(bytes, "a.ics").status()), v1::REASON_BAD_ARGUMENT)
        << is;
  }
}

}  // namespace
}  // namespace gatepost::render
