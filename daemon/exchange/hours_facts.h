#ifndef GATEPOST_DAEMON_EXCHANGE_HOURS_FACTS_H_
#define GATEPOST_DAEMON_EXCHANGE_HOURS_FACTS_H_

#include <vector>

#include "daemon/domain/hours/spans.h"
#include "daemon/exchange/heard_hours.h"
#include "daemon/exchange/terms.h"
#include "gatepost/v1/exchange_service.pb.h"

namespace gatepost::exchange {

// What stands beside the hours of a span: stops and openings that were seen, services, transcripts,
// and what this node cannot read; a warning for each, in the order in which this node learnt of
// them. A stop stands until its gates were seen to open again: from then on it is not listed. An
// opening or a service is listed for spans within a day of it.
std::vector<v1::Finding> FactsBeside(const HeardByRow& heard, domain::Span span,
                                     const NodeTerms& node);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_HOURS_FACTS_H_
