// Messages of every kind, well signed or changed after it, through everything that looks at one:
// signatures, header, the door's and the desks' rules with the real gate register.
//
// Input: a byte that chooses the author, a byte with the number of changes made after signing, a
// byte of length and so many bytes that say what to edit, and a Message in text format. What its
// header does not say is made up; scopes are those it names.

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include "daemon/exchange/desk.h"
#include "daemon/system/protobuf_log.h"
#include "tests/fuzz/chooser.h"
#include "tests/fuzz/edit_message.h"
#include "tests/fuzz/promise.h"
#include "tests/support/two_nodes.h"

namespace gatepost::fuzz {
namespace {

const certs::Signer& Author(const testing::TwoNodes& world, uint8_t chosen) {
  switch (chosen % 4) {
    case 0:
      return world.vn_officer();
    case 1:
      return world.vn_clerk();
    case 2:
      return world.vn_service();
    default:
      return world.cn_officer();
  }
}

// The text as a message of this author. Text that is none gives what was read up to the fault.
v1::Message MessageOf(testing::TwoNodes& world, const certs::Signer& author,
                      std::string_view text) {
  class Silent : public google::protobuf::io::ErrorCollector {
    void AddError(int, int, const std::string&) override {}
  };
  Silent silent;
  v1::Message said;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&silent);
  parser.SetRecursionLimit(64);
  (void)parser.ParseFromString(std::string(text), &said);
  v1::Message message = world.NewMessage(author);
  message.MergeFrom(said);
  return message;
}

void CheckDesk(const testing::TestNode& node, const exchange::OpenedMessage& opened) {
  const exchange::Desk* desk = node.desks->For(opened);
  if (desk == nullptr) return;
  const absl::Status alone = desk->CheckAlone(opened, node.clock.Now());
  PromiseAnswer(alone);
  if (!alone.ok()) return;
  const auto reader = testing::Need(node.store->Read());
  PromiseAnswer(desk->Judge(*reader, opened, node.clock.Now()).status());
}

}  // namespace
}  // namespace gatepost::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gatepost;
  system::SilenceProtobufLog();
  static testing::TwoNodes world;
  fuzz::Chooser choose(fuzz::ViewOf(data, size));
  const certs::Signer& author = fuzz::Author(world, choose.Byte());
  const size_t changes = choose.Below(4);
  fuzz::Chooser edits(choose.Text());
  v1::Message message = fuzz::MessageOf(world, author, choose.Rest());
  while (!edits.empty() && changes == 0) fuzz::EditMessage(message, edits);

  const v1::Envelope honest = world.Sign(author, message);
  v1::Envelope envelope = honest;
  for (size_t i = 0; i < changes; ++i) fuzz::EditMessage(envelope, edits);
  const auto opened =
      world.vn->intake->Open(envelope, {author.certificate_chain_der()}, world.clock.Now());
  fuzz::PromiseAnswer(opened.status());
  if (opened.ok()) {
    fuzz::Promise(envelope.payload() == honest.payload() &&
                      certs::SignaturesDigest(envelope) == certs::SignaturesDigest(honest),
                  "what was changed after it was signed is refused");
    fuzz::Promise(opened->author.id == author.id(), "the author is who signed");
    fuzz::CheckDesk(*world.vn, *opened);
  }
  const auto answer = world.vn->Submit(author, envelope, /*validate_only=*/true);
  fuzz::PromiseAnswer(answer.status());
  fuzz::Promise(opened.ok() || !answer.ok(), "the door takes nothing that cannot be opened");
  return 0;
}
