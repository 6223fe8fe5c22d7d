// Whatever both sides do, in whatever order, with cuts and restarts: both nodes end in the same
// state, and what binds was proposed, accepted and decided once.
//
// GATEPOST_INTERLEAVINGS sets how many each of the ten tests runs (default 60).
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "daemon/domain/agreements/proposal_rules.h"
#include "daemon/domain/agreements/thread_rules.h"
#include "daemon/domain/civil_time.h"
#include "daemon/exchange/agreements/threads.h"
#include "daemon/exchange/held.h"
#include "daemon/system/reason.h"
#include "tests/exchange/forwarding_desk.h"
#include "tests/exchange/thread_world.h"

namespace gatepost::testing {
namespace {

// More in one world would only make it slower: every check looks at all that was said.
constexpr int kInOneWorld = 20;

int Interleavings() {
  const char* stated = std::getenv("GATEPOST_INTERLEAVINGS");
  return stated == nullptr ? 60 : std::atoi(stated);
}

// A node that has rules of its own for what comes from the other side, and refuses one in twelve.
class PickyDesk final : public ForwardingDesk {
 public:
  PickyDesk(const exchange::AgreementDesk& honest, std::string_view own_node)
      : ForwardingDesk(honest), own_node_(own_node) {}

  absl::Status CheckAlone(const exchange::OpenedMessage& opened, absl::Time now) const override {
    const v1::MessageHeader& header = opened.message.header();
    if (header.origin_node() != own_node_ && header.salt().back() % 12 == 0) {
      return system::Refuse(v1::REASON_NOT_ALLOWED, "what this node likes", "something else",
                            "try another one");
    }
    return ForwardingDesk::CheckAlone(opened, now);
  }

 private:
  const std::string_view own_node_;
};

// Two officers who do not know what the other does, on a bad line.
class Bargain {
 public:
  explicit Bargain(uint64_t seed) : random_(seed * 7919 + 1), world_(OptionsOf(seed)) {}

  // One subject after the other, over the same few gates and days.
  void Run(int interleavings) {
    for (int i = 0; i < interleavings && !::testing::Test::HasFailure(); ++i) {
      RunOne();
      Settle();
      Check();
    }
  }

  // How often something became of an action, so that a test that does nothing is seen.
  const std::map<std::string, int>& outcomes() const { return outcomes_; }

 private:
  struct Spoken {
    bool vn_side;
    v1::Message message;
    size_t first;  // The thread's first proposal, in spoken_.
  };

  static ThreadWorld::Options OptionsOf(uint64_t seed) {
    ThreadWorld::Options options;
    options.seed = seed;
    options.cn_decides = seed / 10'000 % 2 == 1;
    options.vn_agreements = [](const exchange::AgreementDesk& honest) {
      return std::make_unique<PickyDesk>(honest, "vn-langson");
    };
    options.cn_agreements = [](const exchange::AgreementDesk& honest) {
      return std::make_unique<PickyDesk>(honest, "cn-pingxiang");
    };
    return options;
  }

  uint64_t Chance(uint64_t n) { return random_.Uniform(n); }

  Terms AnyTerms() {
    Terms terms;
    terms.gate = Chance(3) == 0 ? "LS-CM" : "LS-HN-1119";
    terms.first_day = 20 + static_cast<int>(Chance(6));
    terms.last_day = Chance(4) == 0 ? 0 : terms.first_day + static_cast<int>(Chance(3));
    terms.hours = Chance(3) == 0 ? "" : "7-18";
    terms.direction = Chance(3) == 0 ? "VN_TO_CN" : "BOTH";
    terms.holiday = Chance(3) == 0;
    return terms;
  }

  // Agreements that the side's node believes in force.
  std::vector<v1::Message> InForce(bool vn_side) {
    std::vector<v1::Message> found;
    for (const Spoken& one : spoken_) {
      if (world_.StateAt(vn_side, one.message) == "IN_FORCE") found.push_back(one.message);
    }
    return found;
  }

  void Speak(bool vn_side, v1::Message message, std::optional<size_t> first) {
    const absl::Status sent = world_.Send(vn_side, message);
    ++outcomes_[sent.ok() ? "sent" : "refused at the door"];
    if (!sent.ok() || !message.has_proposal()) return;
    spoken_.push_back({vn_side, std::move(message), first.value_or(spoken_.size())});
  }

  void Act() {
    const bool side = Chance(2) == 0;
    // Mostly about what was proposed lately.
    const size_t known = spoken_.size();
    const size_t about =
        known == 0 ? 0 : known - 1 - Chance(std::min<size_t>(known, Chance(8) == 0 ? known : 3));
    switch (known == 0 ? 0 : Chance(10)) {
      case 0:
      case 1: {
        std::vector<v1::Message> gives_way;
        if (Chance(3) == 0) gives_way = InForce(side);
        v1::Message message = world_.Propose(side, AnyTerms(), gives_way);
        if (Chance(4) == 0) {
          *message.mutable_proposal()->mutable_answer_by() = domain::ToZoned(
              world_.clock.Now() + absl::Seconds(1 + Chance(20)), domain::kHanoiZone);
        }
        return Speak(side, std::move(message), std::nullopt);
      }
      case 2: {
        const std::vector<v1::Message> in_force = InForce(side);
        if (in_force.empty()) return;
        return Speak(side,
                     world_.Terminate(side, 21 + static_cast<int>(Chance(4)),
                                      {in_force[Chance(in_force.size())]}),
                     std::nullopt);
      }
      case 3: {
        const size_t first = spoken_[about].first;
        const bool who = Chance(8) == 0 ? side : !spoken_[about].vn_side;
        return Speak(
            who, world_.Counter(who, AnyTerms(), spoken_[first].message, spoken_[about].message),
            first);
      }
      case 4:
        return Speak(side, world_.Reject(side, First(about), spoken_[about].message), {});
      case 5:
        return Speak(spoken_[about].vn_side,
                     world_.Withdraw(spoken_[about].vn_side, First(about), spoken_[about].message),
                     {});
      default: {  // Mostly by the side that may.
        const bool who = Chance(8) == 0 ? side : !spoken_[about].vn_side;
        return Speak(who, world_.Accept(who, First(about), spoken_[about].message), {});
      }
    }
  }

  const v1::Message& First(size_t about) const { return spoken_[spoken_[about].first].message; }

  void Disturb() {
    switch (Chance(12)) {
      case 0:
        return world_.Cut();
      case 1:
        world_.Cut();
        return world_.KillAndRestart(Chance(2) == 0);
      case 2:
        if (world_.streams.empty()) world_.Connect(true);
        return;
      case 3:
        world_.clock.Advance(absl::Seconds(Chance(4)));
        world_.vn->sequencer->Tick();
        world_.cn->sequencer->Tick();
        return;
      default:
        for (uint64_t step = Chance(12); step > 0; --step) world_.RunOneStep();
    }
  }

  void RunOne() {
    if (world_.streams.empty()) world_.Connect();
    for (uint64_t actions = 3 + Chance(6); actions > 0; --actions) {
      Act();
      Disturb();
    }
  }

  // The line holds, and time passes until nothing waits.
  void Settle() {
    world_.Cut();
    world_.Run();
    // A session that meets what an older one still committed is refused; the next one stands.
    for (int dials = 0; dials < 5 && !Connected(); ++dials) {
      world_.Connect();
      world_.Run();
    }
    ASSERT_TRUE(Connected());
    world_.Pass(absl::Seconds(2));
  }

  bool Connected() const { return world_.vn->link->connected() && world_.cn->link->connected(); }

  void Check() {
    const auto vn = Need(world_.vn->store->Read());
    const auto cn = Need(world_.cn->store->Read());
    EXPECT_EQ(world_.vn->LinkRecord().last_decision, world_.cn->LinkRecord().last_decision);
    std::vector<exchange::HeldProposal> in_force;
    for (const Spoken& one : spoken_) {
      const std::string state = world_.State(one.message);
      // What a node refused, it does not hold in a thread; then it is closed at the other.
      if (state.starts_with("VN -, ") || state.ends_with(", CN -")) {
        for (const char* open : {"OPEN", "IN_FORCE", "AWAITING", "!"}) {
          EXPECT_EQ(state.find(open), std::string::npos) << state;
        }
      } else {
        EXPECT_EQ(state.find_first_of(",!"), std::string::npos) << state;
        EXPECT_NE(state, "AWAITING_DECISION");
      }
      ++outcomes_[state];
      CheckBinding(*vn, one.message, state);
      CheckBinding(*cn, one.message, state);
      if (state != "IN_FORCE") continue;
      const auto record =
          Need(vn->FindMessage(one.message.header().author(), one.message.header().message_id()));
      in_force.push_back(Need(exchange::MustHoldProposal(*vn, record->row)));
    }
    for (const auto& one : in_force) {
      for (const auto& other : in_force) CheckClaims(one, other);
    }
    for (int day = 20; day <= 27; ++day) CheckHours(day);
  }

  // In force now or once: exactly one decision says so, on an acceptance of those bytes by the
  // other side.
  void CheckBinding(const store::Reader& store, const v1::Message& proposal,
                    const std::string& state) {
    const auto record =
        Need(store.FindMessage(proposal.header().author(), proposal.header().message_id()));
    if (!record.has_value()) return;
    const auto standing = Need(store.Proposal(record->row));
    if (!standing.has_value()) return;
    int bound = 0;
    int taken_back = 0;
    for (const auto& decision : Need(store.DecisionsOfThread(standing->thread_row))) {
      const auto entry = Need(store.ThreadEntryOf(decision.message_row));
      if (!entry.has_value() || entry->proposal_row != record->row) continue;
      if (entry->message_row == record->row) {  // Not an answer.
        taken_back += bound > 0 && decision.result.starts_with("REFUSED") ? 1 : 0;
        continue;
      }
      if (decision.result != "IN_FORCE") continue;
      ++bound;
      const v1::Message acceptance =
          Need(exchange::MessageIn(*Need(store.MessageByRow(decision.message_row))));
      ASSERT_TRUE(acceptance.has_acceptance());
      EXPECT_EQ(acceptance.acceptance().proposal().pae_sha256(), certs::AsView(record->pae));
      EXPECT_NE(acceptance.header().origin_node(), record->origin_node);
    }
    outcomes_["taken back"] += taken_back;
    const bool was_in_force = standing->over_from != absl::InfiniteFuture();
    EXPECT_EQ(bound - taken_back, state == "IN_FORCE" || was_in_force ? 1 : 0) << state;
  }

  // Of two in force that touch, the later one names the earlier.
  void CheckClaims(const exchange::HeldProposal& one, const exchange::HeldProposal& other) {
    if (one.record.row == other.record.row) return;
    const v1::Timetable* a = domain::TimetableIn(one.proposal());
    const v1::Timetable* b = domain::TimetableIn(other.proposal());
    if (a == nullptr || b == nullptr) return;
    if (!domain::Touch(*a, one.standing.over_from, *b, world_.gates)) return;
    const auto names = [](const exchange::HeldProposal& later,
                          const exchange::HeldProposal& earlier) {
      return std::ranges::any_of(later.proposal().basis(), [&](const v1::Basis& basis) {
        return basis.agreement().message_id() == earlier.record.message_id;
      });
    };
    EXPECT_TRUE(names(one, other) || names(other, one))
        << one.record.message_id << " and " << other.record.message_id;
  }

  void CheckHours(int day) {
    v1::GetHoursRequest request;
    request.add_scopes("1119-1120");
    request.add_scopes("LS-CM");
    *request.mutable_from() = Need(domain::ParseInstant("12:00H", absl::CivilDay(2027, 1, day)));
    const auto told = [&](TestNode& node) {
      const v1::GetHoursResponse answer = Need(node.hours_queries->GetHours(request));
      std::string text;
      for (const v1::GateHours& hours : answer.hours()) {
        text += hours.gate_id() + " " + v1::Direction_Name(hours.direction());
        for (const v1::HoursSpan& span : hours.spans()) {
          text += " " + v1::Opening_Name(span.opening());
          for (const int cited : span.cited()) text += " " + answer.cited(cited).message_id();
        }
        text += "\n";
      }
      return text;
    };
    EXPECT_EQ(told(*world_.vn), told(*world_.cn)) << "January " << day;
  }

  SeededRandom random_;
  ThreadWorld world_;
  std::vector<Spoken> spoken_;
  std::map<std::string, int> outcomes_;
};

class AgreementInterleavings : public ::testing::TestWithParam<uint64_t> {};

TEST_P(AgreementInterleavings, EndInTheSameStateOnBothNodes) {
  std::map<std::string, int> outcomes;
  for (int done = 0; done < Interleavings() && !HasFailure(); done += kInOneWorld) {
    const uint64_t seed = GetParam() * 10'000 + static_cast<uint64_t>(done);
    SCOPED_TRACE(seed);
    Bargain bargain(seed);
    bargain.Run(kInOneWorld);
    for (const auto& [outcome, count] : bargain.outcomes()) outcomes[outcome] += count;
  }
  std::vector<const char*> all = {"IN_FORCE", "OPEN", "WITHDRAWN", "REJECTED", "COUNTERED"};
  // A certificate that expires on the way is rare: some dozens of interleavings may see none.
  if (Interleavings() >= 400) all.push_back("taken back");
  for (const char* wanted : all) {
    EXPECT_GT(outcomes[wanted], 0) << "no proposal came to " << wanted;
  }
  for (const auto& [outcome, count] : outcomes) RecordProperty(outcome, count);
}

INSTANTIATE_TEST_SUITE_P(Seeds, AgreementInterleavings, ::testing::Range<uint64_t>(1, 11));

}  // namespace
}  // namespace gatepost::testing
