#include "common/codec/red.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace parley {
namespace {

// A packet with one older block of 3 bytes, 960 ticks ago, and the newest.
const std::string& WithOneOlder() {
  static const std::string payload = std::string("\xEF\x0F\x00\x03", 4) + "\x6F" + "old" + "new one";
  return payload;
}

std::vector<RedBlock> BlocksOf(std::string_view payload) {
  std::vector<RedBlock> blocks;
  RedReader reader(payload);
  auto step = reader.Next();
  for (; step.status == RedReader::Status::kBlock; step = reader.Next()) blocks.push_back(step.block);
  EXPECT_EQ(step.status, RedReader::Status::kEnd);
  return blocks;
}

TEST(Red, BlocksAreReadFromTheOldestToTheNewest) {
  const auto blocks = BlocksOf(WithOneOlder());
  ASSERT_EQ(blocks.size(), 2U);
  EXPECT_EQ(blocks[0].payload_type, 111);
  EXPECT_EQ(blocks[0].age, 960U);
  EXPECT_EQ(blocks[0].data, "old");
  EXPECT_EQ(blocks[1].payload_type, 111);
  EXPECT_EQ(blocks[1].age, 0U);
  EXPECT_EQ(blocks[1].data, "new one");
}

TEST(Red, TheNewestBlockIsWhatThePacketWouldCarryAlone) {
  EXPECT_EQ(NewestRedBlock(WithOneOlder())->data, "new one");
  EXPECT_EQ(NewestRedBlock("\x6F"
                           "alone")
                ->data,
            "alone");
  EXPECT_EQ(NewestRedBlock("\x6F")->data, "");
}

TEST(Red, ATruncatedPayloadIsNotRead) {
  for (std::size_t size = 0; size < 8; ++size) {
    const std::string_view cut = std::string_view(WithOneOlder()).substr(0, size);
    EXPECT_FALSE(NewestRedBlock(cut)) << size;
    EXPECT_EQ(RedReader(cut).Next().status, RedReader::Status::kBroken) << size;
  }
  // Whatever is behind the older block belongs to the newest.
  EXPECT_EQ(NewestRedBlock(std::string_view(WithOneOlder()).substr(0, 9))->data, "n");
}

TEST(Red, AWrittenPayloadReadsBackTheSame) {
  const std::string long_block(kRedBlockBytes, 'x');
  const std::array<RedBlock, 2> older = {RedBlock{0, kRedAge, long_block}, RedBlock{0, 960, "older"}};
  std::string payload = "before";
  AppendRed(payload, 109, older, "newest");
  const auto blocks = BlocksOf(std::string_view(payload).substr(6));
  ASSERT_EQ(blocks.size(), 3U);
  EXPECT_EQ(blocks[0].age, kRedAge);
  EXPECT_EQ(blocks[0].data, long_block);
  EXPECT_EQ(blocks[1].age, 960U);
  EXPECT_EQ(blocks[1].data, "older");
  EXPECT_EQ(blocks[2].data, "newest");
  for (const RedBlock& block : blocks) EXPECT_EQ(block.payload_type, 109);

  std::string same;
  const std::array<RedBlock, 1> one = {RedBlock{0, 960, "old"}};
  AppendRed(same, 111, one, "new one");
  EXPECT_EQ(same, WithOneOlder());
}

TEST(Red, EachBlockGetsTheTypeOfTheReceiver) {
  std::string payload = WithOneOlder();
  RewriteRed(payload, 109);
  EXPECT_EQ(payload, std::string("\xED\x0F\x00\x03", 4) + "\x6D" + "old" + "new one");
}

}  // namespace
}  // namespace parley
