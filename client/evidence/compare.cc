#include "client/evidence/compare.h"

#include <algorithm>
#include <tuple>

#include "client/evidence/head_pool.h"

namespace gatepost::evidence {
namespace {

// What a node answers digests for in one call.
constexpr size_t kMostPoints = 1'000;

v1::SequencePoint Place(const std::string& from, const std::string& to, uint64_t sequence) {
  v1::SequencePoint point;
  point.set_from_node(from);
  point.set_to_node(to);
  point.set_sequence(sequence);
  return point;
}

}  // namespace

Comparison Compare(const CompareInput& input) {
  Comparison comparison;
  CompareHeads(input, comparison);
  CompareSequences(input.nodes, comparison);
  return comparison;
}

std::vector<std::pair<uint64_t, uint64_t>> ConsistencyWanted(
    std::span<const v1::GetHeadsResponse> nodes, const LogKeys& keys) {
  std::vector<std::pair<uint64_t, uint64_t>> pairs;
  const absl::StatusOr<OpenedHead> own = keys.Open(nodes.front().head());
  if (!own.ok()) return pairs;
  HeadPool pool(keys);
  for (const v1::GetHeadsResponse& node : nodes) pool.Add(node);
  const auto log = pool.logs().find({own->node, own->epoch});
  if (log == pool.logs().end()) return pairs;
  uint64_t before = 0;
  for (const auto& [size, roots] : log->second) {
    if (size > own->size) break;  // Which it has not reached.
    if (before > 0) pairs.emplace_back(before, size);
    before = size;
  }
  return pairs;
}

std::vector<v1::SequencePoint> PointsWanted(std::span<const v1::GetHeadsResponse> others,
                                            const std::string& own) {
  std::set<std::tuple<std::string, std::string, uint64_t>> places;
  std::vector<v1::SequencePoint> wanted;
  const auto want = [&](const v1::SequencePoint& point) {
    const bool concerned = point.from_node() == own || point.to_node() == own;
    if (!concerned || point.sequence() == 0 || wanted.size() == kMostPoints ||
        !places.emplace(point.from_node(), point.to_node(), point.sequence()).second) {
      return;
    }
    wanted.push_back(Place(point.from_node(), point.to_node(), point.sequence()));
  };
  // The newest ones decide; the others only locate.
  for (const v1::GetHeadsResponse& other : others) {
    for (const v1::LinkHeads& link : other.links()) std::ranges::for_each(link.last(), want);
  }
  for (const v1::GetHeadsResponse& other : others) std::ranges::for_each(other.points(), want);
  return wanted;
}

std::vector<v1::SequencePoint> PointsToSave(const v1::GetHeadsResponse& heads) {
  std::vector<v1::SequencePoint> places;
  uint64_t directions = 0;
  for (const v1::LinkHeads& link : heads.links()) directions += link.last_size();
  if (directions == 0 || directions > kMostPoints) return places;
  const uint64_t most = kMostPoints / directions;
  for (const v1::LinkHeads& link : heads.links()) {
    for (const v1::SequencePoint& last : link.last()) {
      const uint64_t step = last.sequence() / most + 1;
      for (uint64_t at = step; at <= last.sequence(); at += step) {
        places.push_back(Place(last.from_node(), last.to_node(), at));
      }
    }
  }
  return places;
}

}  // namespace gatepost::evidence
