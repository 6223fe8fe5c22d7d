// The roots and the revocation lists of a trust domain.

#include <string_view>

#include "certs/certificate.h"
#include "certs/inspect.h"
#include "certs/key_file.h"
#include "certs/pem.h"
#include "certs/practice_ca.h"
#include "certs/revocation_list.h"
#include "client/cli/check_credential.h"
#include "client/cli/troubles.h"
#include "client/render/errors.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "daemon/system/reason.h"
#include "fmt/core.h"

namespace gatepost::cli {
namespace {

using render::_;
using render::Say;

constexpr std::string_view kRoots = "roots";
constexpr char kRevocationList[] = "revocation_list";

// What is wrong with a certificate as a root of `domain`; empty: nothing.
std::string WrongAsRoot(const certs::Inspected& found, const std::string& domain) {
  if (found.kind != certs::InspectedKind::kCertificate || !found.root) {
    return Say("not the certificate of a root: {0}", found.subject);
  }
  if (found.practice && !certs::IsPracticeDomain(domain)) {
    return Say("a PRACTICE root, but {0} is not a practice domain", domain);
  }
  return "";
}

// One line for each certificate of a root file. False when it cannot be used.
bool CheckRootFile(const std::string& domain, const std::string& path, absl::Time now,
                   std::string& pem, Checklist& list) {
  absl::StatusOr<std::string> bytes = certs::ReadPublicFile(path);
  if (!bytes.ok()) {
    list.Fail(kRoots, v1::REASON_BAD_CONFIG, path,
              Say("cannot be read: {0}", render::ErrorDetail(bytes.status()).came()),
              _("correct the path in the config, or the permissions"));
    return false;
  }
  const absl::StatusOr<std::vector<certs::Inspected>> found = certs::Inspect(*bytes);
  if (!found.ok()) {
    const Trouble words = TroubleOf(found.status());
    list.Fail(kRoots, words.reason, path, words.found, _("ask the authority for its root"));
    return false;
  }
  for (const certs::Inspected& one : *found) {
    const std::string wrong = WrongAsRoot(one, domain);
    if (!wrong.empty()) {
      list.Fail(kRoots, v1::REASON_BAD_CONFIG, path, wrong, _("ask the authority for its root"));
      return false;
    }
    AddDates(std::string(kRoots), path, one.not_before, one.not_after.value_or(now), now, list);
  }
  pem = *std::move(bytes);
  return true;
}

// Whether one of the domain's roots, or of the authorities below them in the same files, signed it.
bool SignedByRoot(const certs::TrustDomain& domain, const certs::RevocationList& revoked) {
  for (const std::string& pem : domain.root_pems) {
    for (const std::string& der : certs::DerFromPem(pem)) {
      const absl::StatusOr<certs::Certificate> root = certs::Certificate::Parse(der);
      if (root.ok() && revoked.CheckSignature(*root).ok()) return true;
    }
  }
  return false;
}

void AddRevocationList(const certs::TrustDomain& domain, const std::string& path,
                       const certs::Inspected& one, const certs::RevocationList& revoked,
                       absl::Duration grace, absl::Time now, Checklist& list) {
  const render::ZoneChoice zones = list.view().zones;
  const std::string ask = _("get the authority's newest list and put it in place of this file");
  if (!one.not_after.has_value()) {
    return list.Fail(kRevocationList, v1::REASON_REVOCATION_UNKNOWN, path,
                     _("it does not say when the next list is due"), ask);
  }
  const std::string due =
      Say("of {0}; the next was due {1}", one.issuer, render::TimeText(*one.not_after, zones));
  if (now >= *one.not_after + grace) {
    return list.Fail(kRevocationList, v1::REASON_REVOCATION_UNKNOWN, path,
                     Say("too old, so nobody of this authority gets in: {0}", due), ask);
  }
  if (now >= *one.not_after) {
    return list.Warn(kRevocationList, v1::REASON_REVOCATION_STALE, path,
                     Say("too old, serves on only within the grace: {0}", due), ask);
  }
  const std::string names =
      render::SayCount("names {0} certificate", "names {0} certificates", one.revoked);
  // One of an authority below the roots can be judged only with that authority's certificate.
  if (!SignedByRoot(domain, revoked)) {
    return list.Warn(kRevocationList, v1::REASON_BAD_SIGNATURE, path,
                     Say("not signed by a root of {0}, but by {1}", domain.name, one.issuer),
                     _("right for an authority below a root; else ask for the root's own list"));
  }
  list.Ok(kRevocationList, path,
          Say("{0}, good until {1}", names, render::TimeText(*one.not_after, zones)));
}

}  // namespace

std::optional<certs::TrustDomain> CheckRoots(certs::TrustDomain domain,
                                             const std::vector<std::string>& files, absl::Time now,
                                             Checklist& list) {
  bool good = true;
  for (const std::string& path : files) {
    std::string pem;
    good = CheckRootFile(domain.name, path, now, pem, list) && good;
    domain.root_pems.push_back(std::move(pem));
  }
  if (!good) return std::nullopt;
  const absl::StatusOr<certs::TrustStore> store = certs::TrustStore::Create({domain});
  if (store.ok()) return domain;
  const v1::RefusalDetail said = render::ErrorDetail(store.status());
  list.Fail(kRoots, said.reason(), domain.name,
            Say("they cannot be used: {0}", said.wanted() + "; " + said.came()), said.todo());
  return std::nullopt;
}

void CheckRevocationLists(const certs::TrustDomain& domain, const std::vector<std::string>& files,
                          absl::Duration grace, absl::Time now, Checklist& list) {
  for (const std::string& path : files) {
    const absl::StatusOr<certs::SecretBytes> bytes = certs::ReadUnknownFile(path);
    if (!bytes.ok()) {
      list.Fail(kRevocationList, v1::REASON_REVOCATION_UNKNOWN, path,
                Say("cannot be read: {0}", render::ErrorDetail(bytes.status()).came()),
                _("correct the path in the config, or the permissions"));
      continue;
    }
    const absl::StatusOr<std::vector<certs::Inspected>> found = certs::Inspect(bytes->Reveal());
    const absl::StatusOr<std::vector<certs::RevocationList>> lists =
        certs::RevocationList::ParseAll(bytes->Reveal());
    if (!found.ok() || !lists.ok() || found->size() != lists->size()) {
      list.Fail(kRevocationList, v1::REASON_REVOCATION_UNKNOWN, path,
                _("it holds no revocation lists that can be read"),
                _("get the authority's newest list and put it in place of this file"));
      continue;
    }
    for (size_t i = 0; i < found->size(); ++i) {
      AddRevocationList(domain, path, (*found)[i], (*lists)[i], grace, now, list);
    }
  }
}

}  // namespace gatepost::cli
