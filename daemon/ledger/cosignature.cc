#include "daemon/ledger/cosignature.h"

#include <fmt/format.h>

#include <cstdint>
#include <limits>

#include "certs/ed25519.h"
#include "daemon/ledger/note.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "gatepost/v1/reason.pb.h"

namespace gatepost::ledger {
namespace {

constexpr size_t kTimeSizeBytes = 8;

std::string Message(std::string_view checkpoint_body, int64_t unix_seconds) {
  return fmt::format("cosignature/v1\ntime {}\n{}", unix_seconds, checkpoint_body);
}

uint64_t LeadingSeconds(std::string_view payload) {
  uint64_t seconds = 0;
  for (unsigned char byte : payload.substr(0, kTimeSizeBytes)) seconds = seconds << 8 | byte;
  return seconds;
}

absl::Status Untrusted(std::string_view came) {
  return system::Refuse(v1::REASON_BAD_HEAD_SIGNATURE, "a cosignature that holds", came,
                        "do not count it, and ask the witness's operator");
}

}  // namespace

std::string CosignatureMessage(std::string_view checkpoint_body, absl::Time time) {
  return Message(checkpoint_body, absl::ToUnixSeconds(time));
}

absl::StatusOr<std::string> Cosign(std::string_view checkpoint_body, const NoteSigner& witness,
                                   absl::Time time) {
  if (witness.type() != kEd25519CosignatureType) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, "a witness key (type 0x04)",
                          fmt::format("type {:#04x}", witness.type()),
                          "cosign with the witness key");
  }
  const int64_t unix_seconds = absl::ToUnixSeconds(time);
  if (unix_seconds < 0) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, "a time from 1970 on",
                          absl::FormatTime(time, absl::UTCTimeZone()), "set the machine's clock");
  }
  GATEPOST_ASSIGN_OR_RETURN(VerifierKey key, VerifierOf(witness));
  GATEPOST_ASSIGN_OR_RETURN(std::string signature,
                            witness.Sign(Message(checkpoint_body, unix_seconds)));
  std::string payload;
  for (int shift = 56; shift >= 0; shift -= 8) {
    payload.push_back(static_cast<char>(static_cast<uint64_t>(unix_seconds) >> shift));
  }
  return SignatureLine(key, payload + signature);
}

absl::StatusOr<absl::Time> VerifyCosignature(std::string_view public_key,
                                             std::string_view checkpoint_body,
                                             std::string_view payload) {
  if (payload.size() != kTimeSizeBytes + certs::kEd25519SignatureSizeBytes) {
    return Untrusted(fmt::format("{} bytes instead of 72", payload.size()));
  }
  const uint64_t seconds = LeadingSeconds(payload);
  if (seconds > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
    return Untrusted("a time of 2^63 or more");
  }
  const int64_t unix_seconds = static_cast<int64_t>(seconds);
  if (!certs::Ed25519Verify(public_key, Message(checkpoint_body, unix_seconds),
                            payload.substr(kTimeSizeBytes))) {
    return Untrusted("one that does not");
  }
  return absl::FromUnixSeconds(unix_seconds);
}

absl::Time CosignatureTime(std::string_view payload) {
  return absl::FromUnixSeconds(static_cast<int64_t>(LeadingSeconds(payload)));
}

}  // namespace gatepost::ledger
