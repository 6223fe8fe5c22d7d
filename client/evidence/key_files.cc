#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <string>
#include <vector>

#include "client/evidence/check_script.h"
#include "client/evidence/derived_files.h"
#include "daemon/ledger/key_ring.h"

namespace gatepost::evidence {
namespace {

// Which keys of witnesses belong to which node.
using Witnesses = std::map<std::string, const ledger::KeyRing*>;

// A C2SP tlog-policy: the node's log by each of its keys, and the witnesses of its peers, all of
// which shall have cosigned, each by one of its keys.
std::string PolicyText(const ledger::KeyRing& log, const Witnesses& witnesses) {
  std::string text;
  for (const ledger::VerifierKey& key : log.keys()) text += fmt::format("log {}\n", key.Format());
  std::vector<std::string> names;
  for (const auto& [node, ring] : witnesses) {
    std::vector<std::string> keys;
    for (const ledger::VerifierKey& key : ring->keys()) {
      keys.push_back(keys.empty() ? node : fmt::format("{}-key-{}", node, keys.size() + 1));
      text += fmt::format("witness {} {}\n", keys.back(), key.Format());
    }
    if (keys.size() == 1) {
      names.push_back(node);
    } else {
      names.push_back(fmt::format("{}-any-key", node));
      text += fmt::format("group {} any {}\n", names.back(), fmt::join(keys, " "));
    }
  }
  if (names.size() == 1) return text + fmt::format("quorum {}\n", names[0]);
  return text + fmt::format("group every-peer all {}\nquorum every-peer\n", fmt::join(names, " "));
}

void AddPems(const std::string& node, const char* use, const ledger::KeyRing& ring, Files& files) {
  for (size_t i = 0; i < ring.keys().size(); ++i) {
    files[KeyFile(node, use, i)] = PublicKeyPem(ring.keys()[i]);
  }
}

}  // namespace

std::string KeyFile(const std::string& node, const char* use, size_t place) {
  const std::string number = place == 0 ? "" : fmt::format("-{}", place + 1);
  return fmt::format("keys/{}-{}{}.pem", node, use, number);
}

void AddKeyFiles(const CoreFiles& core, Files& files) {
  std::map<std::string, Witnesses> peers;  // By log's node.
  for (const config::LinkAgreement& agreement : core.agreements) {
    for (size_t i = 0; i < agreement.nodes.size(); ++i) {
      const std::string& peer = agreement.nodes[1 - i].stated.node();
      peers[agreement.nodes[i].stated.node()][peer] = core.keys.Witness(peer);
    }
  }
  for (const auto& [node, witnesses] : peers) {
    AddPems(node, "log", *core.keys.Log(node), files);
    AddPems(node, "witness", *core.keys.Witness(node), files);
    files[fmt::format("policy/{}.txt", node)] = PolicyText(*core.keys.Log(node), witnesses);
  }
}

}  // namespace gatepost::evidence
