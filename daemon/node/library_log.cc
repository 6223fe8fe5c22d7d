#include "daemon/node/library_log.h"

#include <fmt/format.h>
#include <grpc/support/log.h>
#include <spdlog/spdlog.h>

#include <optional>
#include <utility>

#include "daemon/system/utf8.h"

namespace gatepost::node {

namespace {

constexpr double kLinesPerSecond = 5;
constexpr double kBurst = 100;
constexpr size_t kShown = 500;

// As gRPC 1.51 and OpenSSL 3 word it.
constexpr std::string_view kHandshakeFailed = "Handshake failed";
constexpr std::string_view kNoCertificate = "peer did not return a certificate";

// OpenSSL's own words, which end gRPC's line: `…:SSL routines::unsupported protocol.`
std::string_view ReasonOf(std::string_view message) {
  const size_t at = message.rfind("::");
  if (at == std::string_view::npos) return message;
  message.remove_prefix(at + 2);
  if (message.ends_with('.')) message.remove_suffix(1);
  return message;
}

}  // namespace

LibraryLog::LibraryLog(std::shared_ptr<const system::Clock> clock, Write write)
    : write_(std::move(write)), pace_(kLinesPerSecond, kBurst, std::move(clock)) {}

void LibraryLog::Say(std::string_view message) {
  std::string line = LineOf(message);
  const std::optional<int64_t> left_out = pace_.May();
  if (!left_out.has_value()) return;
  if (*left_out > 0) line += fmt::format("; before it, {} lines of gRPC were left out", *left_out);
  write_(line);
}

std::string LibraryLog::LineOf(std::string_view message) {
  if (message.find(kHandshakeFailed) == std::string_view::npos) {
    return fmt::format("gRPC: {}", system::Printable(message, kShown));
  }
  const std::lock_guard lock(mutex_);
  ++ended_.handshakes;
  std::string why = system::Printable(ReasonOf(message), kShown);
  if (message.find(kNoCertificate) != std::string_view::npos) {
    ++ended_.without_certificate;
    why = "NO_CERTIFICATE: the caller showed none";
  }
  return fmt::format(
      "handshake ended by TLS: {} ({} since the start, {} of them without certificate)", why,
      ended_.handshakes, ended_.without_certificate);
}

LibraryLog::Ended LibraryLog::ended() const {
  const std::lock_guard lock(mutex_);
  return ended_;
}

void TakeLibraryLog() {
  gpr_set_log_function([](gpr_log_func_args* said) {
    // Never destroyed: gRPC's threads may speak until the process is gone.
    static LibraryLog& log =
        *new LibraryLog(std::make_shared<system::SystemClock>(),
                        [](const std::string& line) { spdlog::warn("{}", line); });
    log.Say(said->message);
  });
}

}  // namespace gatepost::node
