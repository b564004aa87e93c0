// From the offer of a page to its first picture.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>

#include "tests/server/media/call.h"
#include "tests/server/media/page.h"

namespace parley {
namespace {

using std::chrono::milliseconds;

TEST(ConnectingTest, APageThatIsConnectedGetsItsFirstPictureAtOnce) {
  Call call;
  Page& camera = call.Join(1, kAll);
  camera.SendCamera("first", true);
  call.Carry();
  Page& page = *(call.pages[2] = std::make_unique<Page>(2, 4, 4));
  call.Give(MediaJoin{Call::Seat("m2"), kAll});
  call.Give(MediaWants{Call::Seat("m2"), {{"m1", MediaKind::kCamera, 360}}});
  call.Offer(page, "m2");
  call.Pass(milliseconds(100));
  // A key frame that came now would be lost, and the next one could not be asked for in half a second.
  EXPECT_EQ(call.engine.counters().key_frames_asked, 0U);
  camera.SendCamera("early", true);
  call.Carry();
  call.Connect(page);
  EXPECT_EQ(call.engine.counters().key_frames_asked, 1U);
  camera.SendCamera("key", true);
  call.Carry();
  EXPECT_TRUE(std::ranges::any_of(
      page.heard, [](const Page::Heard& one) { return one.payload.find("key") != std::string::npos; }));
}

}  // namespace
}  // namespace parley
