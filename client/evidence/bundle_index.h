#ifndef GATEPOST_CLIENT_EVIDENCE_BUNDLE_INDEX_H_
#define GATEPOST_CLIENT_EVIDENCE_BUNDLE_INDEX_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

// `bundle.txt`: what a bundle is and what lies in it (README.md, "bundle.txt").
namespace gatepost::evidence {

inline constexpr char kBundleVersion[] = "gatepost-bundle/v1";
inline constexpr char kIndexFile[] = "bundle.txt";
inline constexpr char kManifestFile[] = "manifest.txt";
inline constexpr char kVerifyFile[] = "VERIFY.txt";
inline constexpr int kMostMessages = 999;

// A message of the index.
struct IndexedMessage {
  std::string folder;               // messages/001 and so on, without a gap.
  std::string short_reference;      // Empty: none.
  bool without_envelope = false;    // Why is what a PURGED entry says, if there is one.
  std::vector<std::string> leaves;  // Without their ending, e.g. messages/001/leaves/vn-langson-7.
};

// The contents of bundle.txt. Files are named whole, each list in the order of names.
struct BundleIndex {
  bool practice = false;
  std::string node;
  absl::Time time;  // Whole microseconds.
  std::vector<std::string> agreements;
  std::vector<std::string> roots;
  std::vector<std::string> certificates;
  std::vector<std::string> revocation_lists;
  std::vector<std::string> heads;
  std::vector<IndexedMessage> messages;

  // The file's bytes.
  std::string Encode() const;
  // Reads what Encode writes, and nothing else. EVIDENCE_INVALID names the first line that is
  // wrong.
  static absl::StatusOr<BundleIndex> Parse(std::string_view bytes);
};

// `messages/<number, three digits>`.
std::string MessageFolder(size_t number);

// Whether a bundle can name a message so: 1 to 64 visible ASCII characters, not `-` alone.
bool IsShortReference(std::string_view text);

}  // namespace gatepost::evidence

#endif  // GATEPOST_CLIENT_EVIDENCE_BUNDLE_INDEX_H_
