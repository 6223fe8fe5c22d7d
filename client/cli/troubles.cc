#include "client/cli/troubles.h"

#include "client/render/errors.h"
#include "client/render/text.h"
#include "daemon/system/reason.h"

namespace gatepost::cli {
namespace {

using render::_;
using render::N_;

// What each reason means to who has to mend it.
struct Words {
  v1::Reason reason;
  const char* found;
  const char* todo;
};

constexpr Words kWords[] = {
    {v1::REASON_NO_CERTIFICATE, N_("there is no certificate"),
     N_("ask your authority for one: gatepost cert request")},
    {v1::REASON_CERTIFICATE_MALFORMED, N_("it cannot be read as an X.509 certificate"),
     N_("put the file in place that the authority issued")},
    {v1::REASON_UNKNOWN_TRUST_DOMAIN, N_("its name is of a domain that nobody trusts here"),
     N_("use the certificate of the node's domain, or correct the config")},
    {v1::REASON_CROSS_DOMAIN, N_("it was issued by the authority of another domain"),
     N_("ask the authority of your own domain for a certificate")},
    {v1::REASON_CHAIN_BROKEN, N_("it does not lead to a root that is trusted here"),
     N_("put the whole chain in the file, leaf first, and compare the roots: gatepost cert show")},
    {v1::REASON_CERTIFICATE_EXPIRED, N_("it has expired"),
     N_("ask for a new certificate (gatepost cert request); if the date is not over yet, correct "
        "this machine's clock")},
    {v1::REASON_CERTIFICATE_NOT_YET_VALID, N_("it is not valid yet"),
     N_("look at this machine's clock first: if it is slow, correct it; else wait")},
    {v1::REASON_CERTIFICATE_WRONG_USAGE, N_("it was issued for another use"),
     N_("TLS and signing have a certificate each: put the right one here")},
    {v1::REASON_BAD_SPIFFE_ID, N_("it holds no name of the form spiffe://..."),
     N_("ask for a certificate with one SPIFFE id: gatepost cert request")},
    {v1::REASON_WEAK_KEY, N_("its key is too weak"),
     N_("make a new key and ask for a certificate: gatepost cert request")},
    {v1::REASON_SUITE_NOT_ALLOWED, N_("its domain does not allow this kind of key in signatures"),
     N_("make a key of an allowed suite: gatepost cert request --suite")},
    {v1::REASON_TOO_LARGE, N_("it holds more than a node reads"),
     N_("leave only the leaf and its intermediates in the file")},
    {v1::REASON_WRONG_NODE, N_("another node answers there than the config says"),
     N_("correct node_address or node_spiffe_id, or ask who listens there")},
    {v1::REASON_CERTIFICATE_REVOKED, N_("the certificate was revoked"),
     N_("make a new key and ask for a certificate: gatepost cert request")},
    {v1::REASON_REVOCATION_UNKNOWN, N_("no revocation list in force tells whether it was revoked"),
     N_("ask the node's IT to install the authority's newest list")},
    {v1::REASON_IDENTITY_DENIED, N_("the node's own deny list names it"),
     N_("ask the node's IT why")},
    {v1::REASON_NOT_IN_ROSTER, N_("the name is in no roster, so it has no role"),
     N_("ask your office to put the post into its roster")},
    {v1::REASON_NOT_ALLOWED, N_("the node does not allow this to the name in the certificate"),
     N_("use the certificate of the right post, or ask the node's IT")},
    {v1::REASON_RATE_EXCEEDED, N_("too many calls in the name of this certificate"),
     N_("find the program that makes them; then try again")},
    {v1::REASON_TOO_MUCH_IN_FLIGHT, N_("too many calls at once in the name of this certificate"),
     N_("find the program that makes them; then try again")},
};

}  // namespace

Trouble TroubleOf(const absl::Status& refusal, const std::string& detail) {
  const v1::RefusalDetail said = render::ErrorDetail(refusal);
  for (const Words& words : kWords) {
    if (words.reason != said.reason()) continue;
    return {.reason = words.reason,
            .found = _(words.found) + (detail.empty() ? "" : " (" + detail + ")"),
            .todo = _(words.todo)};
  }
  return {
      .reason = said.reason(), .found = detail.empty() ? said.came() : detail, .todo = said.todo()};
}

}  // namespace gatepost::cli
