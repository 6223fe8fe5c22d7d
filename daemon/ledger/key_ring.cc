#include "daemon/ledger/key_ring.h"

#include <algorithm>
#include <utility>

#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::ledger {

absl::Status KeyRing::Add(VerifierKey next) {
  const VerifierKey& last = newest();
  if (next.name() != last.name() || next.type() != last.type()) {
    return system::Refuse(
        v1::REASON_FIELD_CONFLICT,
        fmt::format("a key of {} and type {}, as the one before it", last.name(), last.type()),
        fmt::format("one of {} and type {}", next.name(), next.type()),
        "announce a key of the same log or witness");
  }
  const auto same_id = std::ranges::find(keys_, next.key_id(), &VerifierKey::key_id);
  if (same_id != keys_.end()) {
    return system::Refuse(v1::REASON_FIELD_CONFLICT,
                          fmt::format("a key that {} has not had yet", last.name()), next.Format(),
                          "make a new key; one that was given up never comes back");
  }
  keys_.push_back(std::move(next));
  return absl::OkStatus();
}

std::optional<size_t> KeyRing::PlaceOf(const VerifierKey& key) const {
  const auto at = std::ranges::find(keys_, key);
  if (at == keys_.end()) return std::nullopt;
  return static_cast<size_t>(at - keys_.begin());
}

const VerifierKey& KeyRing::NamedIn(std::string_view note) const {
  if (keys_.size() == 1) return newest();
  size_t named = keys_.size();
  const size_t text_end = note.rfind("\n\n");
  if (text_end == std::string_view::npos) return newest();
  std::string_view rest = note.substr(text_end + 2);
  while (!rest.empty()) {
    const size_t end = rest.find('\n');
    if (end == std::string_view::npos) break;
    const std::optional<NoteSignature> line = ParseSignatureLine(rest.substr(0, end + 1));
    rest.remove_prefix(end + 1);
    if (!line.has_value() || line->name != newest().name()) continue;
    for (size_t i = 0; i < keys_.size(); ++i) {
      if (keys_[i].key_id() != line->key_id) continue;
      named = named == keys_.size() ? i : std::max(named, i);
    }
  }
  return named == keys_.size() ? newest() : keys_[named];
}

LiveKeys::LiveKeys(KeyRing ring) : shared_(std::make_shared<Shared>(std::move(ring))) {}

KeyRing LiveKeys::Now() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->ring;
}

absl::Status LiveKeys::Add(const VerifierKey& next) const {
  const std::lock_guard lock(shared_->mutex);
  if (shared_->ring.PlaceOf(next).has_value()) return absl::OkStatus();
  return shared_->ring.Add(next);
}

void LiveKeys::Replace(KeyRing ring) const {
  const std::lock_guard lock(shared_->mutex);
  shared_->ring = std::move(ring);
}

std::vector<VerifierKey> AllKeys(std::span<const LiveKeys> rings) {
  std::vector<VerifierKey> all;
  for (const LiveKeys& ring : rings) {
    const KeyRing now = ring.Now();
    all.insert(all.end(), now.keys().begin(), now.keys().end());
  }
  return all;
}

}  // namespace gatepost::ledger
