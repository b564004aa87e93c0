// What waits to be written to one peer: a chain of shared blobs, the first one perhaps sent in part.
//
// Holds no memory while empty.

#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "common/buffer/blob.h"

namespace parley {

class OutQueue {
 public:
  // An empty blob is ignored.
  void Push(BlobRef blob);

  // Fills `views` with the unsent bytes, front to back, at most `most` bytes in all; returns how many views
  // it filled. They are valid until the next call that changes the queue.
  std::size_t Gather(std::span<std::string_view> views, std::size_t most) const;
  // Marks the first `count` bytes as sent; `count` is at most bytes().
  void Consume(std::size_t count);

  // Drops everything but the blob that was sent in part: what a peer gets is then still whole lines or
  // frames.
  void KeepStarted();
  // Drops from the front, whole blobs, until at most `most` bytes are left. Only where nothing was sent in
  // part.
  void DropOldest(std::size_t most);
  void Clear();

  // Unsent bytes.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] bool empty() const { return bytes_ == 0; }

 private:
  void DropFirst();
  void Compact();  // lets go of the places of dropped blobs

  std::vector<BlobRef> blobs_;
  std::size_t first_ = 0;  // index of the first blob that is not wholly sent
  std::size_t sent_ = 0;   // bytes of it that are sent
  std::size_t bytes_ = 0;
};

}  // namespace parley
