#include "common/codec/webm.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>

#include "tests/support/webm_file.h"

namespace parley {
namespace {

using std::chrono::milliseconds;
using test::WebmReader;

constexpr std::string_view kKeyFrame{
    "\x10\x00\x00\x9D\x01\x2A\x80\x02\x68\x01"
    "body",
    14};

TEST(WebmTest, SoundIsReadBackAsItWasWritten) {
  WebmWriter writer;
  std::string file;
  writer.Begin(file, std::nullopt);
  for (int i = 0; i < 500; ++i) writer.Append(file, milliseconds(20 * i), true, "frame " + std::to_string(i));
  const auto read = WebmReader::Read(file);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->doc_type, "webm");
  EXPECT_EQ(read->codec, "A_OPUS");
  EXPECT_EQ(read->private_data.substr(0, 8), "OpusHead");
  EXPECT_EQ(read->private_data.size(), 19U);
  ASSERT_EQ(read->blocks.size(), 500U);
  for (int i = 0; i < 500; ++i) {
    EXPECT_EQ(read->blocks[static_cast<std::size_t>(i)],
              (test::WebmBlock{20 * i, true, "frame " + std::to_string(i)}));
  }
  EXPECT_EQ(read->clusters, (std::vector<std::int64_t>{0, 5000}));
}

TEST(WebmTest, APictureHasTheSizeOfItsFirstKeyFrame) {
  const auto size = SizeOfKeyFrame(kKeyFrame);
  ASSERT_EQ(size, (PictureSize{640, 360}));
  WebmWriter writer;
  std::string file;
  writer.Begin(file, size);
  writer.Append(file, milliseconds(0), true, kKeyFrame);
  writer.Append(file, milliseconds(33), false, "more");
  const auto read = WebmReader::Read(file);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->codec, "V_VP8");
  EXPECT_EQ(read->width, 640U);
  EXPECT_EQ(read->height, 360U);
  ASSERT_EQ(read->blocks.size(), 2U);
  EXPECT_TRUE(read->blocks[0].key_frame);
  EXPECT_FALSE(read->blocks[1].key_frame);
}

TEST(WebmTest, OnlyAKeyFrameHasASize) {
  std::string inter(kKeyFrame);
  inter[0] = '\x11';
  EXPECT_FALSE(SizeOfKeyFrame(inter));
  std::string without_width(kKeyFrame);
  without_width[6] = without_width[7] = '\0';
  EXPECT_FALSE(SizeOfKeyFrame(without_width));
  for (std::size_t size = 0; size < 10; ++size) EXPECT_FALSE(SizeOfKeyFrame(kKeyFrame.substr(0, size)));
}

TEST(WebmTest, TheDurationTakesThePlaceThatWasLeftForIt) {
  WebmWriter writer;
  std::string file;
  writer.Begin(file, std::nullopt);
  writer.Append(file, milliseconds(0), true, "x");
  EXPECT_FALSE(WebmReader::Read(file)->duration);
  const std::string duration = WebmWriter::DurationElement(milliseconds(1234));
  file.replace(writer.duration_at(), duration.size(), duration);
  const auto read = WebmReader::Read(file);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->duration, 1234.0);
  EXPECT_EQ(read->blocks.size(), 1U);
}

TEST(WebmTest, AClusterOfAPictureBeginsWithAKeyFrameOrEndsBeforeItsTimeOverflows) {
  WebmWriter writer;
  std::string file;
  writer.Begin(file, PictureSize{640, 360});
  for (int i = 0; i <= 700; ++i) writer.Append(file, milliseconds(100 * i), i == 0 || i == 60, "frame");
  const auto read = WebmReader::Read(file);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->clusters, (std::vector<std::int64_t>{0, 6000, 36000, 66000}));
  for (std::size_t i = 0; i < read->blocks.size(); ++i)
    EXPECT_EQ(read->blocks[i].time, static_cast<std::int64_t>(100 * i));
}

TEST(WebmTest, AFileThatBreaksOffHasAllWholeBlocksBefore) {
  WebmWriter writer;
  std::string file;
  writer.Begin(file, std::nullopt);
  writer.Append(file, milliseconds(0), true, "first");
  const std::size_t whole = file.size();
  writer.Append(file, milliseconds(20), true, std::string(300, 'x'));
  for (std::size_t size = whole; size < file.size(); ++size) {
    const auto read = WebmReader::Read(std::string_view(file).substr(0, size));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->blocks.size(), 1U);
  }
}

}  // namespace
}  // namespace parley
