// Deadlines, at most one a key, in order of time. Keys are the caller's (a peer's slot, say).
//
// O(log n) a change; a caller whose deadline moves with every message keeps the time itself and looks again
// when the timer is due, so that messages cost nothing here.

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
  // Takes out one key whose deadline is at or before `now`, the earliest first.
  std::optional<Key> PopDue(MonotonicTime now);

 private:
  std::set<std::pair<MonotonicTime, Key>> order_;
  std::unordered_map<Key, MonotonicTime> deadlines_;
};

}  // namespace parley
