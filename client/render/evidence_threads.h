#ifndef GATEPOST_CLIENT_RENDER_EVIDENCE_THREADS_H_
#define GATEPOST_CLIENT_RENDER_EVIDENCE_THREADS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "client/evidence/verdict.h"

// Evidence as a reviewer looks at it: messages that belong together, what was decided about them,
// and how early each side knew. Everything here points into the verdict, which must outlive it.
namespace gatepost::render {

using MessageList = std::vector<const evidence::MessageFacts*>;

// Messages that cite each other, as far as they are in the evidence: a thread of agreement with its
// answers, a notice with what ends or cancels it, a report with its revisions, and what
// acknowledges them. In the order of their first messages.
std::vector<MessageList> ThreadsOf(const evidence::Verdict& verdict);

// An entry and the message it is about.
struct EntryAbout {
  const evidence::ProvedEntry* entry = nullptr;
  const evidence::MessageFacts* message = nullptr;
};

// The entries of all messages given, by time, then log and index.
std::vector<EntryAbout> EntriesOf(const MessageList& messages);

// The sequencer's decisions: entries whose result is a state of a proposal (PROTOCOL.md 5) but for
// those by which the other node logs that it knows of one.
std::vector<EntryAbout> DecisionsOf(const MessageList& messages);

// Entries by which a node logs that it knows a decision of the other one.
bool IsKnownDecision(const evidence::ProvedEntry& entry);

// Whether a decision, or the other node's knowing of it, was taken back: a later decision of the
// same log among `entries` stands instead of it (PROTOCOL.md 3).
bool IsTakenBack(const std::vector<EntryAbout>& entries, const evidence::ProvedEntry& entry);

// The first entry about a message in that node's log: when the node knew of it; null for none.
const evidence::ProvedEntry* FirstAt(const evidence::MessageFacts& message,
                                     const std::string& node);

// The nodes whose logs are in the evidence, the exporter's first.
std::vector<std::string> NodesOf(const evidence::Verdict& verdict);

// The first instant of what the message says of hours; nullopt for one that says nothing of hours,
// or says it in a zone or on a day that does not exist.
std::optional<absl::Time> BeginningOf(const v1::Message& message);

// How long before its beginning something was known.
struct LeadTime {
  const evidence::MessageFacts* message = nullptr;  // Whose hours begin.
  const evidence::ProvedEntry* entry = nullptr;     // What made it known.
  bool binding = false;  // It says that the hours bind; otherwise that they were told.
  absl::Time begins;

  // Below zero: known after it began.
  absl::Duration length() const { return begins - entry->leaf.time; }
};

// For each message about hours: when each node knew of it, and when it knew that it binds, unless
// that decision was taken back. By time.
std::vector<LeadTime> LeadTimesOf(const MessageList& messages);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_EVIDENCE_THREADS_H_
