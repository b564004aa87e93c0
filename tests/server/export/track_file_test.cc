#include "server/export/track_file.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temporary_folder.h"

namespace parley {
namespace {

using std::chrono::milliseconds;

class TrackFileTest : public testing::Test {
 protected:
  // The bytes of frames as they are read.
  std::vector<std::string> Read(const std::string& bytes, std::vector<milliseconds>* times = nullptr) {
    std::ofstream(path_, std::ios::binary) << bytes;
    std::string error;
    auto file = TrackFile::Open(path_, error);
    EXPECT_TRUE(file) << error;
    std::vector<std::string> frames;
    while (const auto frame = file->Next()) {
      std::string read;
      EXPECT_TRUE(file->Read(*frame, read));
      frames.push_back(read);
      if (times != nullptr) times->push_back(frame->time);
    }
    return frames;
  }
  static std::string Write(const std::vector<std::string>& frames, bool picture) {
    std::string bytes;
    WebmWriter writer;
    writer.Begin(bytes, picture ? std::optional(PictureSize{640, 360}) : std::nullopt);
    for (std::size_t i = 0; i < frames.size(); ++i) {
      writer.Append(bytes, milliseconds(3000 * i), i % 3 == 0, frames[i]);
    }
    return bytes;
  }

  test::TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.path() / "001-voice.webm";
  std::vector<std::string> frames_ = {"a", std::string(200, 'b'), std::string(70'000, 'c'), "", "e", "f"};
};

TEST_F(TrackFileTest, FindsWhatTheWriterWrote) {
  for (const bool picture : {false, true}) {
    std::vector<milliseconds> times;
    EXPECT_EQ(Read(Write(frames_, picture), &times), frames_);
    ASSERT_EQ(times.size(), 6U);
    for (int i = 0; i < 6; ++i) EXPECT_EQ(times[static_cast<std::size_t>(i)], milliseconds(3000 * i));
  }
}

TEST_F(TrackFileTest, FindsThemInAFileWhoseLengthIsKnown) {
  std::string bytes;
  WebmWriter writer;
  writer.Begin(bytes, std::nullopt);
  writer.Append(bytes, milliseconds(0), true, "frame");
  const std::string duration = WebmWriter::DurationElement(milliseconds(20));
  bytes.replace(writer.duration_at(), duration.size(), duration);
  EXPECT_EQ(Read(bytes), std::vector<std::string>{"frame"});
}

TEST_F(TrackFileTest, AFileThatIsCutOffHasItsWholeFrames) {
  const std::string all = Write(frames_, true);
  for (std::size_t size = 0; size <= all.size(); size += size < 700 ? 1 : 997) {
    const auto read = Read(all.substr(0, size));
    ASSERT_LE(read.size(), frames_.size());
    EXPECT_TRUE(std::equal(read.begin(), read.end(), frames_.begin())) << size;
  }
}

TEST_F(TrackFileTest, DamagedBytesEndIt) {
  EXPECT_TRUE(Read(std::string(1000, '\0')).empty());
  EXPECT_TRUE(Read(std::string(1000, '\xFF')).empty());
  std::string bytes = Write({"frame"}, false);
  bytes += std::string(100, '\0');
  EXPECT_EQ(Read(bytes), std::vector<std::string>{"frame"});
}

TEST_F(TrackFileTest, ALinkIsNotFollowed) {
  std::filesystem::create_symlink("/etc/passwd", path_);
  std::string error;
  EXPECT_FALSE(TrackFile::Open(path_, error));
  EXPECT_FALSE(error.empty());
}

}  // namespace
}  // namespace parley
