#ifndef GATEPOST_TESTS_EXCHANGE_RESTORED_THREADS_H_
#define GATEPOST_TESTS_EXCHANGE_RESTORED_THREADS_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/exchange/thread_world.h"

namespace gatepost::testing {

// Threads between two nodes of which one is restored from an older copy: the sequencer, or the one
// that follows.
inline constexpr bool kVn = true;  // The sequencer.
inline constexpr bool kCn = false;

class RestoredThreads : public ::testing::TestWithParam<bool> {
 protected:
  RestoredThreads() {
    world_.Connect();
    world_.Run();
  }

  bool restored_side() const { return GetParam(); }
  TestNode& Restored() { return world_.Node(restored_side()); }
  TestNode& Other() { return world_.Node(!restored_side()); }

  void Say(bool side, const v1::Message& message) {
    Need(world_.Send(side, message));
    world_.Run();
  }
  void TakeCopy() {
    world_.KillAndRestart(restored_side(), [&] {
      std::filesystem::copy(Folder(), copy_.Under("store"),
                            std::filesystem::copy_options::recursive);
    });
    Reconnect();
  }
  void PutCopyBack() {
    world_.KillAndRestart(restored_side(), [&] {
      std::filesystem::remove_all(Folder());
      std::filesystem::copy(copy_.Under("store"), Folder(),
                            std::filesystem::copy_options::recursive);
    });
    Reconnect();
  }
  void GoOn() {
    opened_ = Need(Restored().OpenEpoch());
    Need(Other().AdmitEpoch(opened_.epoch, opened_.first));
    Reconnect();
  }
  void Reconnect() {
    world_.Cut();
    world_.Connect();
    world_.Run();
  }
  std::string Folder() const { return restored_side() ? vn_folder_ : cn_folder_; }

  ThreadWorld world_;
  exchange::OpenedEpoch opened_;
  const std::string vn_folder_ = world_.vn->setup.store_folder;
  const std::string cn_folder_ = world_.cn->setup.store_folder;

 private:
  TemporaryFolder copy_;
};

}  // namespace gatepost::testing

#endif  // GATEPOST_TESTS_EXCHANGE_RESTORED_THREADS_H_
