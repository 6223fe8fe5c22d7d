#ifndef GATEPOST_CERTS_TLS_PROBE_H_
#define GATEPOST_CERTS_TLS_PROBE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "certs/tls_identity.h"

namespace gatepost::certs {

// How far a TLS handshake came with whoever answers at the other end of a connection.
enum class ProbeEnd {
  kSilent,         // It said nothing within the limit.
  kNoTls,          // It closed, or answered something that is not TLS.
  kNoTls13,        // It speaks TLS, but will not speak 1.3.
  kServerRefused,  // It refused us by an alert before it had seen our certificate.
  kRefused,        // The handshake was done and it left when it had seen our certificate.
  kAccepted,       // It saw our certificate and went on: its first bytes came.
};

// What a probe saw.
struct TlsProbe {
  ProbeEnd end = ProbeEnd::kSilent;
  // What the server showed, DER, leaf first; empty before it came so far. It is not judged here:
  // TrustStore::Validate does that.
  std::vector<std::string> server_chain_der;
  // The server's alert or the library's error, as OpenSSL words it; empty: it only closed.
  std::string detail;
};

// Does a TLS 1.3 handshake as a gRPC client does (ALPN "h2"), step by step, over the connected TCP
// socket `fd`, which stays the caller's, and shows `own`. Nothing is sent after the handshake, and
// nothing is believed: this is for telling people why a connection fails. In TLS 1.3 a client is
// done before the server has judged its certificate; so the probe waits for the first bytes of
// HTTP/2, which a server sends once it has accepted it. At most `limit` in all. `fd` becomes
// non-blocking. BAD_CONFIG when `own` cannot be used; INTERNAL when OpenSSL fails. Any thread.
absl::StatusOr<TlsProbe> ProbeTls(int fd, const TlsIdentity& own, absl::Duration limit);

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_TLS_PROBE_H_
