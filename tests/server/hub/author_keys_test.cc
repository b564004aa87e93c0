// Author keys: by what clients tell people apart.

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/server/hub/house.h"

namespace parley::test {
namespace {

using testing::IsEmpty;
using testing::Not;

std::string AuthorOf(Person& listener, Person& speaker) {
  speaker.Say("lab", "hello");
  return listener.Gets<protocol::MessageEvent>().from.author;
}

TEST(AuthorKeysInRoomsTest, WelcomeMembersMessagesAndWhispersAgree) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  Person ben = house.Connects();
  ben.Hello("Ben");
  const std::string author = ben.Gets<protocol::Welcome>().author;
  EXPECT_THAT(author, Not(IsEmpty()));
  ben.Join("lab");
  EXPECT_EQ(ana.Gets<protocol::MemberJoined>().member.author, author);
  const auto joined = ben.Gets<protocol::Joined>();
  ASSERT_EQ(joined.members.size(), 2U);
  EXPECT_EQ(joined.members.back().author, author);
  EXPECT_EQ(AuthorOf(ana, ben), author);
  ben.Whisper(ana, "psst");
  EXPECT_EQ(ana.Gets<protocol::WhisperEvent>().from.author, author);
  ben.Show("lab", "hand");
  EXPECT_EQ(ana.Gets<protocol::MemberChanged>().member.author, author);
}

TEST(AuthorKeysInRoomsTest, OneIdentityHasOneKeyOnEveryConnection) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  Person ben = house.GuestIn("lab", "Ben");
  const std::string before = AuthorOf(ana, ben);
  ben.Vanish();
  Person again = house.ReturnsTo("lab", ben);
  EXPECT_EQ(AuthorOf(ana, again), before);
}

TEST(AuthorKeysInRoomsTest, TheNextGuestOfTheSameNameHasAnotherKey) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  Person sam = house.GuestIn("lab", "Sam");
  const std::string yesterday = AuthorOf(ana, sam);
  sam.Vanish();
  Person other = house.GuestIn("lab", "Sam");
  EXPECT_NE(AuthorOf(ana, other), yesterday);
}

TEST(AuthorKeysInRoomsTest, HistoryHasThem) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  Person ben = house.GuestIn("lab", "Ben");
  const std::string author = AuthorOf(ana, ben);
  ana.Ask(protocol::History{.room = "lab", .before = {}, .after = {}});
  EXPECT_EQ(ana.Gets<protocol::HistoryReply>().messages.front().from.author, author);
}

TEST(AuthorKeysInRoomsTest, RawPeersHaveOneEach) {
  House house;
  Person ana = house.GuestIn("lobby", "Ana");
  Person first = house.RawPeer();
  const std::string one = ana.Gets<protocol::MemberJoined>().member.author;
  EXPECT_THAT(one, Not(IsEmpty()));
  house.RawPeer();
  EXPECT_NE(ana.Gets<protocol::MemberJoined>().member.author, one);
  first.SendRaw("hi", {"hi"});
  EXPECT_EQ(ana.Gets<protocol::MessageEvent>().from.author, one);
}

TEST(AuthorKeysInRoomsTest, ThoseShownOfALargeRoomHaveThem) {
  House house;
  for (int i = 0; i < 260; ++i) house.GuestIn("hall", "P" + std::to_string(i));
  Person last = house.Connects();
  last.Hello("Last");
  const std::string author = last.Gets<protocol::Welcome>().author;
  last.Join("hall");
  EXPECT_THAT(last.Gets<protocol::Joined>().members_json, testing::HasSubstr(author));
}

}  // namespace
}  // namespace parley::test
