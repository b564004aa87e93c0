// HandshakeBudget bounds the DTLS handshakes that begin in a second: in all, from one address, and of one
// connection to the server. A page can ask for one by a few packets, and each costs as much as hundreds of
// packets of media.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "common/base/clock.h"

namespace parley {

class HandshakeBudget {
 public:
  // Whether another one may begin; if so, it counts. An address that is empty has no share.
  bool Allow(std::uint64_t peer, const std::string& address, MonotonicTime now);

 private:
  MonotonicTime since_;
  std::size_t all_ = 0;
  std::unordered_map<std::uint64_t, std::size_t> by_peer_;
  std::unordered_map<std::string, std::size_t> by_address_;
};

}  // namespace parley
