// Slab writes pieces for many receivers, one after the other. A receiver of several pieces in a row gets one
// slice of them (OutQueue joins adjacent slices).
//
// When a blob is full, the slab continues in a new one of twice the size, until Restart. So a turn uses few
// blobs. A slow reader of a part keeps little more memory alive than was written with it.

#pragma once

#include <cstddef>
#include <string_view>

#include "common/buffer/blob.h"

namespace parley {

class Slab {
 public:
  // Writes `head` and `body` as one piece, which lies in one blob.
  Slice Write(std::string_view head, std::string_view body);
  // Forgets what was written. The slab holds no memory until the next Write.
  void Restart();

  static constexpr std::size_t kSmallest = 512;
  static constexpr std::size_t kLargest = std::size_t{256} * 1024;

 private:
  BlobRef blob_;
  std::size_t next_capacity_ = kSmallest;
};

}  // namespace parley
