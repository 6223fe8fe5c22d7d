#ifndef GATEPOST_TESTS_EXCHANGE_KEY_WORLD_H_
#define GATEPOST_TESTS_EXCHANGE_KEY_WORLD_H_

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "daemon/exchange/key_exchange.h"
#include "daemon/exchange/ledger_keys.h"
#include "tests/exchange/hostile_peer.h"
#include "tests/exchange/rosters.h"

namespace gatepost::testing {

// Two nodes whose officers announce the keys of their logs and witnesses.
class KeyWorld : public ::testing::Test {
 protected:
  static exchange::NoteSignerPtr LogKey(const TestNode& node, char seed) {
    return LogKeyOf(node.setup.node.node, std::string(32, seed));
  }
  static exchange::NoteSignerPtr WitnessKey(const TestNode& node, char seed) {
    return WitnessKeyOf(node.setup.node.node, std::string(32, seed));
  }
  static std::string Vkey(const exchange::NoteSignerPtr& key) {
    return Need(ledger::VerifierOf(*key)).Format();
  }
  static std::string Signing(const TestNode& node) { return node.log->verifier_key().Format(); }

  v1::Message Announce(const certs::Signer& author, v1::KeyUse use, const std::string& old_key,
                       const std::string& new_key) {
    v1::Message message = world_.NewMessage(author);
    v1::KeyAnnouncement& said = *message.mutable_key_announcement();
    said.set_subject(world_.NodeOf(author).setup.node.spiffe_id.ToString());
    said.set_use(use);
    said.set_old_key(old_key);
    said.set_new_key(new_key);
    return message;
  }
  v1::Message AnnounceLog(const exchange::NoteSignerPtr& next) {
    return Announce(officer_, v1::KEY_USE_LOG, Signing(*world_.vn), Vkey(next));
  }
  std::string Say(const v1::Message& message, const certs::Signer* author = nullptr) {
    const absl::Status said = world_.Say(message, {author != nullptr ? author : &officer_});
    if (world_.ReasonOf(said) == "UNSPECIFIED") return said.ToString();
    return world_.ReasonOf(said);
  }
  // The key lies in the file of vn-langson's log beside those that are there.
  void HoldLog(const exchange::NoteSignerPtr& next) {
    auto& file = world_.vn->setup.key_files->log;
    file.push_back(next);
    Need(world_.vn->key_exchange->Hold(v1::KEY_USE_LOG, file));
  }
  void Tick(TestNode& node) {
    node.key_exchange->OnTick();
    node.Settle();
    world_.Run();
  }
  // Exchanges the log key of vn-langson.
  void Exchange(const exchange::NoteSignerPtr& next) {
    HoldLog(next);
    ASSERT_EQ(Say(AnnounceLog(next)), "OK");
    Tick(*world_.vn);
    ASSERT_EQ(Signing(*world_.vn), Vkey(next));
  }
  // A message crosses and is receipted.
  void Cross(const std::string& token) {
    const v1::Message ping = world_.NewPing(officer_, token);
    ASSERT_EQ(Say(ping), "OK");
    ASSERT_EQ(world_.Delivered(*world_.cn, ping), "APPLIED");
    ASSERT_EQ(world_.vn->LinkRecord().alarm, "");
    ASSERT_EQ(world_.cn->LinkRecord().alarm, "");
  }
  std::vector<std::string> KeyLeaves(const TestNode& node) {
    std::vector<std::string> all;
    for (const ledger::Leaf& leaf : node.Leaves()) {
      if (leaf.event == ledger::event::kKey) all.push_back(leaf.object + " " + leaf.result);
    }
    return all;
  }

  RosterWorld world_;
  const certs::Signer& officer_ = world_.vn_officer();
  const std::string node_ = world_.vn->setup.node.spiffe_id.ToString();
};

}  // namespace gatepost::testing

#endif  // GATEPOST_TESTS_EXCHANGE_KEY_WORLD_H_
