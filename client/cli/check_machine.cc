#include "client/cli/check_machine.h"

#include <fcntl.h>
#include <netdb.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "client/cli/dial.h"
#include "client/render/errors.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "fmt/core.h"

namespace gatepost::cli {
namespace {

using render::_;
using render::Say;

// Store, sockets of both sides and of every client, and what libraries need.
constexpr rlim_t kOpenFiles = 1024;

// 0, or the errno of the first thing that went wrong.
int TryToWrite(const std::string& dir) {
  std::string path = dir + "/.gatepost-doctor-XXXXXX";
  const int fd = mkostemp(path.data(), O_CLOEXEC);
  if (fd < 0) return errno;
  char bytes[4096] = {};
  const bool written =
      write(fd, bytes, sizeof(bytes)) == static_cast<ssize_t>(sizeof(bytes)) && fsync(fd) == 0;
  const int error = written ? 0 : (errno == 0 ? EIO : errno);
  close(fd);
  unlink(path.c_str());
  return error;
}

// The folder itself, or the nearest above it that is there.
std::string Existing(const std::string& dir) {
  std::filesystem::path path = dir;
  std::error_code error;
  while (!std::filesystem::exists(path, error) && path.has_relative_path()) {
    path = path.parent_path();
  }
  return path.string();
}

std::string SizeText(uint64_t bytes) {
  if (bytes >= 10ULL << 30) return fmt::format("{} GiB", bytes >> 30);
  return fmt::format("{} MiB", bytes >> 20);
}

}  // namespace

void CheckFolder(const std::string& name, const std::string& dir, const Room& room,
                 Checklist& list) {
  const std::string there = Existing(dir);
  struct stat facts = {};
  if (stat(there.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode)) {
    return list.Fail(name, v1::REASON_STORE_FAILED, dir, Say("{0} is no folder", there),
                     _("correct the path in the config, or the permissions"));
  }
  if (const int error = TryToWrite(there); error != 0) {
    return list.Fail(name, v1::REASON_STORE_FAILED, dir,
                     Say("nothing can be written there: {0}", std::strerror(error)),
                     error == ENOSPC || error == EDQUOT
                         ? _("make room on this disk")
                         : _("correct the path in the config, or the permissions"));
  }
  struct statvfs disk = {};
  if (statvfs(there.c_str(), &disk) != 0) {
    return list.Fail(name, v1::REASON_STORE_FAILED, dir, std::strerror(errno),
                     _("look at the disk"));
  }
  const uint64_t free = static_cast<uint64_t>(disk.f_bavail) * disk.f_frsize;
  const std::string text = Say("{0} free", SizeText(free));
  if (free < room.fail_below) {
    return list.Fail(name, v1::REASON_STORE_FAILED, dir, Say("the disk is full: {0}", text),
                     _("make room on this disk"));
  }
  if (free < room.warn_below) {
    return list.Warn(name, v1::REASON_STORE_FAILED, dir, Say("the disk is nearly full: {0}", text),
                     _("make room on this disk"));
  }
  list.Ok(name, dir, Say("can be written, {0}", text));
}

void CheckClock(absl::Time now, Checklist& list) {
  const std::string shown = render::TimeText(now, list.view().zones);
  timex state = {};  // No modes: only reads.
  const int result = adjtimex(&state);
  if (result < 0) return list.Ok("clock", "", Say("{0}; nobody says whether it is right", shown));
  if (result == TIME_ERROR || (state.status & STA_UNSYNC) != 0) {
    return list.Warn("clock", v1::REASON_CLOCK_SKEW, "",
                     Say("{0}; nothing keeps it in time", shown),
                     _("compare it with another clock, and switch on time synchronisation (NTP)"));
  }
  list.Ok("clock", "", Say("{0}, kept in time", shown));
}

void CheckListen(const std::string& listen, Checklist& list) {
  const absl::StatusOr<Endpoints> endpoints = Resolve(listen);
  if (!endpoints.ok()) {
    return list.Fail(
        "listen", v1::REASON_BAD_CONFIG, listen,
        Say("its name is not known here: {0}", render::ErrorDetail(endpoints.status()).came()),
        _("correct listen in the node config"));
  }
  const addrinfo& first = **endpoints;
  const Socket own(socket(first.ai_family, first.ai_socktype | SOCK_CLOEXEC, first.ai_protocol));
  const int yes = 1;
  // As the node does: what is left of its own last connections takes nothing from it.
  setsockopt(own.fd(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  if (own.fd() >= 0 && bind(own.fd(), first.ai_addr, first.ai_addrlen) == 0 &&
      ::listen(own.fd(), 1) == 0) {
    return list.Ok("listen", listen, _("free: the node does not run, or can be started"));
  }
  if (errno == EADDRINUSE) {
    return list.Warn("listen", v1::REASON_BAD_CONFIG, listen, _("somebody listens there"),
                     _("right if it is this node; if the node does not start, end the other "
                       "program or take another port"));
  }
  list.Fail("listen", v1::REASON_BAD_CONFIG, listen,
            Say("cannot be listened on: {0}", std::strerror(errno)),
            _("take an address of this machine and a port above 1023, or give the right to it"));
}

void CheckOpenFiles(Checklist& list) {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const std::string text =
      limit.rlim_cur == RLIM_INFINITY
          ? std::string(_("no limit"))
          : Say("at most {0} in one process", static_cast<uint64_t>(limit.rlim_cur));
  if (limit.rlim_cur >= kOpenFiles) return list.Ok("open_files", "", text);
  list.Warn("open_files", v1::REASON_OVERLOADED, "", text,
            Say("raise the limit to {0} or more: ulimit -n, or LimitNOFILE of the service",
                static_cast<uint64_t>(kOpenFiles)));
}

}  // namespace gatepost::cli
