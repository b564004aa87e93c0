#include "client/chat/room.h"

#include <gtest/gtest.h>

#include "tests/client/chat/conversation.h"

namespace parley::client {
namespace {

using test::JoinedTo;
using test::MemberCalled;

TEST(RoomTest, IsJoinedWithoutSinceUntilItWasEntered) {
  Room room("lobby", "secret");
  EXPECT_FALSE(room.JoinRequest().since);
  EXPECT_EQ(room.JoinRequest().password, "secret");
  room.Enter(JoinedTo("Lobby", 0));
  EXPECT_TRUE(room.joined());
  EXPECT_EQ(room.JoinRequest().since, 0U);
  EXPECT_EQ(room.JoinRequest().room, "Lobby");
  room.Lose();
  EXPECT_FALSE(room.joined());
  EXPECT_TRUE(room.known());
}

TEST(RoomTest, FindsMembersByNameHoweverItIsWritten) {
  Room room("lobby", std::nullopt);
  room.Put(MemberCalled("\u00c4nn"), true);
  ASSERT_NE(room.FindByName("\u00e4NN"), nullptr);
  EXPECT_EQ(room.FindByName("A\u0308nn")->name, "\u00c4nn");
  EXPECT_EQ(room.FindByName("ann"), nullptr);
  EXPECT_EQ(room.FindByName(""), nullptr);
}

TEST(RoomTest, CountsThoseWhoComeAndGo) {
  protocol::Joined joined = JoinedTo("lobby", 0);
  joined.count = 400;  // more than are listed
  joined.members = {MemberCalled("ann")};
  Room room("lobby", std::nullopt);
  room.Enter(joined);
  room.Put(MemberCalled("ann"), true);
  EXPECT_EQ(room.count(), 400U);
  room.Put(MemberCalled("bob"), true);
  room.Put(MemberCalled("eve"), false);  // was there before, and is only now worth listing
  EXPECT_EQ(room.count(), 401U);
  EXPECT_TRUE(room.Remove("id-of-bob"));
  EXPECT_FALSE(room.Remove("id-of-bob"));
  EXPECT_EQ(room.count(), 399U);
}

TEST(RoomTest, MembersAreListedByName) {
  Room room("lobby", std::nullopt);
  for (const char* const name : {"eve", "ann", "bob"}) room.Put(MemberCalled(name), true);
  const auto members = room.Members();
  ASSERT_EQ(members.size(), 3U);
  EXPECT_EQ(members[0]->name, "ann");
  EXPECT_EQ(members[2]->name, "eve");
}

TEST(DescribeTest, AMemberIsShownWithAllThatHolds) {
  protocol::MemberInfo member = MemberCalled("ann");
  EXPECT_EQ(DescribeMember(member, false), "ann");
  EXPECT_EQ(DescribeMember(member, true), "ann (you)");
  member.role = protocol::Role::kHost;
  member.call = member.hand = member.muted = true;
  EXPECT_EQ(DescribeMember(member, false), "ann (host, in the meeting, hand up, muted)");
}

TEST(DescribeTest, AChangeIsToldWhereItMatters) {
  const protocol::MemberInfo before = MemberCalled("ann");
  protocol::MemberInfo after = before;
  EXPECT_EQ(DescribeChange(before, after), "");
  after.audio = after.video = true;
  EXPECT_EQ(DescribeChange(before, after), "");
  after.muted = true;
  EXPECT_EQ(DescribeChange(before, after), "was muted");
  EXPECT_EQ(DescribeChange(after, before), "may speak again");
  after = before;
  after.role = protocol::Role::kHost;
  EXPECT_EQ(DescribeChange(before, after), "is a host now");
  EXPECT_EQ(DescribeChange(after, before), "is no longer a host");
}

}  // namespace
}  // namespace parley::client
