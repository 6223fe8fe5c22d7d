#ifndef GATEPOST_TESTS_SUPPORT_TWO_NODES_H_
#define GATEPOST_TESTS_SUPPORT_TWO_NODES_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "certs/certificate_cache.h"
#include "certs/envelope_verifier.h"
#include "certs/practice_ca.h"
#include "certs/signer.h"
#include "certs/trust.h"
#include "daemon/domain/gate_register.h"
#include "daemon/exchange/acknowledgement_desk.h"
#include "daemon/exchange/agreements/agreement_desk.h"
#include "daemon/exchange/agreements/agreement_queries.h"
#include "daemon/exchange/agreements/held_back.h"
#include "daemon/exchange/caller_rights.h"
#include "daemon/exchange/cosignature_alarms.h"
#include "daemon/exchange/countersignature_alarms.h"
#include "daemon/exchange/countersignature_desk.h"
#include "daemon/exchange/door.h"
#include "daemon/exchange/fetched.h"
#include "daemon/exchange/gate_day_queries.h"
#include "daemon/exchange/gate_days.h"
#include "daemon/exchange/head_rounds.h"
#include "daemon/exchange/hold_limit.h"
#include "daemon/exchange/hours_queries.h"
#include "daemon/exchange/key_desk.h"
#include "daemon/exchange/key_exchange.h"
#include "daemon/exchange/link.h"
#include "daemon/exchange/notice_desk.h"
#include "daemon/exchange/policy_authority.h"
#include "daemon/exchange/queries.h"
#include "daemon/exchange/report_alarms.h"
#include "daemon/exchange/restore/open_epoch.h"
#include "daemon/exchange/roster_desk.h"
#include "daemon/exchange/rosters.h"
#include "daemon/exchange/transcript_desk.h"
#include "daemon/exchange/watch.h"
#include "daemon/exchange/yard_desk.h"
#include "daemon/ledger/note.h"
#include "daemon/ledger/switched_signer.h"
#include "daemon/store/guard_file.h"
#include "daemon/store/store.h"
#include "tests/support/manual_clock.h"
#include "tests/support/scripted_authority.h"
#include "tests/support/seeded_random.h"
#include "tests/support/temporary_folder.h"

// Two whole nodes in one process, without threads, sockets or sleep: the test owns time and the
// wire. Everything below gRPC is the product's own code.
namespace gatepost::testing {

// A value that the test needs; ends the test program with the error otherwise.
template <typename T>
T Need(absl::StatusOr<T> result);
void Need(const absl::Status& status);

// A node's log or witness key of a seed, 32 bytes.
exchange::NoteSignerPtr LogKeyOf(const std::string& node, const std::string& seed);
exchange::NoteSignerPtr WitnessKeyOf(const std::string& node, const std::string& seed);

// One end of a stream that ends in a queue.
class QueueSink : public exchange::FrameSink {
 public:
  void Send(v1::LinkFrame frame) override {
    if (!closed) frames.push_back(std::move(frame));
  }
  size_t pending() const override { return frames.size(); }
  void Close() override { closed = true; }

  std::deque<v1::LinkFrame> frames;
  bool closed = false;
};

// The node's parts that live as long as one run of it; a restart makes new ones over the same store
// folder and keys.
class TestNode {
 public:
  struct Setup {
    exchange::NodeTerms node;
    exchange::LinkTerms link;
    std::string log_seed;      // 32 bytes.
    std::string witness_seed;  // 32 bytes.
    std::string store_folder;
    std::string guard_file;
    // Stands before the desk of agreements, for a node that lies; none: the honest one.
    std::function<std::unique_ptr<exchange::Desk>(const exchange::AgreementDesk&)>
        before_agreements;
    // What lies in the files of its log's and its witness's keys; the test changes them between two
    // runs. Empty: the key of the seed.
    struct KeyFiles {
      std::vector<exchange::NoteSignerPtr> log;
      std::vector<exchange::NoteSignerPtr> witness;
    };
    std::shared_ptr<KeyFiles> key_files;
    // What rules instead of its policy; none: the policy.
    const exchange::Authority* authority = nullptr;
  };

  TestNode(Setup setup, const certs::TrustStore& trust, const domain::GateRegister& gates,
           ManualClock& clock, system::Random& random, exchange::Dialer* dialer);
  ~TestNode();

  // Commits everything that waits, and does what follows commits. Returns whether anything
  // happened.
  bool Settle();

  // An officer opens the next epoch of this restored node, or admits one of the peer's.
  // `others`: links to peers that are not in this world.
  absl::StatusOr<exchange::OpenedEpoch> OpenEpoch(
      const std::set<std::string>& without = {},
      const std::vector<const exchange::LinkTerms*>& others = {});
  absl::Status AdmitEpoch(uint64_t epoch, uint64_t first);
  // Forgets what the peer gave back to this restored node.
  absl::Status ForgetReturned();
  // From now on the policy of this text rules; one that cannot be used ends the test program.
  void Publish(const std::string& policy);
  // Does `act` in one commit, also while this node is restored.
  absl::Status Commit(const std::function<absl::Status(exchange::CommitScope&)>& act);

  // Submits through the door and settles; the answer.
  absl::StatusOr<v1::SubmitResponse> Submit(const certs::Signer& caller,
                                            const v1::Envelope& envelope,
                                            bool validate_only = false);

  // Drops a HELD message through the door and settles; the answer.
  absl::StatusOr<v1::DropHeldResponse> DropHeld(const certs::Signer& caller,
                                                const std::string& reference,
                                                const std::string& reason);

  // The caller fetches the message with that id: the answer is built, and then what follows is
  // committed. `settle` false leaves that to later.
  v1::GetMessageResponse Fetch(const certs::Signer& caller, const std::string& message_id,
                               bool settle = true);
  // The one ladder of the message with that id.
  v1::Ladder LadderOf(const std::string& message_id) const;

  // Whom the certificate of `person` names.
  certs::Identity IdentityOf(const certs::Signer& person) const;

  store::LinkRecord LinkRecord() const;
  // What it is told about its links; a test may tell it something else.
  exchange::LinkTermsByPeer& links() { return links_; }
  exchange::Head head() const { return log->head(); }
  // All leaves of the log, parsed.
  std::vector<ledger::Leaf> Leaves() const;

  const Setup setup;
  const certs::TrustStore& trust;
  const domain::GateRegister& gates;
  ManualClock& clock;
  exchange::NoteSignerPtr log_key;  // That of the seed.
  std::unique_ptr<ledger::SwitchedSigner> witness_key;
  std::optional<ledger::LiveKeys> own_witness;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<store::GuardFile> guard;
  certs::LiveTrust live_trust{trust};
  std::unique_ptr<certs::EnvelopeVerifier> verifier;
  std::unique_ptr<exchange::LogBook> log;
  std::unique_ptr<exchange::HeadRounds> rounds;
  std::unique_ptr<exchange::Committer> committer;
  std::unique_ptr<exchange::KeyExchange> key_exchange;
  std::unique_ptr<exchange::RefusalLog> refusals;
  std::unique_ptr<exchange::Intake> intake;
  std::unique_ptr<exchange::YardDesk> yard;
  std::unique_ptr<exchange::NoticeDesk> notices;
  std::unique_ptr<exchange::TranscriptDesk> transcripts;
  std::unique_ptr<exchange::AcknowledgementDesk> acknowledgements;
  std::unique_ptr<exchange::Sequencer> sequencer;
  std::unique_ptr<exchange::Follower> follower;
  std::unique_ptr<exchange::AgreementDesk> agreements;
  std::unique_ptr<exchange::Desk> lying;
  const exchange::Authority* rules = nullptr;
  std::unique_ptr<exchange::CountersignatureDesk> countersignatures;
  std::unique_ptr<exchange::RosterDesk> roster_desk;
  std::unique_ptr<exchange::KeyDesk> key_desk;
  std::unique_ptr<exchange::Desks> desks;
  exchange::BlockedScopes blocked;
  const exchange::Rosters rosters;
  std::unique_ptr<exchange::PolicyAuthority> authority;
  std::unique_ptr<exchange::CallerRights> rights;
  std::unique_ptr<exchange::Door> door;
  std::unique_ptr<exchange::Queries> queries;
  std::unique_ptr<exchange::YardQueries> yard_queries;
  std::unique_ptr<exchange::HoursQueries> hours_queries;
  std::unique_ptr<exchange::AgreementQueries> agreement_queries;
  domain::HolidayCalendars calendars;
  std::unique_ptr<exchange::GateDays> gate_days;
  std::unique_ptr<exchange::GateDayQueries> gate_day_queries;
  std::unique_ptr<exchange::ReportAlarms> report_alarms;
  std::unique_ptr<exchange::Watch> watch;
  std::unique_ptr<exchange::FetchLog> fetches;
  std::unique_ptr<exchange::Link> link;
  std::unique_ptr<exchange::HeldBackAlarms> held_back_alarms;
  std::unique_ptr<exchange::CosignatureAlarms> cosignature_alarms;
  std::unique_ptr<exchange::HoldLimit> hold_limit;
  std::unique_ptr<exchange::CountersignatureAlarms> countersignature_alarms;

 private:
  void BuildAuthority();  // By the installed policy.
  void OpenLog();
  exchange::LinkParts LinkParts();
  exchange::LinkParts LinkParts(const exchange::LinkTerms& link);

  exchange::LinkTermsByPeer links_;
  system::Random& random_;
};

// Two nodes, vn-langson and cn-pingxiang, with people of every role, and a wire between them that
// the test cuts and mends.
class TwoNodes : public exchange::Dialer {
 public:
  struct Options {
    uint64_t seed = 1;
    uint32_t window_messages = 256;
    uint32_t cn_window_messages = 0;  // 0: as window_messages.
    absl::Time start = absl::FromUnixSeconds(1'800'000'000);
    // Another register for cn-pingxiang; null: the project's.
    const domain::GateRegister* cn_gates = nullptr;
    // The link agreement as cn-pingxiang holds it; vn-langson's is "agreement".
    std::string cn_agreement = "agreement";
    bool cn_dials = false;    // vn-langson always does.
    bool cn_decides = false;  // The sequencer is cn-pingxiang; else vn-langson.
    // Whether cn-pingxiang's side has a root of SM2, and signs with it; else P-256 and Ed25519.
    bool cn_has_sm2 = false;
    // TestNode::Setup of each node.
    std::function<std::unique_ptr<exchange::Desk>(const exchange::AgreementDesk&)> vn_agreements =
        nullptr;
    std::function<std::unique_ptr<exchange::Desk>(const exchange::AgreementDesk&)> cn_agreements =
        nullptr;
    std::vector<domain::ReportDuty> report_duties = {};
    const exchange::Authority* vn_authority = nullptr;  // TestNode::Setup.
    // What the link agreement says about who may say what; as both nodes hold it.
    domain::AgreedRules::Stated rules = {};
    // What cn-pingxiang goes by instead, for a node that does not ask; nullopt: the same.
    std::optional<domain::AgreedRules::Stated> cn_rules = std::nullopt;
    // SPIFFE id paths of the posts that speak for each side.
    std::vector<std::string> vn_authorities = {};
    std::vector<std::string> cn_authorities = {};
  };
  explicit TwoNodes(const Options& options);
  TwoNodes() : TwoNodes(Options()) {}
  ~TwoNodes() override;

  // A stream between the nodes, dialled by vn-langson (or by cn-pingxiang). Replaces nothing: two
  // calls make two streams, as two diallers would.
  void Connect(bool dialled_by_vn = true);
  // Every stream breaks at this moment; what was on the wire is lost.
  void Cut();
  // Commits, delivers and answers until nothing moves any more.
  void Run();
  // One small step chosen by the seed: a commit, a frame delivered, on either side. Returns false
  // when nothing moved.
  bool RunOneStep();
  // Time passes in steps of a second, with ticks; frames flow. Dials are answered by `on_dial`.
  void Pass(absl::Duration time);
  // The node dies (nothing that was not committed survives) and starts again on the same disk.
  void KillAndRestart(bool vn) {
    KillAndRestart(vn, [] {});
  }
  // The same; `meanwhile` is what happens to its disk while it is down.
  void KillAndRestart(bool vn, const std::function<void()>& meanwhile);

  // A signed envelope of this author with this body: a report (see OneFigureReport) or ping.
  v1::Envelope Sign(const certs::Signer& author, const v1::Message& message) const;
  // A message header of the author, with a new id, addressed to the other node.
  v1::Message NewMessage(const certs::Signer& author);
  // A report of one figure, waiting at `gate` on the day `days` after 2026-01-01.
  v1::Message OneFigureReport(const certs::Signer& author, const std::string& gate, int days,
                              int64_t waiting);
  v1::Message NewPing(const certs::Signer& author, const std::string& token);

  // People: their signing certificates.
  const certs::Signer& vn_clerk() const { return *people_.at("vn_clerk"); }
  const certs::Signer& vn_officer() const { return *people_.at("vn_officer"); }
  const certs::Signer& vn_service() const { return *people_.at("vn_service"); }
  const certs::Signer& cn_officer() const { return *people_.at("cn_officer"); }
  const certs::Signer& cn_clerk() const { return *people_.at("cn_clerk"); }
  const certs::Signer& cn_service() const { return *people_.at("cn_service"); }
  // A signer of that SPIFFE id path (such as /agency/board/clerk/2), certified by that side's CA.
  const certs::Signer& AddPerson(const certs::PracticeCa& ca, const std::string& path,
                                 const certs::IssueOptions& options = {});

  struct Stream {
    std::shared_ptr<QueueSink> from_vn = std::make_shared<QueueSink>();
    std::shared_ptr<QueueSink> from_cn = std::make_shared<QueueSink>();
    std::shared_ptr<exchange::LinkSession> vn;
    std::shared_ptr<exchange::LinkSession> cn;
    bool dialled_by_vn = true;
  };

  ManualClock clock;
  SeededRandom random;
  domain::GateRegister gates;
  domain::GateRegister cn_gates;
  certs::PracticeCa vn_ca;
  certs::PracticeCa cn_ca;
  std::unique_ptr<certs::TrustStore> trust;
  std::unique_ptr<TestNode> vn;
  std::unique_ptr<TestNode> cn;
  std::vector<Stream> streams;
  // Sees every frame that is delivered; returns false to lose it. For spies and saboteurs.
  std::function<bool(bool from_vn, v1::LinkFrame&)> on_wire;
  // The key of vn-langson's log that the agreement names from the next start on; none: the seed's.
  exchange::NoteSignerPtr vn_agreed_log;
  int dials = 0;  // How often a node asked for a stream.
  // What becomes of a dial, called by Pass after the ticks; none: it is never answered.
  std::function<void(bool by_vn)> on_dial;

  void Dial(const exchange::LinkTerms& link) override;

 private:
  // The trust store and the people of every role.
  void MakePeople();
  bool Deliver(Stream& stream, bool from_vn);
  TestNode::Setup SetupOf(bool vn, const Options& options) const;
  exchange::NoteSignerPtr AgreedLogKey(bool vn) const;

  TemporaryFolder folder_;
  const std::shared_ptr<TestNode::Setup::KeyFiles> vn_key_files_ =
      std::make_shared<TestNode::Setup::KeyFiles>();
  const std::shared_ptr<TestNode::Setup::KeyFiles> cn_key_files_ =
      std::make_shared<TestNode::Setup::KeyFiles>();
  const Options options_;
  std::map<std::string, const certs::Signer*> people_;
  std::vector<std::unique_ptr<certs::Signer>> signers_;
  std::vector<bool> dialling_;  // Dials not answered yet: by vn-langson?
};

template <typename T>
T Need(absl::StatusOr<T> result) {
  Need(result.status());
  return *std::move(result);
}

}  // namespace gatepost::testing

#endif  // GATEPOST_TESTS_SUPPORT_TWO_NODES_H_
