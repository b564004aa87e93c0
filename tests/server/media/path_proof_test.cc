// Where media go when a page checks another path: only to addresses that have proved that they get them.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>

#include "common/base/media_limits.h"
#include "tests/server/media/call.h"

namespace parley {
namespace {

using std::chrono::milliseconds;

bool IsStun(const std::string& datagram) {
  return static_cast<std::uint8_t>(datagram.front()) < 4;
}

class PathProofTest : public testing::Test {
 protected:
  // The first speaks for that time. Both go on checking their paths.
  void Speak(milliseconds time) {
    for (milliseconds passed{0}; passed < time; passed += milliseconds(20)) {
      one_.SendVoice("voice", 20);
      call_.Pass(milliseconds(20));
    }
  }
  // The second has signed a check, which comes from `path`.
  void CheckFrom(const MediaPath& path) {
    std::string check = two_.MakeCheck();
    call_.engine.Receive(path, check, call_.now);
    call_.Carry();
  }

  Call call_;
  Page& one_ = call_.Join(1, kAll);
  Page& two_ = call_.Join(2, kAll);
};

TEST_F(PathProofTest, AForgedAddressGetsNoMediaHoweverLongItIsChecked) {
  const MediaPath victim{{{203, 0, 113, 1}, 5000, false}, two_.path().local, 0};
  std::size_t checks = 0;
  for (std::chrono::seconds passed{0}; passed < 2 * limits::kIcePairLive; passed += std::chrono::seconds(2)) {
    CheckFrom(victim);
    ++checks;
    one_.Check();
    Speak(std::chrono::seconds(2));
  }
  EXPECT_EQ(call_.engine.counters().sessions, 2U);
  EXPECT_EQ(call_.strays.size(), 2 * checks);  // an answer and a check of the server's own
  const std::size_t size = two_.MakeCheck().size();
  for (const auto& [path, datagram] : call_.strays) {
    EXPECT_TRUE(path == victim && IsStun(datagram));
    EXPECT_LE(datagram.size(), size);
  }
}

TEST_F(PathProofTest, APageThatMovesGetsItsMediaOnceItHasAnsweredThere) {
  EXPECT_EQ(two_.checks, 0U);  // the handshake has proved its path
  two_.Move(41000);
  two_.IgnoreChecks();
  const auto move = [&] {
    two_.Check();
    one_.Check();
    call_.Carry();
    two_.heard.clear();
    Speak(milliseconds(200));
  };
  move();
  call_.Pass(limits::kIcePairLive);  // what was before counts no longer
  move();
  EXPECT_EQ(two_.checks, 2U);
  EXPECT_TRUE(two_.heard.empty());
  two_.AnswerChecks();
  move();
  EXPECT_EQ(two_.heard.size(), 10U);
}

TEST_F(PathProofTest, AnIceRestartAtAnotherAddressLosesNoVoice) {
  const MediaPath old = two_.path();
  Speak(milliseconds(200));
  two_.heard.clear();
  two_.Restart();
  call_.Offer(two_, "m2");
  two_.Move(41000);
  two_.IgnoreChecks();
  two_.Check();
  call_.Carry();
  call_.strays.clear();
  Speak(milliseconds(200));
  EXPECT_TRUE(two_.heard.empty());
  EXPECT_EQ(std::ranges::count_if(call_.strays,
                                  [&](const auto& stray) {
                                    return stray.first == old &&
                                           (static_cast<std::uint8_t>(stray.second[1]) & 0x7FU) == 111;
                                  }),
            10);
  two_.AnswerChecks();
  two_.Check();
  call_.Carry();
  Speak(milliseconds(200));
  EXPECT_EQ(two_.heard.size(), 10U);
}

}  // namespace
}  // namespace parley
