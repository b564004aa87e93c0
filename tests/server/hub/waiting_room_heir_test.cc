// Who becomes host of a room with a waiting room when nobody is left who could let people in.

#include <gmock/gmock.h>

#include <chrono>
#include <string>

#include "common/base/limits.h"
#include "tests/server/hub/waiting_room.h"

namespace parley::test {
namespace {

using protocol::Action;
using protocol::Role;
using std::chrono::milliseconds;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(WaitingRoomTest, WhenTheLastHostLeavesTheFirstWaitingPersonIsAdmittedAsHost) {
  Person ben = Waiting("Ben");
  Person cyn = Waiting("Cyn");
  ana_.Leave("lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("lab lets in"));
  EXPECT_THAT(cyn.Hears(), IsEmpty());
  ben.Join("lab");
  const auto joined = ben.Gets<protocol::Joined>();
  EXPECT_EQ(joined.role, Role::kHost);
  ASSERT_TRUE(joined.waiting);
  EXPECT_EQ(joined.waiting->front().name, "Cyn");
  ben.Moderate("lab", Action::kAdmit, cyn);
  EXPECT_THAT(cyn.Hears(), ElementsAre("lab lets in"));
}

TEST_F(WaitingRoomTest, WhenTheHostIsRemovedTheFirstWaitingPersonIsAdmitted) {
  Person ben = Waiting("Ben");
  ana_.Moderate("lab", Action::kKick, ana_);
  EXPECT_THAT(ben.Hears(), ElementsAre("lab lets in"));
}

TEST_F(WaitingRoomTest, AWaitingPersonWaitsForALostHostForAMinute) {
  Person ben = Waiting("Ben");
  ana_.Vanish();
  Person cyn = house_.Guest("Cyn");
  cyn.Join("lab");
  EXPECT_THAT(cyn.Hears(), ElementsAre("error waiting")) << "in front of what is empty, too";
  house_.Pass(limits::kHostAwaited - milliseconds(1));
  EXPECT_THAT(ben.Hears(), IsEmpty());
  house_.Pass(milliseconds(1));
  EXPECT_THAT(ben.Hears(), ElementsAre("lab lets in"));
  EXPECT_THAT(cyn.Hears(), IsEmpty());
  ben.Join("lab");
  EXPECT_THAT(ben.Hears(), Contains("joined lab as host with Ben"));
}

TEST_F(WaitingRoomTest, AHostWhoComesBackWithinTheMinuteFindsThoseWhoWait) {
  Waiting("Ben");
  ana_.Vanish();
  Person again = house_.ReturnsTo("lab", ana_);
  const auto joined = again.Gets<protocol::Joined>();
  EXPECT_EQ(joined.role, Role::kHost);
  ASSERT_TRUE(joined.waiting);
  EXPECT_EQ(joined.waiting->front().name, "Ben");
}

TEST_F(WaitingRoomTest, APersonAdmittedBeforeTheLastHostLeftBecomesHost) {
  Person ben = Waiting("Ben");
  Person cyn = Waiting("Cyn");
  ana_.Moderate("lab", Action::kAdmit, ben);
  ana_.Leave("lab");
  EXPECT_THAT(cyn.Hears(), IsEmpty());
  house_.Quiet();
  Person dan = house_.Guest("Dan");
  dan.Join("lab");
  EXPECT_THAT(dan.Hears(), ElementsAre("error waiting")) << "the room is kept for Ben";
  ben.Join("lab");
  EXPECT_THAT(ben.Hears(), Contains("joined lab as host with Ben"));
}

TEST_F(WaitingRoomTest, TheNextIsAdmittedAsHostWhereTheFirstDoesNotJoin) {
  Person ben = Waiting("Ben");
  Person cyn = Waiting("Cyn");
  Person dan = Waiting("Dan");
  ana_.Leave("lab");
  ben.Vanish();
  EXPECT_THAT(cyn.Hears(), ElementsAre("lab lets in"));
  house_.Pass(limits::kHeirAwaited - milliseconds(1));
  EXPECT_THAT(dan.Hears(), IsEmpty());
  house_.Pass(milliseconds(1));
  EXPECT_THAT(dan.Hears(), ElementsAre("lab lets in"));
  dan.Join("lab");
  EXPECT_THAT(dan.Hears(), Contains("joined lab as host with Dan"));
  cyn.Join("lab");
  EXPECT_THAT(cyn.Hears(), ElementsAre("error waiting"));
}

TEST_F(WaitingRoomTest, WhenTheLastHostLeavesDuringAJoinTheJoinerBecomesHost) {
  Person ben = Waiting("Ben");
  Person cyn = Waiting("Cyn");
  ana_.Moderate("lab", Action::kAdmit, ben);
  house_.Quiet();
  house_.HoldLog();
  ben.Join("lab");
  ana_.Leave("lab");
  house_.LetLog();
  EXPECT_THAT(ben.Hears(), ElementsAre("joined lab as host with Ben", "lab + Ben (host)"));
  EXPECT_THAT(cyn.Hears(), IsEmpty());
  house_.Pass(limits::kHeirAwaited);
  EXPECT_THAT(cyn.Hears(), IsEmpty());
}

TEST_F(WaitingRoomTest, ABannedPersonIsNotAdmittedWhenTheLastHostLeaves) {
  Person ben = house_.GuestIn("hall", "Ben");
  Person second = house_.ReturnsTo("lab", ben);
  ana_.Moderate("lab", Action::kAdmit, second);
  second.Join("lab");
  ana_.Moderate("lab", Action::kKick, second);
  ben.Join("lab");  // waits
  second.Join("lab");
  ana_.Moderate("lab", Action::kAdmit, second);
  second.Join("lab");
  house_.Quiet();
  ana_.Moderate("lab", Action::kBan, second);
  ana_.Leave("lab");
  EXPECT_THAT(ben.Hears(), Each(testing::Ne("lab lets in")));
}

TEST_F(WaitingRoomTest, ALockedWaitingRoomStillAdmitsItsNextHost) {
  Person ben = Waiting("Ben");
  ana_.Moderate("lab", Action::kLock);
  ana_.Leave("lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("lab lets in"));
  ben.Join("lab");
  EXPECT_THAT(ben.Hears(), Contains("joined lab as host with Ben"));
}

// --- The lobby: admins let people in there, and nobody else is host ---

class LobbyWaitingRoomTest : public testing::Test {
 protected:
  LobbyWaitingRoomTest() {
    admin_.Moderate("lobby", Action::kWaitingRoom, "on");
    house_.Quiet();
  }
  Person Comes(const std::string& name) {
    Person person = house_.Guest(name);
    person.Join("lobby");
    return person;
  }

  House house_;
  Person admin_ = house_.AccountIn("lobby", "root", Role::kAdmin);
};

TEST_F(LobbyWaitingRoomTest, WhenTheLastAdminLeavesTheFirstWaitingPersonIsAdmittedAsHost) {
  Person ben = Comes("Ben");
  Person cyn = Comes("Cyn");
  house_.Quiet();
  admin_.Leave("lobby");
  EXPECT_THAT(ben.Hears(), ElementsAre("lobby lets in"));
  EXPECT_THAT(cyn.Hears(), IsEmpty());
  ben.Join("lobby");
  EXPECT_THAT(ben.Hears(), Contains("joined lobby as host with Ben"));
  ben.Moderate("lobby", Action::kAdmit, cyn);
  EXPECT_THAT(cyn.Hears(), ElementsAre("lobby lets in"));
}

TEST_F(LobbyWaitingRoomTest, AWaitingPersonWaitsForALostAdminForAMinute) {
  Person ben = Comes("Ben");
  house_.Quiet();
  admin_.Vanish();
  house_.Pass(limits::kHostAwaited - milliseconds(1));
  EXPECT_THAT(ben.Hears(), IsEmpty());
  house_.Pass(milliseconds(1));
  EXPECT_THAT(ben.Hears(), ElementsAre("lobby lets in"));
}

TEST_F(LobbyWaitingRoomTest, AnAdminWhoComesBackWithinTheMinuteFindsThoseWhoWait) {
  Person ben = Comes("Ben");
  house_.Quiet();
  admin_.Vanish();
  Person again = house_.ReturnsTo("lobby", admin_);
  EXPECT_EQ(again.Gets<protocol::Joined>().waiting->front().name, "Ben");
  house_.Pass(limits::kHostAwaited);
  EXPECT_THAT(ben.Hears(), IsEmpty());
}

TEST_F(LobbyWaitingRoomTest, TheLongestPresentMemberBecomesHostWhenTheLastAdminLeaves) {
  Person other = house_.AccountIn("lobby", "operator", Role::kAdmin);
  Person ben = Comes("Ben");
  admin_.Moderate("lobby", Action::kAdmit, ben);
  ben.Join("lobby");
  Comes("Cyn");
  house_.Quiet();
  admin_.Leave("lobby");
  EXPECT_THAT(ben.Hears(), ElementsAre("lobby - root (left)")) << "another admin is there";
  other.Leave("lobby");
  EXPECT_THAT(ben.Hears(), Contains("lobby waiting: Cyn"));
}

TEST_F(LobbyWaitingRoomTest, BesideRawPeersAloneTheFirstWaitingPersonIsAdmittedAndLaterOnesWait) {
  admin_.Moderate("lobby", Action::kWaitingRoom, "off");
  Person raw = house_.RawPeer();
  raw.SendRaw("hi\n", {"hi"});
  admin_.Moderate("lobby", Action::kWaitingRoom, "on");
  Person ben = Comes("Ben");
  house_.Quiet();
  admin_.Leave("lobby");
  EXPECT_THAT(ben.Hears(), ElementsAre("lobby lets in"));
  ben.Join("lobby");
  EXPECT_THAT(ben.Hears(), Contains(testing::StartsWith("joined lobby as host")));
  EXPECT_THAT(Comes("Cyn").Hears(), ElementsAre("error waiting"));
}

TEST_F(LobbyWaitingRoomTest, BesideRawPeersAloneALaterJoinerBecomesHost) {
  admin_.Moderate("lobby", Action::kWaitingRoom, "off");
  Person raw = house_.RawPeer();
  raw.SendRaw("hi\n", {"hi"});
  admin_.Moderate("lobby", Action::kWaitingRoom, "on");
  admin_.Leave("lobby");
  EXPECT_THAT(Comes("Ben").Hears(), Contains(testing::StartsWith("joined lobby as host")));
}

TEST_F(WaitingRoomTest, AWaitingPersonKeepsTheRoom) {
  Person ben = Waiting("Ben");
  ana_.Moderate("lab", Action::kWaitingRoom, "off");
  ana_.Leave("lab");
  ben.Join("lab");
  EXPECT_THAT(ben.Hears(), Contains("joined lab as host with Ben"));
}

}  // namespace
}  // namespace parley::test
