// What is written for many, one piece behind the other, so that who gets several in a row gets one slice of
// them (OutQueue joins what adjoins).
//
// The slab goes on in a new blob when one is full, each twice the size of the one before until Restart: so a
// turn's writings are a few blobs, and a slow reader of a part never pins much more than was written with it.

#pragma once

#include <cstddef>
#include <string_view>

#include "common/buffer/blob.h"

namespace parley {

class Slab {
 public:
  // Writes `head` and `body` as one piece, which lies in one blob.
  Slice Write(std::string_view head, std::string_view body);
  // What comes next has nothing to do with what was written: holds no memory until then.
  void Restart();

  static constexpr std::size_t kSmallest = 512;
  static constexpr std::size_t kLargest = std::size_t{256} * 1024;

 private:
  BlobRef blob_;
  std::size_t next_capacity_ = kSmallest;
};

}  // namespace parley
