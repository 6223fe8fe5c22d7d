#include "client/evidence/standing.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "client/evidence/entries.h"

namespace gatepost::evidence {
namespace {

std::set<std::string> NodesOf(const std::vector<CosignedBy>& words) {
  std::set<std::string> nodes;
  for (const CosignedBy& word : words) nodes.insert(word.node);
  return nodes;
}

}  // namespace

void JudgeStanding(const Anchors& anchors, Verdict& verdict, Found& found) {
  bool peer = true;
  bool all = true;
  size_t entries = 0;
  std::set<std::string> peers;
  for (const MessageFacts& message : verdict.messages) {
    for (const ProvedEntry& entry : message.entries) {
      ++entries;
      const std::set<std::string> cosigners = NodesOf(entry.cosigned);
      std::set<std::string> behind = NodesOf(entry.held_by);
      behind.insert(cosigners.begin(), cosigners.end());
      const std::vector<std::string> wanted = anchors.PeersOf(entry.node);
      all &= std::ranges::all_of(wanted, [&](const auto& node) { return cosigners.contains(node); });
      // An entry that is about no link is everybody's.
      const bool linked = std::ranges::find(wanted, entry.leaf.peer) != wanted.end();
      const bool stands =
          linked ? behind.contains(entry.leaf.peer)
                 : std::ranges::any_of(wanted, [&](const auto& n) { return behind.contains(n); });
      peer &= stands;
      for (const std::string& node : wanted) {
        if (behind.contains(node)) peers.insert(node);
      }
      if (stands) continue;
      found.Note(fmt::format("{}: pending, the head above it is not cosigned by {} yet",
                             LeafPlace(message.folder, entry),
                             linked ? entry.leaf.peer : fmt::format("{}", fmt::join(wanted, ", "))));
    }
  }
  verdict.satisfies = "LOG";
  if (entries == 0 || !peer) return;
  verdict.satisfies = all ? "ALL" : "PEER";
  verdict.peers.assign(peers.begin(), peers.end());
}

}  // namespace gatepost::evidence
