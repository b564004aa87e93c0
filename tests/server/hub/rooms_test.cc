// Coming and going: join, leave, what a room is told, what a room lists.

#include <gmock/gmock.h>

#include <chrono>
#include <string>
#include <vector>

#include "common/base/limits.h"
#include "tests/server/hub/house.h"

namespace parley::test {
namespace {

using protocol::Action;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<protocol::Sequence> Numbers(const std::vector<protocol::MessageEvent>& messages) {
  std::vector<protocol::Sequence> numbers;
  for (const auto& message : messages) numbers.push_back(message.seq);
  return numbers;
}

std::vector<protocol::Sequence> FromTo(protocol::Sequence first, protocol::Sequence last) {
  std::vector<protocol::Sequence> numbers;
  for (auto seq = first; seq <= last; ++seq) numbers.push_back(seq);
  return numbers;
}

void SayMany(Person& person, const std::string& room, int count) {
  for (int i = 1; i <= count; ++i) person.Say(room, "no. " + std::to_string(i));
}

TEST(RoomsTest, TheJoinerGetsJoinedAndThenItsOwnArrival) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  Person ben = house.Guest("Ben");
  ben.Ref("j").Join("lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("j: joined lab as guest with Ana Ben", "lab + Ben (guest)"));
  EXPECT_THAT(ana.Hears(), ElementsAre("lab + Ben (guest)"));
}

TEST(RoomsTest, JoinedSaysHowTheRoomIs) {
  House house({.ice_servers = [](std::string_view member, WallTime now) {
    return std::vector<protocol::IceServer>{{"stun:stun.example", std::string(member), FormatTime(now)}};
  }});
  Person ana = house.GuestIn("lab", "Ana");
  ana.Moderate("lab", Action::kTopic, "Optics");
  ana.Moderate("lab", Action::kLock);
  SayMany(ana, "lab", 3);
  ana.Leave("lab");
  ana.Join("lab");
  const auto joined = ana.Gets<protocol::Joined>();
  EXPECT_EQ(joined.room, "lab");
  EXPECT_EQ(joined.topic, "Optics");
  EXPECT_TRUE(joined.locked);
  EXPECT_EQ(joined.role, protocol::Role::kHost);
  EXPECT_EQ(joined.media, "mesh");
  EXPECT_EQ(joined.count, 1u);
  EXPECT_EQ(joined.last, 3u);
  EXPECT_FALSE(joined.more);
  EXPECT_FALSE(joined.gap);
  ASSERT_EQ(joined.members.size(), 1u);
  EXPECT_EQ(joined.members[0].id, ana.id());
  ASSERT_EQ(joined.ice_servers.size(), 1u);
  EXPECT_EQ(joined.ice_servers[0].url, "stun:stun.example");
  EXPECT_EQ(joined.ice_servers[0].username, ana.id()) << "made for this member";
  EXPECT_EQ(joined.ice_servers[0].credential, FormatTime(house.now().wall));
  EXPECT_EQ(Numbers(joined.messages), FromTo(1, 3));
}

TEST(RoomsTest, ARoomKeepsTheSpellingOfItsCreator) {
  House house;
  house.GuestIn("Caf\u00e9", "Ana");
  Person ben = house.Guest("Ben");
  ben.Join("CAFE\u0301");
  EXPECT_THAT(ben.Hears(), ElementsAre("joined Caf\u00e9 as guest with Ana Ben", "Caf\u00e9 + Ben (guest)"));
  ben.Say("caf\u00e9", "hi");
  EXPECT_THAT(ben.Hears(), ElementsAre("ok Caf\u00e9 #1"));
  ben.Join("caf\u00e9");
  EXPECT_THAT(ben.Hears(), ElementsAre("error already_in_room"));
}

TEST(RoomsTest, ANameThatIsNoneMakesNoRoom) {
  House house;
  Person ana = house.Guest("Ana");
  for (const auto& name : {std::string("a/b"), std::string(" lab"), std::string(), std::string(65, 'x')}) {
    ana.Join(name);
    EXPECT_THAT(ana.Hears(), ElementsAre("error room_invalid")) << name;
  }
}

// --- What of the room's past a joiner gets ---

class SinceTest : public testing::Test {
 protected:
  SinceTest() { SayMany(ana_, "lab", 300); }
  protocol::Joined JoinSince(std::optional<protocol::Sequence> since) {
    ben_.Join("lab", since);
    const auto joined = ben_.Gets<protocol::Joined>();
    ben_.Leave("lab");
    return joined;
  }

  House house_{{}, 280};  // 1 to 20 are no longer kept
  Person ana_ = house_.GuestIn("lab", "Ana");
  Person ben_ = house_.Guest("Ben");
};

TEST_F(SinceTest, WithoutItTheNewestFifty) {
  const auto joined = JoinSince({});
  EXPECT_EQ(Numbers(joined.messages), FromTo(251, 300));
  EXPECT_TRUE(joined.more);
  EXPECT_FALSE(joined.gap);
  EXPECT_EQ(joined.last, 300u);
}

TEST_F(SinceTest, WithItWhatCameAfterOldestFirst) {
  const auto joined = JoinSince(290);
  EXPECT_EQ(Numbers(joined.messages), FromTo(291, 300));
  EXPECT_FALSE(joined.more);
  EXPECT_FALSE(joined.gap);
}

TEST_F(SinceTest, AtMostTwoHundredAndMoreByHistory) {
  const auto joined = JoinSince(50);
  EXPECT_EQ(Numbers(joined.messages), FromTo(51, 250));
  EXPECT_TRUE(joined.more);
  EXPECT_EQ(joined.last, 300u);
  ben_.Join("lab");
  ben_.Ask(protocol::History{"lab", {}, 250, 200});
  const auto history = ben_.Gets<protocol::HistoryReply>();
  EXPECT_EQ(Numbers(history.messages), FromTo(251, 300));
  EXPECT_FALSE(history.more);
}

TEST_F(SinceTest, AGapIsToldWhereMessagesAfterItAreNoLongerKept) {
  EXPECT_TRUE(JoinSince(0).gap);
  EXPECT_TRUE(JoinSince(19).gap);
  EXPECT_EQ(Numbers(JoinSince(19).messages).front(), 21u);
  EXPECT_FALSE(JoinSince(20).gap) << "21 is the first one kept";
}

TEST_F(SinceTest, BeyondTheEndCountsAsTheEnd) {
  for (const protocol::Sequence since :
       {protocol::Sequence{300}, protocol::Sequence{301}, ~protocol::Sequence{0}}) {
    const auto joined = JoinSince(since);
    EXPECT_THAT(joined.messages, IsEmpty());
    EXPECT_FALSE(joined.more);
    EXPECT_FALSE(joined.gap);
    EXPECT_EQ(joined.last, 300u);
  }
}

TEST_F(SinceTest, OwnMessagesAreIncluded) {
  ana_.Leave("lab");
  ana_.Join("lab", 299);
  EXPECT_EQ(Numbers(ana_.Gets<protocol::Joined>().messages), FromTo(300, 300));
}

TEST(RoomsTest, AnEmptyRoomHasNoMessagesAndNoGap) {
  House house;
  Person ana = house.Guest("Ana");
  ana.Join("lab", 7);
  const auto joined = ana.Gets<protocol::Joined>();
  EXPECT_THAT(joined.messages, IsEmpty());
  EXPECT_FALSE(joined.more);
  EXPECT_FALSE(joined.gap);
  EXPECT_EQ(joined.last, 0u);
}

// --- Going ---

TEST(RoomsTest, AMemberWhoLeavesGetsOkAndTheOthersAreNotified) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  Person ben = house.GuestIn("lab", "Ben");
  ben.Leave("lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("ok"));
  EXPECT_THAT(ana.Hears(), ElementsAre("lab - Ben (left)"));
  ben.Leave("lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("error not_in_room"));
}

TEST(RoomsTest, ALostConnectionLeavesEveryRoom) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  ana.Join("lobby");
  Person ben = house.GuestIn("lab", "Ben");
  ben.Join("lobby");
  house.Quiet();
  ben.Vanish("lost");
  EXPECT_THAT(ana.Hears(), testing::UnorderedElementsAre("lab - Ben (lost)", "lobby - Ben (lost)"));
}

TEST(RoomsTest, NobodyHearsOfARoomTheyAreNotIn) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  Person ben = house.GuestIn("den", "Ben");
  ben.Say("den", "hi");
  ben.Leave("den");
  EXPECT_THAT(ana.Hears(), IsEmpty());
}

TEST(RoomsTest, AnEmptyRoomIsForgottenUnlessSomethingWasSaidOrSet) {
  House house;
  Person ana = house.GuestIn("empty", "Ana");
  for (const char* room : {"said", "named", "locked"}) ana.Join(room);
  ana.Say("said", "hi");
  ana.Moderate("named", Action::kTopic, "Optics");
  ana.Moderate("locked", Action::kLock);
  ana.Vanish();
  house.Pass(limits::kHostAwaited);
  EXPECT_EQ(house.hub().room_count(), 4U) << "and the lobby";
}

TEST(RoomsTest, WithoutASettingOnDiskAnEmptyRoomKeepsItsHostsAndMutes) {
  House house({.log_keeps_settings = false});
  Person ana = house.GuestIn("lab", "Ana");
  Person ben = house.GuestIn("lab", "Ben");
  ana.Moderate("lab", Action::kMute, ben);
  ben.Leave("lab");
  ana.Leave("lab");
  Person cyd = house.Guest("Cyd");
  cyd.Join("lab");
  EXPECT_EQ(cyd.Gets<protocol::Joined>().role, protocol::Role::kHost);
  ana.Join("lab");
  EXPECT_EQ(ana.Gets<protocol::Joined>().role, protocol::Role::kHost);
  EXPECT_EQ(cyd.Gets<protocol::MemberChanged>().member.role, protocol::Role::kGuest);
  ben.Join("lab");
  EXPECT_TRUE(ben.Gets<protocol::Joined>().members.back().muted);
}

TEST(RoomsTest, ALockedRoomThatEverybodyLeftLetsTheFirstOneInAsHost) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  ana.Moderate("lab", Action::kLock);
  ana.Leave("lab");
  Person ben = house.Guest("Ben");
  ben.Join("lab");
  const auto joined = ben.Gets<protocol::Joined>();
  EXPECT_TRUE(joined.locked);
  EXPECT_EQ(joined.role, protocol::Role::kHost);
  Person cyd = house.Guest("Cyd");
  cyd.Ref("j").Join("lab");
  EXPECT_THAT(cyd.Hears(), ElementsAre(testing::HasSubstr("room_locked")));
}

TEST(RoomsTest, RoomsListsAllButThoseWithAPassword) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  ana.Join("secret");
  ana.Moderate("secret", Action::kPassword, "x");
  house.RawPeer();
  Person ben = house.GuestIn("lab", "Ben");
  ben.Ask(protocol::Rooms{});
  EXPECT_THAT(ben.Hears(), ElementsAre("rooms lab:2 lobby:1"));
}

TEST(RoomsTest, APersonWhoLeavesTheWaitingRoomIsNoLongerListed) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  ana.Moderate("lab", Action::kWaitingRoom, "on");
  Person ben = house.Guest("Ben");
  ben.Join("lab");
  ana.Hears();
  ben.Hears();
  ben.Say("lab", "hello");
  ben.Leave("lab");
  ben.Leave("lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("error not_in_room", "ok", "error not_in_room"));
  EXPECT_THAT(ana.Gets<protocol::WaitingEvent>().people, IsEmpty());
}

// --- Joins on their way through the log ---

TEST(RoomsTest, AJoinThatCannotBeReadIsInternalAndLeavesNoRoomBehind) {
  House house;
  Person ana = house.Guest("Ana");
  house.FailLog();
  ana.Ref("j").Join("lab");
  EXPECT_THAT(ana.Hears(), ElementsAre("j: error internal"));
  ana.Ask(protocol::Rooms{});
  EXPECT_THAT(ana.Hears(), ElementsAre("rooms"));
  ana.Join("lab");
  EXPECT_THAT(ana.Hears(), ElementsAre("joined lab as host with Ana", "lab + Ana (host)"));
}

TEST(RoomsTest, APersonWhoVanishesWhileJoiningIsNotAnnounced) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  Person ben = house.Guest("Ben");
  house.HoldLog();
  ben.Join("lab");
  ben.Join("den");
  ben.Vanish();
  house.LetLog();
  EXPECT_THAT(ana.Hears(), IsEmpty());
  ana.Ask(protocol::Rooms{});
  EXPECT_THAT(ana.Hears(), ElementsAre("rooms lab:1"));
}

TEST(RoomsTest, AJoinUnderWayKeepsItsRoomWhileTheLastMemberLeaves) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  Person ben = house.Guest("Ben");
  house.HoldLog();
  ben.Join("lab");
  ana.Leave("lab");
  house.LetLog();
  EXPECT_THAT(ben.Hears(), ElementsAre("joined lab as host with Ben", "lab + Ben (host)"));
}

TEST(RoomsTest, APersonBannedWhileJoiningDoesNotGetIn) {
  House house;
  Person host = house.GuestIn("lab", "Hana");
  Person ben = house.GuestIn("lab", "Ben");
  Person again = house.Connects();
  again.ComeBack(ben.token());
  house.Quiet();
  house.HoldLog();
  again.Ref("j").Join("lab");
  host.Moderate("lab", Action::kBan, ben);
  house.LetLog();
  EXPECT_THAT(again.Hears(), ElementsAre("j: error forbidden"));
  EXPECT_THAT(host.Hears(), ElementsAre("ok", "lab - Ben (banned)"));
}

TEST(RoomsTest, EachMessageReachesAJoinerOnceInTheReplyOrAfterIt) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  Person ben = house.Guest("Ben");
  house.HoldLog();
  ana.Say("lab", "before");
  ben.Join("lab", 0);
  ana.Say("lab", "after");
  house.LetLog();
  const auto joined = [&] {
    ben.Leave("lab");
    ben.Join("lab", 0);
    return ben.Gets<protocol::Joined>();
  };
  EXPECT_THAT(ben.Hears(),
              ElementsAre("joined lab as guest with Ana Ben", "lab + Ben (guest)", "lab #2 Ana: after"));
  EXPECT_EQ(Numbers(joined().messages), FromTo(1, 2));
}

}  // namespace
}  // namespace parley::test
