#include "client/evidence/log_reading.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::evidence {

absl::StatusOr<LogReading> LogReading::Begin(const v1::GetHeadsResponse& heads,
                                             const LogKeys& keys) {
  GATEPOST_ASSIGN_OR_RETURN(const OpenedHead newest, keys.Open(heads.head()));
  LogReading reading;
  reading.verdict_ = std::make_unique<LogVerdict>();
  LogVerdict& verdict = *reading.verdict_;
  verdict.node = newest.node;
  verdict.epoch = newest.epoch;
  reading.check_ = std::make_unique<ledger::LogCheck>(
      ledger::LogCheck::Options(),
      [&verdict](uint64_t, std::string_view, const ledger::Leaf* leaf) {
        if (leaf != nullptr) ++verdict.events[leaf->event];
      });
  const auto expect = [&](const std::string& note, const std::string& whose) {
    if (note.empty()) return;
    const absl::StatusOr<OpenedHead> head = keys.Open(note);
    if (!head.ok()) {
      verdict.findings.push_back({ledger::LogFault::kHead, 0, head.status()});
      return;
    }
    // One of an earlier epoch may name entries that were lost in a restore.
    if (head->node != newest.node || head->epoch != newest.epoch || head->size == 0) return;
    reading.until_ = std::max(reading.until_, head->size);
    reading.check_->ExpectHead(head->size, head->root, whose);
    verdict.heads.push_back(fmt::format("{} {}", head->size, whose));
  };
  expect(heads.head(), heads.node());
  for (const v1::LinkHeads& link : heads.links()) {
    expect(link.cosigned_head(), link.peer_node());
    expect(link.held_by_peer(), link.peer_node());
  }
  std::sort(verdict.heads.begin(), verdict.heads.end());
  verdict.heads.erase(std::unique(verdict.heads.begin(), verdict.heads.end()), verdict.heads.end());
  return reading;
}

void LogReading::Feed(const v1::ReadLogResponse& answer) {
  const uint64_t before = check_->size();
  for (const v1::LogGroup& group : answer.groups()) {
    const std::vector<std::string> leaves(group.leaves().begin(), group.leaves().end());
    check_->Feed({.first_index = group.first_index(),
                  .leaves = leaves,
                  .nodes = std::nullopt,
                  .root = certs::DigestFromBytes(group.root())});
    if (check_->size() >= until_) break;
  }
  ended_ = check_->size() == before;  // Nothing new came: the log ends here, or goes in circles.
}

LogVerdict LogReading::Finish() {
  check_->Finish();
  LogVerdict& verdict = *verdict_;
  verdict.size = check_->size();
  verdict.root = check_->range().Root();
  verdict.finding_count = verdict.findings.size() + check_->finding_count();
  std::ranges::copy(check_->findings(), std::back_inserter(verdict.findings));
  return std::move(verdict);
}

}  // namespace gatepost::evidence
