// Who has guessed wrongly how often: after limits::kFreeTries the answers are held back. It only says how
// long; bounded in what it remembers. One thread.

#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <unordered_map>

#include "common/base/clock.h"

namespace parley {

// The addresses that one guesser has for the asking: a /64 of IPv6 (RFC 6177), or one address of IPv4, also
// where it is written as ::ffff:192.0.2.1. What is no address stays as it is.
std::string GuesserOf(const std::string& address);

class Throttle {
 public:
  // A wrong try for `key` (a name and an address); returns how long its answer is to wait.
  Duration Failed(const std::string& key, MonotonicTime now);
  // Whether another password may be checked while an answer is held back. True limits::kOvertakings times,
  // and once more for each limits::kOvertakingPeriod that passes.
  bool MayOvertake(const std::string& key, MonotonicTime now);
  // A right one: its wrong ones are forgotten.
  void Succeeded(const std::string& key);

  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::string key;
    unsigned failures;
    MonotonicTime last;
    MonotonicTime overtaken_until{};  // a period after `now` for each overtaking that is used up
  };
  void DropOldest();

  std::list<Entry> entries_;  // the one that failed last is at the end
  std::unordered_map<std::string, std::list<Entry>::iterator> by_key_;
};

}  // namespace parley
