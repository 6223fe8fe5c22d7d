#include "daemon/domain/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "daemon/system/reason.h"
#include "daemon/system/utf8.h"

namespace gatepost::domain {
namespace {

using system::FirstUtf8Character;
using system::Utf8Character;

constexpr uint32_t kGrave = 0x300, kAcute = 0x301, kCircumflex = 0x302, kTilde = 0x303;
constexpr uint32_t kBreve = 0x306, kDiaeresis = 0x308, kHook = 0x309, kHorn = 0x31b;
constexpr uint32_t kDotBelow = 0x323;

// A letter, what it is without its tone, and its composed forms in the order of kTones.
struct VowelRow {
  uint32_t base;
  uint32_t shape;  // The mark that makes the row's letter from `base`; 0: none.
  const char32_t* letter_and_tones;
};
constexpr std::array<uint32_t, 5> kTones = {kGrave, kAcute, kTilde, kHook, kDotBelow};
constexpr VowelRow kVowels[] = {
    {'a', 0, U"aàáãảạ"},     {'a', kBreve, U"ăằắẵẳặ"}, {'a', kCircumflex, U"âầấẫẩậ"},
    {'e', 0, U"eèéẽẻẹ"},     {'i', 0, U"iìíĩỉị"},      {'e', kCircumflex, U"êềếễểệ"},
    {'o', 0, U"oòóõỏọ"},     {'o', kHorn, U"ơờớỡởợ"},  {'o', kCircumflex, U"ôồốỗổộ"},
    {'u', 0, U"uùúũủụ"},     {'u', kHorn, U"ưừứữửự"},  {'y', 0, U"yỳýỹỷỵ"},
    {'A', 0, U"AÀÁÃẢẠ"},     {'A', kBreve, U"ĂẰẮẴẲẶ"}, {'A', kCircumflex, U"ÂẦẤẪẨẬ"},
    {'E', 0, U"EÈÉẼẺẸ"},     {'I', 0, U"IÌÍĨỈỊ"},      {'E', kCircumflex, U"ÊỀẾỄỂỆ"},
    {'O', 0, U"OÒÓÕỎỌ"},     {'O', kHorn, U"ƠỜỚỠỞỢ"},  {'O', kCircumflex, U"ÔỒỐỖỔỘ"},
    {'U', 0, U"UÙÚŨỦỤ"},     {'U', kHorn, U"ƯỪỨỮỬỰ"},  {'Y', 0, U"YỲÝỸỶỴ"},
    {'u', kDiaeresis, U"ü"}, {'U', kDiaeresis, U"Ü"},
};

// A letter taken apart; marks are 0 where there is none.
struct Parts {
  uint32_t base = 0;
  uint32_t shape = 0;
  uint32_t tone = 0;
  friend auto operator<=>(const Parts&, const Parts&) = default;
};

struct Tables {
  std::map<uint32_t, Parts> apart;
  std::map<Parts, uint32_t> together;
};

const Tables& LetterTables() {
  static const Tables tables = [] {
    Tables made;
    for (const VowelRow& row : kVowels) {
      for (size_t at = 0; row.letter_and_tones[at] != 0; ++at) {
        Parts parts{row.base, row.shape, at == 0 ? 0 : kTones[at - 1]};
        made.apart[row.letter_and_tones[at]] = parts;
        made.together[parts] = row.letter_and_tones[at];
      }
    }
    return made;
  }();
  return tables;
}

void AppendCharacter(uint32_t code_point, std::string& text) {
  if (code_point < 0x80) {
    text += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    text += static_cast<char>(0xc0 | code_point >> 6);
    text += static_cast<char>(0x80 | (code_point & 0x3f));
  } else if (code_point < 0x10000) {
    text += static_cast<char>(0xe0 | code_point >> 12);
    text += static_cast<char>(0x80 | (code_point >> 6 & 0x3f));
    text += static_cast<char>(0x80 | (code_point & 0x3f));
  } else {
    text += static_cast<char>(0xf0 | code_point >> 18);
    text += static_cast<char>(0x80 | (code_point >> 12 & 0x3f));
    text += static_cast<char>(0x80 | (code_point >> 6 & 0x3f));
    text += static_cast<char>(0x80 | (code_point & 0x3f));
  }
}

std::vector<uint32_t> CodePoints(std::string_view text) {
  std::vector<uint32_t> points;
  while (!text.empty()) {
    Utf8Character character = FirstUtf8Character(text);
    points.push_back(character.size_bytes == 0 ? 0xfffd : character.code_point);
    text.remove_prefix(std::max<size_t>(character.size_bytes, 1));
  }
  return points;
}

bool IsShape(uint32_t mark) {
  return mark == kCircumflex || mark == kBreve || mark == kHorn || mark == kDiaeresis;
}

bool IsTone(uint32_t mark) { return std::find(kTones.begin(), kTones.end(), mark) != kTones.end(); }

// `parts` with one more mark; nullopt when there is no such letter, or when the marks came in an
// order that form C keeps apart (two marks above a letter do not change places).
std::optional<Parts> WithMark(Parts parts, uint32_t mark) {
  if (IsTone(mark) && parts.tone == 0) {
    parts.tone = mark;
  } else if (IsShape(mark) && parts.shape == 0) {
    if (mark != kHorn && parts.tone != 0 && parts.tone != kDotBelow) return std::nullopt;
    parts.shape = mark;
  } else {
    return std::nullopt;
  }
  return parts;
}

bool IsCombiningMark(uint32_t point) {
  return (point >= 0x300 && point <= 0x36f) || (point >= 0x1ab0 && point <= 0x1aff) ||
         (point >= 0x1dc0 && point <= 0x1dff) || (point >= 0x20d0 && point <= 0x20ff) ||
         (point >= 0xfe20 && point <= 0xfe2f);
}

// Control characters, line separators, direction changes, soft hyphens, byte order mark, tags,
// non-characters.
bool IsHidden(uint32_t point) {
  return point < 0x20 || point == 0xad || point == 0x61c || point == 0x180e ||
         (point >= 0xe0000 && point <= 0xe0fff) || (point >= 0x7f && point < 0xa0) ||
         (point >= 0x200b && point <= 0x200f) || (point >= 0x2028 && point <= 0x202e) ||
         (point >= 0x2060 && point <= 0x206f) || point == 0xfeff ||
         (point >= 0xfff9 && point <= 0xfffd) || (point & 0xfffe) == 0xfffe ||
         (point >= 0xfdd0 && point <= 0xfdef);
}

uint32_t LowerCase(uint32_t point) {
  if (point >= 'A' && point <= 'Z') return point + 0x20;
  if (point >= 0xc0 && point <= 0xde && point != 0xd7) return point + 0x20;
  // Latin Extended-A and Vietnamese's part of Additional alternate upper and lower case.
  bool alternating = (point >= 0x100 && point <= 0x137) || (point >= 0x14a && point <= 0x177) ||
                     (point >= 0x1ea0 && point <= 0x1ef9);
  if (alternating) return point | 1;
  if (point == 0x1a0) return 0x1a1;
  if (point == 0x1af) return 0x1b0;
  return point;
}

uint32_t PlainForm(uint32_t point) {
  if (point >= 0xff01 && point <= 0xff5e) return point - 0xff01 + '!';
  if (point == 0x3000 || point == 0xa0) return ' ';
  bool dash = (point >= 0x2010 && point <= 0x2015) || point == 0x2212;
  if (dash) return '-';
  if (point == 0x2019) return '\'';
  return point;
}

bool JoinsTightly(char c) { return c == '-' || c == '/' || c == ','; }

}  // namespace

std::string Composed(std::string_view text) {
  const Tables& tables = LetterTables();
  std::string composed;
  while (!text.empty()) {
    Utf8Character first = FirstUtf8Character(text);
    size_t size_bytes = std::max<size_t>(first.size_bytes, 1);
    auto apart = tables.apart.find(first.code_point);
    if (first.size_bytes == 0 || apart == tables.apart.end()) {
      composed += text.substr(0, size_bytes);
      text.remove_prefix(size_bytes);
      continue;
    }
    Parts parts = apart->second;
    text.remove_prefix(size_bytes);
    // The longest run of marks that makes a letter.
    uint32_t letter = first.code_point;
    std::string_view rest = text;
    for (int marks = 0; marks < 2; ++marks) {
      Utf8Character next = FirstUtf8Character(rest);
      std::optional<Parts> more = WithMark(parts, next.code_point);
      if (next.size_bytes == 0 || !more) break;
      parts = *more;
      rest.remove_prefix(next.size_bytes);
      auto together = tables.together.find(parts);
      if (together != tables.together.end()) {
        letter = together->second;
        text = rest;
      }
    }
    AppendCharacter(letter, composed);
  }
  return composed;
}

std::string Folded(std::string_view text) {
  std::string folded;
  for (uint32_t point : CodePoints(Composed(text))) {
    uint32_t plain = LowerCase(PlainForm(point));
    if (plain == ' ' || plain == '\t') {
      if (!folded.empty() && folded.back() != ' ' && !JoinsTightly(folded.back())) folded += ' ';
      continue;
    }
    if (plain < 0x80 && JoinsTightly(static_cast<char>(plain)) && !folded.empty() &&
        folded.back() == ' ') {
      folded.pop_back();
    }
    AppendCharacter(plain, folded);
  }
  while (!folded.empty() && folded.back() == ' ') folded.pop_back();
  return folded;
}

std::string WithoutMarks(std::string_view folded) {
  const Tables& tables = LetterTables();
  std::string plain;
  for (uint32_t point : CodePoints(folded)) {
    auto apart = tables.apart.find(point);
    if (apart != tables.apart.end()) point = apart->second.base;
    if (point == 0x111) point = 'd';
    AppendCharacter(point, plain);
  }
  return plain;
}

size_t CharacterCount(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<uint32_t> from = CodePoints(a);
  std::vector<uint32_t> to = CodePoints(b);
  std::vector<std::vector<size_t>> cost(from.size() + 1, std::vector<size_t>(to.size() + 1));
  for (size_t i = 0; i <= from.size(); ++i) cost[i][0] = i;
  for (size_t j = 0; j <= to.size(); ++j) cost[0][j] = j;
  for (size_t i = 1; i <= from.size(); ++i) {
    for (size_t j = 1; j <= to.size(); ++j) {
      size_t replaced = cost[i - 1][j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, replaced});
      if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1]) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[from.size()][to.size()];
}

absl::Status CheckText(std::string_view field, std::string_view text, size_t limit) {
  auto refuse = [&](std::string_view wanted, std::string_view came, std::string_view todo) {
    return system::Refuse(v1::REASON_MALFORMED_PAYLOAD, fmt::format("{}: {}", field, wanted), came,
                          todo);
  };
  if (!system::IsUtf8(text)) return refuse("UTF-8 text", "other bytes", "send UTF-8");
  size_t count = CharacterCount(text);
  if (count > limit) {
    return refuse(fmt::format("at most {} characters", limit), fmt::format("{}", count),
                  "shorten the text");
  }
  std::vector<uint32_t> points = CodePoints(text);
  auto hidden = std::find_if(points.begin(), points.end(), IsHidden);
  if (hidden != points.end()) {
    return refuse("text that can be seen as it is", fmt::format("the character U+{:04X}", *hidden),
                  "leave control characters out");
  }
  if (!points.empty() && IsCombiningMark(points.front())) {
    return refuse("text that begins with a letter", "a combining mark", "put the letter before it");
  }
  if (Composed(text) != text) {
    return refuse("text in Unicode normalisation form C", "letters and marks apart",
                  "compose the letters (NFC) before signing");
  }
  return absl::OkStatus();
}

std::string WithThousands(int64_t value) {
  std::string digits = fmt::format("{}", value);
  size_t first = digits[0] == '-' ? 1 : 0;
  for (size_t at = digits.size(); at > first + 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

}  // namespace gatepost::domain
