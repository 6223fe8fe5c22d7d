#include "client/import/splits.h"

#include <algorithm>

#include "google/protobuf/util/message_differencer.h"

namespace gatepost::client {
namespace {

bool IsPart(const v1::CargoSplit& split, const v1::Figure& figure) {
  return split.direction() == figure.direction() &&
         std::find(split.part_ids().begin(), split.part_ids().end(), figure.cargo_class()) !=
             split.part_ids().end();
}

// True when `part` and `whole` differ in nothing but class and number.
bool SameBut(const v1::Figure& part, const v1::Figure& whole) {
  const auto frame = [](v1::Figure figure) {
    figure.clear_cargo_class();
    figure.clear_split_id();
    figure.clear_complete_splits();
    figure.clear_set_complete();
    v1::Unit unit = figure.quantity().unit();
    figure.clear_quantity();
    figure.mutable_quantity()->set_unit(unit);
    return figure;
  };
  return google::protobuf::util::MessageDifferencer::Equals(frame(part), frame(whole));
}

void MarkComplete(const v1::CargoSplit& split, v1::Figure& whole) {
  const auto& marked = whole.complete_splits();
  if (std::find(marked.begin(), marked.end(), split.id()) == marked.end()) {
    whole.add_complete_splits(split.id());
  }
}

}  // namespace

void MarkSplits(const std::vector<v1::CargoSplit>& splits, v1::YardReport& report) {
  for (v1::Figure& part : *report.mutable_figures()) {
    for (const v1::CargoSplit& split : splits) {
      if (!IsPart(split, part)) continue;
      if (!part.split_id().empty() && part.split_id() != split.id()) continue;
      for (v1::Figure& whole : *report.mutable_figures()) {
        if (!whole.cargo_class().empty() || !SameBut(part, whole)) continue;
        part.set_split_id(split.id());
        if (part.cargo_class() == split.rest_part_id()) MarkComplete(split, whole);
      }
    }
  }
}

}  // namespace gatepost::client
