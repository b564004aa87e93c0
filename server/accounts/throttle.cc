#include "server/accounts/throttle.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

#include "common/base/limits.h"

namespace parley {

std::string GuesserOf(const std::string& address) {
  in6_addr bytes{};
  if (::inet_pton(AF_INET6, address.c_str(), &bytes) != 1) return address;
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (IN6_IS_ADDR_V4MAPPED(&bytes)) {
    return ::inet_ntop(AF_INET, &bytes.s6_addr[12], text.data(), text.size());
  }
  std::fill(std::begin(bytes.s6_addr) + 8, std::end(bytes.s6_addr), std::uint8_t{0});
  return std::string(::inet_ntop(AF_INET6, &bytes, text.data(), text.size())) + "/64";
}
namespace {

Duration HoldAfter(unsigned failures) {
  if (failures <= limits::kFreeTries) return Duration::zero();
  const unsigned doublings = std::min(failures - limits::kFreeTries - 1, 16U);
  return std::min<Duration>(limits::kFirstHold * (1U << doublings), limits::kLongestHold);
}

}  // namespace

Duration Throttle::Failed(const std::string& key, MonotonicTime now) {
  while (!entries_.empty() && entries_.front().last + limits::kTriesRemembered <= now) DropOldest();
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) {
    if (entries_.size() >= limits::kTries) DropOldest();
    entries_.push_back({.key = key, .failures = 0, .last = now});
    by_key_.emplace(key, std::prev(entries_.end()));
  } else {
    entries_.splice(entries_.end(), entries_, found->second);
  }
  Entry& entry = entries_.back();
  entry.last = now;
  ++entry.failures;
  return HoldAfter(entry.failures);
}

bool Throttle::MayOvertake(const std::string& key, MonotonicTime now) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return true;
  MonotonicTime& until = found->second->overtaken_until;
  const MonotonicTime next = std::max(until, now) + limits::kOvertakingPeriod;
  if (next > now + limits::kOvertakings * limits::kOvertakingPeriod) return false;
  until = next;
  return true;
}

void Throttle::Succeeded(const std::string& key) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return;
  entries_.erase(found->second);
  by_key_.erase(found);
}

void Throttle::DropOldest() {
  by_key_.erase(entries_.front().key);
  entries_.pop_front();
}

}  // namespace parley
