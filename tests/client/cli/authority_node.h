#ifndef GATEPOST_TESTS_CLIENT_CLI_AUTHORITY_NODE_H_
#define GATEPOST_TESTS_CLIENT_CLI_AUTHORITY_NODE_H_

#include <string>
#include <vector>

#include "certs/digest.h"
#include "certs/dsse.h"
#include "gatepost/v1/audit_service.grpc.pb.h"
#include "gatepost/v1/authority_service.grpc.pb.h"
#include "tests/client/cli/answering_node.h"

// A node that says besides who has which roles, and what stands in its log.
namespace gatepost::cli {

class Authorities : public v1::AuthorityService::Service {
 public:
  v1::GetRosterResponse in_force;
  v1::GetCallerResponse caller;
  int callers = 0;  // How many asked who they are.

  grpc::Status GetRoster(grpc::ServerContext*, const v1::GetRosterRequest*,
                         v1::GetRosterResponse* response) override {
    *response = in_force;
    return grpc::Status::OK;
  }
  grpc::Status GetCaller(grpc::ServerContext*, const v1::GetCallerRequest*,
                         v1::GetCallerResponse* response) override {
    ++callers;
    *response = caller;
    return grpc::Status::OK;
  }
};

class Log : public v1::AuditService::Service {
 public:
  v1::ListEntriesResponse entries;
  std::vector<v1::ListEntriesRequest> asked;

  grpc::Status ListEntries(grpc::ServerContext*, const v1::ListEntriesRequest* request,
                           v1::ListEntriesResponse* response) override {
    asked.push_back(*request);
    *response = entries;
    return grpc::Status::OK;
  }
};

class AuthorityNode : public AnsweringNode {
 protected:
  static constexpr char kOfficer[] =
      "spiffe://langson.practice.example/agency/board/officer/shift-lead-1";

  void AddServices(grpc::ServerBuilder& builder) override {
    builder.RegisterService(&authorities_);
    builder.RegisterService(&log_);
  }

  // `message`, by `author`, as a node stores it.
  static v1::StoredMessage Stored(v1::Message message, const std::string& author,
                                  const std::string& id, const std::string& reference) {
    message.mutable_header()->set_author(author);
    message.mutable_header()->set_message_id(id);
    v1::StoredMessage stored;
    stored.mutable_envelope()->set_payload_type("application/vnd.gatepost.message.v1+protobuf");
    stored.mutable_envelope()->set_payload(message.SerializeAsString());
    stored.set_author(author);
    stored.set_message_id(id);
    stored.set_short_reference(reference);
    stored.add_signers(author);
    return stored;
  }
  static v1::MessageCitation Citing(const v1::StoredMessage& stored) {
    v1::MessageCitation citation;
    citation.set_author(stored.author());
    citation.set_message_id(stored.message_id());
    const certs::Digest pae =
        certs::PaeDigest(stored.envelope().payload_type(), stored.envelope().payload());
    citation.set_pae_sha256(std::string(certs::AsView(pae)));
    return citation;
  }

  Authorities authorities_;
  Log log_;
};

}  // namespace gatepost::cli

#endif  // GATEPOST_TESTS_CLIENT_CLI_AUTHORITY_NODE_H_
