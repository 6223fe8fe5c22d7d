#include "client/cli/check_credential.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <string_view>

#include "certs/certificate.h"
#include "certs/inspect.h"
#include "certs/key_file.h"
#include "certs/pem.h"
#include "certs/practice_ca.h"
#include "client/cli/troubles.h"
#include "client/render/credentials.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "client/render/words.h"
#include "daemon/system/reason.h"
#include "fmt/core.h"

namespace gatepost::cli {
namespace {

using render::_;
using render::Say;

// The system's reason why a file cannot be opened.
std::string WhyNot(const std::string& path) {
  struct stat facts = {};
  if (stat(path.c_str(), &facts) != 0) return std::strerror(errno);
  return S_ISREG(facts.st_mode) ? _("this user may not read it, or it is too large")
                                : _("it is not a regular file");
}

void AddUnreadable(const std::string& name, const std::string& path, Checklist& list) {
  list.Fail(name, v1::REASON_BAD_CONFIG, path, Say("cannot be read: {0}", WhyNot(path)),
            _("correct the path in the config, or the permissions"));
}

bool OfDates(v1::Reason reason) {
  return reason == v1::REASON_CERTIFICATE_EXPIRED || reason == v1::REASON_CERTIFICATE_NOT_YET_VALID;
}

// The judgement of a chain without that of its dates: those have a line of their own.
absl::Status JudgeChain(const certs::TrustStore& trust, const std::vector<std::string>& chain,
                        certs::Usage usage, absl::Time now, std::optional<certs::Identity>& good) {
  absl::StatusOr<certs::Identity> judged = trust.Validate(chain, usage, now);
  if (!judged.ok() && OfDates(system::ReasonOf(judged.status()))) {
    const absl::StatusOr<certs::Certificate> leaf = certs::Certificate::Parse(chain[0]);
    if (leaf.ok()) {
      judged = trust.Validate(chain, usage,
                              leaf->not_before() + (leaf->not_after() - leaf->not_before()) / 2);
    }
    // The leaf and what is above it were never valid together: the dates' line says the rest.
    if (!judged.ok() && OfDates(system::ReasonOf(judged.status()))) return absl::OkStatus();
  }
  if (judged.ok()) good = *judged;
  return judged.status();
}

// Whether every certificate of the chain can be parsed; a line when one cannot.
std::optional<certs::Certificate> ParsedLeaf(const std::string& name, const std::string& path,
                                             const std::vector<std::string>& chain,
                                             Checklist& list) {
  std::optional<certs::Certificate> leaf;
  absl::Status trouble;
  for (const std::string& der : chain) {
    absl::StatusOr<certs::Certificate> one = certs::Certificate::Parse(der);
    if (!one.ok()) {
      trouble = one.status();
    } else if (!leaf.has_value()) {
      leaf = *std::move(one);
    }
  }
  if (trouble.ok() && leaf.has_value()) return leaf;
  const Trouble words = TroubleOf(
      trouble.ok() ? system::Refuse(v1::REASON_CERTIFICATE_MALFORMED, "", "", "") : trouble);
  list.Fail(name, words.reason, path, words.found, words.todo);
  return std::nullopt;
}

bool CheckName(const CredentialFiles& files, const certs::Certificate& leaf, Checklist& list) {
  const std::string name = files.prefix + "certificate";
  const absl::StatusOr<certs::SpiffeId> id = leaf.Name();
  if (!id.ok()) {
    const Trouble words = TroubleOf(id.status());
    list.Fail(name, words.reason, files.certificate_file, words.found, words.todo);
    return false;
  }
  if (files.expected.has_value() && *id != *files.expected) {
    list.Fail(name, v1::REASON_BAD_CONFIG, files.certificate_file,
              Say("it names {0}, the config says {1}", id->ToString(), files.expected->ToString()),
              _("put the certificate of the right name here"));
    return false;
  }
  list.Ok(name, files.certificate_file,
          Say("{0}, SHA-256 {1}", id->ToString(), certs::ToHex(leaf.sha256())));
  return true;
}

void CheckChain(const CredentialFiles& files, const certs::TrustStore& trust,
                const std::vector<std::string>& chain, absl::Time now,
                std::optional<certs::Identity>& good, Checklist& list) {
  for (certs::Usage usage : files.usages) {
    const absl::Status judged = JudgeChain(trust, chain, usage, now, good);
    if (judged.ok()) continue;
    const Trouble words = TroubleOf(judged, std::string(certs::UsageName(usage)));
    return list.Fail(files.prefix + "chain", words.reason, files.certificate_file, words.found,
                     words.todo);
  }
  if (!good.has_value()) {
    return list.Skip(files.prefix + "chain", files.certificate_file,
                     _("its certificates were never valid at one time"));
  }
  list.Ok(files.prefix + "chain", files.certificate_file,
          good->practice ? Say("leads to a root of {0}, for PRACTICE only", good->id.trust_domain())
                         : Say("leads to a root of {0}", good->id.trust_domain()));
}

}  // namespace

void AddDates(const std::string& name, const std::string& subject,
              const std::optional<absl::Time>& not_before, absl::Time not_after, absl::Time now,
              Checklist& list) {
  const render::ZoneChoice zones = list.view().zones;
  const std::string end = Say("until {0}, {1}", render::TimeText(not_after, zones),
                              render::DaysLeftText(not_after, now));
  const std::string clock = Say("this machine's clock says {0}", render::TimeText(now, zones));
  if (not_before.has_value() && now < *not_before) {
    const Trouble words =
        TroubleOf(system::Refuse(v1::REASON_CERTIFICATE_NOT_YET_VALID, "", "", ""),
                  Say("from {0} on; {1}", render::TimeText(*not_before, zones), clock));
    return list.Fail(name, words.reason, subject, words.found, words.todo);
  }
  if (now >= not_after) {
    const Trouble words =
        TroubleOf(system::Refuse(v1::REASON_CERTIFICATE_EXPIRED, "", "", ""), end + "; " + clock);
    return list.Fail(name, words.reason, subject, words.found, words.todo);
  }
  if (not_after - now < absl::Hours(24 * kExpiryWarningDays)) {
    return list.Warn(name, v1::REASON_CERTIFICATE_EXPIRED, subject, Say("ends soon: {0}", end),
                     _("ask for a new certificate now: gatepost cert request"));
  }
  list.Ok(name, subject, end);
}

void CheckKeyFile(const std::string& name, const std::string& path,
                  const std::optional<certs::Digest>& expected, Checklist& list) {
  absl::StatusOr<certs::SecretBytes> bytes = certs::ReadUnknownFile(path);
  if (!bytes.ok()) return AddUnreadable(name, path, list);
  struct stat facts = {};
  if (stat(path.c_str(), &facts) == 0 && (facts.st_mode & 077) != 0) {
    return list.Fail(name, v1::REASON_BAD_CONFIG, path,
                     Say("others can read this private key (mode {0})",
                         fmt::format("{:04o}", facts.st_mode & 07777)),
                     Say("chmod 600 {0}; if somebody may have copied it, have the certificate "
                         "revoked and make a new key",
                         path));
  }
  const absl::StatusOr<std::vector<certs::Inspected>> found = certs::Inspect(bytes->Reveal());
  if (!found.ok() || found->size() != 1 ||
      found->front().kind != certs::InspectedKind::kPrivateKey) {
    return list.Fail(name, v1::REASON_BAD_CONFIG, path,
                     _("it holds no private key that can be read; one in PEM, without a password, "
                       "is needed"),
                     _("name the key that was made with the request"));
  }
  if (expected.has_value() && found->front().key_sha256 != expected) {
    return list.Fail(name, v1::REASON_BAD_CONFIG, path,
                     _("the key does not belong to the certificate"),
                     _("put the key here that the certificate was asked with; gatepost cert show "
                       "prints the digest of both"));
  }
  list.Ok(name, path,
          expected.has_value()
              ? Say("{0}, fits, and only its owner can read it", found->front().key)
              : Say("{0}, and only its owner can read it", found->front().key));
}

std::vector<std::string> CheckCredential(const CredentialFiles& files,
                                         const certs::TrustStore* trust, absl::Time now,
                                         Checklist& list) {
  const std::string name = files.prefix + "certificate";
  const absl::StatusOr<std::string> pem = certs::ReadPublicFile(files.certificate_file);
  std::optional<certs::Certificate> leaf;
  std::vector<std::string> chain;
  if (!pem.ok()) {
    AddUnreadable(name, files.certificate_file, list);
  } else {
    chain = certs::DerFromPem(*pem);
    leaf = ParsedLeaf(name, files.certificate_file, chain, list);
  }
  if (!leaf.has_value()) chain.clear();
  const bool named = leaf.has_value() && CheckName(files, *leaf, list);
  if (!files.key_file.empty()) {
    CheckKeyFile(files.prefix + "key", files.key_file,
                 leaf.has_value() ? certs::KeyDigest(leaf->key()) : std::nullopt, list);
  }
  if (!leaf.has_value()) return chain;
  std::optional<certs::Identity> good;
  if (named && trust != nullptr) {
    CheckChain(files, *trust, chain, now, good, list);
  } else {
    list.Skip(files.prefix + "chain", files.certificate_file,
              trust == nullptr ? _("no roots to compare it with") : _("its name comes first"));
  }
  // Of the whole path where it is known, else of the leaf.
  AddDates(files.prefix + "dates", files.certificate_file,
           good.has_value() ? good->not_before : leaf->not_before(),
           good.has_value() ? good->not_after : leaf->not_after(), now, list);
  return chain;
}

}  // namespace gatepost::cli
