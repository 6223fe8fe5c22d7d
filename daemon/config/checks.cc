#include "daemon/config/checks.h"

#include <fmt/format.h>

#include <charconv>

#include "daemon/config/text_file.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::config {
namespace {

absl::Status BadArgument(std::string_view wanted, std::string_view came) {
  return system::Refuse(gatepost::v1::REASON_BAD_ARGUMENT, wanted,
                        came.empty() ? std::string("nothing") : fmt::format("'{}'", came),
                        "correct it");
}

bool IsHostCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == '_';
}

bool IsIpv6Character(char c) {
  return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || (c >= '0' && c <= '9') || c == ':' ||
         c == '.' || c == '%';
}

bool AllOf(std::string_view text, bool (*fits)(char)) {
  for (char c : text) {
    if (!fits(c)) return false;
  }
  return !text.empty();
}

}  // namespace

std::string HostPort::ToString() const {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port)
                                             : fmt::format("[{}]:{}", host, port);
}

absl::StatusOr<HostPort> ParseHostPort(std::string_view text, bool zero_port) {
  absl::Status refused = BadArgument(
      zero_port ? "host:port, e.g. 0.0.0.0:7443" : "host:port, e.g. 192.0.2.7:7443", text);
  HostPort result;
  size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return refused;
  std::string_view host = text.substr(0, colon);
  std::string_view port = text.substr(colon + 1);
  bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (bracketed && host.find(':') == std::string_view::npos) return refused;  // Not IPv6.
  if (!AllOf(host, bracketed ? IsIpv6Character : IsHostCharacter)) return refused;
  auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), result.port);
  if (port.empty() || error != std::errc() || end != port.data() + port.size()) return refused;
  if (result.port == 0 && !zero_port) return refused;
  result.host = std::string(host);
  return result;
}

absl::Status CheckNodeId(std::string_view text) {
  bool good = !text.empty() && text.size() <= 64 && text.front() != '-' && text.back() != '-';
  for (char c : text) good = good && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-');
  if (good) return absl::OkStatus();
  return BadArgument("a node id of small letters, digits and dashes, e.g. vn-langson", text);
}

absl::Status CheckCountry(std::string_view text) {
  if (text.size() == 2 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'A' && text[1] <= 'Z') {
    return absl::OkStatus();
  }
  return BadArgument("a country as two capital letters (ISO 3166-1), e.g. VN", text);
}

absl::StatusOr<absl::TimeZone> ParseZone(const std::string& name) {
  absl::TimeZone zone;
  // The library also takes "localtime" and fixed offsets, which other machines read otherwise.
  bool named = name == "UTC" ||
               (!name.empty() && name.front() != '/' && name.find('/') != std::string::npos &&
                name.find("..") == std::string::npos);
  if (named && absl::LoadTimeZone(name, &zone)) return zone;
  return system::Refuse(gatepost::v1::REASON_NO_TIME_ZONE,
                        "an IANA zone name, e.g. Asia/Ho_Chi_Minh",
                        name.empty() ? std::string("nothing") : fmt::format("'{}'", name),
                        "name the civil zone; if it is right, install tzdata");
}

absl::Status CheckCutOff(const gatepost::v1::CutOff& cut_off) {
  if (cut_off.hour() < 0 || cut_off.hour() > 23 || cut_off.minute() < 0 || cut_off.minute() > 59) {
    return system::Refuse(gatepost::v1::REASON_BAD_TIME, "a time of day from 0:00 to 23:59",
                          fmt::format("{}:{:02}", cut_off.hour(), cut_off.minute()), "correct it");
  }
  return ParseZone(cut_off.zone()).status();
}

absl::StatusOr<std::string> GuardFileOf(const v1::NodeConfig& stated, const std::string& data_dir,
                                        const std::string& folder) {
  std::string path = stated.guard_file().empty()
                         ? AbsolutePath(stated.node() + ".guard", FolderOf(data_dir))
                         : AbsolutePath(stated.guard_file(), folder);
  if (!path.starts_with(data_dir + "/")) return path;
  return system::Refuse(gatepost::v1::REASON_BAD_CONFIG, "a file outside data_dir", path,
                        "name a place that is not backed up with the store");
}

}  // namespace gatepost::config
