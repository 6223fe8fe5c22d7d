// The config files of a node and of a client beside everything that they name, on a disk. The first
// byte chooses which of the files is foreign: the node's, the client's, the agreement or a root.

#include <array>

#include "daemon/config/client_settings.h"
#include "daemon/config/node_settings.h"
#include "tests/config/practice_files.h"
#include "tests/fuzz/promise.h"

namespace {

constexpr std::array<const char*, 4> kFiles = {"node.textproto", "client.textproto",
                                               "agreement.textproto", "vn-root.crt"};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gatepost;
  if (size == 0) return 0;
  static const testing::PracticeFiles files;
  const std::string path = files / kFiles[data[0] % kFiles.size()];
  static std::array<std::string, kFiles.size()> kept;
  std::string& good = kept[data[0] % kFiles.size()];
  if (good.empty()) good = testing::ReadTestFile(path);

  testing::WriteTestFile(path, std::string(fuzz::ViewOf(data + 1, size - 1)));
  const auto node = config::LoadNodeSettings(files / "node.textproto");
  fuzz::PromiseAnswer(node.status());
  if (node.ok()) {
    fuzz::Promise(node->limits.window_bytes >= node->limits.max_envelope_bytes,
                  "the largest envelope fits the window");
    fuzz::Promise(node->practice, "practice roots are for practice");
  }
  const auto client = config::LoadClientSettings(files / "client.textproto");
  fuzz::PromiseAnswer(client.status());
  testing::WriteTestFile(path, good);
  fuzz::Promise(!node.ok() || node->data_dir.starts_with('/'), "paths are absolute");
  return 0;
}
