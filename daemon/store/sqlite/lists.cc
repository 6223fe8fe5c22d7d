#include "daemon/store/sqlite/lists.h"

#include <cstdint>
#include <cstring>
#include <limits>

namespace gatepost::store::sqlite {
namespace {

// `Length` is the unsigned type that a length is written as.
template <typename Length>
std::optional<std::string> Pack(const std::vector<std::string>& items) {
  size_t size_bytes = 0;
  for (const std::string& item : items) {
    if (item.size() > std::numeric_limits<Length>::max()) return std::nullopt;
    size_bytes += sizeof(Length) + item.size();
  }
  std::string packed;
  packed.reserve(size_bytes);
  for (const std::string& item : items) {
    for (size_t byte = sizeof(Length); byte > 0; --byte) {
      packed.push_back(static_cast<char>((item.size() >> (8 * (byte - 1))) & 0xff));
    }
    packed += item;
  }
  return packed;
}

template <typename Length>
std::optional<std::vector<std::string>> Unpack(std::string_view bytes) {
  std::vector<std::string> items;
  while (!bytes.empty()) {
    if (bytes.size() < sizeof(Length)) return std::nullopt;
    size_t size_bytes = 0;
    for (size_t byte = 0; byte < sizeof(Length); ++byte) {
      size_bytes = size_bytes << 8 | static_cast<uint8_t>(bytes[byte]);
    }
    bytes.remove_prefix(sizeof(Length));
    if (bytes.size() < size_bytes) return std::nullopt;
    items.emplace_back(bytes.substr(0, size_bytes));
    bytes.remove_prefix(size_bytes);
  }
  return items;
}

}  // namespace

std::optional<std::string> PackLeaves(const std::vector<std::string>& leaves) {
  return Pack<uint16_t>(leaves);
}

std::optional<std::vector<std::string>> UnpackLeaves(std::string_view bytes) {
  return Unpack<uint16_t>(bytes);
}

std::optional<std::string> PackStrings(const std::vector<std::string>& items) {
  return Pack<uint32_t>(items);
}

std::optional<std::vector<std::string>> UnpackStrings(std::string_view bytes) {
  return Unpack<uint32_t>(bytes);
}

std::string PackDigests(const std::vector<certs::Digest>& digests) {
  std::string packed;
  packed.reserve(digests.size() * sizeof(certs::Digest));
  for (const certs::Digest& digest : digests) packed += certs::AsView(digest);
  return packed;
}

std::optional<std::vector<certs::Digest>> UnpackDigests(std::string_view bytes) {
  if (bytes.size() % sizeof(certs::Digest) != 0) return std::nullopt;
  std::vector<certs::Digest> digests(bytes.size() / sizeof(certs::Digest));
  if (!bytes.empty()) std::memcpy(digests.data(), bytes.data(), bytes.size());
  return digests;
}

}  // namespace gatepost::store::sqlite
