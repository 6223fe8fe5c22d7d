#include "client/cli/check_connection.h"

#include <optional>
#include <string_view>

#include "certs/certificate.h"
#include "certs/tls_identity.h"
#include "certs/tls_probe.h"
#include "client/cli/dial.h"
#include "client/cli/troubles.h"
#include "client/render/errors.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "daemon/system/reason.h"

namespace gatepost::cli {
namespace {

using render::_;
using render::Say;

void SkipFrom(std::string_view first, const std::string& address, Checklist& list) {
  bool reached = false;
  for (const char* name : {"port", "tls", "server_certificate", "handshake"}) {
    reached = reached || name == first;
    if (reached) list.Skip(name, address, _("the step before failed"));
  }
}

std::optional<Socket> Reach(const std::string& address, absl::Duration limit, Checklist& list) {
  const absl::StatusOr<Endpoints> endpoints = Resolve(address);
  if (!endpoints.ok()) {
    list.Fail(
        "address", v1::REASON_NOT_REACHABLE, address,
        Say("its name is not known here: {0}", render::ErrorDetail(endpoints.status()).came()),
        _("correct the address in the config, or ask for the name server"));
    SkipFrom("port", address, list);
    return std::nullopt;
  }
  list.Ok("address", address, _("its name is known"));
  absl::StatusOr<Socket> connected = ConnectTo(*endpoints, address, limit);
  if (!connected.ok()) {
    list.Fail("port", v1::REASON_NOT_REACHABLE, address,
              Say("nobody answers: {0}", render::ErrorDetail(connected.status()).came()),
              _("check the address and that the node runs there; then firewalls on the way"));
    SkipFrom("tls", address, list);
    return std::nullopt;
  }
  list.Ok("port", address, _("answers"));
  return std::optional<Socket>(*std::move(connected));
}

std::string WithDetail(const char* text, const std::string& detail) {
  return detail.empty() ? std::string(text) : std::string(text) + " (" + detail + ")";
}

// What the end of the handshake says about TLS itself. True when there is TLS 1.3.
bool JudgeTls(const certs::TlsProbe& probe, const std::string& address, Checklist& list) {
  const char* const ask =
      _("correct the address: this is not the port of a gatepost node, or something between "
        "answers for it");
  switch (probe.end) {
    case certs::ProbeEnd::kSilent:
      if (!probe.server_chain_der.empty()) break;
      list.Fail("tls", v1::REASON_NOT_REACHABLE, address,
                _("it takes connections and says nothing"),
                _("correct the address, or ask the node's IT whether the node hangs"));
      return false;
    case certs::ProbeEnd::kNoTls:
      list.Fail("tls", v1::REASON_NOT_REACHABLE, address,
                WithDetail(_("no TLS is spoken there"), probe.detail), ask);
      return false;
    case certs::ProbeEnd::kNoTls13:
      list.Fail("tls", v1::REASON_NOT_REACHABLE, address,
                WithDetail(_("TLS is spoken there, but not 1.3"), probe.detail), ask);
      return false;
    case certs::ProbeEnd::kServerRefused:
      list.Fail("tls", v1::REASON_NOT_REACHABLE, address,
                WithDetail(_("TLS is spoken there, but not with us"), probe.detail), ask);
      return false;
    case certs::ProbeEnd::kRefused:
    case certs::ProbeEnd::kAccepted:
      break;
  }
  list.Ok("tls", address, _("TLS 1.3 is spoken there"));
  return true;
}

// A slow or fast clock makes both sides' certificates look out of date at once.
std::string DateHint(const std::vector<std::string>& chain, absl::Time now,
                     const render::View& view) {
  const absl::StatusOr<certs::Certificate> leaf = certs::Certificate::Parse(chain.front());
  if (!leaf.ok()) return "";
  return Say("good from {0} to {1}; this machine's clock says {2}",
             render::TimeText(leaf->not_before(), view.zones),
             render::TimeText(leaf->not_after(), view.zones), render::TimeText(now, view.zones));
}

// Whether the server's certificate is that of the expected node.
bool JudgeServer(const Connecting& connecting, const certs::TrustStore& trust,
                 const std::vector<std::string>& chain, absl::Time now, Checklist& list) {
  const absl::StatusOr<certs::Identity> server =
      trust.Validate(chain, certs::Usage::kTlsServer, now);
  if (!server.ok()) {
    const v1::Reason reason = system::ReasonOf(server.status());
    const bool dates =
        reason == v1::REASON_CERTIFICATE_EXPIRED || reason == v1::REASON_CERTIFICATE_NOT_YET_VALID;
    const Trouble words =
        TroubleOf(server.status(), dates ? DateHint(chain, now, list.view()) : std::string());
    const std::string todo =
        dates ? Say("compare this machine's clock with another; if it is right, tell the node's IT "
                    "that the certificate of {0} is out of date",
                    connecting.expected.ToString())
              : Say("compare our roots with those of the node's IT: gatepost cert show; or the "
                    "address is not that of {0}",
                    connecting.expected.ToString());
    list.Fail("server_certificate", words.reason, connecting.address, words.found, todo);
    return false;
  }
  if (server->id != connecting.expected) {
    const Trouble words =
        TroubleOf(system::Refuse(v1::REASON_WRONG_NODE, "", "", ""), server->id.ToString());
    list.Fail("server_certificate", words.reason, connecting.address, words.found, words.todo);
    return false;
  }
  list.Ok("server_certificate", connecting.address, server->id.ToString());
  return true;
}

// What is left when the node ended the connection after it saw our certificate.
void ExplainRefusal(const Connecting& connecting, const certs::TlsProbe& probe,
                    const certs::TlsIdentity& own, const certs::TrustStore& trust, absl::Time now,
                    Checklist& list) {
  const absl::StatusOr<certs::Identity> ours =
      trust.Validate(own.chain_der(), certs::Usage::kTlsClient, now);
  if (!ours.ok()) {
    const Trouble words = TroubleOf(ours.status());
    return list.Fail(
        "handshake", words.reason, connecting.address,
        Say("the node refused our certificate {0}: {1}", connecting.certificate_file, words.found),
        words.todo);
  }
  const std::string sha256 = certs::ToHex(ours->certificate_sha256);
  list.Fail("handshake", v1::REASON_NOT_ALLOWED, connecting.address,
            WithDetail(_("the node refused our certificate without a word, though it is good by "
                         "our own roots and clock: it may be revoked or denied there, or the node "
                         "holds other roots or another time"),
                       probe.detail),
            Say("ask the node's IT what its log says of the refused certificate of {0}, SHA-256 "
                "{1}",
                ours->id.ToString(), sha256));
}

}  // namespace

bool CheckConnection(const Connecting& connecting, const certs::TrustStore& trust,
                     absl::Duration limit, absl::Time now, Checklist& list) {
  const std::string& address = connecting.address;
  const std::optional<Socket> socket = Reach(address, limit, list);
  if (!socket.has_value()) return false;
  const absl::StatusOr<certs::TlsIdentity> own =
      certs::TlsIdentity::Load(connecting.certificate_file, connecting.key_file);
  if (!own.ok()) {
    list.Skip("tls", address, _("our own certificate and key come first"));
    SkipFrom("server_certificate", address, list);
    return false;
  }
  const absl::StatusOr<certs::TlsProbe> probe = certs::ProbeTls(socket->fd(), *own, limit);
  if (!probe.ok()) {
    const v1::RefusalDetail said = render::ErrorDetail(probe.status());
    list.Fail("tls", said.reason(), address, said.came(), said.todo());
    SkipFrom("server_certificate", address, list);
    return false;
  }
  if (!JudgeTls(*probe, address, list)) {
    SkipFrom("server_certificate", address, list);
    return false;
  }
  if (!JudgeServer(connecting, trust, probe->server_chain_der, now, list)) {
    SkipFrom("handshake", address, list);
    return false;
  }
  if (probe->end == certs::ProbeEnd::kRefused) {
    ExplainRefusal(connecting, *probe, *own, trust, now, list);
    return false;
  }
  if (probe->end == certs::ProbeEnd::kSilent) {
    list.Fail("handshake", v1::REASON_NOT_REACHABLE, address,
              _("it saw our certificate and says nothing since"),
              _("try again; then ask the node's IT whether the node hangs"));
    return false;
  }
  list.Ok("handshake", address, _("the node took our certificate"));
  return true;
}

}  // namespace gatepost::cli
