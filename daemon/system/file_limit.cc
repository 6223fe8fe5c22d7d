#include "daemon/system/file_limit.h"

#include <sys/resource.h>

#include <cerrno>
#include <cstring>

#include "daemon/system/reason.h"

namespace gatepost::system {

absl::StatusOr<uint64_t> RaiseFileLimit() {
  rlimit limit = {};
  bool raised = getrlimit(RLIMIT_NOFILE, &limit) == 0;
  if (raised && limit.rlim_cur != limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    raised = setrlimit(RLIMIT_NOFILE, &limit) == 0;
  }
  if (raised) return static_cast<uint64_t>(limit.rlim_cur);
  return Refuse(v1::REASON_INTERNAL, "as many open files as the system allows",
                std::strerror(errno), "look at LimitNOFILE of the service");
}

}  // namespace gatepost::system
