#include "certs/tls_probe.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "certs/certificate.h"
#include "certs/openssl.h"
#include "certs/pem.h"
#include "certs/private_key.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::certs {
namespace {

using ContextPtr = std::unique_ptr<SSL_CTX, FreeWith<SSL_CTX_free>>;
using ConnectionPtr = std::unique_ptr<SSL, FreeWith<SSL_free>>;
using SteadyTime = std::chrono::steady_clock::time_point;

constexpr unsigned char kHttp2[] = {2, 'h', '2'};

absl::Status Failed(std::string_view step) {
  return system::Refuse(v1::REASON_INTERNAL, fmt::format("a TLS handshake ({})", step),
                        TakeErrors(), "try once more");
}

// Nobody is refused here: what the server shows is judged later, with a reason.
int TakeAnyCertificate(X509_STORE_CTX* /*store*/, void* /*unused*/) { return 1; }

absl::StatusOr<ContextPtr> ContextOf(const TlsIdentity& own) {
  ContextPtr context(SSL_CTX_new(TLS_client_method()));
  if (context == nullptr || SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION) != 1) {
    return Failed("context");
  }
  // A weak certificate is told of by those who judge it, not by a handshake that fails here.
  SSL_CTX_set_security_level(context.get(), 0);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(context.get(), TakeAnyCertificate, nullptr);
  if (SSL_CTX_set_alpn_protos(context.get(), kHttp2, sizeof(kHttp2)) != 0) return Failed("ALPN");
  GATEPOST_ASSIGN_OR_RETURN(const PkeyPtr key, ParsePrivateKey(own.key_pem().Reveal()));
  for (size_t i = 0; i < own.chain_der().size(); ++i) {
    GATEPOST_ASSIGN_OR_RETURN(const Certificate one, Certificate::Parse(own.chain_der()[i]));
    const long ok = i == 0 ? SSL_CTX_use_certificate(context.get(), one.get())
                           : SSL_CTX_add1_chain_cert(context.get(), one.get());
    if (ok != 1) return Failed("own certificate");
  }
  if (SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1) return Failed("own key");
  return context;
}

// Waits until the socket is ready for what `result` of a call asks for. False: the time is over, or
// the call did not end for want of the socket.
bool AwaitSocket(SSL* ssl, int result, SteadyTime until) {
  const int error = SSL_get_error(ssl, result);
  if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) return false;
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      until - std::chrono::steady_clock::now());
  pollfd wait{.fd = SSL_get_fd(ssl),
              .events = static_cast<short>(error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT),
              .revents = 0};
  return left.count() > 0 && poll(&wait, 1, static_cast<int>(left.count())) > 0;
}

bool TimeIsOver(SSL* ssl, int result) {
  const int error = SSL_get_error(ssl, result);
  return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

std::vector<std::string> Shown(SSL* ssl) {
  std::vector<std::string> chain;
  const STACK_OF(X509)* shown = SSL_get_peer_cert_chain(ssl);
  for (int i = 0; shown != nullptr && i < sk_X509_num(shown); ++i) {
    unsigned char* der = nullptr;
    const int size = i2d_X509(sk_X509_value(shown, i), &der);
    if (size > 0) chain.emplace_back(reinterpret_cast<char*>(der), static_cast<size_t>(size));
    OPENSSL_free(der);
  }
  return chain;
}

// Why SSL_connect did not come to its end.
ProbeEnd WhyNoHandshake(unsigned long error) {
  switch (ERR_GET_REASON(error)) {
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
    case SSL_R_WRONG_SSL_VERSION:
      return ProbeEnd::kNoTls13;
    default:
      break;
  }
  // Alerts that the other end sent are numbered from here.
  const bool alert =
      ERR_GET_LIB(error) == ERR_LIB_SSL && ERR_GET_REASON(error) > SSL_AD_REASON_OFFSET;
  return alert ? ProbeEnd::kServerRefused : ProbeEnd::kNoTls;
}

std::string ReasonText(unsigned long error) {
  const char* text = error == 0 ? nullptr : ERR_reason_error_string(error);
  return text == nullptr ? "" : text;
}

}  // namespace

absl::StatusOr<TlsProbe> ProbeTls(int fd, const TlsIdentity& own, absl::Duration limit) {
  GATEPOST_ASSIGN_OR_RETURN(const ContextPtr context, ContextOf(own));
  ConnectionPtr ssl(SSL_new(context.get()));
  if (ssl == nullptr || SSL_set_fd(ssl.get(), fd) != 1) return Failed("connection");
  if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) != 0) return Failed("socket");
  const SteadyTime until = std::chrono::steady_clock::now() + absl::ToChronoMilliseconds(limit);
  TlsProbe probe;
  int result = 0;
  ERR_clear_error();
  while ((result = SSL_connect(ssl.get())) != 1 && AwaitSocket(ssl.get(), result, until)) {
    ERR_clear_error();
  }
  if (result != 1) {
    if (TimeIsOver(ssl.get(), result)) return probe;
    const unsigned long error = ERR_peek_last_error();
    probe.detail = ReasonText(error);
    probe.server_chain_der = Shown(ssl.get());
    probe.end = WhyNoHandshake(error);
    TakeErrors();
    return probe;
  }
  probe.server_chain_der = Shown(ssl.get());
  char first = 0;
  ERR_clear_error();
  while ((result = SSL_read(ssl.get(), &first, 1)) <= 0 && AwaitSocket(ssl.get(), result, until)) {
    ERR_clear_error();
  }
  if (result > 0) {
    probe.end = ProbeEnd::kAccepted;
  } else if (!TimeIsOver(ssl.get(), result)) {
    probe.end = ProbeEnd::kRefused;
    const unsigned long error = ERR_peek_last_error();
    // That it closed without a farewell is what every gRPC server does.
    if (ERR_GET_REASON(error) != SSL_R_UNEXPECTED_EOF_WHILE_READING) {
      probe.detail = ReasonText(error);
    }
  }
  TakeErrors();
  return probe;
}

}  // namespace gatepost::certs
