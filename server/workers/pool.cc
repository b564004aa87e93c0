#include "server/workers/pool.h"

#include <utility>

namespace parley {

std::unique_ptr<Pool> Pool::Open(std::size_t threads, const Waker& waker, std::error_code& error) {
  std::unique_ptr<Pool> pool(new Pool(waker));
  pool->threads_.reserve(threads);
  try {
    while (pool->threads_.size() < threads)
      pool->threads_.emplace_back([work = pool.get()] { work->Work(); });
  } catch (const std::system_error& failure) {
    error = failure.code();
    return nullptr;  // those that began end with it
  }
  return pool;
}

Pool::~Pool() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  given_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Pool::Give(std::unique_ptr<Task> task) {
  ++size_;
  {
    const std::scoped_lock lock(mutex_);
    waiting_.push_back(std::move(task));
  }
  given_.notify_one();
}

std::unique_ptr<Pool::Task> Pool::Take() {
  if (size_ == 0) return nullptr;  // as a rule: no lock a turn
  const std::scoped_lock lock(mutex_);
  if (done_.empty()) return nullptr;
  --size_;
  std::unique_ptr<Task> task = std::move(done_.front());
  done_.pop_front();
  return task;
}

void Pool::Wait() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return waiting_.empty() && running_ == 0; });
}

bool Pool::ShouldMakeWay() {
  const std::scoped_lock lock(mutex_);
  return ending_ || !waiting_.empty();
}

void Pool::Work() {
  std::unique_lock lock(mutex_);
  while (true) {
    given_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    std::unique_ptr<Task> task = std::move(waiting_.front());
    waiting_.pop_front();
    ++running_;
    lock.unlock();
    task->Run();
    lock.lock();
    --running_;
    done_.push_back(std::move(task));
    waker_.Wake();
    if (waiting_.empty() && running_ == 0) idle_.notify_all();
  }
}

}  // namespace parley
