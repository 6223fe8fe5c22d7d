// The catalogues: that they load, and that no translation can break a text.

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "client/render/text.h"
#include "client/render/words.h"

namespace gatepost::render {
namespace {

struct Entry {
  std::string original;
  std::vector<std::string> translations;
};

// The text between the outer quotes of a line, its escapes as they stand.
std::string Quoted(const std::string& line) {
  const size_t first = line.find('"');
  return line.substr(first + 1, line.rfind('"') - first - 1);
}

std::vector<Entry> Entries(const std::string& language) {
  std::ifstream file(std::string(GATEPOST_SOURCE_DIR) + "/client/render/po/" + language + ".po");
  std::vector<Entry> entries;
  std::string* open = nullptr;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("msgid \"")) {
      entries.push_back({Quoted(line), {}});
      open = &entries.back().original;
    } else if (line.starts_with("msgid_plural")) {
      open = nullptr;
    } else if (line.starts_with("msgstr")) {
      entries.back().translations.push_back(Quoted(line));
      open = &entries.back().translations.back();
    } else if (line.starts_with("\"") && open != nullptr) {
      *open += Quoted(line);
    }
  }
  return entries;
}

// The places of a fmt pattern, e.g. {0} {1:02}.
std::multiset<std::string> Places(const std::string& text) {
  std::multiset<std::string> places;
  for (size_t open = text.find('{'); open != std::string::npos; open = text.find('{', open + 1)) {
    places.insert(text.substr(open, text.find('}', open) - open + 1));
  }
  return places;
}

TEST(CatalogueTest, TranslationsKeepThePlacesOfTheirOriginals) {
  for (const char* language : {"vi", "zh_CN"}) {
    int translated = 0;
    for (const Entry& entry : Entries(language)) {
      if (entry.original.empty()) continue;  // The header.
      for (const std::string& translation : entry.translations) {
        if (translation.empty()) continue;
        ++translated;
        EXPECT_EQ(Places(translation), Places(entry.original)) << language << ": " << translation;
      }
    }
    EXPECT_GT(translated, 50) << language;
  }
}

TEST(CatalogueTest, EachLanguageIsFoundUnderAnyOfItsNames) {
  EXPECT_TRUE(UseLanguage("vi", GATEPOST_CATALOGUE_DIR));
  EXPECT_STREQ(_("Scope"), "Phạm vi");
  EXPECT_TRUE(UseLanguage("zh", GATEPOST_CATALOGUE_DIR));
  EXPECT_STREQ(_("Scope"), "范围");
  EXPECT_TRUE(UseLanguage("vi_VN.UTF-8", GATEPOST_CATALOGUE_DIR));
  EXPECT_EQ(DirectionText(v1::DIRECTION_VN_TO_CN, {.country = "VN"}), "VN→CN xuất khẩu");
  EXPECT_TRUE(UseLanguage("en", GATEPOST_CATALOGUE_DIR));
  EXPECT_STREQ(_("Scope"), "Scope");
}

TEST(CatalogueTest, AnUnknownLanguageIsEnglishAndSaysSo) {
  EXPECT_FALSE(UseLanguage("fr", GATEPOST_CATALOGUE_DIR));
  EXPECT_STREQ(_("Scope"), "Scope");
}

TEST(CatalogueTest, AWrongTranslationFallsBackToItsOriginal) {
  EXPECT_EQ(Fill("kaputt {3}", "{0} of {1}", 1, 2), "1 of 2");
}

}  // namespace
}  // namespace gatepost::render
