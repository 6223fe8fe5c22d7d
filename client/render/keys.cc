#include "client/render/keys.h"

#include <string>

#include "client/render/agreement_words.h"
#include "client/render/authority.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "fmt/ranges.h"

namespace gatepost::render {

namespace {

std::string TrustText(const v1::KnownKey& key) {
  if (key.by() == "AGREED") return _("agreed");
  if (key.by() == "ANNOUNCED") return _("announced");
  if (key.by() == "CERTIFICATE") return _("by its certificate");
  if (key.by() == "HELD") return _("not announced");
  return key.by();
}

std::string StandingText(const v1::KnownKey& key) {
  if (key.signs_now()) return _("signs now");
  if (key.awaited_peers().empty()) return "";
  return Say("waits for {0}", fmt::to_string(fmt::join(key.awaited_peers(), ", ")));
}

}  // namespace

Table KeysTable(const v1::ListKeysResponse& keys, const View& view) {
  Table table({{_("Whose")},
               {_("For")},
               {_("Trusted")},
               {_("Standing")},
               {_("From")},
               {_("Until")},
               {_("Key")}});
  for (const v1::KnownKey& key : keys.keys()) {
    table.Add({PostText(key.subject()), KeyUseText(key.use()), TrustText(key), StandingText(key),
               key.has_from() ? TimeText(TimeOf(key.from()), view.zones) : "",
               key.has_until() ? TimeText(TimeOf(key.until()), view.zones) : "", key.key()});
  }
  return table;
}

std::string KeysCsv(const v1::ListKeysResponse& keys) {
  Table table({{"subject"},
               {"use"},
               {"by"},
               {"signs_now"},
               {"awaited_peers"},
               {"from"},
               {"until"},
               {"key"}});
  for (const v1::KnownKey& key : keys.keys()) {
    table.Add({key.subject(), v1::KeyUse_Name(key.use()), key.by(),
               key.signs_now() ? "true" : "false",
               fmt::to_string(fmt::join(key.awaited_peers(), " ")),
               key.has_from() ? MachineTime(TimeOf(key.from())) : "",
               key.has_until() ? MachineTime(TimeOf(key.until())) : "", key.key()});
  }
  return table.ToCsv();
}

}  // namespace gatepost::render
