// `members`: searching and paging through the members of a room.

#include <gmock/gmock.h>

#include <algorithm>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "common/base/limits.h"
#include "tests/server/hub/house.h"

namespace parley::test {
namespace {

using protocol::MembersReply;
using testing::ElementsAre;
using testing::IsEmpty;

MembersReply Asks(Person& person, protocol::Members request) {
  person.Ask(std::move(request));
  return person.Gets<MembersReply>();
}

std::vector<std::string> NamesIn(const MembersReply& reply) {
  std::vector<std::string> names;
  for (const auto& member : reply.members) names.push_back(member.name);
  return names;
}

std::vector<std::string> Finds(Person& person, const std::string& query) {
  return NamesIn(Asks(person, {.room = "lab", .query = query}));
}

TEST(MemberListTest, IsByNameWhateverItsCase) {
  House house;
  Person cid = house.GuestIn("lab", "cid");
  house.GuestIn("lab", "Ben");
  house.GuestIn("lab", "ana");
  house.GuestIn("lab", "小明");
  house.GuestIn("den", "Eve");
  const MembersReply reply = Asks(cid, {.room = "lab"});
  EXPECT_THAT(NamesIn(reply), ElementsAre("ana", "Ben", "cid", "小明"));
  EXPECT_EQ(reply.count, 4U);
  EXPECT_FALSE(reply.next);
}

TEST(MemberListTest, DescribesMembersAsJoinedDoes) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  Person ben = house.GuestIn("lab", "Ben");
  ben.Show("lab", "hand");
  ana.Moderate("lab", protocol::Action::kMute, ben);
  const MembersReply reply = Asks(ben, {.room = "lab"});
  ASSERT_EQ(reply.members.size(), 2U);
  EXPECT_EQ(reply.members[0].role, protocol::Role::kHost);
  EXPECT_EQ(reply.members[1].id, ben.id());
  EXPECT_FALSE(reply.members[1].author.empty());
  EXPECT_TRUE(reply.members[1].hand);
  EXPECT_TRUE(reply.members[1].muted);
}

TEST(MemberListTest, FindsNamesThatHaveEveryWord) {
  House house;
  Person ana = house.GuestIn("lab", "Ana Lee");
  house.GuestIn("lab", "Lee");
  house.GuestIn("lab", "王小明");
  EXPECT_THAT(Finds(ana, "lee"), ElementsAre("Ana Lee", "Lee"));
  EXPECT_THAT(Finds(ana, "LEE  an"), ElementsAre("Ana Lee"));
  EXPECT_THAT(Finds(ana, "小明"), ElementsAre("王小明"));
  EXPECT_THAT(Finds(ana, "ＬＥＥ　ａｎａ"), ElementsAre("Ana Lee")) << "wide letters and a wide space";
  EXPECT_THAT(Finds(ana, "lee bob"), IsEmpty());
  EXPECT_EQ(Finds(ana, " \t").size(), 3U) << "without a word, everybody";
}

TEST(MemberListTest, CountsAllWhoMatchOnEachPage) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  for (const char* name : {"Kim 1", "Kim 2", "Kim 3"}) house.GuestIn("lab", name);
  const MembersReply first = Asks(ana, {.room = "lab", .query = "kim", .limit = 2});
  EXPECT_THAT(NamesIn(first), ElementsAre("Kim 1", "Kim 2"));
  EXPECT_EQ(first.count, 3U);
  const MembersReply second = Asks(ana, {.room = "lab", .query = "kim", .limit = 2, .after = first.next});
  EXPECT_THAT(NamesIn(second), ElementsAre("Kim 3"));
  EXPECT_EQ(second.count, 3U);
  EXPECT_FALSE(second.next);
}

TEST(MemberListTest, WithALimitOf0OnlyCounts) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  house.GuestIn("lab", "Ben");
  const MembersReply reply = Asks(ana, {.room = "lab", .limit = 0});
  EXPECT_THAT(reply.members, IsEmpty());
  EXPECT_EQ(reply.count, 2U);
  EXPECT_FALSE(reply.next);
}

TEST(MemberListTest, GoesOnWhereTheLastOneWasWhoHasLeft) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  Person ben = house.GuestIn("lab", "Ben");
  house.GuestIn("lab", "Cid");
  const MembersReply first = Asks(ana, {.room = "lab", .limit = 2});
  ben.Leave("lab");
  const MembersReply second = Asks(ana, {.room = "lab", .after = first.next});
  EXPECT_THAT(NamesIn(second), ElementsAre("Cid"));
}

TEST(MemberListTest, TellsSessionsOfOnePersonApart) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  std::set<std::string> ids{ana.id()};
  for (int i = 0; i < 3; ++i) ids.insert(house.ReturnsTo("lab", ana).id());
  std::set<std::string> listed;
  std::optional<std::string> after;
  for (int pages = 0; pages < 4; ++pages) {
    const MembersReply reply = Asks(ana, {.room = "lab", .limit = 1, .after = after});
    for (const auto& member : reply.members) EXPECT_TRUE(listed.insert(member.id).second);
    after = reply.next;
  }
  EXPECT_EQ(listed, ids);
  EXPECT_FALSE(after);
}

TEST(MemberListTest, TakesAnyCursor) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  for (const char* cursor : {"", " ", "x", "x ", "\xF0\x9F\x98\x80"}) {
    EXPECT_THAT(NamesIn(Asks(ana, {.room = "lab", .after = cursor})), ElementsAre("Ana")) << cursor;
  }
  EXPECT_THAT(NamesIn(Asks(ana, {.room = "lab", .after = "x zoe"})), IsEmpty());
}

// A large room, of which `joined` shows a part.
TEST(MemberListTest, PagesHaveNoGapsAndRepeatNobodyWhilePeopleComeAndGo) {
  House house;
  std::mt19937 random(5);
  std::vector<Person> stay;
  for (int i = 0; i < 300; ++i) stay.push_back(house.GuestIn("lab", "S" + std::to_string(i)));
  std::vector<Person> others;
  const auto come = [&] { others.push_back(house.GuestIn("lab", "O" + std::to_string(random()))); };
  for (int i = 0; i < 100; ++i) come();
  std::set<std::string> listed;
  std::string last;
  protocol::Members request{.room = "lab", .limit = 37};
  do {
    const MembersReply reply = Asks(stay.front(), request);
    ASSERT_FALSE(reply.members.empty());
    for (const auto& member : reply.members) {
      EXPECT_TRUE(listed.insert(member.id).second) << member.name;
      EXPECT_LT(last, member.name);
      last = member.name;
    }
    request.after = reply.next;
    for (int i = 0; i < 10; ++i) {
      const std::size_t at = random() % others.size();
      others[at].Leave("lab");
      others.erase(others.begin() + static_cast<std::ptrdiff_t>(at));
      come();
    }
  } while (request.after);
  for (const Person& person : stay) EXPECT_TRUE(listed.contains(person.id()));
}

TEST(MemberListTest, ChangesNothing) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  Person ben = house.GuestIn("lab", "Ben");
  ana.Ask(protocol::Members{.room = "lab"});
  EXPECT_THAT(ben.Hears(), IsEmpty());
}

}  // namespace
}  // namespace parley::test
