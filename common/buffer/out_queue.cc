#include "common/buffer/out_queue.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace parley {
namespace {

// Places that a queue has from the first slice on, and keeps while it is empty: a turn's slices find room,
// and nothing is allocated for them.
constexpr std::size_t kPlaces = 8;

}  // namespace

void OutQueue::Append(const Slice& slice) {
  if (slices_.capacity() == 0) slices_.reserve(kPlaces);
  slices_.push_back(slice);
}

void OutQueue::Push(BlobRef blob) {
  const auto size = static_cast<std::uint32_t>(blob.size());
  Push(Slice{std::move(blob), 0, size});
}

std::size_t OutQueue::Gather(std::span<std::string_view> views, std::size_t max) const {
  std::size_t filled = 0;
  std::size_t skip = sent_;
  for (std::size_t i = first_; i < slices_.size() && filled < views.size() && max > 0; ++i) {
    const std::string_view slice = slices_[i].view();
    const std::size_t size = std::min(slice.size() - skip, max);
    views[filled++] = {slice.data() + skip, size};
    max -= size;
    skip = 0;
  }
  return filled;
}

void OutQueue::Consume(std::size_t count) {
  assert(count <= bytes_);
  if (count == bytes_) return Clear();
  while (count > 0) {
    const std::size_t left = slices_[first_].size() - sent_;
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

OutQueue::Front OutQueue::front() const {
  if (empty()) return {};
  const std::string_view first = slices_[first_].view();
  return {first.substr(0, sent_), first.substr(sent_)};
}

bool OutQueue::Holds(const BlobRef& blob) const {
  return std::any_of(slices_.begin() + static_cast<std::ptrdiff_t>(first_), slices_.end(),
                     [&](const Slice& slice) { return slice.blob == blob; });
}

void OutQueue::Truncate(std::size_t count) {
  if (count == 0) {
    Clear();
    return;
  }
  slices_.resize(first_ + 1);
  Slice& slice = slices_[first_];
  slice.end = slice.begin + static_cast<std::uint32_t>(sent_ + count);
  bytes_ = count;
}

void OutQueue::DropOldestLines(std::size_t max) {
  assert(sent_ == 0);
  while (bytes_ > max) {
    Slice& slice = slices_[first_];
    const std::string_view bytes = slice.view();
    // The end of the line that the last byte to be dropped is in.
    const std::size_t line = bytes_ - max <= bytes.size() ? bytes.find('\n', bytes_ - max - 1) : bytes.npos;
    if (line >= bytes.size() - 1) {  // npos, too
      DropFirst();
    } else {
      slice.begin += static_cast<std::uint32_t>(line + 1);
      bytes_ -= line + 1;
    }
  }
  Compact();
}

void OutQueue::Clear() {
  slices_.clear();
  if (slices_.capacity() > kPlaces) std::vector<Slice>().swap(slices_);
  first_ = 0;
  sent_ = 0;
  bytes_ = 0;
}

void OutQueue::DropFirst() {
  bytes_ -= slices_[first_].size() - sent_;
  slices_[first_] = Slice();
  ++first_;
  sent_ = 0;
}

void OutQueue::Compact() {
  if (empty()) {
    Clear();
  } else if (first_ > slices_.size() - first_) {
    // Fewer slices are moved than were dropped since the last move: O(1) a slice.
    slices_.erase(slices_.begin(), slices_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
}

}  // namespace parley
