#include "daemon/domain/lunar_label.h"

#include <fmt/format.h>

#include <array>

namespace gatepost::domain {
namespace {

constexpr std::array<std::string_view, 12> kChineseMonths = {"正月", "二月", "三月",   "四月",
                                                             "五月", "六月", "七月",   "八月",
                                                             "九月", "十月", "十一月", "腊月"};

constexpr std::array<std::string_view, 10> kChineseDigits = {"",   "一", "二", "三", "四",
                                                             "五", "六", "七", "八", "九"};

std::string ChineseDay(int day) {
  constexpr std::array<std::string_view, 4> kWholeTens = {"", "初十", "二十", "三十"};
  constexpr std::array<std::string_view, 3> kTens = {"初", "十", "廿"};
  if (day % 10 == 0) return std::string(kWholeTens[day / 10]);
  return fmt::format("{}{}", kTens[day / 10], kChineseDigits[day % 10]);
}

std::string ChineseLabel(const LunarDate& date) {
  return fmt::format("{}{}{}", date.leap ? "闰" : "", kChineseMonths[date.month - 1],
                     ChineseDay(date.day));
}

std::string VietnameseMonth(const LunarDate& date) {
  if (date.month == 12) return "Chạp";
  if (date.month > 1) return fmt::format("tháng {}", date.month);
  return date.day <= 3 && !date.leap ? "Tết" : "tháng Giêng";
}

std::string VietnameseLabel(const LunarDate& date) {
  return fmt::format("{}{} {}{}", date.day <= 10 ? "mùng " : "", date.day, VietnameseMonth(date),
                     date.leap ? " nhuận" : "");
}

}  // namespace

std::string LunarLabel(const LunarDate& date, std::string_view language) {
  if (language == "vi") return VietnameseLabel(date);
  if (language == "zh") return ChineseLabel(date);
  return "";
}

}  // namespace gatepost::domain
