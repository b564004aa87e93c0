#include "common/buffer/slab.h"

#include <algorithm>

namespace parley {

Slice Slab::Write(std::string_view head, std::string_view body) {
  const std::size_t size = head.size() + body.size();
  if (blob_.room() < size) {
    blob_ = BlobRef::WithCapacity(std::max(next_capacity_, size));
    next_capacity_ = std::min(next_capacity_ * 2, kLargest);
  }
  const auto begin = static_cast<std::uint32_t>(blob_.size());
  blob_.Append(head);
  blob_.Append(body);
  return {blob_, begin, static_cast<std::uint32_t>(blob_.size())};
}

void Slab::Restart() {
  blob_ = BlobRef();
  next_capacity_ = kSmallest;
}

}  // namespace parley
