#include "client/render/text.h"

#include <libintl.h>

#include <clocale>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace gatepost::render {
namespace {

constexpr char kDomain[] = "gatepost";

// The first of gettext's own variables that says something, e.g. vi_VN.UTF-8.
std::string LanguageOfEnvironment() {
  for (const char* name : {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return "en";
}

// vi_VN.UTF-8 -> vi; zh, zh_CN.GB18030, zh:en -> zh_CN; anything else -> en.
std::string CatalogueName(std::string_view language) {
  if (language.starts_with("vi")) return "vi";
  if (language.starts_with("zh")) return "zh_CN";
  return "en";
}

std::string CatalogueDirOfProgram() {
  std::error_code ignored;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", ignored);
  return (program.parent_path().parent_path() / "share" / "locale").string();
}

}  // namespace

bool UseLanguage(std::string_view language, const std::string& catalogue_dir) {
  const std::string wanted = language.empty() ? LanguageOfEnvironment() : std::string(language);
  const std::string name = CatalogueName(wanted);
  std::setlocale(LC_CTYPE, "C.UTF-8");
  std::setlocale(LC_MESSAGES, "C.UTF-8");
  setenv("LANGUAGE", name.c_str(), 1);
  bindtextdomain(kDomain,
                 (catalogue_dir.empty() ? CatalogueDirOfProgram() : catalogue_dir).c_str());
  bind_textdomain_codeset(kDomain, "UTF-8");
  textdomain(kDomain);
  return language.empty() || name != "en" || wanted.starts_with("en");
}

std::string LanguageTag() {
  const char* chosen = std::getenv("LANGUAGE");  // As UseLanguage set it.
  const std::string name = CatalogueName(chosen == nullptr ? "" : chosen);
  return name == "zh_CN" ? "zh-CN" : name;
}

const char* _(const char* text) {
  // gettext answers the empty string with the catalogue's own header.
  return *text == '\0' ? text : dgettext(kDomain, text);
}

const char* Plural(const char* one, const char* many, unsigned long count) {
  return dngettext(kDomain, one, many, count);
}

}  // namespace gatepost::render
