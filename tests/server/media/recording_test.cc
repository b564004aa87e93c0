// What is recorded of a call.

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "common/codec/rtcp.h"
#include "tests/server/media/call.h"

namespace parley {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Recorded {
  RecordedTrack about;
  std::vector<RecordedFrame> frames;
};

class RecordingTest : public testing::Test {
 protected:
  void Record(const std::string& id = "rec") { call_.Give(MediaRecord{{id, "room", "Room", WallTime()}}); }
  // Both speak and show themselves: 50 packets of voice and 30 of picture a second.
  void Talk(milliseconds time) {
    for (milliseconds passed{0}; passed < time; passed += milliseconds(20)) {
      for (Page* page : {&one_, &two_}) {
        page->SendVoice("v" + std::to_string(number_), 20);
        if (number_ % 5 % 2 == 0) page->SendCamera("c" + std::to_string(number_), number_ % 50 == 0);
      }
      ++number_;
      call_.Pass(milliseconds(20));
    }
  }
  // By name and kind; a track appears when its first frame is recorded.
  std::map<std::pair<std::string, MediaKind>, Recorded> Tracks() const {
    std::map<std::uint32_t, Recorded> tracks;
    for (const RecordedItem& item : call_.recorded) {
      if (const auto* track = std::get_if<RecordedTrack>(&item)) tracks[track->track].about = *track;
      if (const auto* frame = std::get_if<RecordedFrame>(&item))
        tracks[frame->track].frames.push_back(*frame);
    }
    std::map<std::pair<std::string, MediaKind>, Recorded> named;
    for (auto& [number, track] : tracks) named[{track.about.name, track.about.kind}] = track;
    return named;
  }
  Page& Join(unsigned number, const std::string& name) {
    call_.Give(MediaJoin{Call::Seat("m" + std::to_string(number)), kAll, number, {}, name, "key-" + name});
    Page& page = *(call_.pages[number] = std::make_unique<Page>(number, 4, 4));
    call_.Offer(page, "m" + std::to_string(number));
    call_.Connect(page);
    return page;
  }
  template <typename T>
  std::size_t Count() const {
    std::size_t count = 0;
    for (const RecordedItem& item : call_.recorded) count += std::holds_alternative<T>(item) ? 1 : 0;
    return count;
  }

  Call call_;
  Page& one_ = Join(1, "ann");
  Page& two_ = Join(2, "bob");
  unsigned number_ = 0;
};

TEST_F(RecordingTest, EachPersonAndKindIsATrackWithEveryFrameAtItsTime) {
  Record();
  Talk(seconds(2));
  call_.Give(MediaRecordEnd{"room"});
  const auto tracks = Tracks();
  ASSERT_EQ(tracks.size(), 4U);
  for (const std::string name : {"ann", "bob"}) {
    const Recorded& voice = tracks.at({name, MediaKind::kVoice});
    EXPECT_EQ(voice.about.author, "key-" + name);
    ASSERT_EQ(voice.frames.size(), 100U);
    for (int i = 0; i < 100; ++i) {
      const RecordedFrame& frame = voice.frames[static_cast<std::size_t>(i)];
      EXPECT_EQ(frame.bytes, "v" + std::to_string(i));
      EXPECT_EQ(frame.time, milliseconds(20 * i));
    }
    const Recorded& camera = tracks.at({name, MediaKind::kCamera});
    ASSERT_EQ(camera.frames.size(), 60U);
    EXPECT_TRUE(camera.frames.front().key_frame);
    for (const RecordedFrame& frame : camera.frames) EXPECT_EQ(frame.bytes.at(1), 'c');
    const Duration apart =
        camera.about.start + camera.frames.back().time - (voice.about.start + voice.frames[98].time);
    EXPECT_LE(std::abs(std::chrono::round<milliseconds>(apart).count()), 40);
  }
  EXPECT_EQ(Count<RecordingBegun>(), 1U);
  ASSERT_EQ(Count<RecordingFinished>(), 1U);
  EXPECT_GE(std::get<RecordingFinished>(call_.recorded.back()).length, seconds(2));
}

TEST_F(RecordingTest, NothingIsRecordedBeforeOrAfter) {
  Talk(milliseconds(500));
  EXPECT_TRUE(call_.recorded.empty());
  Record();
  Talk(milliseconds(500));
  call_.Give(MediaRecordEnd{"room"});
  const std::size_t all = call_.recorded.size();
  Talk(milliseconds(500));
  EXPECT_EQ(call_.recorded.size(), all);
}

TEST_F(RecordingTest, AKeyFrameIsRequestedOfPicturesThatAreSentAlready) {
  for (int i = 0; i < 5; ++i) {
    one_.SendCamera("x", i == 0);
    call_.Pass(milliseconds(40));
  }
  const auto before = call_.engine.counters().key_frames_asked;
  Record();
  EXPECT_GT(call_.engine.counters().key_frames_asked, before);
  one_.SendCamera("inter", false);
  one_.SendCamera("key", true);
  call_.Pass(milliseconds(20));
  const auto tracks = Tracks();
  ASSERT_EQ(tracks.size(), 1U);
  EXPECT_EQ(tracks.begin()->second.frames.size(), 1U);
}

TEST_F(RecordingTest, NobodyIsRecordedWhileMuted) {
  Record();
  Talk(milliseconds(200));
  call_.Give(MediaAllow{Call::Seat("m1"), {.camera = true}});
  const std::size_t before = Tracks().at({"ann", MediaKind::kVoice}).frames.size();
  Talk(milliseconds(1000));
  EXPECT_EQ(Tracks().at({"ann", MediaKind::kVoice}).frames.size(), before);
  call_.Give(MediaAllow{Call::Seat("m1"), kAll});
  Talk(milliseconds(2000));
  const auto voice = Tracks().at({"ann", MediaKind::kVoice});
  EXPECT_GT(voice.frames.size(), before + 40);
  // What comes afterwards is where it was said.
  EXPECT_EQ(voice.frames.back().time, milliseconds(20 * (160 - 1)));
}

TEST_F(RecordingTest, VoiceAndPictureOfAPersonFitTogetherByTheirReports) {
  Record();
  // The camera takes 200 ms to send what it sees; reports say so.
  Talk(milliseconds(600));
  SenderReport voice, camera;
  voice.ssrc = one_.voice_source();
  camera.ssrc = one_.camera_source();
  voice.ntp = camera.ntp = 3'900'000'000ULL << 32U;
  voice.timestamp = 1 + 30 * 960;
  camera.timestamp = 1 + 18 * 3000 + 200 * 90;
  std::string compound;
  AppendSenderReport(compound, voice);
  AppendSenderReport(compound, camera);
  const auto before = Tracks();
  one_.SendRtcp(compound);
  Talk(milliseconds(600));
  const auto start = [](const auto& tracks, MediaKind kind) { return tracks.at({"ann", kind}).about.start; };
  const auto after = Tracks();
  const Duration moved = (start(after, MediaKind::kCamera) - start(after, MediaKind::kVoice)) -
                         (start(before, MediaKind::kCamera) - start(before, MediaKind::kVoice));
  EXPECT_NEAR(static_cast<double>(std::chrono::round<milliseconds>(moved).count()), -200.0, 2.0);
}

TEST_F(RecordingTest, OfLayersTheBestOneIsRecorded) {
  one_.UseLayers();
  call_.Offer(one_, "m1");
  Record();
  for (int i = 0; i < 30; ++i) {
    for (const char rid : {'q', 'h', 'f'}) one_.SendLayer(rid, rid == 'q' ? 45 : rid == 'h' ? 90 : 180);
    call_.Pass(milliseconds(40));
  }
  auto frames = Tracks().at({"ann", MediaKind::kCamera}).frames;
  EXPECT_EQ(frames.back().bytes.back(), 'f');
  for (int i = 0; i < 90; ++i) {
    one_.SendLayer('q', 45);
    call_.Pass(milliseconds(40));
  }
  frames = Tracks().at({"ann", MediaKind::kCamera}).frames;
  EXPECT_EQ(frames.back().bytes.back(), 'q');
  for (std::size_t i = 1; i < frames.size(); ++i) EXPECT_GE(frames[i].time, frames[i - 1].time);
}

TEST_F(RecordingTest, ALostPacketOfAVoiceIsAHoleAndMovesNothing) {
  Record();
  Talk(milliseconds(200));
  call_.network.lost = 100;
  Talk(milliseconds(20));
  call_.network.lost = 0;
  Talk(milliseconds(3000));
  const auto voice = Tracks().at({"ann", MediaKind::kVoice});
  EXPECT_EQ(voice.frames.back().time, milliseconds(20 * 160));
}

TEST_F(RecordingTest, ItEndsWithTheCall) {
  Record();
  Talk(milliseconds(100));
  call_.Give(MediaLeave{Call::Seat("m1")});
  EXPECT_EQ(Count<RecordingFinished>(), 0U);
  call_.Give(MediaLeave{Call::Seat("m2")});
  EXPECT_EQ(Count<RecordingFinished>(), 1U);
}

TEST_F(RecordingTest, ARecordingThatCannotGoOnStopsAndTheCallGoesOn) {
  Record();
  Talk(milliseconds(100));
  call_.engine.StopRecording({"rec", RecordingProblem::kNoSpace}, call_.now);
  const auto stopped = call_.All<MediaRecordingStopped>();
  ASSERT_EQ(stopped.size(), 1U);
  EXPECT_EQ(stopped[0].room, "room");
  EXPECT_EQ(stopped[0].problem, RecordingProblem::kNoSpace);
  const std::size_t all = call_.recorded.size();
  const std::size_t heard = two_.heard.size();
  Talk(milliseconds(200));
  EXPECT_EQ(call_.recorded.size(), all);
  EXPECT_GT(two_.heard.size(), heard);
}

}  // namespace
}  // namespace parley
