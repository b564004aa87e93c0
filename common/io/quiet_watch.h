// QuietWatch watches many descriptors that seldom have anything to read. Its threads sleep in a select(),
// each over a share of them, and wake the loop with those that became readable. So they cost the loop's own
// select() nothing.
//
// A descriptor that was handed out is no longer watched. After each find a thread rests, and it rests longer
// the more it watches. So it uses at most a part of a core, however many peers send. Only the loop's thread
// calls this class.

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

  // Call it before you add a descriptor below `end`. Returns an error if the thread or its descriptor cannot
  // be made: then no descriptor may be added.
  std::error_code Prepare(int end);
  void Add(std::span<const int> descriptors);
  // After it returns, no thread looks at these descriptors: they can be closed. Descriptors that are not
  // watched are ignored.
  void Remove(std::span<const int> descriptors);
  // The descriptors that became readable, or whose peer is gone.
  std::vector<int> TakeReadable();

  // Descriptors of one thread. Each find costs a look at all of them: a millisecond at most.
  static constexpr int kShare = 2048;

 private:
  class Sleeper;

  // Calls `call(sleeper, its descriptors)` for each sleeper that has any of them.
  template <typename Call>
  void ForEachShare(std::span<const int> descriptors, Call call);

  const Waker& loop_;
  std::vector<std::unique_ptr<Sleeper>> sleepers_;  // by descriptor / kShare
};

}  // namespace parley
