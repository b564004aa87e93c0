// Throttle counts wrong passwords, and says how long to hold an answer back after limits::kFreeTries of them.
// What it remembers is bounded. One thread.

#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <unordered_map>

#include "common/base/clock.h"

namespace parley {

// The addresses that one guesser can easily get: a /64 of IPv6 (RFC 6177), or one address of IPv4, also if it
// is written as ::ffff:192.0.2.1. Text that is not an address stays as it is.
std::string GuesserOf(const std::string& address);

class Throttle {
 public:
  // Counts a wrong try for `key` (a name and an address). Returns how long to hold its answer back.
  Duration Failed(const std::string& key, MonotonicTime now);
  // Whether another password may be checked while an answer is held back. True limits::kOvertakings times,
  // and once more for each limits::kOvertakingPeriod that passes.
  bool MayOvertake(const std::string& key, MonotonicTime now);
  // The password was right: forgets the wrong ones.
  void Succeeded(const std::string& key);

  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::string key;
    unsigned failures;
    MonotonicTime last;
    MonotonicTime overtaken_until{};  // one period after `now` for each used overtaking
  };
  void DropOldest();

  std::list<Entry> entries_;  // the latest failure is at the end
  std::unordered_map<std::string, std::list<Entry>::iterator> by_key_;
};

}  // namespace parley
