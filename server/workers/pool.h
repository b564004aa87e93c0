// Pool runs tasks that may block (a database query, the hashing of a password) on a few threads. The loop's
// thread gives tasks and takes them back when they are done. The Waker ends its select() then.
//
// With one thread, tasks are done and returned in the order in which they were given. The object that gives
// the tasks owns the pool. Everything except Task::Run and ShouldMakeWay is called on the loop's thread.

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
    // Runs on a thread of the pool. It must not throw: the task keeps its error for the loop's thread.
    virtual void Run() = 0;
  };

  // `waker` is woken when tasks are done, and must outlive this object. Null if so many threads cannot be
  // started; then `error` says why.
  static std::unique_ptr<Pool> Open(std::size_t threads, const Waker& waker, std::error_code& error);
  // Finishes all tasks that were given.
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  void Give(std::unique_ptr<Task> task);
  // A finished task, or null.
  std::unique_ptr<Task> Take();
  // Returns when all given tasks are done (and can be taken).
  void Wait();
  // The number of tasks that were given and not taken yet.
  [[nodiscard]] std::size_t size() const { return size_; }
  // Whether a long task should end before it is done: another one waits, or the pool ends.
  [[nodiscard]] bool ShouldMakeWay();

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
