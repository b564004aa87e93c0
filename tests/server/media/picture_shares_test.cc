#include "server/media/picture_shares.h"

#include <gtest/gtest.h>

#include <chrono>

#include "server/media/layer_rates.h"

namespace parley {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A camera of three layers with three temporal layers each, and a screen with one of each.
constexpr PictureNeed kCamera{{{{50, 75, 150}, {200, 300, 500}, {700, 1000, 1500}}}, {}};
constexpr PictureNeed kScreen{{{{0, 0, 800}, {}, {}}}, {}};

PictureNeed NowSent(PictureNeed need, PictureShare now) {
  need.now = now;
  return need;
}

TEST(PictureSharesTest, WithRoomForAllEverythingIsSent) {
  const auto result = ShareOut({kScreen, kCamera, kCamera}, 5000, true);
  for (const auto& share : result.shares) ASSERT_TRUE(share);
  EXPECT_EQ(result.shares[1], (PictureShare{2, 2}));
  EXPECT_EQ(result.taken, 3800U);
  EXPECT_EQ(result.wanted, 3800U);
}

TEST(PictureSharesTest, TheFirstGetsMoreAndEverybodyTheLeast) {
  const auto result = ShareOut({kCamera, kCamera, kCamera}, 700, true);
  EXPECT_EQ(result.shares[0], (PictureShare{1, 2}));
  EXPECT_EQ(result.shares[1], (PictureShare{0, 1}));
  EXPECT_EQ(result.shares[2], (PictureShare{0, 0}));
  EXPECT_EQ(result.taken, 625U);
  EXPECT_EQ(result.wanted, 4500U);
}

TEST(PictureSharesTest, TemporalLayersGoBeforeALayerDoes) {
  EXPECT_EQ(ShareOut({kCamera}, 500, true).shares[0], (PictureShare{1, 1}));
  EXPECT_EQ(ShareOut({kCamera}, 300, true).shares[0], (PictureShare{1, 0}));
  EXPECT_EQ(ShareOut({kCamera}, 200, true).shares[0], (PictureShare{0, 2}));
}

TEST(PictureSharesTest, WhatIsSentStaysIfItNearlyFitsAndWhatIsNotNeedsRoom) {
  const PictureNeed sent = NowSent(kCamera, {1, 2});
  EXPECT_EQ(ShareOut({sent}, 470, true).shares[0], (PictureShare{1, 2}));
  EXPECT_EQ(ShareOut({sent}, 440, true).shares[0], (PictureShare{1, 1}));
  EXPECT_EQ(ShareOut({NowSent(kCamera, {1, 1})}, 520, true).shares[0], (PictureShare{1, 1}));
  EXPECT_EQ(ShareOut({NowSent(kCamera, {1, 1})}, 560, true).shares[0], (PictureShare{1, 2}));
}

TEST(PictureSharesTest, NothingBecomesMoreWhereThatIsForbidden) {
  const auto result = ShareOut({NowSent(kCamera, {0, 1}), kCamera}, 5000, false);
  EXPECT_EQ(result.shares[0], (PictureShare{0, 1}));
  EXPECT_FALSE(result.shares[1]);
}

TEST(PictureSharesTest, TheFirstIsAlwaysSentAndThoseThatDoNotFitAreNot) {
  const auto result = ShareOut({kScreen, kCamera}, 100, true);
  EXPECT_EQ(result.shares[0], (PictureShare{0, 2}));
  EXPECT_FALSE(result.shares[1]);
  EXPECT_LT(result.taken, result.wanted);
}

TEST(PictureSharesTest, APictureOfWhichNothingIsKnownTakesNothing) {
  const auto result = ShareOut({PictureNeed(), kCamera}, 2000, true);
  EXPECT_EQ(result.shares[0], PictureShare());
  EXPECT_EQ(result.shares[1], (PictureShare{2, 2}));
  EXPECT_TRUE(ShareOut({PictureNeed(), kCamera}, 20, true).shares[1]) << "the first that sends something";
}

TEST(LayerRatesTest, ARateIsThatOfATemporalLayerAndThoseBelow) {
  MonotonicTime now{seconds(100)};
  LayerRates rates;
  rates.Measure(now);
  EXPECT_EQ(rates.UpTo(2), 0U);
  for (int i = 0; i < 20; ++i) {
    rates.Count(0, 1000);
    rates.Count(2, 500);
    rates.Count(3, 500);
    now += milliseconds(500);
    rates.Measure(now);
  }
  EXPECT_EQ(rates.UpTo(0), 16'000U);
  EXPECT_EQ(rates.UpTo(1), 16'000U);
  EXPECT_EQ(rates.UpTo(2), 32'000U);
  for (int i = 0; i < 20; ++i) rates.Measure(now += milliseconds(500));
  EXPECT_EQ(rates.UpTo(2), 32'000U) << "a pause tells nothing";
}

}  // namespace
}  // namespace parley
