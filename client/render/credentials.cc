#include "client/render/credentials.h"

#include "client/render/lines.h"
#include "client/render/table.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "fmt/core.h"
#include "fmt/ranges.h"

namespace gatepost::render {
namespace {

using config::v1::Credential;

const char* KindText(const Credential& credential) {
  switch (credential.kind()) {
    case config::v1::CREDENTIAL_KIND_CERTIFICATE:
      return credential.root() ? _("root certificate") : _("certificate");
    case config::v1::CREDENTIAL_KIND_REQUEST:
      return _("certificate request");
    case config::v1::CREDENTIAL_KIND_REVOCATION_LIST:
      return _("revocation list");
    case config::v1::CREDENTIAL_KIND_PRIVATE_KEY:
      return _("private key (its secret is not shown)");
    default:
      return "?";
  }
}

std::string UseText(const std::string& use) {
  if (use == "tls-client") return _("TLS client");
  if (use == "tls-server") return _("TLS server");
  if (use == "sign") return _("signing");
  if (use == "ca") return _("issuing certificates");
  if (use == "revocation-list") return _("issuing revocation lists");
  return use;
}

std::string UsesText(const Credential& credential) {
  std::string text;
  for (const std::string& use : credential.uses())
    text += (text.empty() ? "" : ", ") + UseText(use);
  return text;
}

std::string RoleText(const std::string& role) {
  if (role == "root") return _("root");
  if (role == "tls_certificate") return _("TLS certificate");
  if (role == "signing_certificate") return _("signing certificate");
  if (role == "revocation_list") return _("revocation list");
  return role;
}

std::string NameOf(const Credential& credential) {
  if (!credential.spiffe_id().empty()) return credential.spiffe_id();
  return credential.subject().empty() ? credential.issuer() : credential.subject();
}

std::string KeyText(const Credential& credential) {
  if (credential.suite().empty()) return credential.key();
  return Say("{0}, signs with {1}", credential.key(), credential.suite());
}

std::string BlockText(const Credential& credential, const View& view, absl::Time now) {
  const bool list = credential.kind() == config::v1::CREDENTIAL_KIND_REVOCATION_LIST;
  Lines lines;
  lines.Add(_("name"), credential.spiffe_id());
  lines.Add(_("other names"), fmt::format("{}", fmt::join(credential.other_names(), ", ")));
  lines.Add(_("use"), UsesText(credential));
  lines.Add(_("key"), KeyText(credential));
  if (credential.has_not_before()) {
    lines.Add(list ? _("issued") : _("valid from"),
              TimeText(TimeOf(credential.not_before()), view.zones));
  }
  if (credential.has_not_after()) {
    const absl::Time end = TimeOf(credential.not_after());
    lines.Add(list ? _("next one due") : _("valid until"),
              TimeText(end, view.zones) + ", " + DaysLeftText(end, now));
  }
  if (list) lines.Add(_("revoked"), std::to_string(credential.revoked()));
  lines.Add(_("subject"), credential.subject());
  lines.Add(_("issuer"), credential.issuer());
  lines.Add(_("serial number"), credential.serial());
  lines.Add("SHA-256", credential.sha256());
  lines.Add(_("SHA-256 of its public key"), credential.key_sha256());
  return fmt::format("{}: {}{}\n", credential.file(), KindText(credential),
                     credential.practice() ? Say(", for PRACTICE only") : std::string()) +
         lines.ToText(2);
}

std::string MachineOf(bool has, const google::protobuf::Timestamp& time) {
  return has ? MachineTime(TimeOf(time)) : std::string();
}

}  // namespace

std::string DaysLeftText(absl::Time end, absl::Time now) {
  const auto days =
      static_cast<unsigned long>((end > now ? end - now : now - end) / absl::Hours(24));
  return end > now ? SayCount("{0} day left", "{0} days left", days)
                   : SayCount("ended {0} day ago", "ended {0} days ago", days);
}

std::string CredentialsText(const config::v1::CredentialList& list, const View& view,
                            absl::Time now) {
  std::string text;
  for (const Credential& credential : list.credentials()) text += BlockText(credential, view, now);
  return text;
}

std::string ExpiringText(const config::v1::CredentialList& list, const View& view, absl::Time now) {
  Table table({{_("Ends")}, {_("Left")}, {_("What")}, {_("Name")}, {_("File")}});
  for (const Credential& credential : list.credentials()) {
    const absl::Time end = TimeOf(credential.not_after());
    table.Add({TimeText(end, view.zones), DaysLeftText(end, now), RoleText(credential.role()),
               NameOf(credential), credential.file()});
  }
  return table.ToText();
}

std::string CredentialsCsv(const config::v1::CredentialList& list) {
  Table table({{"file"},
               {"role"},
               {"kind"},
               {"spiffe_id"},
               {"other_names"},
               {"uses"},
               {"key"},
               {"suite"},
               {"not_before"},
               {"not_after"},
               {"subject"},
               {"issuer"},
               {"serial"},
               {"sha256"},
               {"key_sha256"},
               {"root"},
               {"practice"},
               {"revoked"}});
  for (const Credential& one : list.credentials()) {
    table.Add({one.file(), one.role(), config::v1::CredentialKind_Name(one.kind()), one.spiffe_id(),
               fmt::format("{}", fmt::join(one.other_names(), " ")),
               fmt::format("{}", fmt::join(one.uses(), " ")), one.key(), one.suite(),
               MachineOf(one.has_not_before(), one.not_before()),
               MachineOf(one.has_not_after(), one.not_after()), one.subject(), one.issuer(),
               one.serial(), one.sha256(), one.key_sha256(), one.root() ? "true" : "false",
               one.practice() ? "true" : "false", std::to_string(one.revoked())});
  }
  return table.ToCsv();
}

std::string PracticeText(const config::v1::PracticeRegister& issued, const View& view) {
  std::string text = Say("PRACTICE authority of {0}; nothing of it is real", issued.trust_domain());
  Table table({{_("Name")}, {_("Use")}, {_("Ends")}, {_("Revoked")}, {"SHA-256"}});
  for (const config::v1::PracticeCertificate& one : issued.issued()) {
    table.Add({one.spiffe_id(), one.use(), TimeText(TimeOf(one.end_time()), view.zones),
               one.has_revoke_time() ? TimeText(TimeOf(one.revoke_time()), view.zones) : "",
               one.sha256()});
  }
  return text + "\n" + table.ToText(2);
}

std::string PracticeCsv(const config::v1::PracticeRegister& issued) {
  Table table({{"spiffe_id"}, {"use"}, {"issue_time"}, {"end_time"}, {"revoke_time"}, {"sha256"}});
  for (const config::v1::PracticeCertificate& one : issued.issued()) {
    table.Add({one.spiffe_id(), one.use(), MachineOf(one.has_issue_time(), one.issue_time()),
               MachineOf(one.has_end_time(), one.end_time()),
               MachineOf(one.has_revoke_time(), one.revoke_time()), one.sha256()});
  }
  return table.ToCsv();
}

}  // namespace gatepost::render
