#include "daemon/exchange/link_hello.h"

#include <algorithm>
#include <map>

#include "certs/dsse.h"
#include "daemon/exchange/link_epoch.h"
#include "daemon/exchange/restore/returned.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

absl::Time TimeOf(const google::protobuf::Timestamp& stamp) {
  return absl::FromUnixSeconds(stamp.seconds()) + absl::Nanoseconds(stamp.nanos());
}

// Both nodes count the sessions of one link, so they cannot be far apart; a peer that leaps would
// use up the numbers.
constexpr uint64_t kLargestFencingStep = uint64_t{1} << 32;

bool SameRegister(const LinkParts& parts, const v1::LinkHello& theirs) {
  return theirs.register_sha256() == certs::AsView(parts.gates.RegisterDigest());
}

}  // namespace

absl::StatusOr<v1::LinkHello> MakeHello(const LinkParts& parts, uint64_t proposed_fencing) {
  GATEPOST_ASSIGN_OR_RETURN(std::unique_ptr<store::Reader> reader, parts.store.Read());
  GATEPOST_ASSIGN_OR_RETURN(const store::LinkRecord link, reader->Link(parts.link.peer_node));
  v1::LinkHello hello;
  hello.set_protocol_version(kLinkProtocolVersion);
  hello.set_node(parts.node.node);
  hello.set_epoch(parts.log.epoch());
  hello.set_last_sent(link.last_queued);
  hello.set_last_sent_digest(std::string(certs::AsView(link.queued_digest)));
  hello.set_last_received(link.last_received);
  hello.set_last_received_digest(std::string(certs::AsView(link.received_digest)));
  hello.set_last_receipted(link.last_receipted);
  hello.set_last_decision(link.last_decision);
  hello.set_last_rung_given(link.last_rung_given);
  hello.set_last_rung_taken(link.last_rung_taken);
  hello.set_cosigns(true);
  hello.set_gives_back(true);
  if (!parts.log.restored().empty()) {
    GATEPOST_ASSIGN_OR_RETURN(*hello.mutable_restored(),
                              HeldSoFar(*reader, link, parts.log.head().size));
  } else if (const Head head = parts.log.head(); head.size > 0) {
    GATEPOST_ASSIGN_OR_RETURN(*hello.mutable_head(), parts.log.Checkpoint(head));
    GATEPOST_ASSIGN_OR_RETURN(std::optional<v1::LinkEpoch> opened, OpenedFor(parts, *reader));
    if (opened.has_value()) *hello.mutable_opened() = *std::move(opened);
  }
  if (link.peer_head_size > 0) {
    GATEPOST_ASSIGN_OR_RETURN(
        std::optional<store::PeerHeadRecord> peer_head,
        reader->PeerHead(parts.link.peer_node, link.peer_head_epoch, link.peer_head_size));
    if (peer_head.has_value()) hello.set_peer_head(peer_head->checkpoint);
  }
  hello.add_payload_types(std::string(certs::kMessagePayloadType));
  hello.mutable_limits()->set_window_messages(parts.link.window_messages);
  hello.mutable_limits()->set_window_bytes(parts.link.window_bytes);
  hello.mutable_limits()->set_max_envelope_bytes(parts.node.max_envelope_bytes);
  hello.set_register_sha256(std::string(certs::AsView(parts.gates.RegisterDigest())));
  hello.set_agreement_sha256(std::string(certs::AsView(parts.link.agreement_sha256)));
  const absl::Time now = parts.clock.Now();
  hello.mutable_clock()->set_seconds(absl::ToUnixSeconds(now));
  hello.mutable_clock()->set_nanos(static_cast<int32_t>(
      (absl::ToUnixNanos(now) % 1'000'000'000 + 1'000'000'000) % 1'000'000'000));
  hello.set_fencing(proposed_fencing);
  return hello;
}

uint64_t AgreedFencing(const v1::LinkHello& ours, const v1::LinkHello& theirs,
                       bool dialled_by_smaller_id) {
  return 2 * std::max(ours.fencing(), theirs.fencing()) + (dialled_by_smaller_id ? 1 : 0);
}

absl::Status CheckHelloTerms(const LinkParts& parts, const v1::LinkHello& ours,
                             const v1::LinkHello& theirs) {
  if (theirs.ByteSizeLong() > kLargestHelloBytes) {
    return system::Refuse(
        v1::REASON_BAD_FRAME, fmt::format("a Hello of at most {} bytes", kLargestHelloBytes),
        fmt::format("{} bytes", theirs.ByteSizeLong()), "repair the peer's software");
  }
  if (theirs.protocol_version() != kLinkProtocolVersion) {
    return system::Refuse(v1::REASON_PROTOCOL_VERSION,
                          fmt::format("protocol version {}", kLinkProtocolVersion),
                          fmt::format("version {}", theirs.protocol_version()),
                          "bring both nodes to a common version");
  }
  if (theirs.node() != parts.link.peer_node) {
    return system::Refuse(v1::REASON_WRONG_NODE, fmt::format("node {}", parts.link.peer_node),
                          theirs.node(), "dial the node that the link agreement names");
  }
  if (theirs.agreement_sha256() != certs::AsView(parts.link.agreement_sha256)) {
    return system::Refuse(
        v1::REASON_AGREEMENT_DIFFERS,
        fmt::format("link agreement {}", certs::ToHex(parts.link.agreement_sha256)),
        fmt::format("link agreement {}", certs::HexEncode(theirs.agreement_sha256())),
        "put the same file, byte for byte, on both nodes");
  }
  if (std::find(theirs.payload_types().begin(), theirs.payload_types().end(),
                certs::kMessagePayloadType) == theirs.payload_types().end()) {
    return system::Refuse(v1::REASON_UNKNOWN_PAYLOAD_TYPE,
                          fmt::format("a peer that accepts {}", certs::kMessagePayloadType),
                          theirs.payload_types().empty() ? "none" : theirs.payload_types(0),
                          "bring both nodes to a common version");
  }
  if (theirs.last_sent_digest().size() != 32 || theirs.last_received_digest().size() != 32 ||
      theirs.register_sha256().size() != 32 || !theirs.has_clock() || theirs.epoch() == 0 ||
      theirs.fencing() == 0 || theirs.fencing() > (uint64_t{1} << 60) ||
      theirs.fencing() > ours.fencing() + kLargestFencingStep ||
      theirs.limits().window_messages() == 0 || theirs.limits().window_bytes() == 0 ||
      theirs.limits().max_envelope_bytes() == 0) {
    return system::Refuse(v1::REASON_BAD_FRAME,
                          "a Hello with digests of 32 bytes, a clock, an epoch, a fencing number "
                          "and limits",
                          theirs.ShortDebugString().substr(0, 200), "repair the peer's software");
  }
  return absl::OkStatus();
}

absl::Duration ClockSkew(const v1::LinkHello& theirs, absl::Time now) {
  return TimeOf(theirs.clock()) - now;
}

std::vector<std::string> DifferencesNamed(const LinkParts& parts, const v1::LinkHello& ours,
                                          const v1::LinkHello& theirs, absl::Time now) {
  std::vector<std::string> named;
  if (!SameRegister(parts, theirs)) {
    named.push_back(fmt::format("gate register: {} here, {} at {}; differing entries are blocked",
                                certs::HexEncode(ours.register_sha256()).substr(0, 16),
                                certs::HexEncode(theirs.register_sha256()).substr(0, 16),
                                theirs.node()));
  }
  const absl::Duration skew = ClockSkew(theirs, now);
  if (absl::AbsDuration(skew) > kMostClockSkew) {
    named.push_back(fmt::format("clock: {}'s is {:+.0f} s from ours", theirs.node(),
                                absl::ToDoubleSeconds(skew)));
  }
  const auto limit = [&](std::string_view what, uint64_t here, uint64_t there) {
    if (here != there) {
      named.push_back(fmt::format("{}: {} here, {} at {}; the smaller holds", what, here, there,
                                  theirs.node()));
    }
  };
  limit("window in messages", ours.limits().window_messages(), theirs.limits().window_messages());
  limit("window in bytes", ours.limits().window_bytes(), theirs.limits().window_bytes());
  limit("largest envelope in bytes", ours.limits().max_envelope_bytes(),
        theirs.limits().max_envelope_bytes());
  for (const std::string& type : theirs.payload_types()) {
    if (type != certs::kMessagePayloadType) {
      named.push_back(fmt::format("payload type {}: only {} accepts it", type, theirs.node()));
    }
  }
  return named;
}

v1::LinkRegister MakeRegister(const domain::GateRegister& gates) {
  v1::LinkRegister entries;
  for (const auto& [id, digest] : gates.EntryDigests()) {
    v1::LinkRegisterEntry* entry = entries.add_entries();
    entry->set_id(id);
    entry->set_sha256(std::string(certs::AsView(digest)));
  }
  return entries;
}

std::set<std::string> DifferingIds(const domain::GateRegister& gates,
                                   const v1::LinkRegister& theirs) {
  std::set<std::string> differing;
  std::map<std::string, certs::Digest> ours = gates.EntryDigests();
  for (const v1::LinkRegisterEntry& entry : theirs.entries()) {
    const auto found = ours.find(entry.id());
    if (found == ours.end() || certs::AsView(found->second) != entry.sha256()) {
      differing.insert(entry.id());
    }
    if (found != ours.end()) ours.erase(found);
  }
  for (const auto& [id, digest] : ours) differing.insert(id);
  return differing;
}

}  // namespace gatepost::exchange
