#include "certs/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "tests/certs/practice_world.h"
#include "tests/support/temporary_folder.h"

namespace gatepost::certs {
namespace {

using SslContextPtr = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
using SslPtr = std::unique_ptr<SSL, decltype(&SSL_free)>;

// A TLS context as gRPC makes one: it sets the range of versions itself.
SslContextPtr ContextLikeGrpc(int max_version) {
  SslContextPtr context(SSL_CTX_new(TLS_method()), SSL_CTX_free);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_max_proto_version(context.get(), max_version);
  return context;
}

// The version that two ends in this process agree on; "none" when the handshake fails.
std::string Handshake(SSL_CTX* server_context, SSL_CTX* client_context) {
  SslPtr server(SSL_new(server_context), SSL_free);
  SslPtr client(SSL_new(client_context), SSL_free);
  BIO* server_end = nullptr;
  BIO* client_end = nullptr;
  BIO_new_bio_pair(&server_end, 0, &client_end, 0);
  SSL_set_bio(server.get(), server_end, server_end);
  SSL_set_bio(client.get(), client_end, client_end);
  SSL_set_accept_state(server.get());
  SSL_set_connect_state(client.get());
  for (int round = 0; round < 20; ++round) {
    const int c = SSL_do_handshake(client.get());
    const int s = SSL_do_handshake(server.get());
    if (c == 1 && s == 1) return SSL_get_version(client.get());
  }
  ERR_clear_error();
  return "none";
}

class TlsTest : public ::testing::Test {
 protected:
  void UseCertificate(SSL_CTX* context) {
    ASSERT_THAT(node_.WriteFiles(key_path_, chain_path_), IsOk());
    ASSERT_EQ(SSL_CTX_use_certificate_chain_file(context, chain_path_.c_str()), 1);
    ASSERT_EQ(SSL_CTX_use_PrivateKey_file(context, key_path_.c_str(), SSL_FILETYPE_PEM), 1);
  }

  PracticeWorld world_;
  testing::TemporaryFolder folder_;
  std::string key_path_ = folder_.Under("node.key");
  std::string chain_path_ = folder_.Under("node.pem");
  IssuedCertificate node_ = Must(world_.vn.IssueNode(world_.vn_node));
};

TEST_F(TlsTest, OnlyTls13IsSpokenOnBothEnds) {
  ASSERT_THAT(RequireTls13(), IsOk());
  const SslContextPtr server = ContextLikeGrpc(TLS1_3_VERSION);
  UseCertificate(server.get());
  const SslContextPtr client13 = ContextLikeGrpc(TLS1_3_VERSION);
  EXPECT_EQ(Handshake(server.get(), client13.get()), "TLSv1.3");

  // A client that knows only 1.2, with the option that this process sets taken back.
  const SslContextPtr client12 = ContextLikeGrpc(TLS1_2_VERSION);
  SSL_CTX_clear_options(client12.get(), SSL_OP_NO_TLSv1_2);
  EXPECT_EQ(Handshake(server.get(), client12.get()), "none");
  // And a server that knows only 1.2.
  const SslContextPtr server12 = ContextLikeGrpc(TLS1_2_VERSION);
  SSL_CTX_clear_options(server12.get(), SSL_OP_NO_TLSv1_2);
  UseCertificate(server12.get());
  EXPECT_EQ(Handshake(server12.get(), client13.get()), "none");
  // The two would have understood each other: it was the option that refused.
  EXPECT_EQ(Handshake(server12.get(), client12.get()), "TLSv1.2");
}

TEST_F(TlsTest, GivesNoSessionTickets) {
  ASSERT_THAT(RequireTls13(), IsOk());
  const SslContextPtr context = ContextLikeGrpc(TLS1_3_VERSION);
  EXPECT_NE(SSL_CTX_get_options(context.get()) & SSL_OP_NO_TICKET, 0u);
  EXPECT_EQ(SSL_CTX_get_security_level(context.get()), 2);
}

TEST_F(TlsTest, MayBeRequiredAgain) {
  EXPECT_THAT(RequireTls13(), IsOk());
  EXPECT_THAT(RequireTls13(), IsOk());
}

TEST_F(TlsTest, ChecksThatKeyAndCertificateBelongTogether) {
  const IssuedCertificate other = Must(world_.vn.IssueNode(world_.vn_node));
  EXPECT_THAT(CheckKeyPair(node_.private_key_pem, node_.certificate_chain_pem), IsOk());
  EXPECT_THAT(CheckKeyPair(other.private_key_pem, node_.certificate_chain_pem),
              RefusedAs(v1::REASON_BAD_CONFIG));
  EXPECT_THAT(CheckKeyPair("", node_.certificate_chain_pem), RefusedAs(v1::REASON_BAD_CONFIG));
  EXPECT_THAT(CheckKeyPair(node_.private_key_pem, "x"), RefusedAs(v1::REASON_BAD_CONFIG));
  // RSA and Ed25519 too.
  for (PracticeKey kind : {PracticeKey::kRsa3072, PracticeKey::kEd25519}) {
    const IssuedCertificate issued = Must(world_.vn.IssueNode(world_.vn_node, {.key = kind}));
    EXPECT_THAT(CheckKeyPair(issued.private_key_pem, issued.certificate_chain_pem), IsOk());
  }
}

TEST_F(TlsTest, NamesTheFilesOfAWrongPair) {
  ASSERT_THAT(node_.WriteFiles(key_path_, chain_path_), IsOk());
  EXPECT_THAT(CheckKeyPairFiles(key_path_, chain_path_), IsOk());
  const IssuedCertificate other = Must(world_.vn.IssueNode(world_.vn_node));
  ASSERT_THAT(other.WriteFiles(key_path_, folder_.Under("other.pem")), IsOk());
  const absl::Status status = CheckKeyPairFiles(key_path_, chain_path_);
  EXPECT_THAT(status, RefusedAs(v1::REASON_BAD_CONFIG));
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr(key_path_));
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr(chain_path_));
}

}  // namespace
}  // namespace gatepost::certs
