// What a page sends while its camera is off, and what may be repaired once it is on again.

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/server/media/call.h"

namespace parley {
namespace {

class CameraOffTest : public testing::Test {
 protected:
  // The second sees the camera of the first.
  CameraOffTest() : one_(call_.Join(1, kAll)), two_(call_.Join(2, kAll)) {
    Want("m1");
    one_.SendCamera("before", true);
    call_.Carry();
  }
  void Want(const std::string& member) {
    call_.Give(MediaWants{Call::Seat("m2"), {{member, MediaKind::kCamera, 360}}});
  }
  void Allow(const std::string& member, bool camera) {
    call_.Give(MediaAllow{Call::Seat(member), {true, camera, false, false}});
  }
  // The page sends a picture that never arrives. Returns its number.
  static std::uint16_t Lose(Page& page) {
    const std::uint16_t lost = page.camera_sequence();
    page.SendCamera("secret", true);
    page.TakeOutgoing();
    return lost;
  }
  // By the next picture the server knows that one is missing.
  void RepairAndShow(Page& page, std::uint16_t lost) {
    page.SendCamera("between", false);
    page.RepairCamera(lost);
    page.SendCamera("after", true);
    call_.Pass(std::chrono::milliseconds(50));
  }
  [[nodiscard]] std::vector<std::string> Seen() const {
    constexpr std::size_t kHead = 6;  // of a picture
    std::vector<std::string> texts;
    for (const Page::Heard& heard : two_.heard) texts.push_back(heard.payload.substr(kHead));
    return texts;
  }

  Call call_;
  Page& one_;
  Page& two_;
};

TEST_F(CameraOffTest, APictureThatWasLostBeforeAHiddenOneIsNotShownWhenItIsRepairedLater) {
  Allow("m1", false);
  const std::uint16_t lost = Lose(one_);
  one_.SendCamera("hidden", false);
  call_.Pass(std::chrono::milliseconds(50));
  Allow("m1", true);
  one_.RepairCamera(lost);
  one_.SendCamera("after", true);
  call_.Pass(std::chrono::milliseconds(50));
  EXPECT_EQ(Seen(), (std::vector<std::string>{"before", "after"}));
}

// Nothing of that time arrives, so that the server does not know its numbers.
TEST_F(CameraOffTest, APictureThatWasLostIsNotShownWhenItIsRepairedLater) {
  Allow("m1", false);
  const std::uint16_t lost = Lose(one_);
  const std::uint16_t probe = Lose(one_);
  Allow("m1", true);
  one_.RepairCamera(probe);  // nobody has asked for it
  RepairAndShow(one_, lost);
  EXPECT_EQ(Seen(), (std::vector<std::string>{"before", "after"}));
}

// The stream begins while it is hidden.
TEST_F(CameraOffTest, APictureThatWasLostBehindAHiddenOneIsNotShownWhenItIsRepairedLater) {
  call_.Give(MediaLeave{Call::Seat("m1")});
  Page& three = call_.Join(3, {true, false, false, false});
  Want("m3");
  three.SendCamera("hidden", true);
  call_.Carry();
  const std::uint16_t lost = Lose(three);
  Allow("m3", true);
  RepairAndShow(three, lost);
  EXPECT_EQ(Seen(), (std::vector<std::string>{"before", "after"}));
}

TEST_F(CameraOffTest, APictureThatWasLostAtANewSeatWithoutCameraIsNotShownWhenItIsRepairedLater) {
  call_.Give(MediaSignalingLost{Call::Seat("m1")});
  call_.Give(MediaJoin{Call::Seat("m3"), {true, false, false, false}});
  call_.Offer(one_, "m3");
  Want("m3");
  const std::uint16_t lost = Lose(one_);
  Allow("m3", true);
  RepairAndShow(one_, lost);
  EXPECT_EQ(Seen(), (std::vector<std::string>{"before", "after"}));
}

}  // namespace
}  // namespace parley
