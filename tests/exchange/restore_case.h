#ifndef GATEPOST_TESTS_EXCHANGE_RESTORE_CASE_H_
#define GATEPOST_TESTS_EXCHANGE_RESTORE_CASE_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "daemon/system/reason.h"
#include "tests/support/two_nodes.h"

namespace gatepost::testing {

namespace fs = std::filesystem;

inline constexpr int kEach = 20;  // Messages in each direction after the copy was taken.

// A world in which vn-langson's disk is copied, and later replaced by the copy.
class Restore : public ::testing::Test {
 protected:
  explicit Restore(const TwoNodes::Options& options = {}) : world(options) {}

  void Exchange(int messages) {
    for (int i = 0; i < messages; ++i) {
      SubmitVn();
      SubmitCn();
      world.Run();
    }
  }

  void SubmitVn() {
    const v1::Message message = world.OneFigureReport(world.vn_clerk(), "LS-HN", ++day_, 7);
    Need(world.vn->Submit(world.vn_clerk(), world.Sign(world.vn_clerk(), message)).status());
    vn_ids.push_back(message.header().message_id());
  }
  void SubmitCn() {
    const v1::Message message = world.OneFigureReport(world.cn_clerk(), "LS-TT", ++day_, 5);
    Need(world.cn->Submit(world.cn_clerk(), world.Sign(world.cn_clerk(), message)).status());
    cn_ids.push_back(message.header().message_id());
  }

  // Copies have names, where there are several.
  void TakeCopy(const std::string& name = "") {
    world.KillAndRestart(true, [&] {
      const auto all = fs::copy_options::recursive;
      fs::copy(folder_of(), copy_.Under("store" + name), all);
      fs::copy(guard_of(), copy_.Under("guard" + name));
    });
    copied = world.vn->head();
    world.Connect();
    world.Run();
  }
  void PutCopyBack(bool with_guard, const std::string& name = "") {
    world.KillAndRestart(true, [&] {
      fs::remove_all(folder_of());
      fs::copy(copy_.Under("store" + name), folder_of(), fs::copy_options::recursive);
      if (with_guard) PutGuardBack();
    });
  }
  void PutGuardBack() {
    fs::copy(copy_.Under("guard"), guard_of(), fs::copy_options::overwrite_existing);
  }

  // The usual disaster: two messages each way, the copy, twenty more each way, the copy put back.
  void LoseTheEnd(bool with_guard) {
    world.Connect();
    Exchange(2);
    TakeCopy();
    Exchange(kEach);
    before = world.vn->head();
    for (uint64_t n = 1; n <= world.vn->LinkRecord().last_receipted; ++n) {
      receipts[n] = *Need(Need(world.vn->store->Read())->Receipt("cn-pingxiang", n));
    }
    for (const std::string& id : vn_ids) rows[id] = Held(*world.vn, id);
    for (const std::string& id : cn_ids) rows[id] = Held(*world.vn, id);
    PutCopyBack(with_guard);
  }

  static store::MessageRecord Held(const TestNode& node, const std::string& id) {
    return Need(Need(node.store->Read())->FindMessagesById(id)).at(0);
  }

  void Reconnect() {
    world.Cut();
    world.Connect();
    world.Run();
  }

  std::string folder_of() const { return folders_.first; }
  std::string guard_of() const { return folders_.second; }

  TwoNodes world;
  std::vector<std::string> vn_ids;
  std::vector<std::string> cn_ids;
  exchange::Head copied;
  exchange::Head before;
  std::map<uint64_t, store::ReceiptRecord> receipts;
  std::map<std::string, store::MessageRecord> rows;

 private:
  const std::pair<std::string, std::string> folders_{world.vn->setup.store_folder,
                                                     world.vn->setup.guard_file};
  TemporaryFolder copy_;
  int day_ = 0;
};

}  // namespace gatepost::testing

#endif  // GATEPOST_TESTS_EXCHANGE_RESTORE_CASE_H_
