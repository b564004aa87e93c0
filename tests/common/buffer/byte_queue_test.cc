#include "common/buffer/byte_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/common/buffer/heap_count.h"

namespace parley {
namespace {

TEST(ByteQueueTest, GivesBytesBackInOrder) {
  ByteQueue queue;
  queue.Append("one ");
  queue.Append(std::string_view("t\0wo", 4));
  EXPECT_EQ(queue.view(), std::string_view("one t\0wo", 8));
  queue.Consume(3);
  EXPECT_EQ(queue.view(), std::string_view(" t\0wo", 5));
  queue.Append("!");
  EXPECT_EQ(queue.view(), std::string_view(" t\0wo!", 6));
  EXPECT_EQ(queue.size(), 6u);
}

TEST(ByteQueueTest, StartsEmpty) {
  const ByteQueue queue;
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.view(), "");
}

TEST(ByteQueueTest, ConsumingNothingChangesNothing) {
  ByteQueue queue;
  queue.Consume(0);
  queue.Append("ab");
  queue.Consume(0);
  EXPECT_EQ(queue.view(), "ab");
}

TEST(ByteQueueTest, ClearDropsEverything) {
  ByteQueue queue;
  queue.Append("abc");
  queue.Consume(1);
  queue.Clear();
  EXPECT_TRUE(queue.empty());
  queue.Append("d");
  EXPECT_EQ(queue.view(), "d");
}

TEST(ByteQueueTest, HoldsNoMemoryOnceEmpty) {
  const HeapCount before = CountHeap();
  ByteQueue consumed;
  consumed.Append(std::string(100'000, 'x'));
  consumed.Consume(60'000);
  consumed.Consume(40'000);
  EXPECT_EQ(CountHeap().live_bytes, before.live_bytes);
  ByteQueue cleared;
  cleared.Append(std::string(100'000, 'x'));
  cleared.Clear();
  EXPECT_EQ(CountHeap().live_bytes, before.live_bytes);
}

TEST(ByteQueueTest, NeverEmptyQueueDoesNotGrowWithWhatPassedThrough) {
  const HeapCount before = CountHeap();
  ByteQueue queue;
  queue.Append("0123456789");
  std::size_t max = 0;
  for (int i = 0; i < 100'000; ++i) {
    queue.Append("0123456789");
    queue.Consume(10);
    max = std::max(max, CountHeap().live_bytes - before.live_bytes);
  }
  EXPECT_EQ(queue.view(), "0123456789");
  EXPECT_LT(max, 200u);
}

TEST(ByteQueueTest, BytesSurviveEverySplitOfAppendsAndConsumes) {
  const std::string all = "abcdefghijklmnopqrstuvwxyz";
  for (std::size_t in = 1; in <= 7; ++in) {
    for (std::size_t out = 1; out <= 7; ++out) {
      ByteQueue queue;
      std::string got;
      for (std::size_t i = 0; i < all.size(); i += in) {
        queue.Append(std::string_view(all).substr(i, in));
        const std::size_t take = std::min(out, queue.size());
        got += queue.view().substr(0, take);
        queue.Consume(take);
      }
      got += queue.view();
      EXPECT_EQ(got, all) << "appended by " << in << ", consumed by " << out;
    }
  }
}

}  // namespace
}  // namespace parley
