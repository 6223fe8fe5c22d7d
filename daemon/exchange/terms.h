#ifndef GATEPOST_DAEMON_EXCHANGE_TERMS_H_
#define GATEPOST_DAEMON_EXCHANGE_TERMS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "certs/digest.h"
#include "certs/spiffe_id.h"
#include "daemon/domain/authority/agreed_rules.h"
#include "daemon/domain/civil_time.h"
#include "daemon/domain/report_duty.h"
#include "daemon/ledger/key_ring.h"

namespace gatepost::exchange {

// What a node is told about itself. Fixed while it runs.
struct NodeTerms {
  std::string node;              // Node id, e.g. vn-langson.
  certs::SpiffeId spiffe_id;     // spiffe://<trust domain>/node/<node>.
  std::string country;           // ISO 3166-1 alpha-2.
  std::string zone;              // IANA name; short references count the years of this zone.
  std::string reference_prefix;  // e.g. LS.
  std::string version;           // Of the software, for GetNode.
  bool practice = false;
  uint64_t max_envelope_bytes = 1 << 20;
  int refusals_per_minute = 10;
};

// What a node is told about one link: its side of the link agreement (PROTOCOL.md 7).
struct LinkTerms {
  std::string peer_node;
  certs::SpiffeId peer_spiffe_id;
  std::string peer_country;
  std::string own_country = {};  // As in NodeTerms.
  // As agreed, and as announced since.
  ledger::LiveKeys peer_log_keys;
  ledger::LiveKeys peer_witness_keys;
  // This node's own keys as the agreement names them (vkeys); empty: not known.
  std::string own_log_vkey = {};
  std::string own_witness_vkey = {};
  certs::Digest agreement_sha256{};
  std::string agreement_bytes = {};  // The agreement file's, for those who check evidence.
  uint32_t window_messages = 256;
  uint64_t window_bytes = 8 << 20;
  // The cut-off that applies when a report states none.
  int cut_off_hour = 20;
  int cut_off_minute = 0;
  std::string cut_off_zone;
  // When a day's report is due, on the business date, and who owes which.
  domain::ZonedClock report_due{20, 30, std::string(domain::kHanoiZone)};
  std::vector<domain::ReportDuty> report_duties = {};
  bool dials = false;        // Whether this node dials the peer.
  bool own_decides = false;  // Whether this node is the sequencer of the link's threads.
  // Who speaks for each side about itself: SPIFFE ids.
  std::vector<std::string> own_authorities = {};
  std::vector<std::string> peer_authorities = {};
  // What may cross, and with whose signatures; null: nothing was agreed about that.
  std::shared_ptr<const domain::AgreedRules> rules = nullptr;
};

// By peer node id.
using LinkTermsByPeer = std::map<std::string, LinkTerms>;

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_TERMS_H_
