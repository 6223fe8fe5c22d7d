// Seeds of what people type, and of names.

#include "tests/fuzz/seeds.h"

namespace gatepost::fuzz {
namespace {

void PutAll(const Corpora& corpora, const std::string& corpus,
            std::initializer_list<std::string_view> texts) {
  int number = 0;
  for (const std::string_view text : texts) corpora.Put(corpus, std::to_string(++number), text);
}

}  // namespace

void SeedTyped(const Corpora& corpora) {
  PutAll(corpora, "name",
         {"spiffe://langson.example/node/vn-langson",
          "spiffe://langson.example/agency/board/officer/shift-lead-2",
          "spiffe://pingxiang.example/auditor/a", "spiffe://langson.example:1/node/x", "[::1]:7443",
          "localhost:0", "vn-langson", "VN", "0194e1a2-7c00-7000-8000-0123456789ab",
          "0194E1A2-7c00-7000-8000-0123456789ab", "AAECAw==", "AAECAx==", "00ff10",
          "9223372036854775807", "9223372036854775808", "007", "[a%]:7"});
  PutAll(corpora, "time",
         {"15:45H", "15:45B", "15:45 Asia/Ho_Chi_Minh", "2026-02-07 15:45B",
          "2026-02-07T15:45:00+07:00", "2026-02-07T15:45:00.123Z", "2026-02-07T15:45:00-00:00",
          "2026-02-07", "2026-02-29", "2026-01-31/2026-02-01", "20:00 UTC+7", "24:00H", "12:00",
          "Etc/GMT-5", "right/UTC", "02:30 America/New_York"});
  PutAll(corpora, "text",
         {"Hữu Nghị", "Hu\u031b\u0303u Nghi\u0323", "友谊关", "1119-1120", "1088/2-1089", "LS-HN",
          "huu nghi", "landmark 11191119111911191119111911191119111911191119111911191119-1120",
          "ＬＳ－ＨＮ", "a\u202e b", "\u0301a", "\xff\xfe", "tab\tand\nline"});
  PutAll(
      corpora, "typed",
      {"LS-ALL/export/waiting/fruit", "LS-HN own export waiting all", "LS-HN/import/waiting=~1700",
       "1088/2-1089 own import arrived per_day", "LS-HN/export/weight=3793 tonnes", "70-90",
       "avg 69", "not_reported", ">=500", "from=2027-02-05H until=2027-02-06H regime=closed",
       "from=\"2027-02-05 08:00H\" gate=LS-HN window=08:00-12:00 window=13:00-17:00",
       "weekday=mon-fri holidays=not:VN all-day", "opens=+30 closes=17:00", "--rule x", "1/3",
       "2/3:LS/2026/00142", "17/16"});
}

}  // namespace gatepost::fuzz
