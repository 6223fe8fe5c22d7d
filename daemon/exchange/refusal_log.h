#ifndef GATEPOST_DAEMON_EXCHANGE_REFUSAL_LOG_H_
#define GATEPOST_DAEMON_EXCHANGE_REFUSAL_LOG_H_

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "daemon/exchange/committer.h"
#include "daemon/system/clock.h"

namespace gatepost::exchange {

// Logs refusals of callers who proved who they are, within a limit (PROTOCOL.md 8): for each
// identity the first N of a minute get a leaf each, the rest of that minute one DENIED_SUMMARY that
// counts them. Strangers, who proved nothing, never reach this. Memory is bounded: identities whose
// minute is over are forgotten.
class RefusalLog {
 public:
  // `committer` and `clock` must outlive this.
  RefusalLog(Committer& committer, const system::Clock& clock, int per_minute);

  // Logs a refusal: `event` is REFUSED (a message at the door) or DENIED (an act), `actor` the
  // SPIFFE id that was refused, `object` what it was about ("-" when nothing), `pae` the digest of
  // the refused envelope when there is one. Returns at once. Any thread.
  void Log(std::string_view event, std::string_view actor, std::string_view object,
           const absl::Status& refusal, std::optional<certs::Digest> pae = std::nullopt);

  // Writes the summaries of minutes that are over. Call every few seconds.
  void Tick();

 private:
  struct Minute {
    absl::Time start;
    int logged = 0;
    int64_t suppressed = 0;
  };
  void Summarize(const std::string& actor, const Minute& minute);

  Committer& committer_;
  const system::Clock& clock_;
  const int per_minute_;
  std::mutex mutex_;
  std::map<std::string, Minute, std::less<>> minutes_;  // By actor. Guarded by mutex_.
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_REFUSAL_LOG_H_
