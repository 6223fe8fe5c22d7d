// CheckPapers of notice_rules.h.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/field_rules.h"
#include "daemon/domain/hours/notice_rules.h"
#include "daemon/domain/text.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"

namespace gatepost::domain {
namespace {

using system::Refuse;

constexpr int kMostReferences = 100;
constexpr size_t kLongestName = 200;
constexpr size_t kDigestSize = 32;
constexpr size_t kLargestSignature = 16 << 10;

absl::Status CheckDigest(std::string_view field, std::string_view digest) {
  if (digest.size() == kDigestSize) return absl::OkStatus();
  return Refuse(v1::REASON_MALFORMED_PAYLOAD, fmt::format("{}: 32 bytes", field),
                fmt::format("{}", digest.size()), "send the SHA-256 itself");
}

absl::Status CheckReference(const v1::PaperReference& reference, const v1::MessageHeader& header) {
  if (reference.kind() == v1::PAPER_KIND_UNSPECIFIED) return MissingKind("papers.references.kind");
  const auto& about = header.scope_ids();
  for (const std::string& gate : reference.gate_ids()) {
    if (std::find(about.begin(), about.end(), gate) != about.end()) continue;
    return Conflict(
        fmt::format("papers.references.gate_ids: gates of the message: {}", fmt::join(about, " ")),
        fmt::format("'{}'", system::Printable(gate, 40)), "name the gates that the paper covers");
  }
  GATEPOST_RETURN_IF_ERROR(CheckText("papers.references.issuer", reference.issuer(), kLongestName));
  GATEPOST_RETURN_IF_ERROR(CheckText("papers.references.number", reference.number(), kLongestName));
  if (reference.has_date()) GATEPOST_RETURN_IF_ERROR(DayOf(reference.date()).status());
  if (reference.scan_sha256().empty()) return absl::OkStatus();
  return CheckDigest("papers.references.scan_sha256", reference.scan_sha256());
}

absl::Status CheckOfficial(const v1::OfficialSignature& signature) {
  GATEPOST_RETURN_IF_ERROR(CheckText("official_signature.suite", signature.suite(), kLongestName));
  GATEPOST_RETURN_IF_ERROR(
      CheckText("official_signature.issuer", signature.issuer(), kLongestName));
  if (signature.suite().empty() || signature.issuer().empty() || signature.value().empty()) {
    return Refuse(v1::REASON_FIELD_MISSING, "official_signature with suite, issuer and value",
                  "one of them is empty", "state all, or leave the signature out");
  }
  if (signature.value().size() > kLargestSignature) {
    return Refuse(v1::REASON_TOO_LARGE,
                  fmt::format("an official signature of at most {} bytes", kLargestSignature),
                  fmt::format("{}", signature.value().size()), "send the signature alone");
  }
  return CheckDigest("official_signature.signed_sha256", signature.signed_sha256());
}

}  // namespace

absl::Status CheckPapers(const v1::Papers& papers, const v1::MessageHeader& header) {
  if (papers.has_letter_date()) GATEPOST_RETURN_IF_ERROR(DayOf(papers.letter_date()).status());
  if (papers.has_received_on()) GATEPOST_RETURN_IF_ERROR(DayOf(papers.received_on()).status());
  if (papers.has_published_on()) GATEPOST_RETURN_IF_ERROR(DayOf(papers.published_on()).status());
  if (papers.has_effective_on()) GATEPOST_RETURN_IF_ERROR(DayOf(papers.effective_on()).status());
  if (papers.references_size() > kMostReferences) {
    return Refuse(v1::REASON_TOO_LARGE, fmt::format("at most {} references", kMostReferences),
                  fmt::format("{}", papers.references_size()), "name the ones that matter");
  }
  for (const v1::PaperReference& reference : papers.references()) {
    GATEPOST_RETURN_IF_ERROR(CheckReference(reference, header));
  }
  if (papers.has_official_signature()) return CheckOfficial(papers.official_signature());
  return absl::OkStatus();
}

}  // namespace gatepost::domain
