#include "daemon/config/revocations.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "certs/digest.h"
#include "certs/revocation_list.h"
#include "certs/spiffe_id.h"
#include "daemon/system/files.h"
#include "daemon/system/status_macros.h"

namespace gatepost::config {

namespace {

constexpr size_t kLongestReasonBytes = 200;
// As far as clocks may differ (PROTOCOL.md 9).
constexpr absl::Duration kClocksDiffer = absl::Minutes(5);

// An error about the lists that a line of the node's config names.
absl::Status AtList(const NodeSettings& settings, const RevocationFile& list,
                    const absl::Status& why) {
  return PlacedError(settings.file, list.line, list.field, why);
}

absl::Status NotYet(const NodeSettings& settings, const RevocationFile& file,
                    const certs::RevocationList& list) {
  return BadField(
      settings.file, file.line, file.field, "a list that tells as of now",
      fmt::format("one of {} as of {}", list.Issuer(),
                  absl::FormatTime(absl::RFC3339_sec, list.this_update(), absl::UTCTimeZone())),
      "correct this machine's clock, or name the list that is in force");
}

bool Printable(std::string_view text) {
  return std::ranges::none_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

// The digest that a field of an entry states.
absl::Status ReadDigest(const Parsed<v1::DenyList>& file, const std::string& field,
                        const std::string& stated, std::optional<certs::Digest>& digest) {
  digest = certs::DigestFromHex(stated);
  if (digest.has_value()) return absl::OkStatus();
  return FieldError(file, field, "64 lower-case hexadecimal digits", fmt::format("'{}'", stated));
}

// Whom an entry means, in one of the four ways.
absl::Status ReadWho(const Parsed<v1::DenyList>& file, const std::string& at,
                     const v1::DeniedIdentity& stated, certs::DeniedIdentity& denied) {
  const bool numbered = !stated.issuer().empty() || !stated.serial().empty();
  const int ways = int{!stated.spiffe_id().empty()} + int{!stated.certificate_sha256().empty()} +
                   int{!stated.key_sha256().empty()} + int{numbered};
  if (ways != 1) {
    return FieldError(file, at,
                      "a spiffe_id, a key_sha256, an issuer with a serial, or a certificate_sha256",
                      ways == 0 ? "none of them" : fmt::format("{} of them", ways));
  }
  if (!stated.spiffe_id().empty()) {
    absl::StatusOr<certs::SpiffeId> id = certs::SpiffeId::Parse(stated.spiffe_id());
    if (!id.ok()) return AtField(file, at + ".spiffe_id", id.status());
    denied.id = *std::move(id);
  } else if (!stated.certificate_sha256().empty()) {
    return ReadDigest(file, at + ".certificate_sha256", stated.certificate_sha256(),
                      denied.certificate_sha256);
  } else if (!stated.key_sha256().empty()) {
    return ReadDigest(file, at + ".key_sha256", stated.key_sha256(), denied.key_sha256);
  } else {
    if (stated.issuer().empty())
      return FieldError(file, at + ".issuer", "who issued it", "nothing");
    if (stated.serial().empty() || stated.serial().size() % 2 != 0 ||
        stated.serial().find_first_not_of("0123456789abcdef") != std::string::npos) {
      return FieldError(file, at + ".serial", "lower-case hexadecimal digits in pairs",
                        fmt::format("'{}'", stated.serial()));
    }
    denied.issuer = stated.issuer();
    denied.serial = stated.serial();
  }
  return absl::OkStatus();
}

absl::StatusOr<certs::DeniedIdentity> ReadDenied(const Parsed<v1::DenyList>& file, int index) {
  const v1::DeniedIdentity& stated = file.value.denied(index);
  const std::string at = fmt::format("denied[{}]", index);
  certs::DeniedIdentity denied{.reason = stated.reason()};
  GATEPOST_RETURN_IF_ERROR(ReadWho(file, at, stated, denied));
  std::string error;
  if (!stated.since().empty() &&
      !absl::ParseTime(absl::RFC3339_full, stated.since(), &denied.since, &error)) {
    return FieldError(file, at + ".since", "a time, such as 2026-02-07T08:15:30Z",
                      fmt::format("'{}'", stated.since()));
  }
  if (stated.reason().empty() || stated.reason().size() > kLongestReasonBytes ||
      !Printable(stated.reason())) {
    return FieldError(file, at + ".reason",
                      fmt::format("why, in 1 to {} printable bytes", kLongestReasonBytes),
                      stated.reason().empty() ? "nothing" : "other text");
  }
  return denied;
}

absl::StatusOr<RevocationSettings> ReadDomain(const Parsed<v1::NodeConfig>& file, int index) {
  const v1::TrustDomainConfig& stated = file.value.trust_domains(index);
  const std::string at = fmt::format("trust_domains[{}].", index);
  RevocationSettings domain{.trust_domain = stated.name(),
                            .files = {},
                            .grace = absl::Hours(stated.revocation_grace_hours())};
  if (stated.without_revocation_lists() && !stated.revocation_list_files().empty()) {
    return FieldError(file, at + "without_revocation_lists", "revocation lists or none", "both",
                      "leave out one of them");
  }
  if (!stated.without_revocation_lists() && stated.revocation_list_files().empty() &&
      !file.value.practice()) {
    return FieldError(file, at + "revocation_list_files",
                      "the domain's revocation lists, since practice is false", "none",
                      "name them, or say without_revocation_lists: true");
  }
  if (stated.revocation_grace_hours() > kLongestGraceHours) {
    return FieldError(file, at + "revocation_grace_hours",
                      fmt::format("at most {} hours", kLongestGraceHours),
                      fmt::format("{}", stated.revocation_grace_hours()));
  }
  for (int i = 0; i < stated.revocation_list_files_size(); ++i) {
    const std::string field = fmt::format("{}revocation_list_files[{}]", at, i);
    if (stated.revocation_list_files(i).empty()) {
      return FieldError(file, field, "a path", "nothing");
    }
    domain.files.push_back({AbsolutePath(stated.revocation_list_files(i), FolderOf(file.path)),
                            field, LineOf(file.value, *file.places, field)});
  }
  return domain;
}

}  // namespace

absl::Status ReadRevocations(const Parsed<v1::NodeConfig>& file, NodeSettings* settings) {
  for (int i = 0; i < file.value.trust_domains_size(); ++i) {
    GATEPOST_ASSIGN_OR_RETURN(RevocationSettings domain, ReadDomain(file, i));
    // A domain that names none has none: on a practice node, or because it said so.
    if (!domain.files.empty()) settings->revocations.push_back(std::move(domain));
  }
  settings->deny_list_file = AbsolutePath(file.value.deny_list_file(), FolderOf(file.path));
  return LoadTrust(*settings, absl::InfiniteFuture()).status();
}

absl::StatusOr<certs::DomainRevocations> LoadLists(const NodeSettings& settings,
                                                   const RevocationSettings& stated,
                                                   const certs::TrustStore& roots, absl::Time now) {
  certs::DomainRevocations domain{.trust_domain = stated.trust_domain, .grace = stated.grace};
  for (const RevocationFile& file : stated.files) {
    const absl::StatusOr<std::string> bytes =
        system::ReadFile(file.path, certs::RevocationList::kMaxBytes);
    if (!bytes.ok()) return AtList(settings, file, bytes.status());
    absl::StatusOr<std::vector<certs::RevocationList>> lists =
        certs::RevocationList::ParseAll(*bytes);
    if (!lists.ok()) return AtList(settings, file, lists.status());
    for (const certs::RevocationList& list : *lists) {
      if (list.this_update() > now + kClocksDiffer) return NotYet(settings, file, list);
    }
    // Alone first, so that the complaint is about this file's line.
    const absl::Status alone =
        certs::RevocationBook::Create(roots,
                                      {{.trust_domain = stated.trust_domain, .lists = *lists}}, {})
            .status();
    if (!alone.ok()) return AtList(settings, file, alone);
    std::ranges::move(*lists, std::back_inserter(domain.lists));
  }
  return domain;
}

absl::StatusOr<std::vector<certs::DeniedIdentity>> LoadDenyList(const std::string& path) {
  GATEPOST_ASSIGN_OR_RETURN(const Parsed<v1::DenyList> file, ReadTextProto<v1::DenyList>(path));
  return CheckDenyList(file);
}

absl::StatusOr<std::vector<certs::DeniedIdentity>> CheckDenyList(const Parsed<v1::DenyList>& file) {
  if (file.value.denied().empty() != file.value.nobody_is_denied()) {
    return FieldError(file, "nobody_is_denied", "entries, or that nobody is denied",
                      file.value.nobody_is_denied() ? "both" : "neither",
                      "put the list back, or say nobody_is_denied: true in it");
  }
  std::vector<certs::DeniedIdentity> all;
  for (int i = 0; i < file.value.denied_size(); ++i) {
    GATEPOST_ASSIGN_OR_RETURN(certs::DeniedIdentity denied, ReadDenied(file, i));
    all.push_back(std::move(denied));
  }
  return all;
}

absl::StatusOr<std::shared_ptr<const certs::TrustSnapshot>> LoadTrust(const NodeSettings& settings,
                                                                      absl::Time now) {
  GATEPOST_ASSIGN_OR_RETURN(certs::TrustStore roots,
                            certs::TrustStore::Create(settings.trust_domains));
  std::vector<certs::DomainRevocations> domains;
  for (const RevocationSettings& stated : settings.revocations) {
    GATEPOST_ASSIGN_OR_RETURN(certs::DomainRevocations domain,
                              LoadLists(settings, stated, roots, now));
    domains.push_back(std::move(domain));
  }
  std::vector<certs::DeniedIdentity> denied;
  if (!settings.deny_list_file.empty()) {
    GATEPOST_ASSIGN_OR_RETURN(denied, LoadDenyList(settings.deny_list_file));
  }
  GATEPOST_ASSIGN_OR_RETURN(
      certs::RevocationBook book,
      certs::RevocationBook::Create(roots, std::move(domains), std::move(denied)));
  return std::make_shared<certs::TrustSnapshot>(
      std::make_shared<const certs::TrustStore>(std::move(roots)), std::move(book));
}

}  // namespace gatepost::config
