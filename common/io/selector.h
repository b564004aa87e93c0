// Selector wraps select() for any number of descriptors. Nothing else in the project calls select().
//
// The sets are as long as the highest descriptor needs, not FD_SETSIZE, so 1,024 is not a limit. Linux
// accepts any length; macOS does if _DARWIN_UNLIMITED_SELECT is defined. Call Remove before you close a
// descriptor: a closed descriptor that is still watched makes the whole call fail.
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

  // Watches `descriptor` (0 or more) from now on. With neither flag, this is the same as Remove.
  void Watch(int descriptor, bool readable, bool writable);
  void Remove(int descriptor);

  // Waits until a watched descriptor is ready or `timeout` is over (nothing: waits forever; zero or less:
  // only looks). A signal ends the wait early, with nothing ready. The result is valid until the next call of
  // Wait. It still lists a descriptor that was removed meanwhile. If a closed descriptor is still in the set,
  // this ends the process and names the descriptor. Otherwise the call would fail forever, and the loop would
  // spin.
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

  // All four have the same length: what is watched, and what select() reported.
  std::vector<Word> want_read_, want_write_, read_, write_;
  std::vector<Ready> ready_;
  int highest_ = -1;
};

}  // namespace parley
