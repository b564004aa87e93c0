#include "server/workers/pool.h"

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <pthread.h>

#include <atomic>
#include <cerrno>
#include <functional>
#include <latch>
#include <memory>
#include <system_error>
#include <thread>
#include <vector>

namespace parley {

// So many more threads can be made; below zero: any number.
int threads_until_none = -1;

namespace {

using testing::ElementsAre;

class Numbered final : public Pool::Task {
 public:
  explicit Numbered(
      int number, std::function<void()> work = [] {})
      : number_(number), work_(std::move(work)) {}
  void Run() override {
    work_();
    thread_ = std::this_thread::get_id();
  }
  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] std::thread::id thread() const { return thread_; }

 private:
  int number_;
  std::function<void()> work_;
  std::thread::id thread_;
};

class PoolTest : public testing::Test {
 protected:
  static int NumberOf(const std::unique_ptr<Pool::Task>& task) {
    return static_cast<const Numbered&>(*task).number();
  }
  std::unique_ptr<Pool> Opened(std::size_t threads) {
    std::error_code error;
    auto pool = Pool::Open(threads, waker_, error);
    EXPECT_NE(pool, nullptr) << error.message();
    return pool;
  }
  bool IsAwake() {
    pollfd woken{.fd = waker_.descriptor(), .events = POLLIN, .revents = 0};
    return ::poll(&woken, 1, 0) == 1;
  }

  Waker waker_;
};

TEST_F(PoolTest, OneThreadDoesThemInTheirOrder) {
  const auto pool = Opened(1);
  for (int i = 0; i < 5; ++i) pool->Give(std::make_unique<Numbered>(i));
  pool->Wait();
  std::vector<int> order;
  while (const auto task = pool->Take()) order.push_back(NumberOf(task));
  EXPECT_THAT(order, ElementsAre(0, 1, 2, 3, 4));
}

TEST_F(PoolTest, TheyRunOnAnotherThread) {
  const auto pool = Opened(1);
  pool->Give(std::make_unique<Numbered>(1));
  pool->Wait();
  EXPECT_NE(static_cast<const Numbered&>(*pool->Take()).thread(), std::this_thread::get_id());
}

TEST_F(PoolTest, SeveralRunAtOnce) {
  const auto pool = Opened(3);
  std::latch all(3);
  for (int i = 0; i < 3; ++i) pool->Give(std::make_unique<Numbered>(i, [&] { all.arrive_and_wait(); }));
  pool->Wait();
  EXPECT_TRUE(all.try_wait());
}

TEST_F(PoolTest, TheWakerTellsThatOneIsDone) {
  const auto pool = Opened(1);
  EXPECT_FALSE(IsAwake());
  pool->Give(std::make_unique<Numbered>(1));
  pool->Wait();
  EXPECT_TRUE(IsAwake());
}

TEST_F(PoolTest, NothingIsTakenBeforeItIsDone) {
  const auto pool = Opened(1);
  EXPECT_EQ(pool->Take(), nullptr);
  std::latch go(1);
  pool->Give(std::make_unique<Numbered>(7, [&] { go.wait(); }));
  EXPECT_EQ(pool->Take(), nullptr);
  EXPECT_EQ(pool->size(), 1U);
  go.count_down();
  pool->Wait();
  EXPECT_EQ(pool->size(), 1U) << "until it is taken";
  EXPECT_EQ(NumberOf(pool->Take()), 7);
  EXPECT_EQ(pool->size(), 0U);
  EXPECT_EQ(pool->Take(), nullptr);
}

TEST_F(PoolTest, ALongTaskMakesWayForAnother) {
  const auto pool = Opened(1);
  std::latch begun(1), given(1);
  bool before = true, after = false;
  pool->Give(std::make_unique<Numbered>(1, [&] {
    before = pool->ShouldMakeWay();
    begun.count_down();
    given.wait();
    after = pool->ShouldMakeWay();
  }));
  begun.wait();
  pool->Give(std::make_unique<Numbered>(2));
  given.count_down();
  pool->Wait();
  EXPECT_FALSE(before);
  EXPECT_TRUE(after);
}

TEST_F(PoolTest, ALongTaskMakesWayForTheEnd) {
  std::latch begun(1);
  auto pool = Opened(1);
  Pool& its = *pool;
  pool->Give(std::make_unique<Numbered>(1, [&] {
    begun.count_down();
    while (!its.ShouldMakeWay()) std::this_thread::yield();
  }));
  begun.wait();
  pool.reset();
}

TEST_F(PoolTest, GivenTasksAreDoneBeforeItEnds) {
  std::atomic<int> done = 0;
  {
    const auto pool = Opened(2);
    for (int i = 0; i < 100; ++i) pool->Give(std::make_unique<Numbered>(i, [&] { ++done; }));
  }
  EXPECT_EQ(done, 100);
}

TEST_F(PoolTest, WaitingForNothingReturnsAtOnce) {
  const auto pool = Opened(2);
  pool->Wait();
  EXPECT_EQ(pool->size(), 0U);
}

TEST_F(PoolTest, WithoutAThreadThereIsNoneAndTheReason) {
  for (const int before : {0, 2}) {
    threads_until_none = before;
    std::error_code error;
    EXPECT_EQ(Pool::Open(3, waker_, error), nullptr) << before;
    EXPECT_EQ(error, std::errc::resource_unavailable_try_again) << before;
    threads_until_none = -1;
  }
  EXPECT_NE(Opened(1), nullptr);
}

}  // namespace
}  // namespace parley

extern "C" {

// That of a sanitizer, which wants to know of each thread.
int __interceptor_pthread_create(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*)
    __attribute__((weak));

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*run)(void*),
                   void* argument) noexcept {
  using Create = int(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
  static auto* const real = &__interceptor_pthread_create != nullptr
                                ? &__interceptor_pthread_create
                                : reinterpret_cast<Create*>(::dlsym(RTLD_NEXT, "pthread_create"));
  if (parley::threads_until_none == 0) return EAGAIN;
  if (parley::threads_until_none > 0) --parley::threads_until_none;
  return real(thread, attributes, run, argument);
}
}
