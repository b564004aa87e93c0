// Hundreds that never read, while others fill their queues: they are closed, nobody else waits, and what is
// held for them is bounded.

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/attack.h"
#include "tests/support/line_peer.h"
#include "tests/support/raw_peer.h"

namespace parley::test {
namespace {

constexpr std::size_t kAttackers = 200;
constexpr std::size_t kQueue = 100'000;

class AttackByNotReading : public Attack {
 protected:
  AttackByNotReading() : Attack({"--queue", std::to_string(kQueue), "--rate", "0"}) {}
  static RawPeer::Options Deaf() { return {.receive_buffer = 4096}; }
};

TEST_F(AttackByNotReading, HundredsInOneRoomAreClosedAndItsSpeakerIsNot) {
  std::vector<LinePeer> deaf;
  for (std::size_t i = 0; i < kAttackers; ++i) {
    deaf.emplace_back(server_.port(), "deaf " + std::to_string(i), Deaf()).Join("hall");
  }
  LinePeer speaker(server_.port(), "speaker");
  std::int64_t left = speaker.Join("hall")["count"].Number() - 1;
  const std::string text(16'000, 'x');
  for (int said = 0; left > 0 && said < 4'000; ++said) {
    ASSERT_EQ(Outcome(speaker.Say("hall", text)), "ok");
    for (const Json& event : speaker.TakeEvents()) left -= event["type"] == "member_left" ? 1 : 0;
  }
  EXPECT_EQ(left, 0) << "some that never read were never closed";
  OthersTalkOn(200 * kMiB);
  deaf.clear();
  speaker.wire().Close();
  NothingIsLeft();
}

// What they ask for is made for each alone: a queue that is half full is not added to.
TEST_F(AttackByNotReading, ManyThatAskForHistoryAgainAndAgainHoldHalfAQueueEach) {
  LinePeer speaker(server_.port(), "speaker");
  speaker.Join("hall");
  for (int i = 0; i < 3; ++i) speaker.Say("hall", std::string(16'000, 'x'));
  std::vector<LinePeer> deaf;
  for (std::size_t i = 0; i < kAttackers / 5; ++i) {
    LinePeer& peer = deaf.emplace_back(server_.port(), "deaf " + std::to_string(i), Deaf());
    peer.SendLine(Object("join", {{"room", "hall"}}));
    for (int asked = 0; asked < 90; ++asked)
      peer.SendLine(Object("history", {{"room", "hall"}, {"limit", 200}}));
  }
  OthersTalkOn(kAttackers / 5 * kQueue + 4 * kMiB);  // half a queue, and the reply that filled it
  deaf.clear();
  speaker.wire().Close();
  NothingIsLeft();
}

}  // namespace
}  // namespace parley::test
