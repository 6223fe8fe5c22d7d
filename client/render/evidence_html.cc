#include "client/render/evidence_html.h"

#include <algorithm>

#include "client/render/agreement_words.h"
#include "client/render/evidence_words.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "fmt/core.h"

namespace gatepost::render {

Html CodeHtml(std::string_view code) { return Element("b", Text(code), R"(class="code")"); }

Html ZonesHtml(const std::string& time_text) {
  const size_t second = std::min(time_text.find('('), time_text.size());
  const std::string_view text = time_text;
  return Element("span", Text(text.substr(0, second)), R"(class="time")") +
         Element("span", Text(text.substr(second)), R"(class="time")");
}

Html TimeHtml(absl::Time time, const View& view) {
  return ZonesHtml(LogTimeText(time, view.zones));
}

Html NameHtml(const evidence::MessageFacts& message) {
  return Element("b", Text(NameOf(message)), R"(class="name")");
}

Html StandingHtml(const evidence::ProvedEntry& entry, const View& view) {
  const Html texts = Stacked(StandingOf(entry, view));
  return IsPending(entry) ? Element("div", texts, R"(class="open")")
                          : Element("div", texts, R"(class="soft")");
}

Html PlaceHtml(const evidence::ProvedEntry& entry) {
  return Element("span", Text(Say("{0}, entry {1}", entry.node, entry.index)), R"(class="words")");
}

Html WhoHtml(const std::string& spiffe_id) {
  const std::string post = PostText(spiffe_id);
  if (post == spiffe_id) return Text(spiffe_id);
  return Stacked(
      std::vector<Html>{Text(post), Element("code", Text(spiffe_id), R"(class="soft")")});
}

}  // namespace gatepost::render
