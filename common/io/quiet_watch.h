// Many descriptors that hardly ever have anything to read: threads of its own sleep in a select() over them,
// each over a share, and wake the loop with those that became readable, so that they cost the loop's own
// select() nothing.
//
// One that is handed out is watched no longer. After each find a thread rests, the longer the more it
// watches, so that it never takes more than a part of a core, however many of them speak. All calls are the
// loop's thread's.

#pragma once

#include <memory>
#include <span>
#include <system_error>
#include <vector>

#include "common/io/waker.h"

namespace parley {

class QuietWatch {
 public:
  // `loop` is woken when TakeReadable has something, and must outlive this object.
  explicit QuietWatch(const Waker& loop);
  ~QuietWatch();
  QuietWatch(const QuietWatch&) = delete;
  QuietWatch& operator=(const QuietWatch&) = delete;

  // To be called before a descriptor below `end` is added. Returns an error if the thread or its
  // descriptor cannot be made: then no descriptor may be added.
  std::error_code Prepare(int end);
  void Add(std::span<const int> descriptors);
  // When it returns nothing of theirs is looked at any more: they can be closed. Fine for those that are not
  // watched.
  void Remove(std::span<const int> descriptors);
  // Those that became readable, or whose peer is gone.
  std::vector<int> TakeReadable();

  // Descriptors of one thread: what one that speaks costs is a look at all of them, a millisecond at most.
  static constexpr int kShare = 2048;

 private:
  class Sleeper;

  // Calls `call(sleeper, its descriptors)` for each that has any of them.
  template <typename Call>
  void ForEachShare(std::span<const int> descriptors, Call call);

  const Waker& loop_;
  std::vector<std::unique_ptr<Sleeper>> sleepers_;  // by descriptor / kShare
};

}  // namespace parley
