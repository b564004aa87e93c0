// A person comes back at a new seat, and takes the connection for media over.

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <string>
#include <utility>

#include "tests/server/media/call.h"

namespace parley {
namespace {

using std::chrono::milliseconds;

class TakeoverTest : public testing::Test {
 protected:
  // The second sees the camera of the first.
  TakeoverTest() {
    Want("m1");
    one_.SendCamera("key", true);
    call_.Carry();
    EXPECT_EQ(Seen(), "key");
    call_.Pass(milliseconds(600));  // another key frame may be asked for
    asked_ = call_.engine.counters().key_frames_asked;
  }
  void Want(const std::string& member) {
    call_.Give(MediaWants{Call::Seat("m2"), {{member, MediaKind::kCamera, 360}}});
  }
  void ComeBack() {
    call_.Give(MediaSignalingLost{Call::Seat("m1")});
    call_.Give(MediaJoin{Call::Seat("m9"), kAll});
  }
  // What the second saw last.
  [[nodiscard]] std::string Seen() const {
    constexpr std::size_t kDescriptor = 6;
    return two_.heard.empty() ? "" : two_.heard.back().payload.substr(kDescriptor);
  }
  // It goes on without a new key frame, under the new name.
  void ExpectNoGap() {
    one_.SendCamera("next", false);
    call_.Carry();
    EXPECT_EQ(Seen(), "next");
    EXPECT_EQ(call_.engine.counters().key_frames_asked, asked_);
    const std::map<std::string, std::pair<std::string, MediaKind>> slots = {
        {"8", {"m9", MediaKind::kCamera}}};
    EXPECT_EQ(call_.Slots("m2"), slots);
  }

  Call call_;
  Page& one_ = call_.Join(1, kAll);
  Page& two_ = call_.Join(2, kAll);
  std::uint64_t asked_ = 0;
};

TEST_F(TakeoverTest, APictureGoesOnWhereTheNewSeatIsWantedAfterwards) {
  ComeBack();
  call_.Offer(one_, "m9");
  ExpectNoGap();
  Want("m9");
  ExpectNoGap();
}

TEST_F(TakeoverTest, APictureGoesOnWhereTheNewSeatIsWantedBefore) {
  ComeBack();
  Want("m9");
  one_.SendCamera("between", false);
  call_.Carry();
  EXPECT_EQ(Seen(), "between");
  call_.Offer(one_, "m9");
  ExpectNoGap();
}

TEST_F(TakeoverTest, APictureOfALostMemberThatNobodyWantsIsNotSent) {
  ComeBack();
  call_.Give(MediaWants{Call::Seat("m2"), {}});
  one_.SendCamera("unwanted", true);
  call_.Carry();
  EXPECT_EQ(Seen(), "key");
}

TEST_F(TakeoverTest, APageThatReturnsSeesOnWhatItSaw) {
  call_.Give(MediaSignalingLost{Call::Seat("m2")});
  call_.Give(MediaJoin{Call::Seat("m9"), kAll});
  call_.Offer(two_, "m9");
  one_.SendCamera("next", false);
  call_.Carry();
  EXPECT_EQ(Seen(), "next");
  EXPECT_EQ(call_.Slots("m9").size(), 1U);
}

TEST_F(TakeoverTest, ASeatThatIsNotLostIsToldThatItsConnectionHasMoved) {
  call_.Give(MediaJoin{Call::Seat("m9"), kAll});
  call_.Offer(one_, "m9");
  const auto ended = call_.All<MediaEnded>();
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended.front().seat, Call::Seat("m1"));
  EXPECT_EQ(ended.front().reason, MediaEnded::Reason::kMoved);
  EXPECT_EQ(call_.engine.counters().sessions, 2U);
  ExpectNoGap();
  // The old seat may begin anew.
  call_.Unplug(two_);
  call_.pages[3] = std::make_unique<Page>(3, 4, 4);
  call_.Offer(*call_.pages[3], "m1");
  EXPECT_EQ(call_.engine.counters().sessions, 3U);
}

// A page may keep its certificate.
TEST_F(TakeoverTest, ANewConnectionWithTheSameCertificateBeginsAnew) {
  call_.pages[1] = std::make_unique<Page>(1, 4, 4);
  Page& anew = *call_.pages[1];
  anew.Restart();
  anew.UseSession(2);
  call_.Offer(anew, "m1");
  call_.Connect(anew);
  EXPECT_TRUE(anew.connected());
  EXPECT_EQ(call_.All<MediaConnected>().size(), 3U);
  anew.SendCamera("anew", true);
  call_.Carry();
  EXPECT_EQ(Seen(), "anew");
}

}  // namespace
}  // namespace parley
