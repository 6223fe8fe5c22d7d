#ifndef GATEPOST_TESTS_EXCHANGE_AUDIT_CASE_H_
#define GATEPOST_TESTS_EXCHANGE_AUDIT_CASE_H_

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "daemon/exchange/audit/audit_queries.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/proof.h"
#include "google/protobuf/text_format.h"
#include "tests/exchange/thread_world.h"

// Two connected nodes and auditors who ask them.
namespace gatepost::testing {

inline constexpr char kVnAuditor[] = "spiffe://langson.practice.example/auditor/board-1";
inline constexpr char kCnAuditor[] = "spiffe://pingxiang.practice.example/auditor/port-office-1";

class AuditCase : public ::testing::Test {
 protected:
  AuditCase() { world_.Connect(); }

  // Somebody of that name, as if his certificate said so.
  static certs::Identity Named(const std::string& spiffe_id) {
    return certs::Identity{.id = Need(certs::SpiffeId::Parse(spiffe_id)),
                           .country = "",
                           .certificate_sha256 = {},
                           .not_before = absl::InfinitePast(),
                           .not_after = absl::InfiniteFuture(),
                           .key = {},
                           .practice = true};
  }

  // The links of a node, and others that only its configuration knows.
  exchange::LinkTermsByPeer& Links(TestNode& node) {
    exchange::LinkTermsByPeer& links = links_[node.setup.node.node];
    links.emplace(node.setup.link.peer_node, node.setup.link);
    return links;
  }
  exchange::AuditQueries Queries(TestNode& node) {
    return exchange::AuditQueries({node.setup.node, Links(node), *node.store, *node.log,
                                   *world_.trust, world_.clock,
                                   [&node](std::string_view) { return node.link->HeldByPeer(); }});
  }

  // The answer, as a caller gets it: after its leaf, of which there is exactly one.
  template <typename Response>
  Response Told(TestNode& node, const certs::Identity& caller,
                absl::StatusOr<exchange::Audited<Response>> answer) {
    exchange::Audited<Response> audited = Need(std::move(answer));
    const uint64_t before = node.head().size;
    absl::Status logged = absl::UnknownError("not said");
    exchange::AuditLog(node.setup.node, *node.committer, world_.clock)
        .Log(caller, std::move(audited.trace), [&](const absl::Status& done) { logged = done; });
    EXPECT_FALSE(logged.ok()) << "said before it was durable";
    node.Settle();
    EXPECT_TRUE(logged.ok()) << logged;
    EXPECT_EQ(node.head().size, before + 1);
    return std::move(audited.response);
  }
  v1::ListEntriesResponse List(TestNode& node, const std::string& text) {
    v1::ListEntriesRequest request;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &request)) << text;
    return Told(node, Named(kVnAuditor), Queries(node).ListEntries(request));
  }
  absl::StatusOr<exchange::Audited<v1::GetEvidenceResponse>> Evidence(TestNode& node,
                                                                      const std::string& auditor,
                                                                      const std::string& reference,
                                                                      bool with_thread = false) {
    v1::GetEvidenceRequest request;
    request.set_reference(reference);
    request.set_with_thread(with_thread);
    return Queries(node).GetEvidence(Named(auditor), request);
  }
  static ledger::Leaf LeafIn(const v1::AuditEntry& entry) {
    return Need(ledger::Leaf::Parse(entry.leaf()));
  }

  // Each leaf as `<node> <event>:<result>`, every one proved under a head of its own log.
  std::vector<std::string> Proved(const v1::MessageEvidence& message) {
    std::vector<std::string> said;
    for (const v1::EvidenceLeaf& leaf : message.leaves()) {
      const TestNode& node = leaf.node() == "vn-langson" ? *world_.vn : *world_.cn;
      const auto proof = ledger::VerifyProofText(leaf.leaf(), leaf.proof(),
                                                 Need(ledger::VerifierOf(*node.log_key)));
      EXPECT_TRUE(proof.ok()) << proof.status();
      const ledger::Leaf read = Need(ledger::Leaf::Parse(leaf.leaf()));
      if (proof.ok()) {
        EXPECT_EQ(proof->head.checkpoint.origin, ledger::LogOrigin(leaf.node(), read.epoch));
      }
      said.push_back(leaf.node() + " " + read.event + ":" + read.result);
    }
    return said;
  }

  v1::Message Submit(const certs::Signer& author, v1::Message message) {
    TestNode& node =
        author.id().trust_domain() == world_.vn_ca.trust_domain() ? *world_.vn : *world_.cn;
    Need(node.Submit(author, world_.Sign(author, message)).status());
    world_.Run();
    return message;
  }
  v1::Message Report(int day = 0, const std::string& gate = "LS-HN") {
    return Submit(world_.vn_clerk(), world_.OneFigureReport(world_.vn_clerk(), gate, day, 312));
  }

  ThreadWorld world_;
  std::map<std::string, exchange::LinkTermsByPeer> links_;
};

}  // namespace gatepost::testing

#endif  // GATEPOST_TESTS_EXCHANGE_AUDIT_CASE_H_
