#include "common/buffer/blob.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>

#include "tests/common/buffer/heap_count.h"

namespace parley {
namespace {

TEST(BlobTest, TheTotalIsWhatAllBlobsHoldWhole) {
  const std::size_t before = BlobRef::TotalBytes();
  {
    const BlobRef blob = BlobRef::WithCapacity(1'000);
    const BlobRef& same = blob;
    EXPECT_GE(BlobRef::TotalBytes() - before, 1'000u);
    EXPECT_LT(BlobRef::TotalBytes() - before, 1'100u) << "once, whoever has it: " << same.size();
  }
  EXPECT_EQ(BlobRef::TotalBytes(), before);
}

TEST(BlobTest, HoldsItsOwnCopyOfTheBytes) {
  std::string bytes("a\0b\xff", 4);
  const BlobRef blob = BlobRef::Copy(bytes);
  const std::string before = bytes;
  bytes.assign(4, 'x');
  EXPECT_EQ(blob.view(), before);
  EXPECT_EQ(blob.size(), 4u);
}

TEST(BlobTest, DefaultIsNoBlob) {
  const BlobRef none;
  EXPECT_FALSE(none);
  EXPECT_EQ(none.view(), "");
  EXPECT_EQ(none.size(), 0u);
}

TEST(BlobTest, EmptyBlobIsABlob) {
  const BlobRef blob = BlobRef::Copy("");
  EXPECT_TRUE(blob);
  EXPECT_EQ(blob.size(), 0u);
}

TEST(BlobTest, HeaderAndBytesAreOneAllocation) {
  const std::string bytes(1000, 'x');
  const HeapCount before = CountHeap();
  const BlobRef blob = BlobRef::Copy(bytes);
  EXPECT_EQ(CountHeap().allocations - before.allocations, 1u);
}

TEST(BlobTest, CopiesShareTheBytesWithoutAllocating) {
  const BlobRef blob = BlobRef::Copy("shared");
  const HeapCount before = CountHeap();
  std::array<BlobRef, 2> copies = {blob, BlobRef()};
  copies[1] = copies[0];
  EXPECT_EQ(CountHeap().allocations, before.allocations);
  EXPECT_EQ(copies[0].view().data(), blob.view().data());
  EXPECT_EQ(copies[1].view().data(), blob.view().data());
}

TEST(BlobTest, IsFreedWithTheLastReferenceOnly) {
  const HeapCount before = CountHeap();
  {
    BlobRef last;
    {
      const BlobRef first = BlobRef::Copy("some bytes that stay");
      const std::array<BlobRef, 2> copies = {first, first};
      last = copies[1];
    }
    EXPECT_GT(CountHeap().live_bytes, before.live_bytes);
    EXPECT_EQ(last.view(), "some bytes that stay");
  }
  EXPECT_EQ(CountHeap().live_bytes, before.live_bytes);
}

TEST(BlobTest, AssigningFreesWhatWasHeld) {
  const HeapCount before = CountHeap();
  BlobRef blob = BlobRef::Copy("old");
  blob = BlobRef::Copy("new");
  EXPECT_EQ(blob.view(), "new");
  blob = BlobRef();
  EXPECT_EQ(CountHeap().live_bytes, before.live_bytes);
}

TEST(BlobTest, AssigningToItselfKeepsIt) {
  BlobRef blob = BlobRef::Copy("mine");
  const BlobRef& same = blob;
  blob = same;
  EXPECT_EQ(blob.view(), "mine");
}

TEST(BlobTest, MovingLeavesNoBlobBehind) {
  BlobRef from = BlobRef::Copy("moved");
  const BlobRef to = std::move(from);
  EXPECT_FALSE(from);  // NOLINT(bugprone-use-after-move): that is what is asked
  EXPECT_EQ(to.view(), "moved");
}

}  // namespace
}  // namespace parley
