// PacketRing keeps the newest packets of one stream, so that they can be sent again to those who lost them.
// All slots of a stream share one ring.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley {

class PacketRing {
 public:
  // Room for `packets` of them, a power of two. Memory is taken as packets come.
  explicit PacketRing(std::size_t packets) : entries_(packets) {}

  // Keeps a copy of a decrypted packet, over the one that has the same place.
  void Keep(std::uint16_t sequence, std::string_view packet);
  // The packet with that number, until the next call of Keep; nothing if it is not kept any more.
  [[nodiscard]] std::optional<std::string_view> Find(std::uint16_t sequence) const;

 private:
  struct Entry {
    std::uint16_t sequence = 0;
    std::string bytes;  // empty: nothing is kept
  };
  std::vector<Entry> entries_;
};

}  // namespace parley
