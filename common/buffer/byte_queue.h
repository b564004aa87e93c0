// ByteQueue holds bytes that have arrived and are not used yet: append at the end, consume at the front.
//
// It holds no memory while it is empty, so an idle peer costs nothing here.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace parley {

class ByteQueue {
 public:
  void Append(std::string_view bytes);
  // Drops the first `count` bytes; `count` is at most size().
  void Consume(std::size_t count);
  void Clear();

  // Valid until the next call that changes the queue.
  [[nodiscard]] std::string_view view() const { return std::string_view(bytes_).substr(start_); }
  [[nodiscard]] std::size_t size() const { return bytes_.size() - start_; }
  [[nodiscard]] bool empty() const { return size() == 0; }

 private:
  std::string bytes_;
  std::size_t start_ = 0;  // of the bytes that are not consumed
};

}  // namespace parley
