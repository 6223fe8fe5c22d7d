#include "daemon/exchange/transcript_desk.h"

#include <utility>

#include "daemon/domain/hours/in_force.h"
#include "daemon/domain/hours/rule_times.h"
#include "daemon/domain/hours/timetable_rules.h"
#include "daemon/domain/hours/transcript_rules.h"
#include "daemon/system/status_macros.h"

namespace gatepost::exchange {

absl::Status TranscriptDesk::CheckAlone(const OpenedMessage& opened, absl::Time now) const {
  return domain::ValidateTranscript(opened.message.transcript(), opened.message.header(),
                                    domain::NoticeContext{gates_, opened.author.country, now});
}

absl::StatusOr<Judgement> TranscriptDesk::Judge(const store::Reader& /*store*/,
                                                const OpenedMessage& opened,
                                                absl::Time /*now*/) const {
  const v1::Timetable& timetable = opened.message.transcript().timetable();
  store::HoursRecord entry;
  entry.layer = static_cast<int32_t>(domain::HoursLayer::kObserved);
  entry.gate_ids = domain::GatesOf(timetable);
  const domain::DayRange days = domain::DaysTouched(timetable);
  entry.first_day = days.first;
  entry.last_day = days.last;
  Judgement judgement;
  judgement.entry = std::move(entry);
  return judgement;
}

absl::Status TranscriptDesk::Record(CommitScope& scope, const store::MessageRecord& record,
                                    const OpenedMessage& /*opened*/,
                                    const Judgement& judgement) const {
  store::HoursRecord hours = std::get<store::HoursRecord>(judgement.entry);
  hours.message_row = record.row;
  hours.since = record.stored_at;
  return scope.store.PutHours(hours);
}

}  // namespace gatepost::exchange
