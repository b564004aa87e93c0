// RoomsMade counts the rooms that each address has made within its hour (limits::kRoomsMade). An hour begins
// with the first room. The number of remembered addresses is bounded. One thread.

#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <unordered_map>

#include "common/base/clock.h"

namespace parley {

class RoomsMade {
 public:
  // Whether `address` (IPv6: its /64) may make another room. If so, counts it.
  bool MayMakeOne(const std::string& address, MonotonicTime now);

  // Addresses that are remembered.
  [[nodiscard]] std::size_t size() const { return makers_.size(); }

 private:
  struct Maker {
    std::string address;
    MonotonicTime since;
    std::size_t rooms;
  };

  std::list<Maker> makers_;  // whose hour began last is at the end
  std::unordered_map<std::string, std::list<Maker>::iterator> by_address_;
};

}  // namespace parley
