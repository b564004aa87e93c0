#include "server/recordings/recording_work.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <system_error>

#include "tests/support/temporary_folder.h"
#include "tests/support/webm_file.h"

namespace parley {
namespace {

using std::chrono::milliseconds;

class RecordingWorkTest : public testing::Test {
 protected:
  void Open(std::size_t max_bytes) {
    std::string error;
    auto folder = RecordingFolder::Open(temporary_.path() / "recordings", {.spare_bytes = 0}, {}, error);
    ASSERT_TRUE(folder) << error;
    std::error_code code;
    work_ = RecordingWork::Open(std::move(folder), code, max_bytes);
    ASSERT_TRUE(work_) << code.message();
  }
  static std::vector<RecordedItem> Items(std::size_t frames, std::size_t bytes) {
    std::vector<RecordedItem> items;
    items.emplace_back(RecordingBegun{{"rec", "room", "Room", WallTime()}});
    items.emplace_back(RecordedTrack{"rec", 1, MediaKind::kVoice, "Ann", "key", Duration(0)});
    for (std::size_t i = 0; i < frames; ++i)
      items.emplace_back(RecordedFrame{"rec", 1, milliseconds(20 * i), true, std::string(bytes, 'x')});
    return items;
  }

  test::TemporaryFolder temporary_;
  std::unique_ptr<RecordingWork> work_;
};

TEST_F(RecordingWorkTest, WhatWasGivenIsWrittenBeforeItEnds) {
  Open(1024 * 1024);
  work_->Give(Items(100, 100));
  work_->Give({RecordingFinished{"rec", milliseconds(2000)}});
  work_.reset();
  const auto bytes = ReadFile(temporary_.path() / "recordings" / "rec" / "001-voice.webm");
  ASSERT_TRUE(bytes);
  EXPECT_EQ(test::WebmReader::Read(*bytes)->blocks.size(), 100U);
}

TEST_F(RecordingWorkTest, AQueueThatIsFullStopsTheRecording) {
  Open(1000);
  work_->Give(Items(100, 100));
  std::vector<RecordingStopped> stopped;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (stopped.empty() && std::chrono::steady_clock::now() < end) {
    stopped = work_->TakeStopped();
    std::this_thread::yield();
  }
  ASSERT_EQ(stopped.size(), 1U);
  EXPECT_EQ(stopped[0].recording, "rec");
  EXPECT_EQ(stopped[0].problem, RecordingProblem::kTooSlow);
}

}  // namespace
}  // namespace parley
