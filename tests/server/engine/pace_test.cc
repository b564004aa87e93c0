#include "server/engine/pace.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>

#include "common/base/limits.h"

namespace parley {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr MonotonicTime kStart{std::chrono::hours(1)};

// How many of this class go through at once.
int Burst(Pace& pace, PaceClass pace_class, MonotonicTime now) {
  int count = 0;
  while (count < 10'000 && pace.Take(pace_class, 1, now)) ++count;
  return count;
}

TEST(PaceTest, ABurstOfTwiceTheRateIsFree) {
  Pace pace(50);
  EXPECT_EQ(Burst(pace, PaceClass::kChat, kStart), 100);
  EXPECT_FALSE(pace.Take(PaceClass::kChat, 1, kStart));
}

TEST(PaceTest, AfterTheBurstTheRateApplies) {
  Pace pace(50);
  Burst(pace, PaceClass::kChat, kStart);
  EXPECT_EQ(pace.NextTime(PaceClass::kChat), kStart + milliseconds(20));
  EXPECT_FALSE(pace.Take(PaceClass::kChat, 1, kStart + milliseconds(20) - Duration(1)));
  EXPECT_TRUE(pace.Take(PaceClass::kChat, 1, kStart + milliseconds(20)));
  EXPECT_FALSE(pace.Take(PaceClass::kChat, 1, kStart + milliseconds(20)));
  EXPECT_EQ(Burst(pace, PaceClass::kChat, kStart + milliseconds(20) + seconds(1)), 50);
}

TEST(PaceTest, TheBurstIsThereAgainAfterTwoSecondsOfRestAndNoLarger) {
  Pace pace(50);
  Burst(pace, PaceClass::kChat, kStart);
  EXPECT_EQ(Burst(pace, PaceClass::kChat, kStart + seconds(2)), 100);
  EXPECT_EQ(Burst(pace, PaceClass::kChat, kStart + std::chrono::hours(24)), 100);
}

TEST(PaceTest, OneASecondIsARateToo) {
  Pace pace(1);
  EXPECT_EQ(Burst(pace, PaceClass::kChat, kStart), 2);
  EXPECT_EQ(pace.NextTime(PaceClass::kChat), kStart + seconds(1));
}

TEST(PaceTest, ZeroMeansNoLimit) {
  Pace pace(0);
  EXPECT_EQ(Burst(pace, PaceClass::kChat, kStart), 10'000);
  EXPECT_LE(pace.NextTime(PaceClass::kChat), kStart);
}

TEST(PaceTest, EachClassHasItsOwnAllowance) {
  Pace pace(50);
  Burst(pace, PaceClass::kChat, kStart);
  EXPECT_EQ(Burst(pace, PaceClass::kSignal, kStart), 1'000);
  EXPECT_EQ(Burst(pace, PaceClass::kOther, kStart), 100);
}

TEST(PaceTest, OnlyChatGoesByTheOption) {
  Pace pace(0);
  EXPECT_EQ(Burst(pace, PaceClass::kSignal, kStart), 1'000);
  EXPECT_EQ(Burst(pace, PaceClass::kOther, kStart), 100);
}

TEST(PaceTest, ManyAtOnceRunUpADebtThatTheNextOneWaitsFor) {
  Pace pace(50);
  EXPECT_TRUE(pace.Take(PaceClass::kChat, 200, kStart));
  EXPECT_FALSE(pace.Take(PaceClass::kChat, 1, kStart + seconds(2)));
  EXPECT_EQ(pace.NextTime(PaceClass::kChat), kStart + milliseconds(2'020));
  EXPECT_TRUE(pace.Take(PaceClass::kChat, 1, kStart + milliseconds(2'020)));
}

TEST(PaceTest, SignalsToTheSfuAreSlowerThanThoseToMembers) {
  EXPECT_EQ(PaceClassOf(protocol::Signal{}), PaceClass::kSignal);
  const auto to_sfu = std::make_shared<const protocol::SfuSignal>();
  EXPECT_EQ(PaceClassOf(protocol::Signal{"lab", "sfu", "{}", to_sfu}), PaceClass::kOther);
}

TEST(PaceTest, MessageWhisperAndStateAreChat) {
  EXPECT_EQ(PaceClassOf(protocol::Message{}), PaceClass::kChat);
  EXPECT_EQ(PaceClassOf(protocol::Whisper{}), PaceClass::kChat);
  EXPECT_EQ(PaceClassOf(protocol::State{}), PaceClass::kChat);
  EXPECT_EQ(PaceClassOf(protocol::Signal{}), PaceClass::kSignal);
  EXPECT_EQ(PaceClassOf(protocol::Ping{}), PaceClass::kOther);
  EXPECT_EQ(PaceClassOf(protocol::Join{}), PaceClass::kOther);
  EXPECT_EQ(PaceClassOf(protocol::History{}), PaceClass::kOther);
  EXPECT_EQ(PaceClassOf(protocol::Moderate{}), PaceClass::kOther);
}

TEST(PaceTest, ChangesPollsVotesAndUploadsAreChatAndTheRestIsNot) {
  EXPECT_EQ(PaceClassOf(protocol::Edit{}), PaceClass::kChat);
  EXPECT_EQ(PaceClassOf(protocol::Delete{}), PaceClass::kChat);
  EXPECT_EQ(PaceClassOf(protocol::React{}), PaceClass::kChat);
  EXPECT_EQ(PaceClassOf(protocol::NewPoll{}), PaceClass::kChat);
  EXPECT_EQ(PaceClassOf(protocol::Vote{}), PaceClass::kChat);
  EXPECT_EQ(PaceClassOf(protocol::Upload{}), PaceClass::kChat);
  EXPECT_EQ(PaceClassOf(protocol::ClosePoll{}), PaceClass::kOther);
  EXPECT_EQ(PaceClassOf(protocol::Seen{}), PaceClass::kOther);
  EXPECT_EQ(PaceClassOf(protocol::Typing{}), PaceClass::kOther);
  EXPECT_EQ(PaceClassOf(protocol::Search{}), PaceClass::kOther);
  EXPECT_EQ(PaceClassOf(protocol::Download{}), PaceClass::kOther);
}

}  // namespace
}  // namespace parley
