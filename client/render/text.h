#ifndef GATEPOST_CLIENT_RENDER_TEXT_H_
#define GATEPOST_CLIENT_RENDER_TEXT_H_

#include <exception>
#include <string>
#include <string_view>

#include "fmt/core.h"

namespace gatepost::render {

// Chooses the language of all text for people, for the whole process; call once, before threads.
// `language` is vi, zh, en or a gettext name such as zh_CN; empty takes it from LANGUAGE, LC_ALL,
// LC_MESSAGES or LANG. Works without generated locales: the locale is always C.UTF-8 and gettext is
// told the language by LANGUAGE. `catalogue_dir` holds <language>/LC_MESSAGES/gatepost.mo; empty:
// ../share/locale beside the program, which is right in the build tree and installed.
// False when `language` is none of those we have words for; English is used then.
bool UseLanguage(std::string_view language, const std::string& catalogue_dir = "");

// The language of all text for people as BCP 47 has it (RFC 5646): vi, zh-CN or en.
std::string LanguageTag();

// `text` in the chosen language, or as it is where the catalogue has no words for it. `text` must
// be a literal, so that xgettext finds it.
const char* _(const char* text);

// Marks a literal in a table for xgettext; translate it with _() where it is printed.
constexpr const char* N_(const char* text) { return text; }

// The one of two literals that fits the number `count` in the chosen language.
const char* Plural(const char* one, const char* many, unsigned long count);

// Fills a translated pattern; a translation whose places do not fit the arguments is passed over
// for `original`, so that a wrong catalogue can never stop a command.
template <typename... Args>
std::string Fill(const char* pattern, const char* original, const Args&... args) {
  try {
    return fmt::format(fmt::runtime(pattern), args...);
  } catch (const std::exception&) {
    return fmt::format(fmt::runtime(original), args...);
  }
}

// `pattern` (fmt syntax, with {0}, {1}, ... where a translation may want another order) translated
// and filled.
template <typename... Args>
std::string Say(const char* pattern, const Args&... args) {
  return Fill(_(pattern), pattern, args...);
}

// Like Say, for a text that depends on the number `count`, which is also argument {0}.
template <typename... Args>
std::string SayCount(const char* one, const char* many, unsigned long count, const Args&... args) {
  return Fill(Plural(one, many, count), count == 1 ? one : many, count, args...);
}

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_TEXT_H_
