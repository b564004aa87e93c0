// Many descriptors that hardly ever have anything to read: a thread of its own sleeps in a select() over them
// and wakes the loop with those that became readable, so that they cost the loop's own select() nothing.
//
// One that is handed out is watched no longer. After each find the thread rests, the longer the more it
// watches, so that it never takes more than a part of a core, however many of them speak. All calls are the
// loop's thread's.

#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "common/io/selector.h"
#include "common/io/waker.h"

namespace parley {

class QuietWatch {
 public:
  // `loop` is woken when TakeReadable has something, and must outlive this object. Throws std::system_error
  // where there can be no thread or no descriptor for it.
  explicit QuietWatch(const Waker& loop);
  ~QuietWatch();
  QuietWatch(const QuietWatch&) = delete;
  QuietWatch& operator=(const QuietWatch&) = delete;

  void Add(std::span<const int> descriptors);
  // When it returns nothing of theirs is looked at any more: they can be closed. Fine for those that are not
  // watched.
  void Remove(std::span<const int> descriptors);
  // Those that became readable, or whose peer is gone.
  std::vector<int> TakeReadable();

 private:
  void Work();
  void TakeOrders();
  void Collect(std::span<const Selector::Ready> ready);

  const Waker& loop_;
  Waker orders_;  // ends the thread's own select()

  std::mutex mutex_;
  std::condition_variable ordered_;
  std::condition_variable obeyed_;
  std::vector<int> to_add_;
  std::vector<int> to_remove_;
  std::vector<int> readable_;
  bool ending_ = false;

  Selector selector_;        // the thread's
  std::size_t watched_ = 0;  // likewise
  std::thread thread_;       // last: it uses all of the above
};

}  // namespace parley
