// PeersByAddress counts the connections of each address, so that none takes every place (--max-per-address).
//
// The caller does not count loopback: a proxy there speaks for many, and somebody who has a shell on the
// machine needs no connection to do harm. One thread.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

namespace parley {

// Of an address as the doors give it.
bool IsLoopback(const std::string& address);

class PeersByAddress {
 public:
  // `most` for an address of IPv4 or a /64 of IPv6; 0 is no limit.
  explicit PeersByAddress(std::size_t max) : max_(max) {}

  enum class Place {
    kFree,
    kRefused,  // there are too many: it is counted, and told so
    kNone,     // and too many are being told: it is not counted
  };
  // One more. All but kNone must Leave.
  Place Enter(const std::string& address);
  void Leave(const std::string& address);

  // Whether another peer would be too many.
  [[nodiscard]] bool IsFull(const std::string& address) const;
  // Whether the two count as one address.
  static bool AreOne(std::string_view address, std::string_view other);

  // Addresses that have one.
  [[nodiscard]] std::size_t size() const { return counts_.size(); }

 private:
  std::size_t max_;
  std::unordered_map<std::string, std::size_t> counts_;
};

}  // namespace parley
