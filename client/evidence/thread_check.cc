#include "client/evidence/thread_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "certs/digest.h"
#include "client/evidence/agreement_check.h"
#include "client/evidence/entries.h"
#include "client/evidence/side_messages.h"

namespace gatepost::evidence {
namespace {

// An entry's place in its log; later ones are larger.
std::pair<uint64_t, uint64_t> PlaceOf(const ProvedEntry& entry) {
  return {entry.leaf.epoch, entry.index};
}

class Threads {
 public:
  Threads(const Anchors& anchors, const std::string& exporter,
          const std::vector<MessageFacts>& messages, Found& found)
      : anchors_(anchors),
        exporter_(exporter),
        messages_(messages),
        // Rosters and announced keys come along with a single message too.
        several_(std::ranges::count_if(messages,
                                       [](const MessageFacts& message) {
                                         return !SpeaksForSide(message.message);
                                       }) > 1),
        found_(found) {}

  void Check() {
    CheckEachOnce();
    for (const MessageFacts& message : messages_) {
      CheckCitations(message);
      if (!message.message.has_acceptance()) continue;
      const MessageFacts* proposal = Cited(message, message.message.acceptance().proposal());
      CheckAcceptance(anchors_, messages_, message, proposal, found_);
    }
  }

 private:
  void CheckEachOnce() {
    std::set<std::pair<std::string, std::string>> seen;
    std::optional<std::pair<uint64_t, uint64_t>> last;
    for (const MessageFacts& message : messages_) {
      if (!message.message_id.empty() && !seen.emplace(message.author, message.message_id).second) {
        found_.Invalid(message.folder, "each message once",
                       fmt::format("{} again", message.message_id));
      }
      for (const ProvedEntry& entry : message.entries) {
        if (!IsFirst(entry.leaf) || entry.node != exporter_) continue;
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
    if (said.has_proposal() && several_) {
      if (said.proposal().has_thread()) cited.push_back(&said.proposal().thread());
      if (said.proposal().has_counters()) cited.push_back(&said.proposal().counters());
    }
    if (said.has_acceptance()) cited.push_back(&said.acceptance().thread());
    if (said.has_rejection() && several_) {
      cited.push_back(&said.rejection().thread());
      cited.push_back(&said.rejection().proposal());
    }
    if (said.has_withdrawal() && several_) {
      cited.push_back(&said.withdrawal().thread());
      cited.push_back(&said.withdrawal().proposal());
    }
    for (const v1::MessageCitation* citation : cited) Cited(message, *citation);
  }

  const Anchors& anchors_;
  const std::string& exporter_;
  const std::vector<MessageFacts>& messages_;
  const bool several_;
  Found& found_;
};

}  // namespace

void CheckThreads(const Anchors& anchors, const std::string& exporter,
                  const std::vector<MessageFacts>& messages, Found& found) {
  Threads(anchors, exporter, messages, found).Check();
}

}  // namespace gatepost::evidence
