#include "server/media/recorded_clock.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>

namespace parley {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint32_t kRate = 48000;

// What a page's clock shows `time` after it began, in 1/2^32 s.
std::uint64_t NtpAt(milliseconds time) {
  constexpr std::uint64_t kBegin = 3'900'000'000;
  const auto ms = static_cast<std::uint64_t>(time.count());
  return ((kBegin + ms / 1000) << 32U) + ((ms % 1000) << 32U) / 1000;
}

class RecordedClockTest : public testing::Test {
 protected:
  // A report about the moment `time` that was under way for `delay`.
  std::optional<KnownReport> Report(milliseconds time, milliseconds delay, std::uint32_t timestamp) const {
    SenderReport report;
    report.ntp = NtpAt(time);
    report.timestamp = timestamp;
    return KnownReport{report, begin + time + delay};
  }
  static long Milliseconds(Duration time) { return std::chrono::round<milliseconds>(time).count(); }

  MonotonicTime begin{seconds(1000)};
  PageClock page;
};

TEST_F(RecordedClockTest, BeforeAReportFramesKeepTheirDistancesFromTheFirst) {
  TrackClock clock(kRate);
  EXPECT_EQ(clock.TimeOf(0xFFFFFF00U, {}, page, begin), begin);
  // It comes late; that does not count.
  const MonotonicTime second = clock.TimeOf(0xFFFFFF00U + 960, {}, page, begin + milliseconds(70));
  EXPECT_EQ(Milliseconds(second - begin), 20);
}

TEST_F(RecordedClockTest, VoiceAndPictureFitTogetherHoweverLongEachWasUnderWay) {
  // Both were sent at 0; the picture came 300 ms later.
  TrackClock voice(kRate), picture(90000);
  const MonotonicTime heard = voice.TimeOf(5000, {}, page, begin + milliseconds(20));
  const MonotonicTime seen = picture.TimeOf(7000, {}, page, begin + milliseconds(320));
  EXPECT_EQ(Milliseconds(seen - heard), 300);
  // Reports of both, about another moment.
  const auto of_voice = Report(milliseconds(1000), milliseconds(20), 5000 + 48000);
  const auto of_picture = Report(milliseconds(1040), milliseconds(20), 7000 + 90 * 1040);
  const MonotonicTime later = voice.TimeOf(5000 + 96000, of_voice, page, begin + milliseconds(2020));
  const MonotonicTime shown = picture.TimeOf(7000 + 180000, of_picture, page, begin + milliseconds(2320));
  // No frame jumps: the correction is for the start of the track.
  EXPECT_EQ(Milliseconds(later - heard), 2000);
  EXPECT_EQ(Milliseconds(shown - seen), 2000);
  const Duration start_of_voice = heard + voice.correction() - begin;
  const Duration start_of_picture = seen + picture.correction() - begin;
  EXPECT_EQ(Milliseconds(start_of_picture - start_of_voice), 0);
}

TEST_F(RecordedClockTest, AClockThatDriftsIsFollowed) {
  TrackClock clock(kRate);
  // The page's card takes 1 in 1000 samples too many: after 100 s it is 100 ms ahead.
  MonotonicTime time = clock.TimeOf(0, Report(milliseconds(0), milliseconds(10), 0), page, begin);
  const MonotonicTime first = time;
  for (int second = 1; second <= 100; ++second) {
    const auto timestamp = static_cast<std::uint32_t>(second * 48048);
    const auto report = Report(seconds(second), milliseconds(10), timestamp);
    time = clock.TimeOf(timestamp, report, page, begin + seconds(second) + milliseconds(10));
  }
  EXPECT_EQ(Milliseconds(time - first), 100000);
}

TEST_F(RecordedClockTest, OneReportThatWasUnderWayForLongMovesNothingByMuch) {
  TrackClock clock(kRate);
  const MonotonicTime first =
      clock.TimeOf(0, Report(milliseconds(0), milliseconds(10), 0), page, begin + milliseconds(10));
  const auto late = Report(seconds(1), milliseconds(400), 48000);
  const MonotonicTime second = clock.TimeOf(48000, late, page, begin + milliseconds(1400));
  EXPECT_LE(std::abs(Milliseconds(second - first) - 1000), 1);
}

TEST_F(RecordedClockTest, NonsenseInReportsHarmsNothing) {
  TrackClock clock(kRate);
  const MonotonicTime first = clock.TimeOf(0, {}, page, begin);
  // By this report, the frame is an hour old.
  const auto report = Report(seconds(1), milliseconds(10), 3600U * 48000U);
  const MonotonicTime second = clock.TimeOf(48000, report, page, begin + seconds(1));
  EXPECT_EQ(Milliseconds(second - first), 1000);
}

TEST_F(RecordedClockTest, TimestampsThatJumpDoNotLeaveTheCall) {
  TrackClock clock(kRate);
  clock.TimeOf(0, {}, page, begin);
  const MonotonicTime now = begin + seconds(1);
  EXPECT_EQ(clock.TimeOf(0x70000000U, {}, page, now), now);
}

}  // namespace
}  // namespace parley
