#ifndef GATEPOST_CERTS_GRPC_CREDENTIALS_H_
#define GATEPOST_CERTS_GRPC_CREDENTIALS_H_

#include <grpcpp/security/auth_context.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/security/tls_certificate_provider.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "certs/bounded_cache.h"
#include "certs/digest.h"
#include "certs/identity.h"
#include "certs/live_trust.h"
#include "certs/published_identity.h"
#include "certs/spiffe_id.h"
#include "certs/tls_identity.h"
#include "certs/trust.h"
#include "daemon/system/clock.h"

// gRPC's mutual TLS 1.3 with our own judgement. The one part of certs/ that knows gRPC.
//
//   handshake:  gRPC demands a certificate and has its holder prove the key; whose chain it is, is
//               judged here, by LiveTrust, on every handshake, so that each refusal has a
//               reason. A refused client itself sees only "Socket closed" (FACTS.md 3.6).
//   each call:  IdentityOfCall, again by LiveTrust, so that a connection that outlives its
//               certificate, or whose certificate was revoked, is refused.
//
// Everything here switches the whole process to TLS 1.3 first (RequireTls13).
namespace gatepost::certs {

// Hears why a certificate was refused, and how it describes itself (subject in RFC 2253 form; "-"
// when it cannot be read). Called from gRPC's threads, several at once; must not block. gRPC may
// keep it, and call it, a while after the server or channel is gone: it owns what it touches.
using RefusedCertificate =
    std::function<void(const absl::Status& reason, std::string_view presented_subject)>;

// Asked during each handshake of a server, after the certificate was accepted: whether this
// identity may connect once more. Called and kept as RefusedCertificate is.
using MayConnect = std::function<absl::Status(const SpiffeId& caller)>;

// Judges what gRPC's peers show, by the trust that counts now and the clock of one node or client.
// A chain is validated once, not on each call: the snapshot remembers its certificate. Any thread
// may use it.
class PeerJudge {
 public:
  // Shared, because gRPC ends handshakes of its own accord, after those who began them are gone.
  PeerJudge(std::shared_ptr<const LiveTrust> trust, std::shared_ptr<const system::Clock> clock)
      : trust_(std::move(trust)), clock_(std::move(clock)) {}
  // By roots alone, which never change: no lists, and nobody is denied.
  PeerJudge(std::shared_ptr<const TrustStore> roots, std::shared_ptr<const system::Clock> clock)
      : PeerJudge(std::make_shared<LiveTrust>(std::make_shared<TrustSnapshot>(std::move(roots))),
                  std::move(clock)) {}

  // Whom the peer's leaf (PEM) names, good for `usage` at this moment. `chain_pem` holds the
  // certificates between leaf and root, with or without the leaf; it may be empty for a leaf that
  // was seen before (gRPC forgets it when TLS resumes). NO_CERTIFICATE without a leaf; else the
  // refusals of TrustSnapshot::Validate.
  absl::StatusOr<Identity> Judge(std::string_view leaf_pem, std::string_view chain_pem,
                                 Usage usage);

  // The same for a chain in DER, leaf first, as ChainOf gave it.
  absl::StatusOr<Identity> Judge(const std::vector<std::string>& chain_der, Usage usage);

  // What the peer showed, in DER, leaf first; of a leaf alone that was found good with a longer
  // chain before, that chain. Empty without a leaf.
  std::vector<std::string> ChainOf(std::string_view leaf_pem, std::string_view chain_pem);

 private:
  const std::shared_ptr<const LiveTrust> trust_;
  const std::shared_ptr<const system::Clock> clock_;
  // Chains with intermediates, by leaf. They outlive a snapshot: connections do too.
  BoundedCache<Digest, std::vector<std::string>> chains_{4096};
};

// What one end shows in its handshakes: the same for as long as it lives, or what is published.
class ShownIdentity {
 public:
  // Not explicit: a fixed identity is what most callers have.
  ShownIdentity(const TlsIdentity& own);  // NOLINT(google-explicit-constructor)
  // Looked at every second. `published` must outlive all servers and channels that show it.
  explicit ShownIdentity(const PublishedIdentity& published);

  const std::shared_ptr<grpc::experimental::CertificateProviderInterface>& provider() const {
    return provider_;
  }

 private:
  std::shared_ptr<grpc::experimental::CertificateProviderInterface> provider_;
};

// Credentials of a server that shows `own` and demands a certificate from every client. A client
// whose chain `judge` does not accept for Usage::kTlsClient is cut off during the handshake and
// named to `refused` (may be empty), like one whom `may_connect` (may be empty) turns away.
// INTERNAL when TLS 1.3 alone cannot be demanded.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> ServerCredentials(
    const ShownIdentity& own, std::shared_ptr<PeerJudge> judge, RefusedCertificate refused,
    MayConnect may_connect = nullptr);

// Credentials of a caller that shows `own` and talks to nobody but `expected`: a server whose chain
// is not accepted for Usage::kTlsServer, or that names somebody else (WRONG_NODE), is left during
// the handshake and named to `refused` (may be empty). Host names and addresses do not matter.
absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> ChannelCredentials(
    const ShownIdentity& own, std::shared_ptr<PeerJudge> judge, SpiffeId expected,
    RefusedCertificate refused);

// Who calls, from a server's context->auth_context(). NO_CERTIFICATE when the transport carries
// none (plaintext, in-process); else as PeerJudge::Judge for Usage::kTlsClient.
absl::StatusOr<Identity> IdentityOfCall(const grpc::AuthContext& context, PeerJudge& judge);

// The SPIFFE id of whoever is at the other end of a call, by the certificate that passed the
// handshake, whether or not it would pass now; empty when the transport carries none.
std::string NameOfCall(const grpc::AuthContext& context);

// The chain that the other end of a call or stream showed, from the server's or the caller's
// auth_context() (a caller has it once the server answered); as PeerJudge::ChainOf.
std::vector<std::string> ChainOfCall(const grpc::AuthContext& context, PeerJudge& judge);

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_GRPC_CREDENTIALS_H_
