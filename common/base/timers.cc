#include "common/base/timers.h"

namespace parley {

void Timers::Set(Key key, MonotonicTime when) {
  const auto [entry, added] = deadlines_.try_emplace(key, when);
  if (!added) {
    if (entry->second == when) return;
    order_.erase({entry->second, key});
    entry->second = when;
  }
  order_.emplace(when, key);
}

void Timers::Cancel(Key key) {
  const auto entry = deadlines_.find(key);
  if (entry == deadlines_.end()) return;
  order_.erase({entry->second, key});
  deadlines_.erase(entry);
}

std::optional<MonotonicTime> Timers::Next() const {
  if (order_.empty()) return std::nullopt;
  return order_.begin()->first;
}

std::optional<Timers::Key> Timers::PopDue(MonotonicTime now) {
  if (order_.empty() || order_.begin()->first > now) return std::nullopt;
  const Key key = order_.begin()->second;
  order_.erase(order_.begin());
  deadlines_.erase(key);
  return key;
}

}  // namespace parley
