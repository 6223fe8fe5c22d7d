#include "client/render/emergencies.h"

#include <set>
#include <utility>

#include "client/render/agreement_words.h"
#include "client/render/json_fields.h"
#include "client/render/messages.h"
#include "client/render/table.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "daemon/system/utf8.h"

namespace gatepost::render {
namespace {

constexpr size_t kLongestReason = 200;

std::string DueText(const OpenEmergency& one, absl::Time now, const View& view) {
  if (!one.due.has_value()) return "?";
  const std::string due = LogTimeText(*one.due, view.zones);
  return *one.due <= now ? Say("OVERDUE since {0}", due) : due;
}

std::string MachineDue(const OpenEmergency& one) {
  return one.due.has_value() ? MachineTime(*one.due) : "";
}

google::protobuf::Struct Json(const OpenEmergency& one) {
  return JsonFields()
      .Text("shortReference", one.reference)
      .Text("messageId", one.message_id)
      .Text("author", one.author)
      .Text("subject", one.subject)
      .Text("reason", one.reason)
      .Text("sentAt", MachineTime(one.sent))
      .Text("countersignBy", MachineDue(one))
      .Take();
}

}  // namespace

std::vector<OpenEmergency> OpenEmergenciesIn(const std::vector<v1::StoredMessage>& submitted) {
  std::set<std::pair<std::string, std::string>> countersigned;  // Author and id.
  std::vector<OpenEmergency> all;
  for (const v1::StoredMessage& stored : submitted) {
    const std::optional<v1::Message> message = PayloadOf(stored);
    if (!message.has_value()) continue;
    if (message->has_countersignature()) {
      const v1::MessageCitation& about = message->countersignature().about();
      countersigned.emplace(about.author(), about.message_id());
    }
    if (!message->header().has_emergency()) continue;
    all.push_back({.reference = stored.short_reference(),
                   .message_id = stored.message_id(),
                   .author = stored.author(),
                   .subject = SubjectOf(*message),
                   .reason = message->header().emergency().reason(),
                   .sent = TimeOf(stored.stored_at()),
                   .due = std::nullopt});
  }
  std::erase_if(all, [&](const OpenEmergency& one) {
    return countersigned.contains({one.author, one.message_id});
  });
  return all;
}

std::string EmergenciesText(const std::vector<OpenEmergency>& open, absl::Time now,
                            const View& view) {
  if (open.empty()) return std::string(_("no emergency awaits a countersignature")) + "\n";
  Table table(
      {{_("Reference")}, {_("Stored")}, {_("Author")}, {_("Until")}, {_("About")}, {_("Reason")}});
  for (const OpenEmergency& one : open) {
    table.Add({one.reference, LogTimeText(one.sent, view.zones), PostText(one.author),
               DueText(one, now, view), one.subject,
               system::Printable(one.reason, kLongestReason)});
  }
  return std::string(_("Emergencies awaiting countersignature (gatepost countersign REF):")) +
         "\n" + table.ToText(2);
}

std::string EmergenciesCsv(const std::vector<OpenEmergency>& open) {
  Table table({{"reference"},
               {"message_id"},
               {"author"},
               {"sent_at"},
               {"countersign_by"},
               {"subject"},
               {"reason"}});
  for (const OpenEmergency& one : open) {
    table.Add({one.reference, one.message_id, one.author, MachineTime(one.sent), MachineDue(one),
               one.subject, one.reason});
  }
  return table.ToCsv();
}

google::protobuf::Struct EmergenciesJson(const std::vector<OpenEmergency>& open) {
  return JsonFields().Objects("emergencies", open, Json).Take();
}

}  // namespace gatepost::render
