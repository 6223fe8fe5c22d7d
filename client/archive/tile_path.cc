#include "client/archive/tile_path.h"

#include "fmt/format.h"

namespace gatepost::archive {

namespace {

std::string Path(const std::string& kind, uint64_t n, uint64_t width) {
  std::string number = fmt::format("{:03}", n % 1000);
  for (n /= 1000; n > 0; n /= 1000) number = fmt::format("x{:03}/{}", n % 1000, number);
  const std::string partial = width < kTileWidth ? fmt::format(".p/{}", width) : "";
  return fmt::format("tile/{}/{}{}", kind, number, partial);
}

}  // namespace

std::string TilePath(int level, uint64_t n, uint64_t width) {
  return Path(fmt::format("{}", level), n, width);
}

std::string EntriesPath(uint64_t n, uint64_t width) { return Path("entries", n, width); }

std::string AnnouncementsFile(int n) { return fmt::format("announcements-{}.zip", n); }

}  // namespace gatepost::archive
