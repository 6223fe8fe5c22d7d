#ifndef GATEPOST_DAEMON_EXCHANGE_HOURS_FACTS_H_
#define GATEPOST_DAEMON_EXCHANGE_HOURS_FACTS_H_

#include <cstdint>
#include <map>
#include <vector>

#include "daemon/domain/hours/spans.h"
#include "daemon/exchange/terms.h"
#include "daemon/store/records.h"
#include "gatepost/v1/exchange_service.pb.h"
#include "gatepost/v1/message.pb.h"

namespace gatepost::exchange {

// A message about hours, read.
struct Heard {
  store::HoursRecord hours;
  store::MessageRecord record;
  v1::Message message;
};

// By row of the message.
using HeardByRow = std::map<int64_t, Heard>;

// What stands beside the hours of a span: stops and openings that were seen, services, transcripts;
// a warning for each, in the order in which this node learnt of them. A stop stands until its gates
// were seen to open again: from then on it is not listed. An opening or a service is listed for
// spans within a day of it.
std::vector<v1::Finding> FactsBeside(const HeardByRow& heard, domain::Span span,
                                     const NodeTerms& node);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_HOURS_FACTS_H_
