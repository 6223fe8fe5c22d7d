#ifndef GATEPOST_DAEMON_DOMAIN_HOURS_TRANSCRIPT_RULES_H_
#define GATEPOST_DAEMON_DOMAIN_HOURS_TRANSCRIPT_RULES_H_

#include "absl/status/status.h"
#include "daemon/domain/hours/notice_rules.h"
#include "gatepost/v1/message.pb.h"

namespace gatepost::domain {

// Every rule that a transcript must keep to by itself (DOMAIN.md 4). The first breach is returned:
//   WRONG_SIDE      what was heard is the word of the author's own side
//   FIELD_MISSING   channel, time or issuer are absent
//   FUTURE_DATE     heard more than 5 minutes ahead
//   FIELD_CONFLICT  scope_ids of the header that are not the gates of the timetable; a transcript
//                   that replaces something: it is cancelled by nobody, only confirmed
// and those of CheckTimetable and CheckPapers. Thread-safe.
absl::Status ValidateTranscript(const v1::Transcript& transcript, const v1::MessageHeader& header,
                                const NoticeContext& context);

// The timetable in a message of whatever family; nullptr for one that has none.
const v1::Timetable* TimetableIn(const v1::Message& message);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_HOURS_TRANSCRIPT_RULES_H_
