#include "common/buffer/slab.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

#include "common/buffer/out_queue.h"
#include "tests/common/buffer/heap_count.h"

namespace parley {
namespace {

TEST(SlabTest, PiecesLieOneBehindTheOther) {
  Slab slab;
  const Slice one = slab.Write("head ", "one");
  const Slice two = slab.Write({}, "two");
  EXPECT_EQ(one.view(), "head one");
  EXPECT_EQ(two.view(), "two");
  EXPECT_EQ(two.view().data(), one.view().data() + one.size());
}

TEST(SlabTest, ConsecutivePiecesOfOneQueueAreSentAsOne) {
  Slab slab;
  OutQueue queue;
  for (const char* text : {"a", "b", "c"}) queue.Push(slab.Write({}, text));
  slab.Write({}, "of another");
  for (const char* text : {"d", "e"}) queue.Push(slab.Write({}, text));
  std::array<std::string_view, 4> views;
  ASSERT_EQ(queue.Gather(views, 100), 2u);
  EXPECT_EQ(views[0], "abc");
  EXPECT_EQ(views[1], "de");
}

TEST(SlabTest, APieceIsNeverCutInTwo) {
  Slab slab;
  std::string expected;
  OutQueue queue;
  for (std::size_t size = 1; size < 3 * Slab::kLargest; size = size * 2 + 1) {
    const std::string text(size, static_cast<char>('a' + size % 26));
    const Slice piece = slab.Write("<", text);
    EXPECT_EQ(piece.view(), "<" + text);
  }
}

TEST(SlabTest, ATurnIsAFewBlobsHoweverManyPiecesItHas) {
  const std::string text(200, 'x');
  const HeapCount before = CountHeap();
  Slab slab;
  for (int i = 0; i < 1000; ++i) slab.Write({}, text);
  EXPECT_LE(CountHeap().allocations - before.allocations, 9u);
}

TEST(SlabTest, TheMemoryHeldIsCloseToTheBytesWritten) {
  const HeapCount before = CountHeap();
  OutQueue queue;
  {
    Slab slab;
    for (int i = 0; i < 1000; ++i) queue.Push(slab.Write({}, std::string(200, 'x')));
  }
  EXPECT_LT(CountHeap().live_bytes - before.live_bytes, 2u * 200'000);
}

TEST(SlabTest, HoldsNothingAfterARestartAndStartsSmall) {
  const HeapCount before = CountHeap();
  Slab slab;
  for (int i = 0; i < 1000; ++i) slab.Write({}, std::string(200, 'x'));
  slab.Restart();
  EXPECT_EQ(CountHeap().live_bytes, before.live_bytes);
  slab.Write({}, "small");
  EXPECT_LT(CountHeap().live_bytes - before.live_bytes, 600u);
}

}  // namespace
}  // namespace parley
