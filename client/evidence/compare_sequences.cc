// What numbers and running digests of messages say: what one side sent is what the other received.

#include <algorithm>
#include <map>
#include <optional>

#include "client/evidence/head_pool.h"

namespace gatepost::evidence {
namespace {

using Direction = std::pair<std::string, std::string>;  // From and to.

// What one node said at one time of one direction.
struct Said {
  std::string node;
  absl::Time time;
  uint64_t last = 0;       // Sent, or received.
  uint64_t receipted = 0;  // Of the sender.
  std::map<uint64_t, std::string> digests;
};

// Who says what digest of one message.
struct Claim {
  std::string node;
  std::string digest;
};

std::map<Direction, std::vector<Said>> ByDirection(std::span<const v1::GetHeadsResponse> nodes) {
  std::map<Direction, std::vector<Said>> all;
  for (const v1::GetHeadsResponse& node : nodes) {
    const absl::Time time =
        absl::FromUnixSeconds(node.time().seconds()) + absl::Nanoseconds(node.time().nanos());
    std::map<Direction, Said> here;
    for (const v1::LinkHeads& link : node.links()) {
      for (const v1::SequencePoint& last : link.last()) {
        Said& said = here[{last.from_node(), last.to_node()}];
        said.node = node.node();
        said.time = time;
        said.last = last.sequence();
        if (last.from_node() == node.node()) said.receipted = link.last_receipted();
        if (last.sequence() > 0) said.digests[last.sequence()] = last.running_sha256();
      }
    }
    for (const v1::SequencePoint& point : node.points()) {
      const auto said = here.find({point.from_node(), point.to_node()});
      if (said == here.end() || point.running_sha256().empty()) continue;
      said->second.digests[point.sequence()] = point.running_sha256();
    }
    for (auto& [direction, said] : here) all[direction].push_back(std::move(said));
  }
  return all;
}

HistoryFinding OfMessages(Difference what, const Direction& direction, uint64_t first,
                          uint64_t last, const std::string& first_by,
                          const std::string& second_by) {
  HistoryFinding finding;
  finding.what = what;
  finding.log = direction.first;
  finding.peer = direction.second;
  finding.first = first;
  finding.last = last;
  finding.first_by = first_by;
  finding.second_by = second_by;
  return finding;
}

// The first number of which two digests are said; and what was the same before it.
void CompareDigests(const Direction& direction, const std::vector<Said>& all,
                    Comparison& comparison) {
  std::map<uint64_t, std::vector<Claim>> claims;
  for (const Said& said : all) {
    for (const auto& [sequence, digest] : said.digests) {
      claims[sequence].push_back({said.node, digest});
    }
  }
  SameHistory same{
      .log = direction.first, .peer = direction.second, .epoch = 0, .upto = 0, .held_by = {}};
  for (const auto& [sequence, said] : claims) {
    const auto other = std::ranges::find_if(
        said, [&](const Claim& claim) { return claim.digest != said.front().digest; });
    if (other != said.end()) {
      comparison.differences.push_back(OfMessages(Difference::kOtherMessages, direction,
                                                  same.upto + 1, sequence, said.front().node,
                                                  other->node));
      return;
    }
    std::set<std::string> nodes;
    for (const Claim& claim : said) nodes.insert(claim.node);
    if (nodes.size() > 1) {
      same.upto = sequence;
      same.held_by = std::move(nodes);
    }
  }
  if (same.upto > 0) comparison.same.push_back(std::move(same));
}

// What the sender does not know, or the recipient any more. What was said earlier may be less.
void CompareNumbers(const Direction& direction, const std::vector<Said>& all,
                    Comparison& comparison) {
  for (const Said& sender : all) {
    if (sender.node != direction.first) continue;
    for (const Said& receiver : all) {
      if (receiver.node != direction.second) continue;
      if (receiver.last > sender.last && receiver.time <= sender.time) {
        comparison.differences.push_back(OfMessages(Difference::kUnknownSent, direction,
                                                    sender.last + 1, receiver.last, sender.node,
                                                    receiver.node));
      }
      if (sender.receipted > receiver.last && sender.time <= receiver.time) {
        comparison.differences.push_back(OfMessages(Difference::kLostReceived, direction,
                                                    receiver.last + 1, sender.receipted,
                                                    sender.node, receiver.node));
      }
    }
  }
}

// True when both sides said something of it, but no digest of the same message.
bool NothingInCommon(const Direction& direction, const std::vector<Said>& all,
                     const Comparison& comparison) {
  const auto said_by = [&](const std::string& node) {
    return std::ranges::any_of(
        all, [&](const Said& said) { return said.node == node && said.last > 0; });
  };
  const auto is_it = [&](const auto& one) {
    return one.log == direction.first && one.peer == direction.second;
  };
  return said_by(direction.first) && said_by(direction.second) &&
         std::ranges::none_of(comparison.same, is_it) &&
         std::ranges::none_of(comparison.differences, is_it);
}

}  // namespace

void CompareSequences(std::span<const v1::GetHeadsResponse> nodes, Comparison& comparison) {
  for (const auto& [direction, all] : ByDirection(nodes)) {
    CompareDigests(direction, all, comparison);
    CompareNumbers(direction, all, comparison);
    if (NothingInCommon(direction, all, comparison)) {
      comparison.not_compared.push_back(
          {.log = direction.first, .peer = direction.second, .sizes = {}, .no_key = false});
    }
  }
}

}  // namespace gatepost::evidence
