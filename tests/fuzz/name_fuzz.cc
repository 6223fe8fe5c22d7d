// Names and numbers as text: SPIFFE ids, ids of nodes and messages, addresses, hexadecimal and
// base64. What is taken has one spelling.

#include "certs/digest.h"
#include "certs/spiffe_id.h"
#include "daemon/config/checks.h"
#include "daemon/domain/message_id.h"
#include "daemon/domain/message_rules.h"
#include "daemon/ledger/lines.h"
#include "tests/fuzz/promise.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gatepost;
  using fuzz::Promise;
  const std::string_view text = fuzz::ViewOf(data, size);
  const auto id = certs::SpiffeId::Parse(text);
  fuzz::PromiseAnswer(id.status());
  if (id.ok()) {
    Promise(id->ToString() == text && text.size() <= certs::SpiffeId::kMaxSizeBytes,
            "an id is its text");
    std::string path = "/" + std::string(certs::RoleName(id->role())) + "/";
    if (!id->agency().empty()) path = "/agency/" + std::string(id->agency()) + path;
    Promise("spiffe://" + std::string(id->trust_domain()) + path + std::string(id->name()) == text,
            "an id is made of its parts");
  }
  for (const bool zero_port : {false, true}) {
    const auto place = config::ParseHostPort(text, zero_port);
    fuzz::PromiseAnswer(place.status());
    if (place.ok()) {
      const auto again = config::ParseHostPort(place->ToString(), zero_port);
      Promise(again.ok() && again->host == place->host && again->port == place->port,
              "an address is read back as it was");
    }
  }
  fuzz::PromiseAnswer(config::CheckNodeId(text));
  fuzz::PromiseAnswer(config::CheckCountry(text));
  fuzz::PromiseAnswer(domain::CheckMessageId(text));
  Promise(!config::CheckNodeId(text).ok() || domain::IsNodeId(text), "one rule for node ids");

  if (const auto bytes = certs::Base64Decode(text)) {
    Promise(certs::Base64Encode(*bytes) == text, "base64 has one spelling");
  }
  if (const auto bytes = certs::HexDecode(text)) {
    Promise(certs::HexEncode(*bytes) == text, "hexadecimal has one spelling");
  }
  Promise(certs::Base64Decode(certs::Base64Encode(text)) == text, "base64 brings all bytes back");
  Promise(certs::HexDecode(certs::HexEncode(text)) == text, "hexadecimal brings all bytes back");
  if (const auto number = ledger::ParseDecimal(text)) {
    Promise(std::to_string(*number) == text, "a number has one spelling");
  }
  return 0;
}
