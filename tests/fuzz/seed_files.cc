// Seeds of files: archives, tables, config.

#include <iconv.h>

#include <sstream>
#include <stdexcept>

#include "client/evidence/stored_zip.h"
#include "tests/config/practice_files.h"
#include "tests/fuzz/seeds.h"
#include "tests/support/test_files.h"

namespace gatepost::fuzz {
namespace {

std::string Project(const std::string& path) {
  return testing::ReadTestFile(std::string(GATEPOST_SOURCE_DIR) + "/" + path);
}

std::string FirstLines(const std::string& text, int count) {
  std::istringstream lines(text);
  std::string first, line;
  while (count-- > 0 && std::getline(lines, line)) first += line + "\n";
  return first;
}

std::string Gb18030(std::string utf8) {
  const iconv_t converter = iconv_open("GB18030", "UTF-8");
  std::string result(utf8.size() * 2 + 16, '\0');
  char *in = utf8.data(), *out = result.data();
  size_t in_left = utf8.size(), out_left = result.size();
  if (iconv(converter, &in, &in_left, &out, &out_left) == static_cast<size_t>(-1)) {
    throw std::runtime_error("no GB 18030");
  }
  iconv_close(converter);
  result.resize(result.size() - out_left);
  return result;
}

// The entries of a text proto's file that begin with `name {`, up to so many.
std::string Entries(const std::string& text, const std::string& name, int most) {
  std::string found;
  for (size_t at = text.find("\n" + name + " {"); at != std::string::npos && most-- > 0;
       at = text.find("\n" + name + " {", at + 1)) {
    found += text.substr(at + 1, text.find("\n}\n", at) + 3 - at - 1);
  }
  return found;
}

constexpr char kRegister[] = R"(version: "2026-1"
gates { id: "LS-HN" validity { from { year: 2000 month: 1 day: 1 } }
  names { vi: "Hữu Nghị" zh: "友谊关" en: "Huu Nghi" } province: "Lang Son" }
gates { id: "LS-HN-1119" parent: "LS-HN" landmarks: "1119-1120"
  validity { from { year: 2010 month: 1 day: 1 } to { year: 2030 month: 1 day: 1 } }
  names { vi: "1119-1120" zh: "1119-1120" en: "1119-1120" } province: "Lang Son" }
scopes { id: "LS-ALL" kind: SCOPE_EXTENT_GROUP province: "Lang Son"
  validity { from { year: 2000 month: 1 day: 1 } } names { vi: "a" zh: "b" en: "c" } }
)";

constexpr char kDenyList[] =
    R"(denied { spiffe_id: "spiffe://langson.practice.example/agency/board/clerk/1" reason: "left" }
denied { key_sha256: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
  since: "2026-02-07T08:15:30+07:00" reason: "key lost" }
denied { issuer: "CN=Root,O=Office" serial: "0a1b" reason: "card lost" }
denied { certificate_sha256: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
  reason: "key lost" }
)";

// What @ means, config_fuzz.cc says.
constexpr char kSignatures[] = R"(agreement_sha256: "@"
signatures { suite: "ecdsa-p256-sha256" value: "@0" certificate_chain_pem: "@0" }
signatures { suite: "@1" value: "@1" certificate_chain_pem: "@1" }
)";

void SeedTables(const Corpora& corpora) {
  const std::string reports = FirstLines(Project("tests/data/daily-reports.csv"), 20);
  corpora.PutBoth("csv", "reports", '\0' + reports);
  corpora.Put("csv", "crlf-quoted",
              std::string(1, '\0') +
                  "business_date,side,scope,direction,measure,value\r\n"
                  "\"2026-01-01\",VN,\"LS-HN\",export,waiting,\"1\"\"2\"\r\n");
  corpora.PutBoth("csv", "mapped", '\1' + FirstLines(Project("tests/data/yard-figures.csv"), 12));
  corpora.PutBoth("csv", "gb18030",
                  '\0' + Gb18030("business_date,side,scope,direction,measure,value\n"
                                 "2026-01-01,CN,友谊关,export,waiting,312\n"
                                 "2026-01-01,CN,Hữu Nghị,import,waiting,~1700\n"));
  corpora.Put("csv", "semicolons", "\2a;b;c\n1;2;3\n\"4;5\";6;7\n");
}

void SeedConfig(const Corpora& corpora) {
  corpora.PutBoth("config", "agreement",
                  'a' + Project("daemon/config/examples/link-agreement.textproto"));
  corpora.PutBoth("config", "register", std::string("r") + kRegister);
  const std::string gates = Project("daemon/domain/register/gates.textproto");
  corpora.PutBoth("config", "register-part",
                  "rversion: \"1\"\n" + Entries(gates, "gates", 6) +
                      Entries(gates, "cargo_classes", 3) + Entries(gates, "splits", 2));
  const std::string holidays = Project("daemon/domain/calendars/holidays.textproto");
  corpora.PutBoth("config", "calendars", "hversion: \"1\"\n" + Entries(holidays, "calendars", 1));
  corpora.PutBoth("config", "mapping", 'm' + Project("tests/data/yard-figures.mapping.textproto"));
  corpora.PutBoth("config", "node", 'n' + Project("daemon/config/examples/node.textproto"));
  corpora.PutBoth("config", "client", 'c' + Project("daemon/config/examples/client.textproto"));

  corpora.PutBoth("config", "policy",
                  'p' + Project("daemon/config/policy/default-policy.textproto"));
  corpora.Put("config", "policy-four-eyes",
              'p' + Project("daemon/config/examples/policy.textproto"));
  corpora.PutBoth("config", "deny-list", std::string("d") + kDenyList);
  corpora.Put("config", "deny-nobody", "dnobody_is_denied: true\n");
  corpora.Put("config", "deny-emptied", "d");
  corpora.PutBoth("config", "signatures", std::string("s") + kSignatures);

  const testing::PracticeFiles files;
  const auto read = [&](const char* name) { return testing::ReadTestFile(files / name); };
  corpora.PutBoth("settings", "node", '\0' + read("node.textproto"));
  corpora.PutBoth("settings", "client", '\1' + read("client.textproto"));
  corpora.Put("settings", "other-agreement", '\2' + read("agreement.textproto"));
  corpora.Put("settings", "other-root", '\3' + read("vn-root.crt"));
  corpora.Put(
      "settings", "limits",
      '\0' + read("node.textproto") + "retention { keep { family: \"REPORT\" days: 400 } }\n");
}

}  // namespace

void SeedFiles(const Corpora& corpora) {
  const auto zip = [](const evidence::Files& files) {
    return evidence::WriteStoredZip(files).value();
  };
  corpora.PutBoth("stored_zip", "two-files", zip({{"a.txt", "one"}, {"b/c.txt", "two"}}));
  corpora.Put("stored_zip", "no-files", zip({}));
  corpora.Put("stored_zip", "empty-file", zip({{"empty", ""}}));
  SeedTables(corpora);
  SeedConfig(corpora);
}

}  // namespace gatepost::fuzz
