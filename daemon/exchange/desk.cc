#include "daemon/exchange/desk.h"

#include "daemon/domain/agreements/thread_rules.h"

namespace gatepost::exchange {

std::string ResultWord(const OpenedMessage& opened, const Judgement& judgement) {
  if (opened.newer_schema) return "CARRIED";
  if (judgement.decision == v1::AGREEMENT_STATE_UNSPECIFIED) return "APPLIED";
  return domain::StateName(judgement.decision);
}

}  // namespace gatepost::exchange
