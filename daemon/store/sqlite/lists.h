#ifndef GATEPOST_DAEMON_STORE_SQLITE_LISTS_H_
#define GATEPOST_DAEMON_STORE_SQLITE_LISTS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "certs/digest.h"

// Lists inside one blob (daemon/store/README.md, "Bytes"). An unpacker gives nullopt for bytes that
// its packer cannot have made.
namespace gatepost::store::sqlite {

// Leaves: for each its length in two bytes, most significant first, then its bytes. nullopt when an
// item is longer than 65535 bytes.
std::optional<std::string> PackLeaves(const std::vector<std::string>& leaves);
std::optional<std::vector<std::string>> UnpackLeaves(std::string_view bytes);

// Other byte strings: for each its length in four bytes, most significant first, then its bytes.
std::optional<std::string> PackStrings(const std::vector<std::string>& items);
std::optional<std::vector<std::string>> UnpackStrings(std::string_view bytes);

// Digests: 32 bytes each.
std::string PackDigests(const std::vector<certs::Digest>& digests);
std::optional<std::vector<certs::Digest>> UnpackDigests(std::string_view bytes);

}  // namespace gatepost::store::sqlite

#endif  // GATEPOST_DAEMON_STORE_SQLITE_LISTS_H_
