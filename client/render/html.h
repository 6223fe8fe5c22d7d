#ifndef GATEPOST_CLIENT_RENDER_HTML_H_
#define GATEPOST_CLIENT_RENDER_HTML_H_

#include <string>
#include <string_view>
#include <vector>

#include "client/render/lines.h"
#include "client/render/table.h"

namespace gatepost::render {

// Text of this program's own sources: names of elements, attributes. Nothing that comes from
// outside can become one.
class Literal {
 public:
  consteval Literal(const char* text) : text_(text) {}  // NOLINT: meant to convert.
  const char* text() const { return text_; }

 private:
  const char* text_;
};

// A piece of HTML (the standard of WHATWG) that is safe by construction: elements come from
// literals, and all other text through Text(). A value.
class Html {
 public:
  Html() = default;
  Html& operator+=(const Html& other);
  friend Html operator+(Html a, const Html& b) { return a += b; }
  bool empty() const { return markup_.empty(); }
  const std::string& markup() const { return markup_; }

 private:
  friend Html Text(std::string_view foreign);
  friend Html Element(Literal tag, const Html& contents, Literal attributes);
  std::string markup_;
};

// What somebody wrote, as text and nothing else, also inside an attribute in double quotes. Bytes
// that are no UTF-8 and control characters but LF and TAB become U+FFFD; characters that take no
// room or turn the direction of the text around are shown by their code points, e.g. `[U+202E]`.
Html Text(std::string_view foreign);

// `<tag attributes>contents</tag>`, e.g. Element("p", Text(words), R"(class="note")").
Html Element(Literal tag, const Html& contents, Literal attributes = "");

// Pieces one below the other, e.g. in a cell.
Html Stacked(const std::vector<Html>& pieces);
Html Stacked(const std::vector<std::string>& texts);

// A row of a table; `attributes` are those of its <tr>.
struct HtmlRow {
  std::vector<Html> cells;
  Literal attributes = "";
};

// A table with headings. Empty without rows.
Html HtmlTable(const std::vector<std::string>& headings, const std::vector<HtmlRow>& rows,
               Literal attributes = "");

// A table of texts, without the columns that are empty in every row; empty without rows.
Html HtmlOf(const Table& table);

// Labels and values as a table of two columns; empty without any.
Html HtmlOf(const Lines& lines);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_HTML_H_
