#include "common/buffer/byte_queue.h"

#include <cassert>

namespace parley {

void ByteQueue::Append(std::string_view bytes) {
  bytes_.append(bytes);
}

void ByteQueue::Consume(std::size_t count) {
  assert(count <= size());
  start_ += count;
  if (empty()) {
    Clear();
  } else if (start_ > size()) {
    // What is moved is less than what was consumed since the last move: O(1) a byte.
    bytes_.erase(0, start_);
    start_ = 0;
  }
}

void ByteQueue::Clear() {
  std::string().swap(bytes_);  // clear() would keep the memory
  start_ = 0;
}

}  // namespace parley
