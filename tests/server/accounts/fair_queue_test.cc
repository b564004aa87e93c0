#include "server/accounts/fair_queue.h"

#include <gtest/gtest.h>

namespace parley::test {
namespace {

TEST(FairQueueTest, GuessersTakeTurnsHoweverManyEachHas) {
  FairQueue queue;
  for (std::uint64_t ticket = 1; ticket <= 3; ++ticket) queue.Push("192.0.2.1", ticket);
  queue.Push("192.0.2.2", 10);
  queue.Push("192.0.2.3", 20);
  for (const std::uint64_t expected : {1U, 10U, 20U, 2U, 3U}) EXPECT_EQ(queue.Pop(), expected);
  EXPECT_EQ(queue.Pop(), std::nullopt);
}

TEST(FairQueueTest, ASourceThatReturnsWaitsBehindTheOthers) {
  FairQueue queue;
  queue.Push("192.0.2.1", 1);
  queue.Push("192.0.2.1", 2);
  queue.Push("192.0.2.2", 10);
  EXPECT_EQ(queue.Pop(), 1U);
  queue.Push("192.0.2.1", 3);
  EXPECT_EQ(queue.Pop(), 10U);
  EXPECT_EQ(queue.Pop(), 2U);
  EXPECT_EQ(queue.Pop(), 3U);
}

TEST(FairQueueTest, AnErasedEntryIsNotPopped) {
  FairQueue queue;
  queue.Push("192.0.2.1", 1);
  queue.Push("192.0.2.1", 2);
  EXPECT_TRUE(queue.Erase("192.0.2.1", 1));
  EXPECT_FALSE(queue.Erase("192.0.2.1", 1));
  EXPECT_FALSE(queue.Erase("192.0.2.2", 2));
  EXPECT_TRUE(queue.Erase("192.0.2.1", 2));
  EXPECT_EQ(queue.Pop(), std::nullopt);
  queue.Push("192.0.2.1", 3);
  EXPECT_EQ(queue.Pop(), 3U);
}

}  // namespace
}  // namespace parley::test
