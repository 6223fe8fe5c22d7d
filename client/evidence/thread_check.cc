#include "client/evidence/thread_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "certs/digest.h"
#include "certs/spiffe_id.h"
#include "client/evidence/entries.h"
#include "daemon/ledger/lines.h"

namespace gatepost::evidence {
namespace {

namespace event = ledger::event;

// An entry's place in its log; later ones are larger.
std::pair<uint64_t, uint64_t> PlaceOf(const ProvedEntry& entry) {
  return {entry.leaf.epoch, entry.index};
}

bool IsFirst(const ProvedEntry& entry) {
  return entry.leaf.event == event::kAccepted || entry.leaf.event == event::kDelivered;
}

std::string DomainOf(const std::string& spiffe_id) {
  const absl::StatusOr<certs::SpiffeId> id = certs::SpiffeId::Parse(spiffe_id);
  return id.ok() ? std::string(id->trust_domain()) : "";
}

class Threads {
 public:
  Threads(const Anchors& anchors, const std::string& exporter,
          const std::vector<MessageFacts>& messages, Found& found)
      : anchors_(anchors), exporter_(exporter), messages_(messages), found_(found) {}

  void Check() {
    CheckEachOnce();
    for (const MessageFacts& message : messages_) {
      CheckCitations(message);
      if (message.message.has_acceptance()) CheckAcceptance(message);
    }
  }

 private:
  void CheckEachOnce() {
    std::set<std::pair<std::string, std::string>> seen;
    std::optional<std::pair<uint64_t, uint64_t>> last;
    for (const MessageFacts& message : messages_) {
      if (!message.message_id.empty() &&
          !seen.emplace(message.author, message.message_id).second) {
        found_.Invalid(message.folder, "each message once",
                       fmt::format("{} again", message.message_id));
      }
      for (const ProvedEntry& entry : message.entries) {
        if (!IsFirst(entry) || entry.node != exporter_) continue;
        if (last.has_value() && PlaceOf(entry) <= *last) {
          found_.Invalid(message.folder,
                         fmt::format("messages in the order in which {} took them", exporter_),
                         fmt::format("entry {} after entry {}", entry.index, last->second));
        }
        last = PlaceOf(entry);
      }
    }
  }

  // The message that is cited; null, with a finding, when it is not there or another.
  const MessageFacts* Cited(const MessageFacts& by, const v1::MessageCitation& citation) {
    for (const MessageFacts& message : messages_) {
      if (certs::AsView(message.pae) != citation.pae_sha256()) continue;
      if (message.message_id == citation.message_id() && message.author == citation.author()) {
        return &message;
      }
      found_.Invalid(by.folder, fmt::format("a citation of {}", message.message_id),
                     citation.message_id());
      return nullptr;
    }
    found_.Missing(by.folder, fmt::format("message {}, which it cites", citation.message_id()),
                   "it is not in the bundle", "have the whole thread exported (with its thread)");
    return nullptr;
  }

  void CheckCitations(const MessageFacts& message) {
    const v1::Message& said = message.message;
    std::vector<const v1::MessageCitation*> cited;
    if (said.has_proposal() && messages_.size() > 1) {
      if (said.proposal().has_thread()) cited.push_back(&said.proposal().thread());
      if (said.proposal().has_counters()) cited.push_back(&said.proposal().counters());
    }
    if (said.has_acceptance()) cited.push_back(&said.acceptance().thread());
    if (said.has_rejection() && messages_.size() > 1) {
      cited.push_back(&said.rejection().thread());
      cited.push_back(&said.rejection().proposal());
    }
    if (said.has_withdrawal() && messages_.size() > 1) {
      cited.push_back(&said.withdrawal().thread());
      cited.push_back(&said.withdrawal().proposal());
    }
    for (const v1::MessageCitation* citation : cited) Cited(message, *citation);
  }

  std::optional<std::string> SequencerOf(const MessageFacts& message) {
    const v1::MessageHeader& header = message.message.header();
    if (header.recipient_nodes_size() != 1) return std::nullopt;
    const config::LinkAgreement* agreement =
        anchors_.Between(header.origin_node(), header.recipient_nodes(0));
    if (agreement == nullptr) return std::nullopt;
    return agreement->file.value.sequencer();
  }

  void CheckAcceptance(const MessageFacts& message) {
    const v1::Acceptance& acceptance = message.message.acceptance();
    const MessageFacts* proposal = Cited(message, acceptance.proposal());
    const std::optional<std::string> sequencer = SequencerOf(message);
    if (!sequencer.has_value()) {
      return found_.Invalid(message.folder, "an acceptance between the two nodes of a link",
                            "other nodes");
    }
    if (proposal != nullptr && !proposal->purged && !proposal->message.has_proposal()) {
      found_.Invalid(message.folder, "an acceptance of a proposal", "one of another message");
    }
    if (proposal != nullptr && DomainOf(proposal->author) == DomainOf(message.author)) {
      found_.Invalid(message.folder, "an acceptance by the other side than the proposal's",
                     message.author);
    }
    CheckSeen(message, *sequencer, acceptance.seen());
    const auto decided = std::ranges::find_if(message.entries, [&](const ProvedEntry& entry) {
      return IsFirst(entry) && entry.node == *sequencer;
    });
    if (decided == message.entries.end()) {
      return found_.Missing(message.folder,
                            fmt::format("the leaf of the sequencer {} that decides it", *sequencer),
                            "none: it is not shown to be in force",
                            "have the bundle exported again once it is decided, or ask there");
    }
    const std::string& result = decided->leaf.result;
    if (result != "IN_FORCE") {
      return found_.Note(fmt::format("{}: it put nothing in force ({} at entry {} of {})",
                                     message.folder, result, decided->index, *sequencer));
    }
    if (const ProvedEntry* instead = TakenBack(*decided)) {
      return found_.Note(fmt::format("{}: in force by entry {} of {}, taken back by entry {} ({})",
                                     message.folder, decided->index, *sequencer, instead->index,
                                     instead->leaf.result));
    }
    found_.Note(fmt::format("{}: in force by entry {} of {}, {}", message.folder, decided->index,
                            *sequencer,
                            absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", decided->leaf.time,
                                             absl::UTCTimeZone())));
  }

  void CheckSeen(const MessageFacts& message, const std::string& sequencer,
                 const v1::DecisionReference& seen) {
    for (const MessageFacts& other : messages_) {
      for (const ProvedEntry& entry : other.entries) {
        if (entry.node == sequencer && entry.leaf.epoch == seen.epoch() &&
            entry.index == seen.leaf_index()) {
          return;
        }
      }
    }
    found_.Missing(message.folder,
                   fmt::format("entry {} of {} (epoch {}), the decision that its author had seen",
                               seen.leaf_index(), sequencer, seen.epoch()),
                   "it is not in the bundle", "have the whole thread exported (with its thread)");
  }

  // The later decision of the same log that stands instead of it; null when there is none.
  const ProvedEntry* TakenBack(const ProvedEntry& decided) {
    for (const MessageFacts& message : messages_) {
      for (const ProvedEntry& entry : message.entries) {
        std::string_view detail = entry.leaf.detail;
        if (entry.node == decided.node && entry.leaf.event == event::kDecided &&
            entry.leaf.epoch == decided.leaf.epoch && entry.index > decided.index &&
            ledger::TakePrefix("instead:", detail) &&
            ledger::ParseDecimal(detail) == decided.index) {
          return &entry;
        }
      }
    }
    return nullptr;
  }

  const Anchors& anchors_;
  const std::string& exporter_;
  const std::vector<MessageFacts>& messages_;
  Found& found_;
};

}  // namespace

void CheckThreads(const Anchors& anchors, const std::string& exporter,
                  const std::vector<MessageFacts>& messages, Found& found) {
  Threads(anchors, exporter, messages, found).Check();
}

}  // namespace gatepost::evidence
