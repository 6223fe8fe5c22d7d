#ifndef GATEPOST_CLIENT_RENDER_HTML_PAGE_H_
#define GATEPOST_CLIENT_RENDER_HTML_PAGE_H_

#include <string>

#include "client/render/html.h"

namespace gatepost::render {

// A whole page of its own: UTF-8, in the language in use, with its style inside, without scripts or
// anything from elsewhere, and forbidden to load anything (Content Security Policy). Printed, it
// fits A4; a page of practice says PRACTICE across every sheet.
std::string HtmlPage(const std::string& title, bool practice, const Html& body);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_HTML_PAGE_H_
