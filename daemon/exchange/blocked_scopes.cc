#include "daemon/exchange/blocked_scopes.h"

#include <utility>

#include "daemon/domain/hours/notice_rules.h"
#include "daemon/system/reason.h"
#include "fmt/format.h"

namespace gatepost::exchange {

void BlockedScopes::Set(std::string_view peer, std::set<std::string> ids) {
  std::lock_guard lock(mutex_);
  ids_.insert_or_assign(std::string(peer), std::move(ids));
}

absl::Status BlockedScopes::Check(std::string_view peer, const v1::Message& message) const {
  std::lock_guard lock(mutex_);
  const auto found = ids_.find(peer);
  if (found == ids_.end() || found->second.empty()) return absl::OkStatus();
  const std::set<std::string>& ids = found->second;
  const auto blocked = [&](const std::string& id) -> absl::Status {
    if (!ids.contains(id)) return absl::OkStatus();
    return system::Refuse(v1::REASON_REGISTER_DIFFERS,
                          fmt::format("the same register entry {} as {}", id, peer),
                          "an entry that differs", "bring both registers to the same version");
  };
  for (const std::string& id : message.header().scope_ids()) {
    if (absl::Status status = blocked(id); !status.ok()) return status;
  }
  for (const v1::Figure& figure : message.yard_report().figures()) {
    if (!figure.cargo_class().empty()) {
      if (absl::Status s = blocked("class:" + figure.cargo_class()); !s.ok()) return s;
    }
    if (!figure.split_id().empty()) {
      if (absl::Status s = blocked("split:" + figure.split_id()); !s.ok()) return s;
    }
  }
  const v1::Timetable* timetable = domain::TimetableIn(message.notice());
  if (timetable == nullptr) return absl::OkStatus();
  for (const v1::TimetableRule& rule : timetable->rules()) {
    for (const std::string& cargo_class : rule.cargo_classes()) {
      if (absl::Status s = blocked("class:" + cargo_class); !s.ok()) return s;
    }
  }
  return absl::OkStatus();
}

}  // namespace gatepost::exchange
