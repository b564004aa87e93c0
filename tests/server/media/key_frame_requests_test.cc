#include "server/media/key_frame_requests.h"

#include <gtest/gtest.h>

#include "common/base/media_limits.h"

namespace parley {
namespace {

TEST(KeyFrameRequests, ManyReceiversAskOnce) {
  const MonotonicTime start{std::chrono::seconds(100)};
  KeyFrameRequests requests;
  EXPECT_FALSE(requests.Due());
  EXPECT_TRUE(requests.Want(start));
  for (int i = 0; i < 50; ++i) EXPECT_FALSE(requests.Want(start + std::chrono::milliseconds(i)));
}

TEST(KeyFrameRequests, AFrameThatDoesNotComeIsAskedForAgain) {
  const MonotonicTime start{std::chrono::seconds(100)};
  KeyFrameRequests requests;
  requests.Want(start);
  EXPECT_EQ(requests.Due(), start + limits::kKeyFramePeriod);
  EXPECT_FALSE(requests.Tick(start + limits::kKeyFramePeriod - std::chrono::milliseconds(1)));
  EXPECT_TRUE(requests.Tick(start + limits::kKeyFramePeriod));
  requests.Arrived();
  EXPECT_FALSE(requests.Due());
  EXPECT_FALSE(requests.Tick(start + 2 * limits::kKeyFramePeriod));
}

TEST(KeyFrameRequests, AFrameJustAfterAnotherIsAskedForLater) {
  const MonotonicTime start{std::chrono::seconds(100)};
  KeyFrameRequests requests;
  requests.Want(start);
  requests.Arrived();
  EXPECT_FALSE(requests.Want(start + std::chrono::milliseconds(100)));
  EXPECT_TRUE(requests.Tick(start + limits::kKeyFramePeriod));
}

}  // namespace
}  // namespace parley
