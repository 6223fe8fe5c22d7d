#include "client/cli/session.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "certs/certificate.h"
#include "certs/pem.h"
#include "certs/spiffe_id.h"
#include "daemon/system/files.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"

namespace gatepost::cli {
namespace {

render::ZoneChoice Zones(const Global& global, const std::string& country) {
  if (global.time_zone == "hanoi") return render::ZoneChoice::kHanoi;
  if (global.time_zone == "beijing") return render::ZoneChoice::kBeijing;
  return country == "CN" ? render::ZoneChoice::kBothBeijingFirst
                         : render::ZoneChoice::kBothHanoiFirst;
}

// Whether the client's own certificate names another trust domain than that of the node.
bool IsOfOtherSide(const config::ClientSettings& settings) {
  const absl::StatusOr<std::string> pem = system::ReadFile(settings.tls_certificate_file);
  const std::vector<std::string> chain =
      pem.ok() ? certs::DerFromPem(*pem) : std::vector<std::string>();
  if (chain.empty()) return false;  // The call itself says what is wrong.
  const absl::StatusOr<certs::Certificate> leaf = certs::Certificate::Parse(chain[0]);
  const absl::StatusOr<certs::SpiffeId> id = leaf.ok() ? leaf->Name() : leaf.status();
  return id.ok() && id->trust_domain() != settings.node_spiffe_id.trust_domain();
}

}  // namespace

absl::StatusOr<Session> OpenSession(const Global& global) {
  GATEPOST_ASSIGN_OR_RETURN(const std::string path, config::ClientConfigPath(global.client_config));
  GATEPOST_ASSIGN_OR_RETURN(config::ClientSettings settings, config::LoadClientSettings(path));
  GATEPOST_ASSIGN_OR_RETURN(std::unique_ptr<client::NodeClient> node,
                            client::NodeClient::Create(settings));
  render::View view = ViewOf(global, settings.country);
  return Session{std::move(settings), std::move(node), std::move(view)};
}

absl::StatusOr<bool> MayReadLog(Session& session) {
  if (IsOfOtherSide(session.settings)) return false;
  GATEPOST_ASSIGN_OR_RETURN(const v1::GetCallerResponse caller, session.node->GetCaller({}));
  return std::ranges::find(caller.acts(), "AUDIT") != caller.acts().end();
}

render::View ViewOf(const Global& global, const std::string& country) {
  return render::View{.country = country, .zones = Zones(global, country)};
}

absl::CivilDay Today(const Session& session) {
  return absl::ToCivilDay(absl::Now(), session.settings.zone);
}

absl::StatusOr<absl::CivilDay> DateOr(const std::string& typed, absl::CivilDay absent) {
  if (typed.empty()) return absent;
  absl::StatusOr<absl::CivilDay> day = domain::ParseDay(typed);
  if (day.ok()) return day;
  return system::Refuse(v1::REASON_BAD_ARGUMENT, "a date like 2026-01-31",
                        system::Printable(typed, 40), "type year, month and day");
}

absl::StatusOr<AsOf> AsOfTyped(Session& session, const std::string& typed) {
  AsOf as_of;
  if (!typed.empty()) {
    if (typed.size() <= 10 || typed[4] != '-') {
      GATEPOST_ASSIGN_OR_RETURN(as_of.clock, domain::ParseClock(typed));
      return as_of;
    }
    GATEPOST_ASSIGN_OR_RETURN(const v1::ZonedTime time, domain::ParseInstant(typed));
    GATEPOST_ASSIGN_OR_RETURN(const absl::TimeZone zone, domain::LoadZone(time.zone()));
    const absl::CivilMinute civil =
        absl::ToCivilMinute(absl::FromUnixSeconds(time.instant().seconds()), zone);
    as_of.clock = {.hour = civil.hour(), .minute = civil.minute(), .zone = time.zone()};
    as_of.day = absl::CivilDay(civil);
    return as_of;
  }
  GATEPOST_ASSIGN_OR_RETURN(const v1::GetNodeResponse node, session.node->GetNode());
  if (!node.has_cut_off()) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, "a time, or a link agreement with a cut-off",
                          "neither", "state the time with --as-of, e.g. --as-of 20:00H");
  }
  as_of.clock = {.hour = node.cut_off().hour(),
                 .minute = node.cut_off().minute(),
                 .zone = node.cut_off().zone()};
  as_of.assumed = true;
  return as_of;
}

}  // namespace gatepost::cli
