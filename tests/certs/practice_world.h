#ifndef GATEPOST_TESTS_CERTS_PRACTICE_WORLD_H_
#define GATEPOST_TESTS_CERTS_PRACTICE_WORLD_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "certs/envelope_verifier.h"
#include "certs/practice_ca.h"
#include "certs/signer.h"
#include "certs/trust.h"
#include "daemon/system/reason.h"

namespace gatepost::certs {

// The value of a call that the test needs and does not examine.
template <typename T>
T Must(absl::StatusOr<T> result) {
  if (!result.ok()) {
    std::fprintf(stderr, "set-up failed: %s\n", result.status().ToString().c_str());
    std::abort();
  }
  return *std::move(result);
}

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

// A Status or StatusOr that is OK.
MATCHER(IsOk, "is OK") {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).ok();
}

// A Status or StatusOr that was refused with this reason and says what was wanted, what came and
// what to do.
MATCHER_P(RefusedAs, reason, "is refused as " + system::ReasonName(reason)) {
  *result_listener << StatusOf(arg).ToString();
  const std::optional<system::Refusal> refusal = system::RefusalOf(StatusOf(arg));
  return refusal.has_value() && refusal->reason == reason && !refusal->wanted.empty() &&
         !refusal->came.empty() && !refusal->todo.empty();
}

inline absl::Time At(const char* rfc3339) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, rfc3339, &time, &error)) std::abort();
  return time;
}

inline SpiffeId Id(std::string_view text) { return Must(SpiffeId::Parse(text)); }

// Two trust domains, one on each side of the border, with a practice CA each.
struct PracticeWorld {
  absl::Time now = At("2026-01-01T08:00:00Z");
  PracticeCa vn = Must(PracticeCa::Create("langson.practice.example", now));
  PracticeCa cn = Must(PracticeCa::Create("pingxiang.practice.example", now));
  TrustStore trust = Must(TrustStore::Create(Domains()));

  std::vector<TrustDomain> Domains() const {
    return {{.name = vn.trust_domain(), .country = "VN", .root_pems = {vn.root_pem()}},
            {.name = cn.trust_domain(), .country = "CN", .root_pems = {cn.root_pem()}}};
  }

  SpiffeId vn_clerk = Id("spiffe://langson.practice.example/agency/board/clerk/01");
  SpiffeId vn_officer = Id("spiffe://langson.practice.example/agency/board/officer/shift-lead-2");
  SpiffeId vn_service = Id("spiffe://langson.practice.example/agency/board/service/feeder");
  SpiffeId vn_node = Id("spiffe://langson.practice.example/node/vn-langson");
  SpiffeId cn_officer = Id("spiffe://pingxiang.practice.example/agency/port/officer/01");

  // Validates what was issued, now.
  absl::StatusOr<Identity> Validate(const absl::StatusOr<IssuedCertificate>& issued,
                                    Usage usage) const {
    return trust.Validate(DerFromPem(Must(issued).certificate_chain_pem), usage, now);
  }
};

inline std::unique_ptr<Signer> SignerFrom(const IssuedCertificate& issued) {
  return Must(Signer::FromPem(issued.private_key_pem, issued.certificate_chain_pem));
}

// Certificates that a node was sent.
class HeldCertificates : public CertificateSource {
 public:
  void Hold(const Signer& signer) {
    chains_[signer.certificate_sha256()] = signer.certificate_chain_der();
  }
  void Hold(const Digest& name, std::vector<std::string> chain) {
    chains_[name] = std::move(chain);
  }
  void Clear() { chains_.clear(); }
  std::optional<std::vector<std::string>> ChainBySha256(const Digest& leaf_sha256) const override {
    ++asked_;
    auto found = chains_.find(leaf_sha256);
    if (found == chains_.end()) return std::nullopt;
    return found->second;
  }
  int asked() const { return asked_; }

 private:
  std::map<Digest, std::vector<std::string>> chains_;
  mutable std::atomic<int> asked_ = 0;
};

}  // namespace gatepost::certs

#endif  // GATEPOST_TESTS_CERTS_PRACTICE_WORLD_H_
