#include "common/buffer/out_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "tests/common/buffer/heap_count.h"

namespace parley {
namespace {

constexpr std::size_t kAll = 1'000'000;

void Push(OutQueue& queue, std::string_view bytes) {
  queue.Push(BlobRef::Copy(bytes));
}

// What Gather() shows through `most_views` views, one string each.
std::vector<std::string> Gathered(const OutQueue& queue, std::size_t most_views = 16,
                                  std::size_t most = kAll) {
  std::vector<std::string_view> views(most_views);
  const std::size_t filled = queue.Gather(views, most);
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

TEST(OutQueueTest, KeepStartedKeepsOnlyTheBlobSentInPart) {
  OutQueue queue;
  for (const char* text : {"one", "two", "three"}) Push(queue, text);
  queue.Consume(4);
  queue.KeepStarted();
  EXPECT_EQ(Gathered(queue), Strings{"wo"});
  EXPECT_EQ(queue.bytes(), 2u);
  Push(queue, "end");
  EXPECT_EQ(Gathered(queue), (Strings{"wo", "end"}));
}

TEST(OutQueueTest, KeepStartedDropsEverythingWhereNoBlobWasStarted) {
  OutQueue queue;
  Push(queue, "one");
  Push(queue, "two");
  queue.Consume(3);
  queue.KeepStarted();
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(Gathered(queue), Strings{});
}

TEST(OutQueueTest, DropOldestDropsWholeBlobsUntilTheRestFits) {
  OutQueue queue;
  for (const char* text : {"aaaa", "bbbb", "cc"}) Push(queue, text);
  queue.DropOldest(10);
  EXPECT_EQ(queue.bytes(), 10u);
  queue.DropOldest(9);
  EXPECT_EQ(Gathered(queue), (Strings{"bbbb", "cc"}));
  queue.DropOldest(1);
  EXPECT_TRUE(queue.empty());
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

TEST(OutQueueTest, HoldsNoMemoryOnceEmpty) {
  const HeapCount before = CountHeap();
  OutQueue sent, cleared, kept, dropped;
  for (OutQueue* queue : {&sent, &cleared, &kept, &dropped}) {
    for (int i = 0; i < 100; ++i) Push(*queue, "some bytes for one peer");
  }
  sent.Consume(sent.bytes());
  cleared.Clear();
  kept.KeepStarted();
  dropped.DropOldest(0);
  EXPECT_EQ(CountHeap().live_bytes, before.live_bytes);
}

TEST(OutQueueTest, NeverEmptyQueueDoesNotGrowWithWhatPassedThrough) {
  const HeapCount before = CountHeap();
  OutQueue queue;
  const BlobRef blob = BlobRef::Copy("0123456789");
  queue.Push(blob);
  std::size_t most = 0;
  for (int i = 0; i < 100'000; ++i) {
    queue.Push(blob);
    queue.Consume(10);
    most = std::max(most, CountHeap().live_bytes - before.live_bytes);
  }
  EXPECT_EQ(queue.bytes(), 10u);
  EXPECT_LT(most, 500u);
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
