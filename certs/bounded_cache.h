#ifndef GATEPOST_CERTS_BOUNDED_CACHE_H_
#define GATEPOST_CERTS_BOUNDED_CACHE_H_

#include <cstddef>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

namespace gatepost::certs {

// A map of at most `capacity` entries that forgets the one not used for longest. Any thread may
// call it. Values are copied out, so they should be cheap to copy.
template <typename Key, typename Value>
class BoundedCache {
 public:
  // `capacity` 0 keeps nothing.
  explicit BoundedCache(size_t capacity) : capacity_(capacity) {}

  // The value under `key`, which now counts as used.
  std::optional<Value> Find(const Key& key) {
    std::lock_guard lock(mutex_);
    auto found = places_.find(key);
    if (found == places_.end()) return std::nullopt;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->second;
  }

  // Puts or replaces the value under `key`.
  void Put(const Key& key, Value value) {
    std::lock_guard lock(mutex_);
    EraseLocked(key);
    entries_.emplace_front(key, std::move(value));
    places_[key] = entries_.begin();
    if (entries_.size() > capacity_) {
      places_.erase(entries_.back().first);
      entries_.pop_back();
    }
  }

  void Erase(const Key& key) {
    std::lock_guard lock(mutex_);
    EraseLocked(key);
  }

  // Removes every entry for which `condemned(key, value)` is true.
  template <typename Condemned>
  void EraseIf(Condemned condemned) {
    std::lock_guard lock(mutex_);
    for (auto entry = entries_.begin(); entry != entries_.end();) {
      if (condemned(std::as_const(entry->first), std::as_const(entry->second))) {
        places_.erase(entry->first);
        entry = entries_.erase(entry);
      } else {
        ++entry;
      }
    }
  }

  size_t size() const {
    std::lock_guard lock(mutex_);
    return entries_.size();
  }

 private:
  using Entries = std::list<std::pair<Key, Value>>;

  void EraseLocked(const Key& key) {
    auto found = places_.find(key);
    if (found == places_.end()) return;
    entries_.erase(found->second);
    places_.erase(found);
  }

  const size_t capacity_;
  mutable std::mutex mutex_;
  Entries entries_;                                   // Newest first; guarded by mutex_.
  std::map<Key, typename Entries::iterator> places_;  // Guarded by mutex_.
};

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_BOUNDED_CACHE_H_
