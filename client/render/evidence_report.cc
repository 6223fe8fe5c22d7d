#include "client/render/evidence_report.h"

#include <vector>

#include "client/evidence/stock_commands.h"
#include "client/render/agreement_words.h"
#include "client/render/errors.h"
#include "client/render/evidence_html.h"
#include "client/render/evidence_words.h"
#include "client/render/html_page.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "client/render/words.h"
#include "fmt/core.h"

namespace gatepost::render {
namespace {

using evidence::Answer;
using evidence::Verdict;

Html VerdictBox(const Verdict& verdict) {
  const Html contents =
      Element("strong", Text(AnswerLine(verdict))) + Element("p", Text(AnswerText(verdict)));
  switch (verdict.answer) {
    case Answer::kValid:
      return Element("div", contents, R"(class="verdict valid")");
    case Answer::kIncomplete:
      return Element("div", contents, R"(class="verdict incomplete")");
    case Answer::kInvalid:
      break;
  }
  return Element("div", contents, R"(class="verdict invalid")");
}

// What was judged, and by whose keys.
Html Checked(const Verdict& verdict, const ReportSource& source, const View& view) {
  size_t signatures = 0;
  size_t entries = 0;
  for (const evidence::MessageFacts& message : verdict.messages) {
    signatures += message.signatures.size();
    entries += message.entries.size();
  }
  Lines lines;
  lines.Add(_("file"), source.file);
  lines.Add(_("its SHA-256"), DigestText(source.sha256));
  if (!verdict.exported_by.empty()) {
    lines.Add(_("exported"), Say("by {0} at {1}, as the file says", verdict.exported_by,
                                 LogTimeText(verdict.exported_at, view.zones)));
  }
  lines.Add(_("link agreement"),
            verdict.agreement_sha256 == certs::Digest{}
                ? std::string(_("none that is known here: no key in the file could be believed"))
                : Say("SHA-256 {0}: its keys and roots, and no others, were believed",
                      certs::ToHex(verdict.agreement_sha256)));
  lines.Add(_("what holds"), Say("{0} messages with {1} signatures, {2} entries of logs",
                                 verdict.messages.size(), signatures, entries));
  if (source.made_at.has_value()) {
    lines.Add(_("checked at"), LogTimeText(*source.made_at, view.zones));
  }
  return Element("h2", Text(_("What was checked"))) + HtmlOf(lines);
}

Html Findings(const Verdict& verdict) {
  Html html = Element("h2", Text(_("What failed or is missing")));
  std::vector<HtmlRow> rows;
  for (const evidence::Finding& finding : verdict.findings) {
    const v1::RefusalDetail detail = ErrorDetail(finding.why);
    rows.push_back({{Text(fmt::format("{}", rows.size() + 1)), Element("code", Text(finding.where)),
                     CodeHtml(ReasonCode(detail.reason())), Text(detail.wanted()),
                     Text(detail.came()), Text(detail.todo())}});
  }
  if (rows.empty()) {
    return html +
           Element("p", Text(_("Nothing: every check was made, and held.")), R"(class="good")");
  }
  return html + HtmlTable({"#", _("Where"), _("Code"), _("Wanted"), _("Came"), _("What to do")},
                          rows, R"(class="findings")");
}

Html Overview(const Verdict& verdict, const std::vector<MessageList>& threads, const View& view) {
  std::vector<HtmlRow> rows;
  for (size_t i = 0; i < threads.size(); ++i) {
    for (const evidence::MessageFacts* message : threads[i]) {
      const std::vector<EntryAbout> entries = EntriesOf({message});
      rows.push_back(
          {{Text(fmt::format("{}", i + 1)), NameHtml(*message), Text(SubjectOf(*message)),
            Text(PostText(message->author)),
            entries.empty() ? Html() : TimeHtml(entries.front().entry->leaf.time, view)}});
    }
  }
  if (verdict.messages.empty()) {
    return Element("h2", Text(_("Messages"))) +
           Element("p", Text(_("None could be shown.")), R"(class="open")");
  }
  return Element("h2", Text(_("Messages"))) +
         HtmlTable({_("Thread"), _("Reference"), _("About"), _("Author"), _("First logged")}, rows);
}

Html Notes(const Verdict& verdict) {
  if (verdict.notes.empty()) return {};
  Html items;
  for (const std::string& note : verdict.notes) items += Element("li", Text(note));
  return Element("h2", Text(_("Notes of the check"))) + Element("ul", items);
}

// How openssl checks the first signature; VERIFY.txt has every case.
std::string SignatureCommands(const Verdict& verdict) {
  for (const evidence::MessageFacts& message : verdict.messages) {
    if (message.signatures.empty()) continue;
    const evidence::SignedBy& first = message.signatures[0];
    if (!evidence::ValuesAreDer(first.suite)) continue;
    return fmt::format(
        "# a signature alone (of a message in a batch: batch-head.pae in place of pae)\n"
        "openssl x509 -in certificates/{}.pem -pubkey -noout > ../signer.pem\n"
        "{}\n",
        certs::ToHex(first.certificate_sha256),
        evidence::DgstCommand(first.suite, "../signer.pem", message.folder + "/signature-1.der",
                              message.folder + "/pae"));
  }
  return "";
}

// A word of a shell's command.
std::string ShellQuoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

// The commands are the same in every language.
Html ByHand(const Verdict& verdict, const ReportSource& source) {
  const std::string quoted = ShellQuoted(source.file.empty() ? "evidence.zip" : source.file);
  std::string commands = fmt::format("sha256sum {}\n", quoted);
  if (source.sha256 != certs::Digest{}) {
    commands = fmt::format("echo '{}  '{} | sha256sum -c\n", certs::ToHex(source.sha256), quoted);
  }
  commands += fmt::format(
      "mkdir evidence && cd evidence && python3 -m zipfile -e ../{} .\n"
      "sha256sum --quiet -c manifest.txt\n",
      quoted);
  if (verdict.agreement_sha256 != certs::Digest{}) {
    commands += fmt::format("sha256sum YOUR-LINK-AGREEMENT  # {}\n",
                            certs::ToHex(verdict.agreement_sha256));
  }
  // The check compares VERIFY.txt with what it must say; where that failed, it may be anybody's.
  commands +=
      verdict.answer == Answer::kInvalid
          ? "# VERIFY.txt of evidence that is INVALID may be anybody's: read it, never run it\n"
          : "sed -n 's/^    //p' VERIFY.txt | sh -eu && echo everything here holds\n";
  commands += SignatureCommands(verdict);
  return Element("h2", Text(_("How to repeat the check by hand"))) +
         Element("p", Text(_("With stock tools, and with your own copy of the link agreement: the "
                             "file VERIFY.txt in the archive has every command for sha256sum and "
                             "openssl, and says what each proves."))) +
         Element("pre", Text(commands)) +
         Element("p", Text(_("With this program, without any network:"))) +
         Element("pre", Text(fmt::format("gatepost audit verify {} --agreement YOUR-LINK-AGREEMENT"
                                         "{}\n",
                                         quoted, verdict.practice ? " --practice" : "")));
}

Html SigningBox() {
  Html rows;
  for (const char* label :
       {_("Reviewed by (name, office)"), _("Remarks"), _("Place, date"), _("Signature, seal")}) {
    rows += Element("tr", Element("th", Text(label), R"(scope="row")") + Element("td", Html()));
  }
  return Element("section",
                 Element("h2", Text(_("For signature"))) +
                     Element("table", Element("tbody", rows), R"(class="signing")"),
                 R"(class="keep")");
}

}  // namespace

std::string EvidenceReport(const Verdict& verdict, const ReportSource& source, const View& view) {
  const std::vector<MessageList> threads = ThreadsOf(verdict);
  Html body = Element("h1", Text(_("Report on evidence")));
  body += Element("p",
                  Text(_("What two sides said to each other about the gates of their border, "
                         "checked offline. H is Hanoi's time, B is Beijing's.")),
                  R"(class="soft")");
  body += VerdictBox(verdict);
  body += Checked(verdict, source, view);
  body += Findings(verdict);
  body += Overview(verdict, threads, view);
  for (size_t i = 0; i < threads.size(); ++i) body += ThreadSection(threads[i], i + 1, view);
  const Html timeline = Timeline(verdict, view);
  if (!timeline.empty()) {
    body += Element("h2", Text(_("Timeline of both logs"))) + timeline;
  }
  body += Notes(verdict) + ByHand(verdict, source) + SigningBox();
  return HtmlPage(Say("{0}: report on evidence", AnswerLine(verdict)), verdict.practice, body);
}

}  // namespace gatepost::render
