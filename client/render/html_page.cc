#include "client/render/html_page.h"

#include <string_view>

#include "client/render/text.h"
#include "fmt/core.h"

namespace gatepost::render {
namespace {

// Colours only repeat what a word says beside them.
constexpr std::string_view kStyle = R"(
:root { --ink: #1b2530; --soft: #5a6673; --line: #ccd3da; --band: #f3f5f7;
  --good: #17603a; --good-band: #e8f3ec; --open: #7a5200; --open-band: #fbf3e0;
  --bad: #9b1c1c; --bad-band: #fbeaea; }
* { box-sizing: border-box; }
html { background: #e9ecef; }
body { max-width: 76rem; margin: 1.5rem auto; padding: 2rem 2.4rem; background: #fff;
  color: var(--ink); font: 14px/1.45 "Noto Sans", "Segoe UI", "Helvetica Neue", Arial,
  "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "DejaVu Sans", sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .2rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; padding-bottom: .2rem;
  border-bottom: 2px solid var(--ink); }
h3 { font-size: 1rem; margin: 1.3rem 0 .35rem; }
h4 { font-size: .93rem; margin: 1rem 0 .3rem; }
p { margin: .35rem 0; max-width: 60rem; }
.soft { color: var(--soft); }
table { border-collapse: collapse; width: 100%; margin: .4rem 0 .8rem; font-size: .9rem; }
th, td { border: 1px solid var(--line); padding: .28rem .5rem; text-align: left;
  vertical-align: top; overflow-wrap: anywhere; }
thead th { background: var(--band); font-weight: 600; overflow-wrap: normal; }
table.facts th { background: var(--band); font-weight: 600; width: 12rem; overflow-wrap: normal; }
td > div + div { margin-top: .2rem; }
code, pre { font-family: "DejaVu Sans Mono", Consolas, Menlo, monospace; font-size: .82rem; }
code { overflow-wrap: anywhere; }
pre { background: var(--band); border: 1px solid var(--line); padding: .6rem .8rem;
  white-space: pre-wrap; overflow-wrap: anywhere; }
b.code { font-weight: 600; letter-spacing: .02em; }
.time, .name { white-space: nowrap; }
.words { overflow-wrap: normal; }
.verdict { border: 2px solid; border-left-width: .6rem; padding: .7rem 1.1rem; margin: 1rem 0; }
.verdict strong { display: block; font-size: 1.7rem; letter-spacing: .03em; line-height: 1.25; }
.verdict p { color: var(--ink); }
.valid { color: var(--good); background: var(--good-band); }
.incomplete { color: var(--open); background: var(--open-band); }
.invalid { color: var(--bad); background: var(--bad-band); }
.good { color: var(--good); font-weight: 600; }
.open { color: var(--open); font-weight: 600; }
.bad { color: var(--bad); font-weight: 600; }
.practice { background: var(--bad); color: #fff; padding: .5rem 1.1rem; margin: 0 0 1rem;
  font-weight: 700; }
.sheet-mark { display: none; }
tr.day td { background: var(--band); font-weight: 600; }
.timeline td { width: 42%; }
.timeline td:first-child { width: auto; }
.findings td:nth-child(2) { width: 22%; }
.findings b.code { font-size: .82rem; }
.signing td { height: 3.2rem; width: 33%; }
.signing th { width: 14rem; }
@media print {
  @page { size: A4; margin: 16mm 13mm 16mm; }
  html, body { background: #fff; }
  body { max-width: none; margin: 0; padding: 0; font-size: 9.5pt; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  h2, h3, h4, h2 + p { break-after: avoid; }
  tr, .verdict, .signing, .keep { break-inside: avoid; }
  thead { display: table-header-group; }
  .sheet-mark { display: block; position: fixed; z-index: 1; top: 42%; left: 0; right: 0;
    text-align: center; font-size: 88pt; font-weight: 700; letter-spacing: .08em;
    color: rgba(155, 28, 28, .13); transform: rotate(-32deg); }
}
@page { @bottom-right { content: counter(page) " / " counter(pages); font-size: 8pt; }
  @bottom-left { content: "Gatepost"; font-size: 8pt; } }
)";

constexpr std::string_view kPracticeSheets = R"(
@page { @top-center { content: "PRACTICE"; font-weight: bold; font-size: 11pt; color: #9b1c1c; } }
)";

}  // namespace

std::string HtmlPage(const std::string& title, bool practice, const Html& body) {
  Html marks;
  if (practice) {
    marks = Element("div", Text("PRACTICE"), R"(class="sheet-mark" aria-hidden="true")") +
            Element("div",
                    Text(_("PRACTICE: made by nodes that rehearse. It proves nothing in earnest.")),
                    R"(class="practice" role="note")");
  }
  return fmt::format(
      R"(<!DOCTYPE html>
<html lang="{}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{}</title>
<style>{}{}</style>
</head>
<body>
{}
</body>
</html>
)",
      LanguageTag(), Text(title).markup(), kStyle, practice ? kPracticeSheets : "",
      (marks + body).markup());
}

}  // namespace gatepost::render
