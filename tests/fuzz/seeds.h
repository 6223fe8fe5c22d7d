#ifndef GATEPOST_TESTS_FUZZ_SEEDS_H_
#define GATEPOST_TESTS_FUZZ_SEEDS_H_

#include <string>
#include <string_view>

// The seed corpora, written by the product's own writers (README.md).
namespace gatepost::fuzz {

// Where the corpora lie, and how a seed gets there.
class Corpora {
 public:
  explicit Corpora(std::string folder) : folder_(std::move(folder)) {}

  // Writes `corpus`/`name`.
  void Put(const std::string& corpus, const std::string& name, std::string_view bytes) const;
  // The same; and beside it `broken-<name>`, in which one byte near the middle is another.
  void PutBoth(const std::string& corpus, const std::string& name, std::string_view bytes) const;

 private:
  std::string folder_;
};

void SeedLedger(const Corpora& corpora);
void SeedFiles(const Corpora& corpora);
void SeedCertificates(const Corpora& corpora);
void SeedTyped(const Corpora& corpora);
void SeedExchange(const Corpora& corpora);

}  // namespace gatepost::fuzz

#endif  // GATEPOST_TESTS_FUZZ_SEEDS_H_
