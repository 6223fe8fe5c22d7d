#include "tests/support/two_nodes.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "certs/digest.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/leaf.h"
#include "daemon/store/sqlite/sqlite_store.h"
#include "daemon/system/reason.h"
#include "tests/support/daily_reports.h"

namespace gatepost::testing {

namespace {

constexpr char kVnDomain[] = "langson.practice.example";
constexpr char kCnDomain[] = "pingxiang.practice.example";
constexpr char kVnNode[] = "vn-langson";
constexpr char kCnNode[] = "cn-pingxiang";

certs::SpiffeId NodeId(bool vn) {
  return Need(certs::SpiffeId::Parse(std::string("spiffe://") + (vn ? kVnDomain : kCnDomain) +
                                     "/node/" + (vn ? kVnNode : kCnNode)));
}

std::string SeedOf(bool vn) { return std::string(32, vn ? 'v' : 'c'); }
std::string WitnessSeedOf(bool vn) { return std::string(32, vn ? 'V' : 'C'); }

std::vector<std::string> Posts(bool vn, const std::vector<std::string>& paths) {
  std::vector<std::string> ids;
  for (const std::string& path : paths) {
    ids.push_back(std::string("spiffe://") + (vn ? kVnDomain : kCnDomain) + path);
  }
  return ids;
}

// Read once: a copy shares its data, and many worlds are made.
const domain::GateRegister& SharedRegister() {
  static const domain::GateRegister shared = ProjectRegister();
  return shared;
}

}  // namespace

exchange::NoteSignerPtr LogKeyOf(const std::string& node, const std::string& seed) {
  return std::make_unique<ledger::Ed25519NoteSigner>(ledger::LogKeyName(node), ledger::kEd25519Type,
                                                     Need(certs::Ed25519Key::FromSeed(seed)));
}

exchange::NoteSignerPtr WitnessKeyOf(const std::string& node, const std::string& seed) {
  return std::make_unique<ledger::Ed25519NoteSigner>(ledger::WitnessKeyName(node),
                                                     ledger::kEd25519CosignatureType,
                                                     Need(certs::Ed25519Key::FromSeed(seed)));
}

void Need(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "the test needs this to work: %s\n", status.ToString().c_str());
  std::abort();
}

TestNode::TestNode(Setup s, const certs::TrustStore& trust_store,
                   const domain::GateRegister& gate_register, ManualClock& manual_clock,
                   system::Random& random, exchange::Dialer* dialer)
    : setup(std::move(s)),
      trust(trust_store),
      gates(gate_register),
      clock(manual_clock),
      random_(random) {
  store::SqliteOptions options;
  options.durable = false;
  store = Need(store::OpenSqliteStore(setup.store_folder, options));
  verifier = std::make_unique<certs::EnvelopeVerifier>(live_trust);
  links_.emplace(setup.link.peer_node, setup.link);
  OpenLog();
  guard = Need(store::GuardFile::Open(setup.guard_file, setup.node.node));
  Need(exchange::CheckGuard(*store, *log, *guard));
  committer = std::make_unique<exchange::Committer>(*store, *log, clock, 100'000);
  committer->OnHead([this](uint64_t epoch, const exchange::Head& head) {
    Need(guard->Raise({epoch, head.size, head.root}));
  });
  key_exchange = std::make_unique<exchange::KeyExchange>(exchange::KeyExchange::Parts{
      setup.node, links_, *store, *log, *witness_key, *own_witness, *committer, clock});
  rounds = std::make_unique<exchange::HeadRounds>(*store, *log, clock);
  refusals =
      std::make_unique<exchange::RefusalLog>(*committer, clock, setup.node.refusals_per_minute);
  intake = std::make_unique<exchange::Intake>(*store, *verifier, setup.node.max_envelope_bytes);
  yard = std::make_unique<exchange::YardDesk>(setup.node, gates);
  notices = std::make_unique<exchange::NoticeDesk>(setup.node, gates);
  transcripts = std::make_unique<exchange::TranscriptDesk>(gates);
  acknowledgements = std::make_unique<exchange::AcknowledgementDesk>(setup.node);
  sequencer =
      std::make_unique<exchange::Sequencer>(setup.node, links_, gates, *store, *committer, clock);
  follower = std::make_unique<exchange::Follower>(setup.node, gates);
  agreements = std::make_unique<exchange::AgreementDesk>(setup.node, links_, gates, *sequencer);
  if (setup.before_agreements) lying = setup.before_agreements(*agreements);
  BuildAuthority();
  rules = setup.authority != nullptr ? setup.authority : authority.get();
  roster_desk = std::make_unique<exchange::RosterDesk>(setup.node, links_);
  key_desk = std::make_unique<exchange::KeyDesk>(setup.node, links_, *log, *witness_key);
  countersignatures = std::make_unique<exchange::CountersignatureDesk>(setup.node, *rules);
  desks = std::make_unique<exchange::Desks>(exchange::Desks::Of{
      *yard, *notices, *transcripts, *acknowledgements, lying != nullptr ? *lying : *agreements,
      *countersignatures, *roster_desk, *key_desk});
  door = std::make_unique<exchange::Door>(
      exchange::Door::Parts{setup.node, links_, gates, *store, *intake, *desks, blocked, *rules,
                            *log, *committer, *refusals, clock, rosters});
  queries = std::make_unique<exchange::Queries>(
      setup.node, *store, *log, exchange::OwnRules{*desks, *rules, links_, rosters}, clock);
  yard_queries =
      std::make_unique<exchange::YardQueries>(setup.node, *store, gates, *queries, clock);
  hours_queries =
      std::make_unique<exchange::HoursQueries>(setup.node, *store, gates, calendars, clock);
  agreement_queries =
      std::make_unique<exchange::AgreementQueries>(exchange::AgreementQueries::Parts{
          setup.node, links_, *store, gates, calendars, *queries, *hours_queries, clock});
  gate_days = std::make_unique<exchange::GateDays>(links_, gates, calendars);
  gate_day_queries = std::make_unique<exchange::GateDayQueries>(setup.node, *store, gates,
                                                                *gate_days, *queries, clock);
  report_alarms = std::make_unique<exchange::ReportAlarms>(*gate_days, *store, *committer, clock);
  watch = std::make_unique<exchange::Watch>(*store, *log, *queries);
  fetches = std::make_unique<exchange::FetchLog>(setup.node, *store, *committer);
  link = std::make_unique<exchange::Link>(LinkParts(), dialer);
  held_back_alarms = std::make_unique<exchange::HeldBackAlarms>(exchange::HeldBackAlarms::Parts{
      links_, *store, *committer, clock, [this](std::string_view) { return link->connected(); }});
  cosignature_alarms =
      std::make_unique<exchange::CosignatureAlarms>(links_, *store, *log, *committer, clock);
  hold_limit = std::make_unique<exchange::HoldLimit>(setup.node, *store, *committer, clock);
  countersignature_alarms =
      std::make_unique<exchange::CountersignatureAlarms>(*store, *committer, clock);
  committer->AddBatchListener([this] {
    link->OnBatchEnd();
    watch->OnBatchEnd();
  });
}

TestNode::~TestNode() = default;

bool TestNode::Settle() {
  bool moved = false;
  while (committer->Step() > 0) moved = true;
  return moved;
}

store::LinkRecord TestNode::LinkRecord() const {
  return Need(Need(store->Read())->Link(setup.link.peer_node));
}

std::vector<ledger::Leaf> TestNode::Leaves() const {
  std::vector<ledger::Leaf> leaves;
  const std::unique_ptr<store::Reader> reader = Need(store->Read());
  while (true) {
    const auto group = Need(reader->GroupOfLeaf(leaves.size()));
    if (!group.has_value() || leaves.size() >= group->first_index + group->leaves.size()) break;
    for (const std::string& leaf : group->leaves) leaves.push_back(Need(ledger::Leaf::Parse(leaf)));
  }
  return leaves;
}

TwoNodes::TwoNodes(const Options& options)
    : clock(options.start),
      random(options.seed),
      gates(SharedRegister()),
      cn_gates(options.cn_gates != nullptr ? *options.cn_gates : gates),
      vn_ca(Need(certs::PracticeCa::Create(kVnDomain, options.start))),
      cn_ca(Need(certs::PracticeCa::Create(
          kCnDomain, options.start,
          options.cn_has_sm2 ? certs::PracticeKey::kSm2 : certs::PracticeKey::kP256))),
      options_(options) {
  MakePeople();
  vn = std::make_unique<TestNode>(SetupOf(true, options), *trust, gates, clock, random, this);
  cn = std::make_unique<TestNode>(SetupOf(false, options), *trust, cn_gates, clock, random, this);
}

TwoNodes::~TwoNodes() { Cut(); }

exchange::NoteSignerPtr TwoNodes::AgreedLogKey(bool is_vn) const {
  if (is_vn && vn_agreed_log != nullptr) return vn_agreed_log;
  return LogKeyOf(is_vn ? kVnNode : kCnNode, SeedOf(is_vn));
}

TestNode::Setup TwoNodes::SetupOf(bool is_vn, const Options& options) const {
  const std::string own = is_vn ? kVnNode : kCnNode;
  const std::string peer = is_vn ? kCnNode : kVnNode;
  exchange::NodeTerms node{.node = own,
                           .spiffe_id = NodeId(is_vn),
                           .country = is_vn ? "VN" : "CN",
                           .zone = is_vn ? "Asia/Ho_Chi_Minh" : "Asia/Shanghai",
                           .reference_prefix = is_vn ? "LS" : "PX",
                           .version = "test",
                           .practice = true};
  exchange::LinkTerms link{
      .peer_node = peer,
      .peer_spiffe_id = NodeId(!is_vn),
      .peer_country = is_vn ? "CN" : "VN",
      .own_country = is_vn ? "VN" : "CN",
      .peer_log_keys = Need(ledger::VerifierOf(*AgreedLogKey(!is_vn))),
      .peer_witness_keys = Need(ledger::VerifierOf(*WitnessKeyOf(peer, WitnessSeedOf(!is_vn)))),
      .own_log_vkey = Need(ledger::VerifierOf(*AgreedLogKey(is_vn))).Format(),
      .own_witness_vkey =
          Need(ledger::VerifierOf(*WitnessKeyOf(own, WitnessSeedOf(is_vn)))).Format(),
      .agreement_sha256 = certs::Sha256Of(is_vn ? "agreement" : options.cn_agreement),
      .agreement_bytes = is_vn ? "agreement" : options.cn_agreement,
      .window_messages = !is_vn && options.cn_window_messages != 0 ? options.cn_window_messages
                                                                   : options.window_messages,
      .window_bytes = 8 << 20,
      .cut_off_hour = 20,
      .cut_off_minute = 0,
      .cut_off_zone = "Asia/Ho_Chi_Minh",
      .report_duties = options.report_duties,
      .dials = is_vn || options.cn_dials,
      .own_decides = is_vn != options.cn_decides,
      .own_authorities = Posts(is_vn, is_vn ? options.vn_authorities : options.cn_authorities),
      .peer_authorities = Posts(!is_vn, is_vn ? options.cn_authorities : options.vn_authorities),
      .rules = std::make_shared<const domain::AgreedRules>(
          is_vn ? options.rules : options.cn_rules.value_or(options.rules),
          is_vn ? gates : cn_gates)};
  return TestNode::Setup{.node = std::move(node),
                         .link = std::move(link),
                         .log_seed = SeedOf(is_vn),
                         .witness_seed = WitnessSeedOf(is_vn),
                         .store_folder = folder_.Under(own),
                         .guard_file = folder_.Under(own + ".guard"),
                         .before_agreements = is_vn ? options.vn_agreements : options.cn_agreements,
                         .key_files = is_vn ? vn_key_files_ : cn_key_files_,
                         .authority = is_vn ? options.vn_authority : nullptr};
}

void TwoNodes::Dial(const exchange::LinkTerms& link) {
  ++dials;
  dialling_.push_back(link.peer_node == kCnNode);
}

void TwoNodes::Connect(bool dialled_by_vn) {
  Stream stream;
  stream.dialled_by_vn = dialled_by_vn;
  stream.vn = vn->link->Open(stream.from_vn, dialled_by_vn);
  stream.cn = cn->link->Open(stream.from_cn, !dialled_by_vn);
  streams.push_back(std::move(stream));
}

void TwoNodes::Cut() {
  std::vector<Stream> cut = std::move(streams);
  streams.clear();
  const absl::Status why = system::Refuse(v1::REASON_NOT_REACHABLE, "a stream", "it was cut", "-");
  for (Stream& stream : cut) {
    stream.vn->OnStreamEnded(why);
    stream.cn->OnStreamEnded(why);
  }
}

bool TwoNodes::Deliver(Stream& stream, bool from_vn) {
  QueueSink& sink = from_vn ? *stream.from_vn : *stream.from_cn;
  if (sink.frames.empty()) return false;
  v1::LinkFrame frame = std::move(sink.frames.front());
  sink.frames.pop_front();
  if (on_wire && !on_wire(from_vn, frame)) return true;
  const std::shared_ptr<exchange::LinkSession> to = from_vn ? stream.cn : stream.vn;
  const std::shared_ptr<exchange::LinkSession> from = from_vn ? stream.vn : stream.cn;
  to->OnFrame(frame);
  if (sink.frames.size() == exchange::kMostPendingFrames / 2) from->OnWritable();
  return true;
}

bool TwoNodes::RunOneStep() {
  // Starts at a random place and takes the first thing that can move from there.
  const uint64_t choices = 2 + 2 * streams.size();
  const uint64_t start = random.Uniform(choices);
  for (uint64_t i = 0; i < choices; ++i) {
    const uint64_t choice = (start + i) % choices;
    if (choice == 0 && vn->committer->Step() > 0) return true;
    if (choice == 1 && cn->committer->Step() > 0) return true;
    if (choice >= 2 && Deliver(streams[(choice - 2) / 2], choice % 2 == 0)) return true;
  }
  return false;
}

void TwoNodes::Run() {
  while (RunOneStep()) {
  }
}

void TwoNodes::Pass(absl::Duration time) {
  for (absl::Duration passed; passed < time; passed += absl::Seconds(1)) {
    clock.Advance(absl::Seconds(1));
    vn->link->OnTick();
    cn->link->OnTick();
    vn->refusals->Tick();
    cn->refusals->Tick();
    vn->sequencer->Tick();
    cn->sequencer->Tick();
    vn->report_alarms->OnTick();
    cn->report_alarms->OnTick();
    vn->held_back_alarms->OnTick();
    cn->held_back_alarms->OnTick();
    vn->cosignature_alarms->OnTick();
    cn->cosignature_alarms->OnTick();
    for (TestNode* node : {vn.get(), cn.get()}) {
      node->hold_limit->OnTick();
      node->countersignature_alarms->OnTick();
    }
    const std::vector<bool> dialling = std::exchange(dialling_, {});
    for (const bool by_vn : dialling) {
      if (on_dial) on_dial(by_vn);
    }
    Run();
  }
}

void TwoNodes::KillAndRestart(bool is_vn, const std::function<void()>& meanwhile) {
  Cut();
  std::unique_ptr<TestNode>& node = is_vn ? vn : cn;
  node.reset();
  meanwhile();
  node = std::make_unique<TestNode>(SetupOf(is_vn, options_), *trust, is_vn ? gates : cn_gates,
                                    clock, random, this);
}

}  // namespace gatepost::testing
