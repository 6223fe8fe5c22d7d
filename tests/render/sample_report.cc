// Prints the report on the sample evidence, for tests that look at the page from outside.
// usage: sample_report valid|invalid|hostile [LANGUAGE]

#include <cstdio>
#include <string>
#include <string_view>

#include "client/render/evidence_report.h"
#include "client/render/text.h"
#include "tests/render/evidence_sample.h"

int main(int argc, char** argv) {
  using namespace gatepost;
  const std::string_view which = argc > 1 ? argv[1] : "valid";
  render::UseLanguage(argc > 2 ? argv[2] : "en", GATEPOST_CATALOGUE_DIR);
  render::ReportSource source;
  source.file = which == "hostile" ? render::HostileText() : "evidence-LS-2027-00007.zip";
  source.sha256 = certs::Sha256Of("the archive");
  source.made_at = absl::FromUnixSeconds(1800100000);
  const evidence::Verdict verdict = which == "hostile"   ? render::HostileVerdict()
                                    : which == "invalid" ? render::SampleInvalid()
                                                         : render::SampleVerdict();
  const std::string page = render::EvidenceReport(verdict, source, render::View());
  std::fwrite(page.data(), 1, page.size(), stdout);
  return 0;
}
