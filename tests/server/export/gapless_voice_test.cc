#include "server/export/gapless_voice.h"

#include <gtest/gtest.h>

#include "common/codec/opus.h"
#include "tests/support/webm_file.h"

namespace parley {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

// A packet of 20 ms that is not silence.
const std::string kPacket = "\x78hello";

class GaplessVoiceTest : public testing::Test {
 protected:
  void Append(int time) { voice_.Append(bytes_, milliseconds(time), kPacket); }
  // The times of the packets that are not silence. Checks that there is no gap.
  std::vector<microseconds> Packets() {
    std::vector<microseconds> times;
    const auto file = test::WebmReader::Read(bytes_);
    EXPECT_TRUE(file);
    microseconds time{0};
    for (const test::WebmBlock& block : file->blocks) {
      EXPECT_EQ(milliseconds(block.time), std::chrono::round<milliseconds>(time));
      if (block.bytes == kPacket) times.push_back(time);
      time += DurationOfOpus(block.bytes).value_or(microseconds(0));
    }
    EXPECT_EQ(time, voice_.length());
    return times;
  }

  std::string bytes_;
  GaplessVoice voice_{bytes_};
};

TEST_F(GaplessVoiceTest, PacketsInARowStayAsTheyAre) {
  for (const int time : {0, 20, 41, 59, 80}) Append(time);
  EXPECT_EQ(Packets(), (std::vector<microseconds>{milliseconds(0), milliseconds(20), milliseconds(40),
                                                  milliseconds(60), milliseconds(80)}));
}

TEST_F(GaplessVoiceTest, AGapBecomesSilence) {
  Append(3'600'000);  // joined after an hour
  Append(3'600'020);
  Append(3'601'007);
  const auto times = Packets();
  ASSERT_EQ(times.size(), 3U);
  EXPECT_EQ(times[0], milliseconds(3'600'000));
  EXPECT_EQ(times[1], milliseconds(3'600'020));
  EXPECT_NEAR(static_cast<double>(times[2].count()), 3'601'007'000, 2'500);
}

TEST_F(GaplessVoiceTest, TimesThatDriftAreFollowed) {
  for (int i = 0; i < 1000; ++i) Append(i * 21);  // slower than its clock says
  for (int i = 0; i < 1000; ++i) Append(21'000 + i * 19);
  const auto times = Packets();
  std::size_t at = 0;
  for (int i = 0; i < 1000; ++i, ++at)
    EXPECT_NEAR(static_cast<double>(times.at(at).count()), i * 21'000, 15'000);
  // Some packets of the second half are dropped.
  EXPECT_NEAR(static_cast<double>(times.size()), 1950, 15);
  EXPECT_NEAR(static_cast<double>(times.back().count()), 21'000'000 + 999 * 19'000, 35'000);
}

TEST_F(GaplessVoiceTest, WhatIsNotOpusOrBeforeTheBeginningIsLeftOut) {
  voice_.Append(bytes_, milliseconds(0), "");
  voice_.Append(bytes_, milliseconds(-100), kPacket);
  EXPECT_EQ(voice_.length(), microseconds(0));
  Append(-3);
  EXPECT_EQ(Packets(), std::vector<microseconds>{microseconds(0)});
}

TEST(ShareFilesTest, TracksThatAreApartShareAFile) {
  const auto span = [](int begin, int end) { return Span{milliseconds(begin), milliseconds(end)}; };
  EXPECT_EQ(ShareFiles({span(0, 100), span(50, 80), span(90, 120), span(100, 110)}),
            (std::vector<std::vector<std::size_t>>{{0, 3}, {1, 2}}));
  EXPECT_TRUE(ShareFiles({}).empty());
}

}  // namespace
}  // namespace parley
