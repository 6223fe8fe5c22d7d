#include "client/evidence/standing.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "client/evidence/entries.h"
#include "daemon/ledger/checkpoint.h"

namespace gatepost::evidence {
namespace {

std::set<std::string> NodesOf(const std::vector<CosignedBy>& words) {
  std::set<std::string> nodes;
  for (const CosignedBy& word : words) nodes.insert(word.node);
  return nodes;
}

// Who can fix an entry in time: the node that it names, else the others that the message is of.
std::vector<std::string> OthersOf(const std::vector<std::string>& wanted,
                                  const MessageFacts& message, const ProvedEntry& entry) {
  const auto is_wanted = [&](const std::string& node) {
    return std::ranges::find(wanted, node) != wanted.end();
  };
  if (is_wanted(entry.leaf.peer)) return {entry.leaf.peer};
  if (!message.message.has_header()) return wanted;
  const v1::MessageHeader& header = message.message.header();
  std::set<std::string> parties(header.recipient_nodes().begin(), header.recipient_nodes().end());
  parties.insert(header.origin_node());
  std::erase_if(parties, [&](const std::string& node) { return !is_wanted(node); });
  return {parties.begin(), parties.end()};
}

// The heads above the entries of one log, and the nodes that stand behind all of these.
struct LogStanding {
  std::set<uint64_t> sizes;
  std::optional<std::set<std::string>> behind;

  void Add(const ProvedEntry& entry, const std::set<std::string>& nodes) {
    sizes.insert(entry.head_size);
    if (!behind.has_value()) behind = nodes;
    std::erase_if(*behind, [&](const std::string& node) { return !nodes.contains(node); });
  }
};

}  // namespace

void JudgeStanding(const Anchors& anchors, Verdict& verdict, Found& found) {
  bool peer = true;
  bool all = anchors.own();
  size_t entries = 0;
  std::set<std::string> peers;
  std::map<std::string, LogStanding> logs;  // By origin.
  for (const MessageFacts& message : verdict.messages) {
    for (const ProvedEntry& entry : message.entries) {
      ++entries;
      const std::set<std::string> cosigners = NodesOf(entry.cosigned);
      std::set<std::string> behind = NodesOf(entry.held_by);
      behind.insert(cosigners.begin(), cosigners.end());
      logs[ledger::LogOrigin(entry.node, entry.leaf.epoch)].Add(entry, behind);
      const std::vector<std::string> wanted = anchors.PeersOf(entry.node);
      all &=
          std::ranges::all_of(wanted, [&](const auto& node) { return cosigners.contains(node); });
      const std::vector<std::string> others = OthersOf(wanted, message, entry);
      const bool stands =
          std::ranges::any_of(others, [&](const auto& node) { return behind.contains(node); });
      peer &= stands;
      for (const std::string& node : others) {
        if (behind.contains(node)) peers.insert(node);
      }
      if (stands) continue;
      found.Note(fmt::format("{}: pending, it is not fixed in time by {} yet",
                             LeafPlace(message.folder, entry), fmt::join(others, ", ")));
    }
  }
  // Each who cosigned two heads, or took two entries, saw that one continues the other.
  for (const auto& [origin, log] : logs) {
    if (log.sizes.size() < 2 || !log.behind->empty()) continue;
    found.Note(
        fmt::format("{}: its entries lie under {} heads, and no one node stands behind all; "
                    "that these are one history is not shown (gatepost audit compare)",
                    origin, log.sizes.size()));
  }
  verdict.satisfies = "LOG";
  if (entries == 0 || !peer) return;
  verdict.satisfies = all ? "ALL" : "PEER";
  verdict.peers.assign(peers.begin(), peers.end());
}

}  // namespace gatepost::evidence
