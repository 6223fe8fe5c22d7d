#include "client/render/evidence_threads.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

#include "certs/digest.h"
#include "client/render/times.h"
#include "daemon/domain/agreements/proposal_rules.h"
#include "daemon/domain/agreements/thread_rules.h"
#include "daemon/domain/civil_time.h"
#include "daemon/domain/hours/notice_rules.h"
#include "daemon/domain/hours/spans.h"
#include "fmt/core.h"

namespace gatepost::render {
namespace {

using evidence::MessageFacts;
using evidence::ProvedEntry;
namespace event = ledger::event;

bool IsFirst(const ProvedEntry& entry) {
  return entry.leaf.event == event::kAccepted || entry.leaf.event == event::kDelivered;
}

// PAE digests of the messages that a message cites, but for the agreements it only builds on.
std::vector<std::string> CitedBy(const v1::Message& message) {
  std::vector<std::string> cited = {message.header().replaces().pae_sha256()};
  const auto add = [&cited](const v1::MessageCitation& one) { cited.push_back(one.pae_sha256()); };
  add(message.proposal().thread());
  add(message.proposal().counters());
  add(message.acceptance().thread());
  add(message.acceptance().proposal());
  add(message.rejection().thread());
  add(message.rejection().proposal());
  add(message.withdrawal().thread());
  add(message.withdrawal().proposal());
  add(message.acknowledgement().about());
  add(message.notice().observed_stop().official());
  add(message.notice().observed_hours().observed_stop());
  for (const v1::MessageCitation& one : message.notice().resumption().ends()) add(one);
  for (const v1::MessageCitation& one : message.notice().confirms()) add(one);
  return cited;
}

// Which of several things belong together: each names one of its group, itself when it is the
// first.
class Groups {
 public:
  explicit Groups(size_t count) : parent_(count) {
    std::iota(parent_.begin(), parent_.end(), size_t{0});
  }
  size_t Find(size_t one) {
    while (parent_[one] != one) one = parent_[one] = parent_[parent_[one]];
    return one;
  }
  void Join(size_t a, size_t b) {
    a = Find(a);
    b = Find(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<size_t> parent_;
};

bool IsDecision(const ProvedEntry& entry) {
  const bool may_decide = IsFirst(entry) || entry.leaf.event == event::kDecided;
  const v1::AgreementState state = domain::StateNamed(entry.leaf.result);
  return may_decide && !IsKnownDecision(entry) && state != v1::AGREEMENT_STATE_UNSPECIFIED &&
         state != v1::AGREEMENT_STATE_AWAITING_DECISION;
}

bool IsOfAgreement(const MessageFacts& message) {
  const v1::Message& said = message.message;
  return message.without_envelope || said.has_proposal() || said.has_acceptance() ||
         said.has_rejection() || said.has_withdrawal();
}

std::optional<absl::Time> BeginningOf(const v1::Timetable& timetable) {
  std::optional<absl::Time> first;
  absl::TimeZone zone;
  for (const v1::TimetableRule& rule : timetable.rules()) {
    if (!absl::LoadTimeZone(timetable.zone(), &zone)) return std::nullopt;
    if (!domain::DayOf(rule.days().first()).ok()) return std::nullopt;
    const absl::Time begins = domain::BeginOf(rule, zone);
    if (!first.has_value() || begins < *first) first = begins;
  }
  return first;
}

// Whether the node that an acceptance was sent to took it: nothing binds one that refused.
bool IsTaken(const MessageFacts& acceptance) {
  return std::ranges::any_of(acceptance.entries, [](const ProvedEntry& entry) {
    return entry.leaf.event == event::kDelivered && entry.leaf.result != "CARRIED" &&
           domain::StateNamed(entry.leaf.result) != v1::AGREEMENT_STATE_REFUSED;
  });
}

// The proposal that an acceptance takes, where it is in the list.
const MessageFacts* Accepted(const MessageList& messages, const MessageFacts& acceptance) {
  const std::string& pae = acceptance.message.acceptance().proposal().pae_sha256();
  const auto found = std::ranges::find_if(messages, [&](const MessageFacts* message) {
    return message->message.has_proposal() && certs::AsView(message->pae) == pae;
  });
  return found == messages.end() ? nullptr : *found;
}

}  // namespace

std::vector<MessageList> ThreadsOf(const evidence::Verdict& verdict) {
  std::map<std::string, size_t, std::less<>> by_pae;
  for (size_t i = 0; i < verdict.messages.size(); ++i) {
    by_pae.emplace(certs::AsView(verdict.messages[i].pae), i);
  }
  Groups groups(verdict.messages.size());
  for (size_t i = 0; i < verdict.messages.size(); ++i) {
    for (const std::string& pae : CitedBy(verdict.messages[i].message)) {
      if (const auto cited = by_pae.find(pae); cited != by_pae.end()) groups.Join(i, cited->second);
    }
  }
  std::map<size_t, MessageList> threads;
  for (size_t i = 0; i < verdict.messages.size(); ++i) {
    threads[groups.Find(i)].push_back(&verdict.messages[i]);
  }
  std::vector<MessageList> list;
  for (auto& [first, messages] : threads) list.push_back(std::move(messages));
  return list;
}

std::vector<EntryAbout> EntriesOf(const MessageList& messages) {
  std::vector<EntryAbout> entries;
  for (const MessageFacts* message : messages) {
    for (const ProvedEntry& entry : message->entries) entries.push_back({&entry, message});
  }
  std::ranges::stable_sort(entries, {}, [](const EntryAbout& one) {
    return std::tie(one.entry->leaf.time, one.entry->node, one.entry->index);
  });
  return entries;
}

bool IsKnownDecision(const ProvedEntry& entry) {
  return entry.leaf.event == event::kDecided && entry.leaf.detail.starts_with("leaf:");
}

bool IsTakenBack(const std::vector<EntryAbout>& entries, const ProvedEntry& entry) {
  std::string index = fmt::format("{}", entry.index);
  if (IsKnownDecision(entry)) {
    const std::string& detail = entry.leaf.detail;  // leaf:<index>:<hash>
    index = detail.substr(5, detail.find(':', 5) - 5);
  }
  const std::string& decider = IsKnownDecision(entry) ? entry.leaf.peer : entry.node;
  return std::ranges::any_of(entries, [&](const EntryAbout& one) {
    return one.entry->node == decider && one.entry->leaf.event == event::kDecided &&
           one.entry->leaf.detail == "instead:" + index;
  });
}

std::vector<EntryAbout> DecisionsOf(const MessageList& messages) {
  std::vector<EntryAbout> entries = EntriesOf(messages);
  std::erase_if(entries, [](const EntryAbout& one) {
    return !IsOfAgreement(*one.message) || !IsDecision(*one.entry);
  });
  return entries;
}

const ProvedEntry* FirstAt(const MessageFacts& message, const std::string& node) {
  const ProvedEntry* first = nullptr;
  for (const ProvedEntry& entry : message.entries) {
    if (!IsFirst(entry) || entry.node != node) continue;
    if (first == nullptr || entry.leaf.time < first->leaf.time) first = &entry;
  }
  return first;
}

std::vector<std::string> NodesOf(const evidence::Verdict& verdict) {
  std::vector<std::string> nodes;
  if (!verdict.exported_by.empty()) nodes.push_back(verdict.exported_by);
  for (const MessageFacts& message : verdict.messages) {
    for (const ProvedEntry& entry : message.entries) {
      if (std::ranges::find(nodes, entry.node) == nodes.end()) nodes.push_back(entry.node);
    }
  }
  return nodes;
}

std::optional<absl::Time> BeginningOf(const v1::Message& message) {
  if (message.has_notice()) {
    const v1::Timetable* timetable = domain::TimetableIn(message.notice());
    return timetable == nullptr ? std::nullopt : BeginningOf(*timetable);
  }
  if (!message.has_proposal()) return std::nullopt;
  if (const v1::Timetable* timetable = domain::TimetableIn(message.proposal())) {
    return BeginningOf(*timetable);
  }
  if (!message.proposal().termination().has_effective()) return std::nullopt;
  return TimeOf(message.proposal().termination().effective().instant());
}

std::vector<LeadTime> LeadTimesOf(const MessageList& messages) {
  const std::vector<EntryAbout> entries = EntriesOf(messages);
  std::vector<LeadTime> leads;
  for (const MessageFacts* message : messages) {
    const bool accepts = message->message.has_acceptance();
    const MessageFacts* about = accepts ? Accepted(messages, *message) : message;
    if (about == nullptr) continue;
    const std::optional<absl::Time> begins = BeginningOf(about->message);
    if (!begins.has_value()) continue;
    for (const ProvedEntry& entry : message->entries) {
      const bool binds = accepts && entry.leaf.result == "IN_FORCE" &&
                         (IsDecision(entry) || IsKnownDecision(entry)) && IsTaken(*message) &&
                         !IsTakenBack(entries, entry);
      if (binds || (!accepts && IsFirst(entry))) leads.push_back({about, &entry, binds, *begins});
    }
  }
  std::ranges::stable_sort(leads, {}, [](const LeadTime& lead) { return lead.entry->leaf.time; });
  return leads;
}

}  // namespace gatepost::render
