#include "server/recordings/recording_folder.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "tests/support/temporary_folder.h"
#include "tests/support/webm_file.h"

namespace parley {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

class RecordingFolderTest : public testing::Test {
 protected:
  void Open(RecordingBounds bounds = {.spare_bytes = 0}, Retention retention = {}) {
    folder_.reset();
    std::string error;
    folder_ = RecordingFolder::Open(path_, bounds, std::move(retention), error);
    ASSERT_TRUE(folder_) << error;
  }
  void Take(RecordedItem item) {
    std::vector<RecordedItem> items;
    items.push_back(std::move(item));
    folder_->Take(items, now_, stopped_);
  }
  void Begin(const std::string& id = "rec-1") {
    Take(RecordingBegun{{id, "room", "Röom", WallTime(seconds(1'700'000'000))}});
  }
  void Track(std::uint32_t number, MediaKind kind, milliseconds start = {}, const std::string& id = "rec-1") {
    Take(RecordedTrack{id, number, kind, "Ann \"A\"", "author-key", start});
  }
  void Frame(std::uint32_t track, milliseconds time, std::string bytes, const std::string& id = "rec-1") {
    Take(RecordedFrame{id, track, time, true, std::move(bytes)});
  }
  std::string Read(const std::string& file, const std::string& id = "rec-1") const {
    return ReadFile(path_ / id / file).value_or("");
  }

  test::TemporaryFolder temporary_;
  fs::path path_ = temporary_.path() / "recordings";
  MonotonicTime now_{seconds(1000)};
  std::unique_ptr<RecordingFolder> folder_;
  std::vector<RecordingStopped> stopped_;
};

TEST_F(RecordingFolderTest, TracksAreFilesAndTheManifestSaysWhoseTheyAre) {
  Open();
  Begin();
  EXPECT_FALSE(fs::exists(path_ / "rec-1"));
  Track(1, MediaKind::kVoice, milliseconds(15));
  Frame(1, milliseconds(0), "hello");
  Track(2, MediaKind::kCamera, milliseconds(-3));
  Frame(2, milliseconds(0), std::string("\x10\x00\x00\x9D\x01\x2A\x80\x02\x68\x01", 10));
  Frame(1, milliseconds(20), "world");
  Take(RecordingFinished{"rec-1", milliseconds(1500)});
  EXPECT_TRUE(stopped_.empty());
  const auto voice = test::WebmReader::Read(Read("001-voice.webm"));
  ASSERT_TRUE(voice);
  EXPECT_EQ(voice->blocks, (std::vector<test::WebmBlock>{{0, true, "hello"}, {20, true, "world"}}));
  EXPECT_EQ(voice->duration, 20.0);
  const auto camera = test::WebmReader::Read(Read("002-camera.webm"));
  ASSERT_TRUE(camera);
  EXPECT_EQ(camera->width, 640U);
  EXPECT_EQ(Read("manifest.json"),
            R"({"id":"rec-1","room":"Röom","room_key":"room","begin":"2023-11-14T22:13:20.000Z",)"
            R"("end":"2023-11-14T22:13:21.500Z","tracks":[{"file":"001-voice.webm","kind":"voice",)"
            R"("name":"Ann \"A\"","author":"author-key","start_ms":15,"length_ms":20,"frames":2},)"
            R"({"file":"002-camera.webm","kind":"camera","name":"Ann \"A\"","author":"author-key",)"
            R"("start_ms":-3,"length_ms":0,"frames":1}]})"
            "\n");
  EXPECT_EQ(folder_->bytes(), Read("001-voice.webm").size() + Read("002-camera.webm").size());
}

TEST_F(RecordingFolderTest, OnlyTheOwnerCanReadThem) {
  Open();
  Begin();
  Track(1, MediaKind::kVoice);
  Frame(1, milliseconds(0), "hello");
  Take(RecordingFinished{"rec-1", milliseconds(10)});
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms::owner_all);
  EXPECT_EQ(fs::status(path_ / "rec-1").permissions(), fs::perms::owner_all);
  EXPECT_EQ(fs::status(path_ / "rec-1" / "001-voice.webm").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(RecordingFolderTest, WhatWasRecordedIsOnTheDiskAfterTwoSecondsAlsoIfTheServerIsKilled) {
  Open();
  Begin();
  Track(1, MediaKind::kVoice);
  Frame(1, milliseconds(0), "hello");
  now_ += limits::kRecordingFlush;
  std::vector<RecordingStopped> stopped;
  folder_->Flush(now_, stopped);
  const auto voice = test::WebmReader::Read(Read("001-voice.webm"));
  ASSERT_TRUE(voice);
  EXPECT_EQ(voice->blocks.size(), 1U);
  EXPECT_FALSE(Read("manifest.json").empty());
}

TEST_F(RecordingFolderTest, AFullSpaceStopsTheRecordingOnce) {
  Open({.total_bytes = 100'000, .spare_bytes = 0});
  Begin();
  Track(1, MediaKind::kVoice);
  for (int i = 0; i < 300; ++i) Frame(1, milliseconds(i), std::string(1000, 'x'));
  ASSERT_EQ(stopped_.size(), 1U);
  EXPECT_EQ(stopped_[0].recording, "rec-1");
  EXPECT_EQ(stopped_[0].problem, RecordingProblem::kNoSpace);
  EXPECT_LT(folder_->bytes(), 100'000U + 2 * limits::kRecordingWriteBytes);
  EXPECT_NE(Read("manifest.json").find(R"("problem":"no_space")"), std::string::npos);
  // The next one does not begin.
  Begin("rec-2");
  ASSERT_EQ(stopped_.size(), 2U);
  EXPECT_EQ(stopped_[1].recording, "rec-2");
}

TEST_F(RecordingFolderTest, WhatWasDeletedByHandIsFreeAtOnce) {
  Open({.total_bytes = 400'000, .spare_bytes = 0});
  Begin("old");
  Track(1, MediaKind::kVoice, {}, "old");
  for (int i = 0; i < 300; ++i) Frame(1, milliseconds(i), std::string(1000, 'x'), "old");
  Take(RecordingFinished{"old", milliseconds(300)});
  fs::remove_all(path_ / "old");
  Begin();
  Track(1, MediaKind::kVoice);
  for (int i = 0; i < 300; ++i) Frame(1, milliseconds(i), std::string(1000, 'x'));
  Take(RecordingFinished{"rec-1", milliseconds(300)});
  EXPECT_TRUE(stopped_.empty());
  EXPECT_LT(folder_->bytes(), 400'000U);
  // Recordings that still exist count.
  Begin("rec-2");
  Track(1, MediaKind::kVoice, {}, "rec-2");
  for (int i = 0; i < 300; ++i) Frame(1, milliseconds(i), std::string(1000, 'x'), "rec-2");
  EXPECT_EQ(stopped_.size(), 1U);
}

TEST_F(RecordingFolderTest, TheDiskKeepsSpaceForMessages) {
  Open({.spare_bytes = std::uint64_t{1} << 60U});
  Begin();
  ASSERT_EQ(stopped_.size(), 1U);
  EXPECT_EQ(stopped_[0].problem, RecordingProblem::kNoSpace);
}

TEST_F(RecordingFolderTest, AFolderThatCannotBeWrittenStopsTheRecording) {
  Open();
  Begin();
  fs::create_directories(path_ / "rec-1");  // somebody else's
  Track(1, MediaKind::kVoice);
  ASSERT_EQ(stopped_.size(), 1U);
  EXPECT_EQ(stopped_[0].problem, RecordingProblem::kFailed);
}

TEST_F(RecordingFolderTest, AnIdThatIsNoNameOfAFolderIsRefused) {
  Open();
  for (const std::string id : {"", "..", "a/b", ".hidden", "-x"}) {
    stopped_.clear();
    Begin(id);
    EXPECT_EQ(stopped_.size(), 1U) << id;
  }
}

TEST_F(RecordingFolderTest, RecordingsCountAfterARestart) {
  Open();
  Begin();
  Track(1, MediaKind::kVoice);
  Frame(1, milliseconds(0), std::string(10'000, 'x'));
  Take(RecordingFinished{"rec-1", milliseconds(10)});
  Open();
  EXPECT_GT(folder_->bytes(), 10'000U);
}

TEST_F(RecordingFolderTest, ARecordingIsKeptAsLongAsItsRoomKeepsMessages) {
  Retention retention;
  retention.keep = std::nullopt;
  retention.rooms["room"] = seconds(3600);
  Open({.spare_bytes = 0}, retention);
  Begin();
  Track(1, MediaKind::kVoice);
  Frame(1, milliseconds(0), "hello");
  Take(RecordingFinished{"rec-1", milliseconds(10)});
  fs::create_directories(path_ / "notes of somebody");
  const WallTime written = std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
  folder_->Expire(written + seconds(3000));
  EXPECT_TRUE(fs::exists(path_ / "rec-1"));
  folder_->Expire(written + seconds(4000));
  EXPECT_FALSE(fs::exists(path_ / "rec-1"));
  EXPECT_EQ(folder_->bytes(), 0U);
  EXPECT_TRUE(fs::exists(path_ / "notes of somebody"));
}

}  // namespace
}  // namespace parley
