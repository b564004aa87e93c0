// Tests the estimate and its probes on simulated connections, with a camera of three layers and a voice. The
// estimate decides which layer is sent, as in a call.

#include "server/media/downlink_estimate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include "common/base/media_limits.h"
#include "server/media/downlink_probe.h"
#include "server/media/transport_arrivals.h"
#include "tests/common/buffer/heap_count.h"
#include "tests/server/media/thin_line.h"

namespace parley {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::array<std::uint64_t, 3> kLayerRates = {150'000, 500'000, 1'500'000};
constexpr std::uint64_t kVoiceRate = 80'000;

class DownlinkEstimateTest : public testing::Test {
 protected:
  // The largest layer that fits.
  [[nodiscard]] std::size_t Fitting() const {
    std::size_t best = 0;
    for (std::size_t layer = 0; layer < kLayerRates.size(); ++layer) {
      const double margin = layer <= layer_ ? 1.0 : 0.9;
      const auto budget = static_cast<double>(estimate_.bits_per_second(now_)) * margin;
      if (static_cast<double>(kLayerRates.at(layer) + kVoiceRate) <= budget) best = layer;
    }
    return best;
  }

  void Send(std::size_t payload) {
    const std::uint16_t number = estimate_.Send(payload, now_);
    std::string packet(payload + 48, '\0');
    packet[0] = static_cast<char>(number >> 8U);
    packet[1] = static_cast<char>(number & 0xFFU);
    line_.Send(std::move(packet), now_);
  }
  void SendFrame(std::size_t bytes) {
    for (; bytes > 1100; bytes -= 1100) Send(1100);
    Send(bytes);
  }

  void StartAnew(unsigned seed) {
    estimate_ = {};
    probe_ = {};
    line_ = ThinLine(seed);
    arrivals_ = {};
    back_.clear();
    layer_ = 2;
    awaited_.reset();
  }
  // Plays 5 ms.
  void Step() {
    now_ += milliseconds(5);
    ++steps_;
    if (steps_ % 4 == 0) Send(124);
    if (steps_ % 6 == 0) {
      if (Fitting() != layer_) awaited_ = awaited_.value_or(now_ + milliseconds(200));
      // A switch needs a key frame, which takes a moment.
      const bool key_frame = awaited_ && now_ >= *awaited_;
      if (key_frame) {
        layer_ = Fitting();
        awaited_.reset();
      }
      SendFrame(kLayerRates.at(layer_) / 8 * 30 / 1000 * (key_frame ? 5 : 1));
    }
    if (steps_ % 10 == 0) {
      const std::uint64_t all = kLayerRates.back() + kVoiceRate;
      std::size_t padding =
          probe_.Tick(estimate_, all * 10 / 9 <= estimate_.bits_per_second(now_) ? 0 : all * 10 / 9, now_);
      for (; padding > 0; padding -= std::min<std::size_t>(padding, 331)) {
        Send(255);
        ++padded_;
      }
    }
    for (const std::string& packet : line_.Receive(now_)) {
      arrivals_.Receive(static_cast<std::uint16_t>(static_cast<unsigned char>(packet[0]) << 8U |
                                                   static_cast<unsigned char>(packet[1])),
                        now_);
    }
    if (steps_ % report_steps_ == 0) {
      for (TransportFeedback& feedback : arrivals_.Take(1, 2))
        back_.push_back({now_ + milliseconds(30), std::move(feedback)});
    }
    while (!back_.empty() && back_.front().first <= now_) {
      estimate_.Receive(back_.front().second, now_);
      back_.erase(back_.begin());
    }
    longest_wait_ = std::max(longest_wait_, line_.Waits(now_));
  }
  void Pass(Duration time) {
    for (const MonotonicTime end = now_ + time; now_ < end;) Step();
  }
  // How long it takes until that layer is sent, at most `most`.
  Duration Until(std::size_t layer, Duration most) {
    const MonotonicTime begin = now_;
    while (layer_ != layer && now_ - begin < most) Step();
    return now_ - begin;
  }
  // The share of the time in which that layer, or a larger one, is sent.
  double Share(std::size_t layer, Duration time) {
    std::size_t with = 0;
    std::size_t all = 0;
    for (const MonotonicTime end = now_ + time; now_ < end; ++all) {
      Step();
      with += layer_ >= layer ? 1 : 0;
    }
    return static_cast<double>(with) / static_cast<double>(all);
  }

  MonotonicTime now_{seconds(1000)};
  DownlinkEstimate estimate_;
  DownlinkProbe probe_;
  ThinLine line_;
  TransportArrivals arrivals_;
  std::vector<std::pair<MonotonicTime, TransportFeedback>> back_;
  std::size_t steps_ = 0, layer_ = 2, padded_ = 0;
  std::size_t report_steps_ = 20;  // between two reports
  std::optional<MonotonicTime> awaited_;
  Duration longest_wait_{0};
};

TEST_F(DownlinkEstimateTest, AGoodConnectionGetsTheTopLayerAllTheTime) {
  EXPECT_EQ(Share(2, seconds(60)), 1.0);
  EXPECT_EQ(padded_, 0U);
}

TEST_F(DownlinkEstimateTest, OneOf3MbitsGetsTheTopLayerToo) {
  line_.quality.bits_per_second = 3'000'000;
  EXPECT_EQ(Share(2, seconds(60)), 1.0);
}

TEST_F(DownlinkEstimateTest, AConnectionSqueezedTo500KbitsGetsALowerLayerWithin3SecondsAndReturnsWithin15) {
  for (unsigned seed = 1; seed <= 5; ++seed) {
    Pass(seconds(5) + milliseconds(700 * seed));
    ASSERT_EQ(layer_, 2U);
    line_.quality.bits_per_second = 500'000;
    longest_wait_ = {};
    EXPECT_LT(Until(0, seconds(10)), seconds(3));
    EXPECT_LT(longest_wait_, seconds(1));
    Pass(seconds(2));
    longest_wait_ = {};
    Pass(seconds(20) + milliseconds(1300 * seed));
    EXPECT_LT(longest_wait_, milliseconds(250));
    line_.quality.bits_per_second = 10'000'000;
    EXPECT_LT(Until(2, seconds(30)), seconds(15));
  }
}

TEST_F(DownlinkEstimateTest, AnyConnectionThatIsSqueezedReturnsWithin15Seconds) {
  for (unsigned seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const auto any = [&](int least, int most) {
      return milliseconds(least + static_cast<int>(random() % static_cast<unsigned>(most - least)));
    };
    StartAnew(seed);
    line_.quality = {10'000'000, any(100, 1000), any(1, 150), static_cast<unsigned>(random() % 4),
                     any(1, 40)};
    report_steps_ = 10 + random() % 41;
    Pass(any(3000, 8000));
    ASSERT_EQ(layer_, 2U);
    line_.quality.bits_per_second = 300'000 + random() % 400'000;
    Pass(any(5000, 30000));
    EXPECT_LT(layer_, 2U);
    line_.quality.bits_per_second = 10'000'000;
    EXPECT_LT(Until(2, seconds(30)), seconds(15));
    EXPECT_GT(Share(2, seconds(10)), 0.95) << "and stays";
  }
}

// Chromium reports every 50 to 250 ms.
TEST_F(DownlinkEstimateTest, SoItDoesHoweverOftenThePageReports) {
  for (const int period : {50, 100, 150, 250}) {
    SCOPED_TRACE(period);
    report_steps_ = static_cast<std::size_t>(period / 5);
    Pass(seconds(5));
    ASSERT_EQ(layer_, 2U);
    line_.quality.bits_per_second = 500'000;
    EXPECT_LT(Until(0, seconds(10)), seconds(3));
    Pass(seconds(20));
    line_.quality.bits_per_second = 10'000'000;
    EXPECT_LT(Until(2, seconds(30)), seconds(15));
  }
}

TEST_F(DownlinkEstimateTest, WhatArrivesIsAlwaysBelieved) {
  for (const unsigned rate : {300'000U, 400'000U, 900'000U}) {
    for (const int period : {50, 250}) {
      SCOPED_TRACE(std::to_string(rate) + " " + std::to_string(period));
      report_steps_ = static_cast<std::size_t>(period / 5);
      line_.quality = {rate, milliseconds(400), milliseconds(10), 0, milliseconds(0)};
      Pass(seconds(10));
      std::uint64_t least = rate;
      for (int i = 0; i < 4000; ++i) {
        Step();
        const std::uint64_t known = estimate_.bits_per_second(now_);
        EXPECT_GT(known, 120'000U) << "not even while a queue is emptied";
        if (estimate_.IsCalm(seconds(2), now_)) least = std::min(least, known);
      }
      EXPECT_GT(least, 200'000U) << "voice and the lowest layer take 240,000";
      line_.quality.bits_per_second = 10'000'000;
      EXPECT_LT(Until(2, seconds(30)), seconds(15));
    }
  }
}

TEST_F(DownlinkEstimateTest, LossWithoutAQueueChangesNothing) {
  for (const unsigned lost : {2U, 10U}) {
    line_.quality.lost = lost;
    EXPECT_GT(Share(2, seconds(60)), 0.9) << lost;
  }
}

TEST_F(DownlinkEstimateTest, ABusyPageChangesNothing) {
  for (const int busy : {20, 60, 120}) {
    line_.quality.busy = milliseconds(busy);
    EXPECT_GT(Share(2, seconds(60)), 0.9) << busy;
  }
}

TEST_F(DownlinkEstimateTest, AnOverfullConnectionWithoutAQueueIsNoticedByItsLoss) {
  line_.quality = {500'000, milliseconds(10), milliseconds(30), 0, milliseconds(0)};
  EXPECT_LT(Until(0, seconds(10)), seconds(3));
  EXPECT_GT(Share(0, seconds(20)), 0.9);
}

TEST_F(DownlinkEstimateTest, ABusyPageReturnsWithin15SecondsToo) {
  for (const int busy : {30, 90}) {
    line_.quality = {500'000, milliseconds(300), milliseconds(30), 0, milliseconds(busy)};
    Pass(seconds(20));
    EXPECT_EQ(layer_, 0U) << busy;
    line_.quality.bits_per_second = 10'000'000;
    EXPECT_LT(Until(2, seconds(30)), seconds(15)) << busy;
  }
}

TEST_F(DownlinkEstimateTest, AThinConnectionIsNoticedFromTheStart) {
  line_.quality.bits_per_second = 500'000;
  EXPECT_LT(Until(0, seconds(10)), seconds(3));
}

TEST_F(DownlinkEstimateTest, ThePagesOwnEstimateIsAnUpperBoundForAWhile) {
  Pass(seconds(2));
  estimate_.Bound(300'000, now_);
  EXPECT_EQ(estimate_.bits_per_second(now_), 300'000U);
  estimate_.Bound(1, now_);
  EXPECT_EQ(estimate_.bits_per_second(now_), limits::kLeastDownlink);
  estimate_.Bound(1'000'000'000, now_);
  EXPECT_LT(estimate_.bits_per_second(now_), 5'000'000U);
  estimate_.Bound(1, now_);
  Pass(seconds(6));
  EXPECT_GE(estimate_.bits_per_second(now_), limits::kFirstDownlink);
}

TEST_F(DownlinkEstimateTest, APacketAllocatesNothing) {
  Send(1000);
  const HeapCount before = CountHeap();
  for (std::size_t i = 0; i < 3 * limits::kUnreportedPackets; ++i)
    estimate_.Send(1000, now_ += milliseconds(1));
  EXPECT_EQ(CountHeap().allocations, before.allocations);
}

// Numbers that were never sent, times that jump, and everything twice.
TEST_F(DownlinkEstimateTest, AnyFeedbackLeavesTheEstimateWithinItsBounds) {
  std::mt19937 random(1);
  Send(100);
  estimate_.Receive(
      {1, 2, 0, 0, 0, std::vector<std::optional<std::int16_t>>(limits::kFeedbackPackets, -0x8000)}, now_);
  for (unsigned i = 0; i < 3000; ++i) {
    Send(random() % 1200);
    TransportFeedback feedback{1,
                               2,
                               static_cast<std::uint16_t>(random() % 4 == 0 ? random() : i - random() % 50),
                               static_cast<std::int32_t>(random() % (1U << 24U)) - (1 << 23),
                               0,
                               {}};
    for (std::size_t n = 1 + random() % 100; n > 0; --n) {
      feedback.arrivals.emplace_back();
      if (random() % 4 != 0) feedback.arrivals.back() = static_cast<std::int16_t>(random());
    }
    estimate_.Receive(feedback, now_ += milliseconds(random() % 200));
    ASSERT_GE(estimate_.bits_per_second(now_) * 2, limits::kLeastDownlink);
    ASSERT_LE(estimate_.bits_per_second(now_), limits::kMostDownlink);
    ASSERT_LE(probe_.Tick(estimate_, 1'000'000'000, now_), limits::kProbeBytes);
  }
}

// Each report may name any time, so many of them may lead far away.
TEST_F(DownlinkEstimateTest, TimesThatWalkBackBeforeTheFirstArrivalAreHarmless) {
  Send(100);
  std::int32_t reference = 0;
  const auto walk = [&](std::int32_t by) {
    reference = static_cast<std::int32_t>(static_cast<std::uint32_t>(reference + by) << 8U) >> 8;
  };
  for (int i = 0; i < 5000; ++i, walk(-930)) {
    estimate_.Receive({1, 2, 999, reference, 0, {std::nullopt}}, now_);
  }
  for (std::uint16_t i = 0; i < 25; ++i, walk(-1)) {
    estimate_.Receive({1, 2, i, reference, 0, {std::int16_t{0}}}, now_);
    Send(100);
  }
  EXPECT_TRUE(estimate_.IsKnown(now_));
  EXPECT_LE(estimate_.bits_per_second(now_), limits::kMostDownlink);
}

TEST_F(DownlinkEstimateTest, APageThatReportsMoreThanItCanHaveGotIsIgnoredForTheRestOfTheSecond) {
  const std::vector<std::optional<std::int16_t>> all(limits::kFeedbackPackets);
  now_ += seconds(10);
  std::size_t reports = 0;
  for (; estimate_.MayReceive(now_) && reports < 100; ++reports) {
    estimate_.Receive({1, 2, 0, 0, 0, all}, now_);
  }
  EXPECT_EQ(reports, limits::kReportedPerSecond / limits::kFeedbackPackets);
  EXPECT_FALSE(estimate_.MayReceive(now_ + milliseconds(999)));
  EXPECT_TRUE(estimate_.MayReceive(now_ + seconds(1)));
}

TEST_F(DownlinkEstimateTest, APageIsForgottenIfItOwesAReportButNotWhileNothingIsSentToIt) {
  Send(100);
  estimate_.Receive({1, 2, 0, 0, 0, {std::int16_t{0}}}, now_ += milliseconds(50));
  now_ += seconds(100);
  EXPECT_TRUE(estimate_.IsKnown(now_));
  Send(100);
  now_ += limits::kDownlinkLive + milliseconds(1);
  EXPECT_FALSE(estimate_.IsKnown(now_));
}

// A packet that took another path is late, but the queue of those behind it is not longer.
TEST_F(DownlinkEstimateTest, ALatePacketIsNotTakenForOneOfALaterGroup) {
  DelayTrend trend;
  MonotonicTime sent(seconds(100));
  for (int i = 0; i < 200; ++i, sent += milliseconds(20)) {
    trend.Add(sent, milliseconds(20 * i), {});
    trend.Add(sent - milliseconds(40), milliseconds(20 * i + 300), {});
  }
  EXPECT_LT(trend.queue(), milliseconds(15));
}

TEST_F(DownlinkEstimateTest, ALongerPathIsNoQueue) {
  Pass(seconds(5));
  line_.quality.delay = milliseconds(330);
  Pass(seconds(20));
  EXPECT_GT(Share(2, seconds(20)), 0.9);
}

}  // namespace
}  // namespace parley
