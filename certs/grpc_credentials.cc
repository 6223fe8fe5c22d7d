#include "certs/grpc_credentials.h"

#include <fmt/format.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_certificate_verifier.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <optional>
#include <vector>

#include "certs/certificate.h"
#include "certs/pem.h"
#include "certs/tls.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::certs {
namespace {

using grpc::experimental::ExternalCertificateVerifier;
using grpc::experimental::TlsCustomVerificationCheckRequest;

// How often published files are looked at.
constexpr unsigned kWatchSeconds = 1;

std::string_view View(grpc::string_ref text) { return {text.data(), text.size()}; }

std::string SubjectOf(std::string_view leaf_pem) {
  std::vector<std::string> der = DerFromPem(leaf_pem);
  if (der.empty()) return "-";
  absl::StatusOr<Certificate> leaf = Certificate::Parse(der.front());
  return leaf.ok() ? leaf->Subject() : "-";
}

// Judges what a peer shows during the handshake; always at once.
class Verifier : public ExternalCertificateVerifier {
 public:
  // Without `expected` any name will do.
  Verifier(std::shared_ptr<PeerJudge> judge, Usage usage, std::optional<SpiffeId> expected,
           RefusedCertificate refused, MayConnect may_connect = nullptr)
      : judge_(std::move(judge)),
        usage_(usage),
        expected_(std::move(expected)),
        refused_(std::move(refused)),
        may_connect_(std::move(may_connect)) {}

  bool Verify(TlsCustomVerificationCheckRequest* request, std::function<void(grpc::Status)>,
              grpc::Status* sync_status) override {
    std::string_view leaf = View(request->peer_cert());
    absl::Status judged = Judge(leaf, View(request->peer_cert_full_chain()));
    if (judged.ok()) {
      *sync_status = grpc::Status::OK;
      return true;
    }
    if (refused_) refused_(judged, SubjectOf(leaf));
    *sync_status = grpc::Status(grpc::StatusCode::UNAUTHENTICATED, std::string(judged.message()));
    return true;
  }

  void Cancel(TlsCustomVerificationCheckRequest*) override {}

 private:
  absl::Status Judge(std::string_view leaf, std::string_view chain) {
    GATEPOST_ASSIGN_OR_RETURN(Identity identity, judge_->Judge(leaf, chain, usage_));
    if (expected_ && identity.id != *expected_) {
      return system::Refuse(v1::REASON_WRONG_NODE, expected_->ToString(), identity.id.ToString(),
                            "check the address, and who listens there");
    }
    return may_connect_ ? may_connect_(identity.id) : absl::OkStatus();
  }

  const std::shared_ptr<PeerJudge> judge_;
  const Usage usage_;
  const std::optional<SpiffeId> expected_;
  const RefusedCertificate refused_;
  const MayConnect may_connect_;
};

// The first value of a property of the transport; empty when there is none.
std::string_view Property(const grpc::AuthContext& context, const char* name) {
  std::vector<grpc::string_ref> values = context.FindPropertyValues(name);
  return values.empty() ? std::string_view() : View(values.front());
}

}  // namespace

ShownIdentity::ShownIdentity(const TlsIdentity& own) {
  std::vector<grpc::experimental::IdentityKeyCertPair> pairs(1);
  pairs[0].private_key = std::string(own.key_pem().Reveal());
  pairs[0].certificate_chain = own.chain_pem();
  provider_ = std::make_shared<grpc::experimental::StaticDataCertificateProvider>(pairs);
}

ShownIdentity::ShownIdentity(const PublishedIdentity& published)
    : provider_(std::make_shared<grpc::experimental::FileWatcherCertificateProvider>(
          published.key_path(), published.chain_path(), kWatchSeconds)) {}

absl::StatusOr<Identity> PeerJudge::Judge(std::string_view leaf_pem, std::string_view chain_pem,
                                          Usage usage) {
  return Judge(ChainOf(leaf_pem, chain_pem), usage);
}

absl::StatusOr<Identity> PeerJudge::Judge(const std::vector<std::string>& chain_der, Usage usage) {
  if (chain_der.empty()) {
    return system::Refuse(v1::REASON_NO_CERTIFICATE, "a certificate", "none",
                          "configure a certificate of your agency");
  }
  absl::StatusOr<Identity> judged = trust_->Current()->Validate(chain_der, usage, clock_->Now());
  if (judged.ok() && chain_der.size() > 1 && !chains_.Find(judged->certificate_sha256)) {
    chains_.Put(judged->certificate_sha256, chain_der);
  }
  return judged;
}

std::vector<std::string> PeerJudge::ChainOf(std::string_view leaf_pem, std::string_view chain_pem) {
  std::vector<std::string> chain = DerFromPem(leaf_pem);
  if (chain.empty()) return chain;
  chain.resize(1);
  for (std::string& der : DerFromPem(chain_pem)) {
    if (der != chain.front()) chain.push_back(std::move(der));
  }
  if (chain.size() > 1) return chain;
  return chains_.Find(Sha256Of(chain.front())).value_or(std::move(chain));
}

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> ServerCredentials(
    const ShownIdentity& own, std::shared_ptr<PeerJudge> judge, RefusedCertificate refused,
    MayConnect may_connect) {
  GATEPOST_RETURN_IF_ERROR(RequireTls13());
  grpc::experimental::TlsServerCredentialsOptions options(own.provider());
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_BUT_DONT_VERIFY);
  options.set_certificate_verifier(ExternalCertificateVerifier::Create<Verifier>(
      std::move(judge), Usage::kTlsClient, std::nullopt, std::move(refused),
      std::move(may_connect)));
  return grpc::experimental::TlsServerCredentials(options);
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> ChannelCredentials(
    const ShownIdentity& own, std::shared_ptr<PeerJudge> judge, SpiffeId expected,
    RefusedCertificate refused) {
  GATEPOST_RETURN_IF_ERROR(RequireTls13());
  grpc::experimental::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(own.provider());
  options.watch_identity_key_cert_pairs();
  options.set_verify_server_certs(false);  // Not unverified: judged by our verifier instead.
  options.set_check_call_host(false);
  options.set_certificate_verifier(ExternalCertificateVerifier::Create<Verifier>(
      std::move(judge), Usage::kTlsServer, std::move(expected), std::move(refused)));
  return grpc::experimental::TlsCredentials(options);
}

absl::StatusOr<Identity> IdentityOfCall(const grpc::AuthContext& context, PeerJudge& judge) {
  return judge.Judge(Property(context, "x509_pem_cert"), Property(context, "x509_pem_cert_chain"),
                     Usage::kTlsClient);
}

std::string NameOfCall(const grpc::AuthContext& context) {
  const std::vector<std::string> der = DerFromPem(Property(context, "x509_pem_cert"));
  if (der.empty()) return "";
  const absl::StatusOr<Certificate> leaf = Certificate::Parse(der.front());
  if (!leaf.ok()) return "";
  const absl::StatusOr<SpiffeId> name = leaf->Name();
  return name.ok() ? name->ToString() : "";
}

std::vector<std::string> ChainOfCall(const grpc::AuthContext& context, PeerJudge& judge) {
  return judge.ChainOf(Property(context, "x509_pem_cert"),
                       Property(context, "x509_pem_cert_chain"));
}

}  // namespace gatepost::certs
