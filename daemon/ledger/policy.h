#ifndef GATEPOST_DAEMON_LEDGER_POLICY_H_
#define GATEPOST_DAEMON_LEDGER_POLICY_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/note.h"

// Trust policies (c2sp.org/tlog-policy): which logs are known, which witnesses, and whose
// cosignatures a head needs. Pure and callable from any thread.
namespace gatepost::ledger {

class Policy {
 public:
  struct Log {
    VerifierKey key;  // Of type 0x01.
    std::string url;  // Empty: none.
    friend bool operator==(const Log&, const Log&) = default;
  };
  struct Witness {
    std::string name;  // Inside the policy only.
    VerifierKey key;   // Of type 0x04.
    std::string url;   // Empty: none.
    friend bool operator==(const Witness&, const Witness&) = default;
  };
  struct Group {
    std::string name;
    size_t threshold = 1;              // How many members must have witnessed.
    std::vector<std::string> members;  // Witnesses and earlier groups.
    friend bool operator==(const Group&, const Group&) = default;
  };

  // A policy without logs and witnesses, whose quorum is `none`.
  Policy() = default;

  // Reads a policy file. REASON_BAD_CONFIG names the line that is wrong: a character that is
  // neither tab, LF nor printable, a last line without LF, an unknown keyword, a bad vkey or one of
  // the wrong type, a public key or name twice, a name that is not defined above, a name as member
  // twice, a threshold outside 1 to the number of members, none or several quorum lines.
  static absl::StatusOr<Policy> Parse(std::string_view text);

  // The file that Parse reads: logs, witnesses, groups, then the quorum.
  std::string Format() const;

  // These add what one line says; REASON_BAD_CONFIG as for Parse.
  absl::Status AddLog(VerifierKey key, std::string url = "");
  absl::Status AddWitness(std::string name, VerifierKey key, std::string url = "");
  absl::Status AddGroup(Group group);
  absl::Status SetQuorum(std::string name);  // Of a witness or group, or `none`.

  const std::vector<Log>& logs() const { return logs_; }
  const std::vector<Witness>& witnesses() const { return witnesses_; }
  const std::vector<Group>& groups() const { return groups_; }
  const std::string& quorum() const { return quorum_; }  // A name, or `none`.
  std::vector<VerifierKey> WitnessKeys() const;

  // Whether the cosignatures of `head`, which was opened with this policy's witnesses, make up the
  // quorum. A witness counts once, however often it signed.
  bool Satisfies(const OpenedCheckpoint& head) const;

  // Opens a signed checkpoint by this policy: one of its logs has signed it, every line of a known
  // key holds, and the quorum has cosigned it. REASON_BAD_HEAD_SIGNATURE or REASON_EVIDENCE_INVALID
  // as OpenCheckpoint; REASON_EVIDENCE_INCOMPLETE when only the quorum is missing.
  absl::StatusOr<OpenedCheckpoint> Open(std::string_view note) const;

  friend bool operator==(const Policy&, const Policy&) = default;

 private:
  absl::Status CheckNewName(std::string_view name) const;
  bool IsDefined(std::string_view name) const;

  std::vector<Log> logs_;
  std::vector<Witness> witnesses_;
  std::vector<Group> groups_;  // Each names only witnesses and groups before it.
  std::string quorum_ = "none";
};

}  // namespace gatepost::ledger

#endif  // GATEPOST_DAEMON_LEDGER_POLICY_H_
