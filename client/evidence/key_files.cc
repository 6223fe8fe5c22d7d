#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <set>

#include "client/evidence/check_script.h"
#include "client/evidence/derived_files.h"
#include "daemon/ledger/note.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::evidence {
namespace {

// A C2SP tlog-policy: the node's log, and the witnesses of its peers, all of which shall have
// cosigned.
std::string PolicyText(const ledger::VerifierKey& log,
                       const std::map<std::string, std::string>& witnesses) {
  std::string text = fmt::format("log {}\n", log.Format());
  std::vector<std::string> names;
  for (const auto& [node, vkey] : witnesses) {
    text += fmt::format("witness {} {}\n", node, vkey);
    names.push_back(node);
  }
  if (names.size() == 1) return text + fmt::format("quorum {}\n", names[0]);
  return text + fmt::format("group every-peer all {}\nquorum every-peer\n", fmt::join(names, " "));
}

absl::Status AddOnce(const std::string& name, std::string bytes, Files& files) {
  const auto [place, added] = files.emplace(name, bytes);
  if (added || place->second == bytes) return absl::OkStatus();
  return system::Refuse(v1::REASON_EVIDENCE_INVALID,
                        fmt::format("link agreements that name one key for {}", name), "two",
                        "export the messages of each link by themselves");
}

}  // namespace

absl::Status AddKeyFiles(const CoreFiles& core, Files& files) {
  std::map<std::string, ledger::VerifierKey> logs;
  std::map<std::string, std::map<std::string, std::string>> witnesses;  // By log's node, then own.
  for (const config::LinkAgreement& agreement : core.agreements) {
    for (size_t i = 0; i < agreement.nodes.size(); ++i) {
      const config::AgreedNode& node = agreement.nodes[i];
      const config::AgreedNode& peer = agreement.nodes[1 - i];
      const std::string stem = "keys/" + node.stated.node();
      GATEPOST_RETURN_IF_ERROR(AddOnce(stem + "-log.pem", PublicKeyPem(node.log), files));
      GATEPOST_RETURN_IF_ERROR(AddOnce(stem + "-witness.pem", PublicKeyPem(node.witness), files));
      logs.emplace(node.stated.node(), node.log);
      witnesses[node.stated.node()][peer.stated.node()] = peer.witness.Format();
    }
  }
  for (const auto& [node, log] : logs) {
    files[fmt::format("policy/{}.txt", node)] = PolicyText(log, witnesses[node]);
  }
  return absl::OkStatus();
}

}  // namespace gatepost::evidence
