#include "certs/batch.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "certs/dsse.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::certs {
namespace {

constexpr std::string_view kFirstLine = "gatepost-batch/v1";

absl::Status BadBatch(std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_BAD_BATCH_PATH, wanted, came,
                        "sign the batch again, or send the message with its own signature");
}

// RFC 6962, 2.1: hashes of leaves and of nodes begin with another byte, so that neither can pass
// for the other.
Digest LeafHash(const Digest& input) {
  Sha256 sha256;
  sha256.Update(std::string_view("\x00", 1));
  sha256.Update(AsView(input));
  return sha256.Finish();
}

Digest NodeHash(const Digest& left, const Digest& right) {
  Sha256 sha256;
  sha256.Update("\x01");
  sha256.Update(AsView(left));
  sha256.Update(AsView(right));
  return sha256.Finish();
}

// The value of the line `<key> <value>` LF at the front of `rest`, which loses the line.
std::optional<std::string_view> TakeLine(std::string_view& rest, std::string_view key) {
  const size_t end = rest.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  if (!line.starts_with(key) || line.size() <= key.size() || line[key.size()] != ' ') {
    return std::nullopt;
  }
  return line.substr(key.size() + 1);
}

std::optional<uint32_t> ParseSize(std::string_view text) {
  uint32_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (text.starts_with('0') || size > kMaxBatchSize) return std::nullopt;
  return size;
}

// All levels of the tree, leaf hashes first, the root alone in the last. An odd node at the end of
// a level is carried up as it is, which builds the tree of RFC 6962.
std::vector<std::vector<Digest>> TreeLevels(std::span<const Digest> inputs) {
  std::vector<std::vector<Digest>> levels(1);
  for (const Digest& input : inputs) levels[0].push_back(LeafHash(input));
  while (levels.back().size() > 1) {
    const std::vector<Digest>& below = levels.back();
    std::vector<Digest> level;
    for (size_t i = 0; i + 1 < below.size(); i += 2) {
      level.push_back(NodeHash(below[i], below[i + 1]));
    }
    if (below.size() % 2 == 1) level.push_back(below.back());
    levels.push_back(std::move(level));
  }
  return levels;
}

}  // namespace

std::string BatchHead::ToPayload() const {
  return fmt::format("{}\nauthor {}\nsize {}\nroot {}\n", kFirstLine, author.ToString(), size,
                     Base64Encode(AsView(root)));
}

absl::StatusOr<BatchHead> BatchHead::Parse(std::string_view payload) {
  constexpr std::string_view kWanted =
      "a batch head: gatepost-batch/v1, author, size 1 to 4096, root, each a line";
  std::string_view rest = payload;
  const size_t first_end = rest.find('\n');
  if (first_end == std::string_view::npos || rest.substr(0, first_end) != kFirstLine) {
    return BadBatch(kWanted, "another first line");
  }
  rest.remove_prefix(first_end + 1);
  const std::optional<std::string_view> author_text = TakeLine(rest, "author");
  const std::optional<std::string_view> size_text = TakeLine(rest, "size");
  const std::optional<std::string_view> root_text = TakeLine(rest, "root");
  if (!author_text || !size_text || !root_text || !rest.empty()) {
    return BadBatch(kWanted, "other lines");
  }
  const std::optional<uint32_t> size = ParseSize(*size_text);
  if (!size) return BadBatch(kWanted, "a size that is 0, too large or not a plain number");
  const std::optional<std::string> root_bytes = Base64Decode(*root_text);
  const std::optional<Digest> root = root_bytes ? DigestFromBytes(*root_bytes) : std::nullopt;
  if (!root) return BadBatch(kWanted, "a root that is not 32 bytes in base64");
  GATEPOST_ASSIGN_OR_RETURN(SpiffeId author, SpiffeId::Parse(*author_text));
  return BatchHead{std::move(author), *size, *root};
}

absl::Status CheckMembership(const BatchHead& head, const Digest& pae_digest,
                             const v1::BatchMembership& membership) {
  if (membership.index() >= head.size) {
    return BadBatch(fmt::format("an index below the size, {}", head.size),
                    fmt::format("index {}", membership.index()));
  }
  Digest hash = LeafHash(pae_digest);
  uint32_t node = membership.index();
  uint32_t last = head.size - 1;  // The last node of the level that `node` is on.
  for (const std::string& entry : membership.path()) {
    const std::optional<Digest> sibling = DigestFromBytes(entry);
    if (!sibling)
      return BadBatch("path entries of 32 bytes", fmt::format("{} bytes", entry.size()));
    if (last == 0) return BadBatch("a path as long as the tree is high", "a longer one");
    if (node % 2 == 1 || node == last) {
      hash = NodeHash(*sibling, hash);
      // A node without a right neighbour rises until it is a right child itself.
      while (node % 2 == 0 && node != 0) {
        node /= 2;
        last /= 2;
      }
    } else {
      hash = NodeHash(hash, *sibling);
    }
    node /= 2;
    last /= 2;
  }
  if (last != 0) return BadBatch("a path as long as the tree is high", "a shorter one");
  if (hash != head.root)
    return BadBatch("a path to the root of the head", "a path to another root");
  return absl::OkStatus();
}

absl::StatusOr<std::vector<v1::BatchMembership>> SignBatch(std::span<const Digest> pae_digests,
                                                           const Signer& signer) {
  if (pae_digests.empty() || pae_digests.size() > kMaxBatchSize) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT,
                          fmt::format("1 to {} messages in a batch", kMaxBatchSize),
                          fmt::format("{}", pae_digests.size()), "make other batches");
  }
  if (signer.id().role() != Role::kService) {
    return system::Refuse(v1::REASON_NOT_ALLOWED, "a batch signed by a service",
                          signer.id().ToString(), "sign each message by itself");
  }
  const std::vector<std::vector<Digest>> levels = TreeLevels(pae_digests);
  const BatchHead head{signer.id(), static_cast<uint32_t>(pae_digests.size()), levels.back()[0]};
  v1::BatchMembership common;
  common.set_head_payload(head.ToPayload());
  GATEPOST_ASSIGN_OR_RETURN(*common.add_head_signatures(),
                            SignPayload(kBatchHeadPayloadType, common.head_payload(), signer));

  std::vector<v1::BatchMembership> memberships(pae_digests.size(), common);
  for (size_t i = 0; i < memberships.size(); ++i) {
    memberships[i].set_index(static_cast<uint32_t>(i));
    size_t place = i;
    for (const std::vector<Digest>& level : levels) {
      const size_t sibling = place ^ 1;
      if (sibling < level.size()) memberships[i].add_path(std::string(AsView(level[sibling])));
      place /= 2;
    }
  }
  return memberships;
}

}  // namespace gatepost::certs
