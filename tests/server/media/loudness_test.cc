#include "server/media/loudness.h"

#include <gtest/gtest.h>

#include "common/base/media_limits.h"

namespace parley {
namespace {

using std::chrono::milliseconds;

constexpr MediaMember kAna{1};
constexpr MediaMember kBen{2};

class LoudnessTest : public testing::Test {
 protected:
  // A packet each 20 ms.
  void Speak(MediaMember member, std::uint8_t level, milliseconds time) {
    for (milliseconds passed{0}; passed < time; passed += milliseconds(20)) {
      now_ += milliseconds(20);
      loudness_.Hear(member, level, now_);
    }
  }

  MonotonicTime now_{std::chrono::seconds(100)};
  Loudness loudness_;
};

TEST_F(LoudnessTest, ALoudEnoughMemberSpeaksAtOnce) {
  loudness_.Hear(kAna, limits::kSpeakingLevel, now_);
  loudness_.Hear(kBen, limits::kSpeakingLevel + 1, now_);
  ASSERT_EQ(loudness_.Decide(now_).size(), 1U);
  EXPECT_EQ(loudness_.speaking()[0].member, kAna);
  EXPECT_EQ(loudness_.speaking()[0].since, now_);
  EXPECT_EQ(loudness_.Find(kBen), nullptr);
}

TEST_F(LoudnessTest, TheLoudestIsFirst) {
  Speak(kAna, 40, milliseconds(200));
  Speak(kBen, 20, milliseconds(200));
  loudness_.Decide(now_);
  EXPECT_EQ(loudness_.speaking()[0].member, kBen);
  EXPECT_EQ(loudness_.speaking()[1].member, kAna);
}

TEST_F(LoudnessTest, APauseBetweenWordsEndsNoSpeech) {
  Speak(kAna, 30, milliseconds(200));
  const MonotonicTime began = now_ - milliseconds(180);
  Speak(kAna, 100, limits::kSpeechPause - milliseconds(20));
  EXPECT_EQ(loudness_.Decide(now_).size(), 1U);
  Speak(kAna, 30, milliseconds(20));
  loudness_.Decide(now_);
  EXPECT_EQ(loudness_.Find(kAna)->since, began);
  Speak(kAna, 100, limits::kSpeechPause + milliseconds(20));
  EXPECT_TRUE(loudness_.Decide(now_).empty());
}

TEST_F(LoudnessTest, ARemovedMemberIsNoLongerSpeaking) {
  Speak(kAna, 30, milliseconds(200));
  loudness_.Decide(now_);
  loudness_.Remove(kAna);
  EXPECT_TRUE(loudness_.speaking().empty());
  EXPECT_TRUE(loudness_.Decide(now_).empty());
}

TEST_F(LoudnessTest, AMemberWhosePacketsStopIsNoLongerSpeaking) {
  Speak(kAna, 30, milliseconds(200));
  now_ += limits::kSpeechPause + milliseconds(1);
  EXPECT_TRUE(loudness_.Decide(now_).empty());
}

}  // namespace
}  // namespace parley
