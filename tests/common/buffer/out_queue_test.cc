#include "common/buffer/out_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "tests/common/buffer/heap_count.h"

namespace parley {
namespace {

constexpr std::size_t kAll = 1'000'000;

void Push(OutQueue& queue, std::string_view bytes) {
  queue.Push(BlobRef::Copy(bytes));
}

// What Gather() shows through `max_views` views, one string each.
std::vector<std::string> Gathered(const OutQueue& queue, std::size_t max_views = 16, std::size_t max = kAll) {
  std::vector<std::string_view> views(max_views);
  const std::size_t filled = queue.Gather(views, max);
  return {views.begin(), views.begin() + static_cast<std::ptrdiff_t>(filled)};
}

using Strings = std::vector<std::string>;

TEST(OutQueueTest, GathersBlobsFrontToBack) {
  OutQueue queue;
  Push(queue, "one");
  Push(queue, "two");
  Push(queue, "three");
  EXPECT_EQ(Gathered(queue), (Strings{"one", "two", "three"}));
  EXPECT_EQ(queue.bytes(), 11u);
}

TEST(OutQueueTest, GathersWithoutCopying) {
  OutQueue queue;
  const BlobRef blob = BlobRef::Copy("bytes");
  queue.Push(blob);
  std::array<std::string_view, 1> views;
  ASSERT_EQ(queue.Gather(views, kAll), 1u);
  EXPECT_EQ(views[0].data(), blob.view().data());
}

TEST(OutQueueTest, EmptyBlobIsIgnored) {
  OutQueue queue;
  Push(queue, "");
  queue.Push(BlobRef());
  EXPECT_TRUE(queue.empty());
  Push(queue, "x");
  EXPECT_EQ(Gathered(queue), Strings{"x"});
}

TEST(OutQueueTest, GathersNoMoreViewsThanThereArePlacesFor) {
  OutQueue queue;
  for (const char* text : {"a", "b", "c"}) Push(queue, text);
  EXPECT_EQ(Gathered(queue, 2), (Strings{"a", "b"}));
  EXPECT_EQ(Gathered(queue, 0), Strings{});
}

TEST(OutQueueTest, GathersNoMoreBytesThanAsked) {
  OutQueue queue;
  Push(queue, "abc");
  Push(queue, "def");
  EXPECT_EQ(Gathered(queue, 16, 5), (Strings{"abc", "de"}));
  EXPECT_EQ(Gathered(queue, 16, 3), Strings{"abc"});
  EXPECT_EQ(Gathered(queue, 16, 0), Strings{});
}

TEST(OutQueueTest, ConsumeWithinABlobLeavesItsRest) {
  OutQueue queue;
  Push(queue, "abc");
  Push(queue, "def");
  queue.Consume(2);
  EXPECT_EQ(Gathered(queue), (Strings{"c", "def"}));
  EXPECT_EQ(Gathered(queue, 16, 2), (Strings{"c", "d"}));
  queue.Consume(2);
  EXPECT_EQ(Gathered(queue), Strings{"ef"});
  EXPECT_EQ(queue.bytes(), 2u);
}

TEST(OutQueueTest, EverySplitOfSendsDeliversTheSameBytes) {
  for (std::size_t step = 1; step <= 12; ++step) {
    OutQueue queue;
    for (const char* text : {"a", "bcd", "ef", "ghijk", "l"}) Push(queue, text);
    std::string got;
    while (!queue.empty()) {
      std::size_t sent = 0;
      for (const std::string& part : Gathered(queue, 2, step)) {
        got += part;
        sent += part.size();
      }
      queue.Consume(sent);
    }
    EXPECT_EQ(got, "abcdefghijkl") << "sent by " << step;
  }
}

TEST(OutQueueTest, SlicesThatAdjoinAreOnePiece) {
  OutQueue queue;
  const BlobRef blob = BlobRef::Copy("onetwothreefour");
  for (const auto& [begin, end] : {std::pair{0u, 3u}, {3u, 6u}, {11u, 15u}})
    queue.Push(Slice{blob, begin, end});
  queue.Push(Slice{BlobRef::Copy("another one's xxxx"), 15, 18});
  EXPECT_EQ(Gathered(queue), (Strings{"onetwo", "four", "xxx"}));
  EXPECT_EQ(queue.bytes(), 13u);
}

TEST(OutQueueTest, ASliceThatIsSentInPartGrows) {
  OutQueue queue;
  const BlobRef blob = BlobRef::Copy("onetwothree");
  queue.Push(Slice{blob, 0, 3});
  queue.Consume(2);
  queue.Push(Slice{blob, 3, 6});
  EXPECT_EQ(Gathered(queue), Strings{"etwo"});
  queue.Consume(4);
  queue.Push(Slice{blob, 6, 11});
  EXPECT_EQ(Gathered(queue), Strings{"three"});
}

TEST(OutQueueTest, FrontTellsWhatOfTheFirstSliceWasSent) {
  OutQueue queue;
  EXPECT_EQ(queue.front().sent, "");
  for (const char* text : {"one", "two", "three"}) Push(queue, text);
  queue.Consume(4);
  EXPECT_EQ(queue.front().sent, "t");
  EXPECT_EQ(queue.front().unsent, "wo");
}

TEST(OutQueueTest, HoldsABlobUntilAllOfItIsSent) {
  OutQueue queue;
  const BlobRef blob = BlobRef::Copy("two");
  Push(queue, "one");
  queue.Push(blob);
  EXPECT_TRUE(queue.Holds(blob));
  queue.Consume(5);
  EXPECT_TRUE(queue.Holds(blob));
  queue.Consume(1);
  EXPECT_FALSE(queue.Holds(blob));
}

TEST(OutQueueTest, TruncateKeepsTheBeginningOfTheFirstSlice) {
  OutQueue queue;
  for (const char* text : {"one", "two", "three"}) Push(queue, text);
  queue.Consume(4);
  queue.Truncate(1);
  EXPECT_EQ(Gathered(queue), Strings{"w"});
  EXPECT_EQ(queue.bytes(), 1u);
  Push(queue, "end");
  EXPECT_EQ(Gathered(queue), (Strings{"w", "end"}));
  queue.Truncate(0);
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(Gathered(queue), Strings{});
}

TEST(OutQueueTest, DropOldestLinesDropsWholeLinesUntilTheRestFits) {
  OutQueue queue;
  for (const char* text : {"aaa\n", "bb\nb\n", "c\n"}) Push(queue, text);
  queue.DropOldestLines(11);
  EXPECT_EQ(queue.bytes(), 11u);
  queue.DropOldestLines(10);
  EXPECT_EQ(Gathered(queue), (Strings{"bb\nb\n", "c\n"}));
  queue.DropOldestLines(6);
  EXPECT_EQ(Gathered(queue), (Strings{"b\n", "c\n"}));
  queue.DropOldestLines(1);
  EXPECT_TRUE(queue.empty());
}

TEST(OutQueueTest, DropOldestLinesDropsWhatHasNoLineEnd) {
  OutQueue queue;
  Push(queue, "no end of it");
  Push(queue, "rest\n");
  queue.DropOldestLines(8);
  EXPECT_EQ(Gathered(queue), Strings{"rest\n"});
}

TEST(OutQueueTest, SentBlobsAreLetGoAtOnce) {
  OutQueue queue;
  Push(queue, "stays in the queue");
  const std::size_t one = CountHeap().live_bytes;
  OutQueue other;
  Push(other, std::string(100'000, 'x'));
  Push(other, "rest");
  other.Consume(100'000);
  EXPECT_LT(CountHeap().live_bytes, one + 1000);
}

TEST(OutQueueTest, HoldsNextToNothingOnceEmpty) {
  const HeapCount before = CountHeap();
  OutQueue sent, cleared, cut, dropped;
  for (OutQueue* queue : {&sent, &cleared, &cut, &dropped}) {
    for (int i = 0; i < 100; ++i) Push(*queue, "some bytes for one peer");
  }
  sent.Consume(sent.bytes());
  cleared.Clear();
  cut.Truncate(0);
  dropped.DropOldestLines(0);
  EXPECT_EQ(CountHeap().live_bytes, before.live_bytes);
}

TEST(OutQueueTest, AFewSlicesATurnAllocateOnlyOnce) {
  OutQueue queue;
  const BlobRef blob = BlobRef::Copy("x");
  const auto turn = [&] {
    for (int i = 0; i < 4; ++i) queue.Push(blob);
    queue.Consume(4);
  };
  turn();
  const HeapCount before = CountHeap();
  turn();
  EXPECT_EQ(CountHeap().allocations, before.allocations);
}

TEST(OutQueueTest, NeverEmptyQueueDoesNotGrowWithWhatPassedThrough) {
  const HeapCount before = CountHeap();
  OutQueue queue;
  const BlobRef blob = BlobRef::Copy("0123456789");
  queue.Push(blob);
  std::size_t max = 0;
  for (int i = 0; i < 100'000; ++i) {
    queue.Push(blob);
    queue.Consume(10);
    max = std::max(max, CountHeap().live_bytes - before.live_bytes);
  }
  EXPECT_EQ(queue.bytes(), 10u);
  EXPECT_LT(max, 500u);
}

TEST(OutQueueTest, PushingABacklogAllocatesOnlyAsItDoubles) {
  OutQueue queue;
  const BlobRef blob = BlobRef::Copy("x");
  const HeapCount before = CountHeap();
  for (int i = 0; i < 100'000; ++i) queue.Push(blob);
  EXPECT_LT(CountHeap().allocations - before.allocations, 30u);
}

}  // namespace
}  // namespace parley
