// The only select() of the tree: which descriptors are ready.
//
// The sets are as long as the highest descriptor needs, not FD_SETSIZE, so that there is no limit at 1,024.
// Linux takes any length; macOS does where _DARWIN_UNLIMITED_SELECT is defined. Whoever closes a descriptor
// calls Remove first: one that is closed but still watched fails the whole call.
//
// A call costs O(highest descriptor); see docs/performance.md. Used by one thread.

#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "common/base/clock.h"

namespace parley {

class Selector {
 public:
  struct Ready {
    int descriptor;
    bool readable;  // also at end of input, and after an error
    bool writable;
  };

  // What is wanted of `descriptor` (0 or more) from now on; neither is as good as Remove.
  void Watch(int descriptor, bool readable, bool writable);
  void Remove(int descriptor);

  // Waits until a watched descriptor is ready or `timeout` is over (nothing: without end; zero or less: only
  // looks). A signal ends it early, with nothing ready. The result is valid until the next call of Wait; a
  // descriptor removed meanwhile still stands in it. Ends the process, and names the descriptor, where a
  // closed one was left in the set: the call would fail for ever, and the loop spin.
  std::span<const Ready> Wait(std::optional<Duration> timeout);

 private:
  // What the system's fd_set is made of, seen from the first bit on (on a little-endian macOS also).
  using Word = unsigned long;
  void Grow(std::size_t word);
  void LowerHighest();
  int Select(std::optional<Duration> timeout);
  void Collect(int count);
  [[noreturn]] void Fail(int error) const;
  [[nodiscard]] std::size_t UsedWords() const;

  // All four are of one length. What is wanted, and what select() says of it.
  std::vector<Word> want_read_, want_write_, read_, write_;
  std::vector<Ready> ready_;
  int highest_ = -1;
};

}  // namespace parley
