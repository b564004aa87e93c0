// Who returns to a room that has a password, and who must give it again.

#include <gmock/gmock.h>

#include "common/base/limits.h"
#include "tests/server/hub/house.h"

namespace parley::test {
namespace {

using protocol::Action;
using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::StartsWith;

// Ana, the host, set the password when Ben was there already.
class RoomPasswordTest : public testing::Test {
 protected:
  RoomPasswordTest() { ana_.Moderate("lab", Action::kPassword, "sesame"); }

  // Another connection of the same person asks for the room, without the password.
  std::vector<std::string> Returns(const Person& person) { return house_.ReturnsTo("lab", person).Hears(); }
  static auto IsIn() { return Contains(StartsWith("joined lab")); }
  static auto IsAsked() { return ElementsAre("error room_password"); }

  House house_;
  Person ana_ = house_.GuestIn("lab", "Ana");
  Person ben_ = house_.GuestIn("lab", "Ben");
};

TEST_F(RoomPasswordTest, APersonWhoLostTheConnectionReturnsWithoutIt) {
  ana_.Vanish("lost");
  EXPECT_THAT(Returns(ana_), Contains(StartsWith("joined lab as host")));
  ben_.Vanish("lost");
  EXPECT_THAT(Returns(ben_), IsIn());
}

TEST_F(RoomPasswordTest, APersonWhoClosedTheConnectionReturnsWithoutIt) {
  ben_.Vanish("left");
  EXPECT_THAT(Returns(ben_), IsIn());
}

TEST_F(RoomPasswordTest, AConnectionWhoseEndTheServerHasNotNoticedCountsToo) {
  EXPECT_THAT(Returns(ben_), IsIn());
}

TEST_F(RoomPasswordTest, APersonWhoLeavesOrIsRemovedIsAskedAgain) {
  ben_.Leave("lab");
  EXPECT_THAT(Returns(ben_), IsAsked());
  Person cyn = house_.Guest("Cyn");
  cyn.JoinWith("sesame", "lab");
  ana_.Moderate("lab", Action::kKick, cyn);
  EXPECT_THAT(Returns(cyn), IsAsked());
}

TEST_F(RoomPasswordTest, ARemovalAlsoCountsForAPersonWhoReturnedBefore) {
  ben_.Vanish();
  Person again = house_.ReturnsTo("lab", ben_);
  ana_.Moderate("lab", Action::kKick, again);
  EXPECT_THAT(Returns(ben_), IsAsked());
}

TEST_F(RoomPasswordTest, ANewPasswordIsAskedOfAPersonWhoIsAway) {
  ben_.Vanish();
  ana_.Moderate("lab", Action::kPassword, "barley");
  EXPECT_THAT(Returns(ben_), IsAsked());
}

TEST_F(RoomPasswordTest, ABanCountsAlsoOnceItIsLifted) {
  ben_.Vanish();
  Person again = house_.ReturnsTo("lab", ben_);
  ana_.Moderate("lab", Action::kBan, again);
  ana_.Moderate("lab", Action::kUnban, "Ben");
  EXPECT_THAT(Returns(ben_), IsAsked());
}

TEST_F(RoomPasswordTest, ItIsAskedOfSomebodyElseOfTheSameName) {
  ben_.Vanish();
  Person other = house_.Guest("Ben");
  other.Join("lab");
  EXPECT_THAT(other.Hears(), IsAsked());
}

TEST_F(RoomPasswordTest, AnEmptyRoomThatAwaitsNobodyAsksEverybody) {
  ben_.Vanish();
  ana_.Vanish();
  house_.Pass(limits::kHostAwaited - seconds(1));
  house_.Quiet();
  house_.Pass(seconds(1));
  EXPECT_THAT(Returns(ben_), IsAsked());
}

TEST_F(RoomPasswordTest, TheNumberOfRememberedPeopleIsLimited) {
  for (std::size_t i = 0; i < limits::kBansPerRoom; ++i) {
    Person guest = house_.Guest("guest " + std::to_string(i));
    guest.JoinWith("sesame", "lab");
    if (i == 0) ben_.Vanish();
    guest.Vanish();
  }
  EXPECT_THAT(Returns(ben_), IsAsked());
}

}  // namespace
}  // namespace parley::test
