// What a message takes from the heap: something for itself, nothing for those who get it.

#include <gtest/gtest.h>

#include <vector>

#include "tests/common/buffer/heap_count.h"
#include "tests/server/hot_path/busy_room.h"

namespace parley::test {
namespace {

constexpr std::size_t kSenders = 10;
// For one message: its parts, its place in the log, its `ok`. A line takes 5.2 now, and a frame 6.4.
constexpr std::size_t kMost = 8;

// Of a turn in which everything has its size.
std::size_t AllocationsOfATurn(std::size_t members, std::size_t messages, Dialect dialect) {
  BusyRoom room(members, dialect);
  for (int i = 0; i < 20; ++i) room.Turn(kSenders, messages);
  const std::size_t before = CountHeap().allocations;
  room.Turn(kSenders, messages);
  EXPECT_GT(room.delivered_bytes(), (members - 1) * kSenders * messages * 100);
  return CountHeap().allocations - before;
}

class AllocationsTest : public testing::TestWithParam<Dialect> {};

TEST_P(AllocationsTest, ADeliveryTakesNone) {
  const std::size_t few = AllocationsOfATurn(50, 10, GetParam());
  const std::size_t many = AllocationsOfATurn(500, 10, GetParam());
  EXPECT_LE(many, few + 20) << "450 more members got 100 messages each: 45,000 deliveries";
}

TEST_P(AllocationsTest, AMessageTakesAFew) {
  const std::size_t one = AllocationsOfATurn(50, 10, GetParam());
  const std::size_t two = AllocationsOfATurn(50, 20, GetParam());
  EXPECT_LE(two - one, 100U * kMost) << "100 more messages";
}

INSTANTIATE_TEST_SUITE_P(Dialects, AllocationsTest, testing::Values(Dialect::kLines, Dialect::kWebSocket));

TEST(PiecesTest, ATurnsMessagesAreAFewPiecesForEachMember) {
  BusyRoom room(100);
  room.Turn(1, 500);
  // One behind the other, in blobs that double.
  EXPECT_LE(room.max_pieces(), 12U) << "for those who said nothing";
}

}  // namespace
}  // namespace parley::test
