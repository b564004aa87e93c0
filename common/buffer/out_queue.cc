#include "common/buffer/out_queue.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace parley {

void OutQueue::Push(BlobRef blob) {
  if (blob.size() == 0) return;
  bytes_ += blob.size();
  blobs_.push_back(std::move(blob));
}

std::size_t OutQueue::Gather(std::span<std::string_view> views, std::size_t most) const {
  std::size_t filled = 0;
  std::size_t skip = sent_;
  for (std::size_t i = first_; i < blobs_.size() && filled < views.size() && most > 0; ++i) {
    const std::string_view unsent = blobs_[i].view().substr(skip, most);
    views[filled++] = unsent;
    most -= unsent.size();
    skip = 0;
  }
  return filled;
}

void OutQueue::Consume(std::size_t count) {
  assert(count <= bytes_);
  while (count > 0) {
    const std::size_t left = blobs_[first_].size() - sent_;
    if (count < left) {
      sent_ += count;
      bytes_ -= count;
      break;
    }
    count -= left;
    DropFirst();
  }
  Compact();
}

void OutQueue::KeepStarted() {
  if (sent_ == 0) {
    Clear();
    return;
  }
  blobs_.resize(first_ + 1);
  bytes_ = blobs_[first_].size() - sent_;
}

void OutQueue::DropOldest(std::size_t most) {
  assert(sent_ == 0);
  while (bytes_ > most) DropFirst();
  Compact();
}

void OutQueue::Clear() {
  std::vector<BlobRef>().swap(blobs_);  // clear() would keep the memory
  first_ = 0;
  sent_ = 0;
  bytes_ = 0;
}

void OutQueue::DropFirst() {
  bytes_ -= blobs_[first_].size() - sent_;
  blobs_[first_] = BlobRef();
  ++first_;
  sent_ = 0;
}

void OutQueue::Compact() {
  if (empty()) {
    Clear();
  } else if (first_ > blobs_.size() - first_) {
    // Fewer references are moved than were dropped since the last move: O(1) a blob.
    blobs_.erase(blobs_.begin(), blobs_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
}

}  // namespace parley
