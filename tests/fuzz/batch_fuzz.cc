// Batch heads and the places of messages in them: a head has one spelling, and only the honest path
// leads to its root.

#include "certs/batch.h"
#include "certs/practice_ca.h"
#include "tests/fuzz/chooser.h"
#include "tests/fuzz/edit_message.h"
#include "tests/fuzz/promise.h"

namespace gatepost::fuzz {
namespace {

struct World {
  std::vector<certs::Digest> paes;
  std::vector<v1::BatchMembership> places;
  certs::BatchHead head;
};

World MakeWorld(size_t size) {
  const absl::Time now = absl::FromUnixSeconds(1'800'000'000);
  const auto ca = certs::PracticeCa::Create("langson.practice.example", now).value();
  const auto id =
      certs::SpiffeId::Parse("spiffe://langson.practice.example/agency/board/service/feeder")
          .value();
  const auto issued = ca.IssueSigner(id).value();
  const auto signer =
      certs::Signer::FromPem(issued.private_key_pem, issued.certificate_chain_pem).value();
  std::vector<certs::Digest> paes;
  for (size_t i = 0; i < size; ++i) paes.push_back(certs::Sha256Of(std::to_string(i)));
  std::vector<v1::BatchMembership> places = certs::SignBatch(paes, *signer).value();
  const std::string payload = places[0].head_payload();
  return {paes, std::move(places), certs::BatchHead::Parse(payload).value()};
}

}  // namespace
}  // namespace gatepost::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gatepost;
  using fuzz::Promise;
  const std::string_view bytes = fuzz::ViewOf(data, size);
  const auto head = certs::BatchHead::Parse(bytes);
  fuzz::PromiseAnswer(head.status());
  if (head.ok()) Promise(head->ToPayload() == bytes, "a batch head has one spelling");

  static const std::vector<fuzz::World> worlds = {fuzz::MakeWorld(1), fuzz::MakeWorld(6),
                                                  fuzz::MakeWorld(8)};
  fuzz::Chooser choose(bytes);
  const fuzz::World& world = worlds[choose.Below(worlds.size())];
  const size_t index = choose.Below(world.paes.size());
  v1::BatchMembership place = world.places[index];
  for (size_t edits = choose.Below(4); edits > 0; --edits) fuzz::EditMessage(place, choose);
  const absl::Status taken = certs::CheckMembership(world.head, world.paes[index], place);
  fuzz::PromiseAnswer(taken);
  const v1::BatchMembership& honest = world.places[index];
  const bool same =
      place.index() == honest.index() && std::equal(place.path().begin(), place.path().end(),
                                                    honest.path().begin(), honest.path().end());
  Promise(taken.ok() == same, "exactly the honest path is taken");
  return 0;
}
