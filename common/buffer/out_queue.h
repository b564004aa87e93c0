// OutQueue holds what waits to be sent to one peer: a chain of slices of shared blobs. The first slice may be
// partly sent.
//
// Slices that are adjacent in their blob become one. So all messages that a peer gets in a row from a room's
// slab are one piece to send. An empty queue holds no blob, and memory for a few slices at most.

#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "common/buffer/blob.h"

namespace parley {

class OutQueue {
 public:
  // An empty slice is ignored. A blob has at most 4 GiB.
  void Push(const Slice& slice) {
    if (slice.begin == slice.end) return;
    bytes_ += slice.size();
    if (!slices_.empty()) {
      Slice& last = slices_.back();
      if (last.end == slice.begin && last.blob == slice.blob) {
        last.end = slice.end;
        return;
      }
    }
    Append(slice);
  }
  void Push(BlobRef blob);

  // Fills `views` with the unsent bytes, front to back, at most `most` bytes in all. Returns the number of
  // views that it filled. They are valid until the next call that changes the queue.
  std::size_t Gather(std::span<std::string_view> views, std::size_t max) const;
  // Marks the first `count` bytes as sent; `count` is at most bytes().
  void Consume(std::size_t count);

  // The part of the first slice that is sent, and the part that is not.
  struct Front {
    std::string_view sent;
    std::string_view unsent;
  };
  [[nodiscard]] Front front() const;
  // Whether anything of this blob is still to be sent.
  [[nodiscard]] bool Holds(const BlobRef& blob) const;
  // Drops all but the first `count` bytes, which lie in the first slice.
  void Truncate(std::size_t count);
  // Drops whole lines from the front until at most `most` bytes are left. Only valid if nothing is partly
  // sent.
  void DropOldestLines(std::size_t max);
  void Clear();

  // Unsent bytes.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] bool empty() const { return bytes_ == 0; }

 private:
  void Append(const Slice& slice);
  void DropFirst();
  void Compact();  // frees the entries of dropped slices

  std::vector<Slice> slices_;
  std::size_t first_ = 0;  // index of the first slice that is not wholly sent
  std::size_t sent_ = 0;   // bytes of it that are sent
  std::size_t bytes_ = 0;
};

}  // namespace parley
