#include "client/link/backoff.h"

#include <gtest/gtest.h>

namespace parley::client {
namespace {

using std::chrono::milliseconds;

TEST(BackoffTest, DoublesFromTwoTenthsOfASecondAndStops) {
  Backoff backoff([] { return 0.5; });
  for (const int expected : {200, 400, 800, 1600, 3200, 6400, 8000, 8000, 8000}) {
    EXPECT_EQ(backoff.Next(), milliseconds(expected));
  }
}

TEST(BackoffTest, SpreadsByAQuarterEitherWayAndNeverWaitsOverTenSeconds) {
  Backoff earliest([] { return 0.0; });
  Backoff latest([] { return 1.0; });
  EXPECT_EQ(earliest.Next(), milliseconds(150));
  EXPECT_EQ(latest.Next(), milliseconds(250));
  for (int i = 0; i < 40; ++i) {
    EXPECT_LE(latest.Next(), std::chrono::seconds(10));
    EXPECT_GE(earliest.Next(), milliseconds(300));
  }
}

TEST(BackoffTest, BeginsAnewAfterAConnectionThatHeld) {
  Backoff backoff([] { return 0.5; });
  for (int i = 0; i < 5; ++i) backoff.Next();
  backoff.Reset();
  EXPECT_EQ(backoff.Next(), milliseconds(200));
}

}  // namespace
}  // namespace parley::client
