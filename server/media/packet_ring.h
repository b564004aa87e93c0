// PacketRing keeps the newest packets of one stream, so that they can be sent again to those who lost them.
// All slots of a stream share one ring. KeptBytes bounds the memory of all rings of a page, and that of all
// pages together.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/media_limits.h"

namespace parley {

class KeptBytes {
 public:
  // A part of `whole`, which outlives this object; none: it is the whole.
  explicit KeptBytes(std::size_t max = limits::kKeptBytes, KeptBytes* whole = nullptr)
      : max_(max), whole_(whole) {}
  [[nodiscard]] bool MayTake(std::size_t more) const {
    return bytes_ + more <= max_ && (whole_ == nullptr || whole_->MayTake(more));
  }
  void Change(std::size_t before, std::size_t after) {
    bytes_ = bytes_ - before + after;
    if (whole_ != nullptr) whole_->Change(before, after);
  }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  std::size_t max_, bytes_ = 0;
  KeptBytes* whole_;
};

class PacketRing {
 public:
  // Room for `packets` of them, a power of two. Memory is taken as packets come, as far as `kept` allows;
  // that outlives this object.
  PacketRing(std::size_t packets, KeptBytes& kept) : packets_(packets), kept_(kept) {}
  ~PacketRing() { Clear(); }
  PacketRing(const PacketRing&) = delete;
  PacketRing& operator=(const PacketRing&) = delete;

  // Keeps a copy of a decrypted packet, over the one that has the same place. Without memory for it, it keeps
  // neither.
  void Keep(std::uint16_t sequence, std::string_view packet);
  // Forgets all, and releases the memory.
  void Clear();
  // The packet with that number, until the next call of Keep; nothing if it is not kept any more.
  [[nodiscard]] std::optional<std::string_view> Find(std::uint16_t sequence) const;

 private:
  struct Entry {
    std::uint16_t sequence = 0;
    std::string bytes;  // empty: nothing is kept
  };
  std::size_t packets_;
  KeptBytes& kept_;
  std::vector<Entry> entries_;  // empty before the first packet
};

}  // namespace parley
