// Writes the seed corpora anew. usage: PROGRAM FOLDER

#include <cstdio>
#include <string>

#include "tests/fuzz/seeds.h"
#include "tests/support/test_files.h"

namespace gatepost::fuzz {

void Corpora::Put(const std::string& corpus, const std::string& name,
                  std::string_view bytes) const {
  testing::WriteTestFile(folder_ + "/" + corpus + "/" + name, std::string(bytes));
}

void Corpora::PutBoth(const std::string& corpus, const std::string& name,
                      std::string_view bytes) const {
  Put(corpus, name, bytes);
  std::string broken(bytes);
  broken[broken.size() / 2] ^= 1;
  Put(corpus, "broken-" + name, broken);
}

}  // namespace gatepost::fuzz

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
    return 2;
  }
  const gatepost::fuzz::Corpora corpora(argv[1]);
  gatepost::fuzz::SeedLedger(corpora);
  gatepost::fuzz::SeedFiles(corpora);
  gatepost::fuzz::SeedCertificates(corpora);
  gatepost::fuzz::SeedTyped(corpora);
  gatepost::fuzz::SeedExchange(corpora);
  return 0;
}
