#include "server/media/voice_slots.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "common/base/media_limits.h"

namespace parley {
namespace {

using std::chrono::milliseconds;

constexpr MediaMember kSelf{100};

MediaMember Member(std::uint64_t number) {
  return MediaMember{number};
}

class VoiceSlotsTest : public testing::Test {
 protected:
  // All of `levels` speak for that time; 127 is silence.
  void Play(const std::map<std::uint64_t, std::uint8_t>& levels, milliseconds time) {
    for (milliseconds passed{0}; passed < time; passed += milliseconds(10)) {
      now_ += milliseconds(10);
      if (passed.count() % 20 == 0) {
        for (const auto& [member, level] : levels) loudness_.Hear(Member(member), level, now_);
      }
      if (now_.time_since_epoch() % limits::kVoicePeriod == Duration(0)) {
        loudness_.Decide(now_);
        changes_ += slots_.Decide(loudness_, now_) ? 1 : 0;
      }
    }
  }

  [[nodiscard]] std::set<std::uint64_t> Heard() const {
    std::set<std::uint64_t> heard;
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      if (slots_.at(i)) heard.insert(static_cast<std::uint64_t>(*slots_.at(i)));
    }
    return heard;
  }

  using Set = std::set<std::uint64_t>;
  MonotonicTime now_{std::chrono::seconds(100)};
  Loudness loudness_;
  VoiceSlots slots_{kSelf, 3};
  int changes_ = 0;
};

TEST_F(VoiceSlotsTest, ASpeakerIsHeardWithinAPeriod) {
  Play({{1, 30}}, limits::kVoicePeriod);
  EXPECT_EQ(Heard(), Set{1});
}

TEST_F(VoiceSlotsTest, NobodyHearsThemselves) {
  Play({{100, 10}, {1, 30}}, milliseconds(1000));
  EXPECT_EQ(Heard(), Set{1});
}

TEST_F(VoiceSlotsTest, ANewSpeakerTakesTheSlotOfTheLongestSilentMember) {
  Play({{1, 30}}, milliseconds(200));
  Play({{2, 30}}, milliseconds(200));
  Play({{3, 30}}, milliseconds(1000));
  EXPECT_EQ(Heard(), (Set{1, 2, 3}));  // nobody needs the slots of those who are silent
  Play({{4, 40}}, limits::kVoicePeriod);
  EXPECT_EQ(Heard(), (Set{2, 3, 4}));
}

TEST_F(VoiceSlotsTest, ASpeakerKeepsTheSlotAgainstASlightlyLouderVoice) {
  Play({{1, 30}, {2, 30}, {3, 30}}, milliseconds(500));
  const int before = changes_;
  Play({{1, 30}, {2, 30}, {3, 30}, {4, 27}}, milliseconds(5000));
  EXPECT_EQ(Heard(), (Set{1, 2, 3}));
  EXPECT_EQ(changes_, before);
}

TEST_F(VoiceSlotsTest, AMuchLouderVoiceTakesTheSlotOfTheQuietestAfterAWhile) {
  Play({{1, 30}, {2, 40}, {3, 30}}, milliseconds(500));
  Play({{1, 30}, {2, 40}, {3, 30}, {4, 20}}, limits::kLouderFor - milliseconds(50));
  EXPECT_EQ(Heard(), (Set{1, 2, 3}));
  Play({{1, 30}, {2, 40}, {3, 30}, {4, 20}}, milliseconds(150));
  EXPECT_EQ(Heard(), (Set{1, 3, 4}));
}

TEST_F(VoiceSlotsTest, ACoughTakesNoSlot) {
  Play({{1, 30}, {2, 40}, {3, 30}}, milliseconds(500));
  for (int i = 0; i < 5; ++i) {
    Play({{1, 30}, {2, 40}, {3, 30}, {4, 10}}, milliseconds(100));
    Play({{1, 30}, {2, 40}, {3, 30}}, milliseconds(1500));
  }
  EXPECT_EQ(Heard(), (Set{1, 2, 3}));
}

TEST_F(VoiceSlotsTest, ARemovedMemberIsNoLongerHeard) {
  Play({{1, 30}, {2, 30}}, milliseconds(200));
  loudness_.Remove(Member(1));
  EXPECT_TRUE(slots_.Remove(Member(1)));
  EXPECT_FALSE(slots_.Remove(Member(1)));
  EXPECT_EQ(Heard(), Set{2});
}

TEST_F(VoiceSlotsTest, EveryoneWhoSpeaksIsHeardSoonAsLongAsThereAreNoMoreThanSlots) {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    std::mt19937 random(seed);
    std::map<std::uint64_t, std::uint8_t> levels;
    std::map<std::uint64_t, int> spoken;  // in steps of 100 ms
    for (int step = 0; step < 100; ++step) {
      // At most three speak at a time.
      for (std::uint64_t member = 1; member <= 10; ++member) {
        if (random() % 8 != 0) continue;
        if (levels.erase(member) == 0 && levels.size() < 3) {
          levels[member] = static_cast<std::uint8_t>(10 + random() % (limits::kSpeakingLevel - 10));
          spoken[member] = 0;
        }
      }
      Play(levels, milliseconds(100));
      for (const auto& [member, level] : levels) {
        const bool in_time = 100 * ++spoken[member] < 300;
        EXPECT_TRUE(in_time || Heard().contains(member)) << seed << " " << step;
      }
    }
  }
}

}  // namespace
}  // namespace parley
