#include "client/render/agreement_words.h"
#include "client/render/content.h"
#include "client/render/evidence_html.h"
#include "client/render/evidence_words.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "fmt/core.h"
#include "fmt/ranges.h"

namespace gatepost::render {
namespace {

using evidence::MessageFacts;

std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& items) {
  return fmt::format("{}", fmt::join(items, " "));
}

Html Heading(const MessageFacts& message, const View& view) {
  Lines lines;
  lines.Add(_("message id"), message.message_id);
  lines.Add(_("author"), message.author);
  const v1::MessageHeader& header = message.message.header();
  if (header.has_authored_at()) {
    lines.Add(_("written"), LogTimeText(TimeOf(header.authored_at().instant()), view.zones));
  }
  lines.Add(_("from node"), header.origin_node());
  lines.Add(_("to nodes"), Joined(header.recipient_nodes()));
  lines.Add(_("to agencies"), Joined(header.addressed_agencies()));
  lines.Add(_("scopes"), Joined(header.scope_ids()));
  if (header.has_replaces()) {
    lines.Add(_("replaces"), Say("{0} by {1}", header.replaces().message_id(),
                                 PostText(header.replaces().author())));
  }
  lines.Add(_("PAE digest"), DigestText(message.pae));
  return HtmlOf(lines);
}

Html MessageHtml(const MessageFacts& message, const View& view) {
  const std::string title = fmt::format("{}  {}", NameOf(message), SubjectOf(message));
  Html html = Element("h4", Text(title)) + Heading(message, view);
  if (message.purged) {
    return html + Element("p", Text(_("The body was purged by the rules of retention. Its digests "
                                      "and entries are left; who signed it is not shown.")));
  }
  if (message.without_envelope) {
    return html + Element("p", Text(_("Its envelope is not in the bundle, and nothing shows why: "
                                      "what it said and who signed it is not shown.")));
  }
  const Content content = ContentOf(message.message, view);
  for (const std::string& remark : content.remarks) html += Element("p", Text(remark));
  if (content.table.has_value()) html += HtmlOf(*content.table);
  return html + HtmlOf(content.lines);
}

}  // namespace

Html ContentsOf(const MessageList& messages, const View& view) {
  Html html = Element("h3", Text(_("The messages as they were signed")));
  for (const MessageFacts* message : messages) html += MessageHtml(*message, view);
  return html;
}

}  // namespace gatepost::render
