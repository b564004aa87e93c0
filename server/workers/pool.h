// A few threads for what may block: a database, the hashing of a password. The loop's thread gives tasks and
// takes them back when they are done; the Waker ends its select() meanwhile.
//
// With one thread tasks are done, and come back, in the order in which they were given. Owned by whoever
// gives the tasks; all but Task::Run is the loop's thread.

#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "common/io/waker.h"

namespace parley {

class Pool {
 public:
  class Task {
   public:
    Task() = default;
    Task(const Task&) = delete;
    Task& operator=(const Task&) = delete;
    virtual ~Task() = default;
    // On a thread of the pool. Must not throw: it keeps its error for its taker.
    virtual void Run() = 0;
  };

  // `waker` is woken when tasks are done and must outlive this object. Null if so many threads
  // cannot be started; then `error` says why.
  static std::unique_ptr<Pool> Open(std::size_t threads, const Waker& waker, std::error_code& error);
  // Does what was given before it returns.
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  void Give(std::unique_ptr<Task> task);
  // One that is done, or null.
  std::unique_ptr<Task> Take();
  // Returns when all that was given is done (and can be taken).
  void Wait();
  // Given and not taken yet.
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  explicit Pool(const Waker& waker) : waker_(waker) {}
  void Work();

  const Waker& waker_;
  std::size_t size_ = 0;

  std::mutex mutex_;
  std::condition_variable given_;
  std::condition_variable idle_;
  std::deque<std::unique_ptr<Task>> waiting_;
  std::deque<std::unique_ptr<Task>> done_;
  std::size_t running_ = 0;
  bool ending_ = false;
  std::vector<std::thread> threads_;  // last: they use all of the above
};

}  // namespace parley
