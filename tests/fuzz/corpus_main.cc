// Runs a fuzz target on every file of a folder, whole, cut short, and with bytes changed by a
// seeded generator: what an ordinary test can do without a fuzzer. usage: PROGRAM FOLDER [ROUNDS]
// [SEED]

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

void Run(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 300;
  const unsigned seed = argc > 3 ? static_cast<unsigned>(std::atoi(argv[3])) : 1;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::mt19937 random(seed);
  for (const std::filesystem::path& path : files) {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    Run(bytes);
    for (int round = 0; round < rounds && !bytes.empty(); ++round) {
      std::string changed = bytes;
      for (unsigned times = random() % 4 + 1; times > 0; --times) {
        changed[random() % changed.size()] = static_cast<char>(random());
      }
      Run(changed);
      Run(bytes.substr(0, random() % bytes.size()));
    }
  }
  std::printf("%zu files, %d rounds each, seed %u\n", files.size(), rounds, seed);
  return files.empty() ? 1 : 0;
}
