// SentWindow extends the sequence numbers of one source to 48 bits (RFC 3711, section 3.3.1), and remembers
// which of them were used. A number that is used for two different packets reveals GCM's authentication key
// (nonce reuse; RFC 7714, section 10.1). So a packet is sent again only through a repair stream, or as the
// very bytes that were sent before.

#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace parley {

class SentWindow {
 public:
  // How far a number may be behind the highest one.
  static constexpr std::size_t kSize = 1024;

  // The number with its count of rounds, which is used from now on. Nothing if it was used before, or is too
  // old to tell.
  std::optional<std::uint64_t> Use(std::uint16_t sequence);

 private:
  bool any_ = false;
  std::uint64_t highest_ = 0;
  std::bitset<kSize> used_;  // the number N at N mod kSize, of the highest and those below it
};

}  // namespace parley
