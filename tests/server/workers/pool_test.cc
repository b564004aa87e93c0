#include "server/workers/pool.h"

#include <gmock/gmock.h>
#include <poll.h>

#include <atomic>
#include <functional>
#include <latch>
#include <memory>
#include <thread>
#include <vector>

namespace parley {
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
  bool IsAwake() {
    pollfd woken{.fd = waker_.descriptor(), .events = POLLIN, .revents = 0};
    return ::poll(&woken, 1, 0) == 1;
  }

  Waker waker_;
};

TEST_F(PoolTest, OneThreadDoesThemInTheirOrder) {
  Pool pool(1, waker_);
  for (int i = 0; i < 5; ++i) pool.Give(std::make_unique<Numbered>(i));
  pool.Wait();
  std::vector<int> order;
  while (const auto task = pool.Take()) order.push_back(NumberOf(task));
  EXPECT_THAT(order, ElementsAre(0, 1, 2, 3, 4));
}

TEST_F(PoolTest, TheyRunOnAnotherThread) {
  Pool pool(1, waker_);
  pool.Give(std::make_unique<Numbered>(1));
  pool.Wait();
  EXPECT_NE(static_cast<const Numbered&>(*pool.Take()).thread(), std::this_thread::get_id());
}

TEST_F(PoolTest, SeveralRunAtOnce) {
  Pool pool(3, waker_);
  std::latch all(3);
  for (int i = 0; i < 3; ++i) pool.Give(std::make_unique<Numbered>(i, [&] { all.arrive_and_wait(); }));
  pool.Wait();
  EXPECT_TRUE(all.try_wait());
}

TEST_F(PoolTest, TheWakerTellsThatOneIsDone) {
  Pool pool(1, waker_);
  EXPECT_FALSE(IsAwake());
  pool.Give(std::make_unique<Numbered>(1));
  pool.Wait();
  EXPECT_TRUE(IsAwake());
}

TEST_F(PoolTest, NothingIsTakenBeforeItIsDone) {
  Pool pool(1, waker_);
  EXPECT_EQ(pool.Take(), nullptr);
  std::latch go(1);
  pool.Give(std::make_unique<Numbered>(7, [&] { go.wait(); }));
  EXPECT_EQ(pool.Take(), nullptr);
  EXPECT_EQ(pool.size(), 1U);
  go.count_down();
  pool.Wait();
  EXPECT_EQ(pool.size(), 1U) << "until it is taken";
  EXPECT_EQ(NumberOf(pool.Take()), 7);
  EXPECT_EQ(pool.size(), 0U);
  EXPECT_EQ(pool.Take(), nullptr);
}

TEST_F(PoolTest, WhatWasGivenIsDoneBeforeItEnds) {
  std::atomic<int> done = 0;
  {
    Pool pool(2, waker_);
    for (int i = 0; i < 100; ++i) pool.Give(std::make_unique<Numbered>(i, [&] { ++done; }));
  }
  EXPECT_EQ(done, 100);
}

TEST_F(PoolTest, ToWaitForNothingIsNoWait) {
  Pool pool(2, waker_);
  pool.Wait();
  EXPECT_EQ(pool.size(), 0U);
}

}  // namespace
}  // namespace parley
