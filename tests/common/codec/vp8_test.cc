#include "common/codec/vp8.h"

#include <gtest/gtest.h>

#include <string>

namespace parley {
namespace {

using namespace std::string_literals;

// As Chromium sends it: X and S; I, L and T and K; a picture id of 15 bits; TL0PICIDX; layer 2 with Y.
const std::string kFull = "\x90\xF0\x92\x34\x56\xA1\x00key"s;

TEST(Vp8, ADescriptorHasItsNumbers) {
  const auto descriptor = ReadVp8(kFull);
  ASSERT_TRUE(descriptor);
  EXPECT_TRUE(descriptor->starts_frame);
  EXPECT_TRUE(descriptor->key_frame);
  EXPECT_EQ(descriptor->picture_id, 0x1234);
  EXPECT_EQ(descriptor->base_picture, 0x56);
  EXPECT_EQ(descriptor->temporal_layer, 2);
  EXPECT_TRUE(descriptor->layer_sync);
  EXPECT_EQ(descriptor->size, 6U);
}

TEST(Vp8, AFrameThatNeedsOthersIsNotAKeyFrame) {
  std::string payload = kFull;
  payload[6] = '\x01';
  EXPECT_FALSE(ReadVp8(payload)->key_frame);
  payload = kFull;
  payload[0] = '\x80';  // not the start of a frame
  EXPECT_FALSE(ReadVp8(payload)->key_frame);
  payload[0] = '\x91';  // the start of a later partition
  EXPECT_FALSE(ReadVp8(payload)->starts_frame);
}

TEST(Vp8, ADescriptorThatIsCutIsRejected) {
  for (std::size_t length = 0; length < 6; ++length) EXPECT_FALSE(ReadVp8(kFull.substr(0, length))) << length;
  EXPECT_TRUE(ReadVp8(kFull.substr(0, 6)));
  EXPECT_FALSE(ReadVp8(kFull.substr(0, 6))->key_frame);  // nothing says so
}

TEST(Vp8, ADescriptorOfOneByteHasNoNumbers) {
  const auto descriptor = ReadVp8("\x10\x00"s);
  EXPECT_TRUE(descriptor->key_frame);
  EXPECT_FALSE(descriptor->picture_id);
  EXPECT_FALSE(descriptor->base_picture);
  EXPECT_EQ(descriptor->size, 1U);
}

TEST(Vp8, RewritingChangesTheNumbersAlone) {
  std::string payload = kFull;
  RewriteVp8(payload, *ReadVp8(payload), 0x7FFF, 0xFE);
  const auto read = ReadVp8(payload);
  EXPECT_EQ(read->picture_id, 0x7FFF);
  EXPECT_EQ(read->base_picture, 0xFE);
  RewriteVp8(payload, *read, 0x1234, 0x56);
  EXPECT_EQ(payload, kFull);
}

TEST(Vp8, AShortPictureIdStaysShort) {
  std::string payload = "\x90\x80\x05\x00"s;
  RewriteVp8(payload, *ReadVp8(payload), 0x1285, 9);
  EXPECT_EQ(payload, "\x90\x80\x05\x00"s);
  RewriteVp8(payload, *ReadVp8(payload), 6, 9);
  EXPECT_EQ(payload, "\x90\x80\x06\x00"s);
}

}  // namespace
}  // namespace parley
