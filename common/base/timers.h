// Timers holds deadlines in order of time, at most one per key. The caller chooses the keys, for example the
// slot of a peer.
//
// A change costs O(log n). If a deadline moves with every message, the caller keeps the time itself and
// checks it when the timer ends. Then messages cost nothing here.

#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "common/base/clock.h"

namespace parley {

class Timers {
 public:
  using Key = std::uint64_t;

  // Sets or moves the deadline of `key`.
  void Set(Key key, MonotonicTime when);
  void Cancel(Key key);
  // Whether `key` has a deadline.
  [[nodiscard]] bool Has(Key key) const { return deadlines_.contains(key); }

  // The earliest deadline.
  [[nodiscard]] std::optional<MonotonicTime> Next() const;
  // Removes and returns one key whose deadline is at or before `now`, the earliest first.
  std::optional<Key> PopDue(MonotonicTime now);

 private:
  std::set<std::pair<MonotonicTime, Key>> order_;
  std::unordered_map<Key, MonotonicTime> deadlines_;
};

}  // namespace parley
