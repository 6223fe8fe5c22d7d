#ifndef GATEPOST_DAEMON_DOMAIN_COUNTRY_H_
#define GATEPOST_DAEMON_DOMAIN_COUNTRY_H_

#include <optional>
#include <string_view>

// The two sides of this border.
namespace gatepost::domain {

enum class Country { kVietNam, kChina };

// ISO 3166-1 alpha-2: `VN` or `CN`.
constexpr std::string_view CountryCode(Country country) {
  return country == Country::kVietNam ? "VN" : "CN";
}

// The country of a code, in capitals; nullopt for any other text.
constexpr std::optional<Country> CountryOfCode(std::string_view code) {
  if (code == "VN") return Country::kVietNam;
  if (code == "CN") return Country::kChina;
  return std::nullopt;
}

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_COUNTRY_H_
