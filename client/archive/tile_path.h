#ifndef GATEPOST_CLIENT_ARCHIVE_TILE_PATH_H_
#define GATEPOST_CLIENT_ARCHIVE_TILE_PATH_H_

#include <cstdint>
#include <string>

// The names of c2sp.org/tlog-tiles, of height 8. Pure.
namespace gatepost::archive {

// Entries, or hashes, in a full tile.
inline constexpr uint64_t kTileWidth = 256;

// `tile/<level>/<n>`, or `tile/<level>/<n>.p/<width>` where `width` is below 256; `n` in groups of
// three digits, all but the last with an `x` (1234067: x001/x234/067).
std::string TilePath(int level, uint64_t n, uint64_t width);

// The same with `entries` for the level.
std::string EntriesPath(uint64_t n, uint64_t width);

// `announcements-<n>.zip`, n from 1.
std::string AnnouncementsFile(int n);

}  // namespace gatepost::archive

#endif  // GATEPOST_CLIENT_ARCHIVE_TILE_PATH_H_
