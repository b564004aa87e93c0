// How far people have read, and who is typing.

#include "server/hub/attention.h"

#include <gmock/gmock.h>

#include <chrono>
#include <memory>
#include <string>

#include "common/base/limits.h"
#include "tests/server/hub/house.h"

namespace parley::test {
namespace {

using protocol::Action;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

class SeenTest : public testing::Test {
 protected:
  SeenTest() {
    for (int i = 0; i < 5; ++i) ben_.Say("lab", "hi");
    house_.Quiet();
  }
  // Another session of the same guest, in the room.
  Person Again(Person& person) { return house_.ReturnsTo("lab", person); }
  std::optional<protocol::Sequence> SeenOnJoining(Person& person) {
    person.Join("lab");
    return person.Gets<protocol::Joined>().seen;
  }

  House house_;
  Person ana_ = house_.GuestIn("lab", "Ana");
  Person ben_ = house_.GuestIn("lab", "Ben");
};

TEST_F(SeenTest, APersonWhoHasReadNothingGetsMarkZeroOnJoining) {
  Person cyn = house_.Guest("Cyn");
  EXPECT_EQ(SeenOnJoining(cyn), 0U);
}

TEST_F(SeenTest, OnReturningAPersonIsToldHowFarTheyHaveRead) {
  ana_.Ref("s").Ask(protocol::Seen{"lab", 3});
  EXPECT_THAT(ana_.Hears(), ElementsAre("s: ok"));
  ana_.Leave("lab");
  EXPECT_EQ(SeenOnJoining(ana_), 3U);
}

TEST_F(SeenTest, TheMarkOnlyGrows) {
  ana_.Ask(protocol::Seen{"lab", 3});
  ana_.Ask(protocol::Seen{"lab", 2});
  ana_.Leave("lab");
  EXPECT_EQ(SeenOnJoining(ana_), 3U);
}

TEST_F(SeenTest, BeyondTheEndCountsAsTheEnd) {
  ana_.Ask(protocol::Seen{"lab", 1'000});
  ben_.Say("lab", "one more");
  ana_.Leave("lab");
  EXPECT_EQ(SeenOnJoining(ana_), 5U);
}

TEST_F(SeenTest, ThePersonsOtherSessionsHearOfItAndNobodyElse) {
  Person again = Again(ana_);
  house_.Quiet();
  ana_.Ref("s").Ask(protocol::Seen{"lab", 3});
  EXPECT_THAT(ana_.Hears(), ElementsAre("s: ok"));
  EXPECT_THAT(again.Hears(), ElementsAre("lab seen #3"));
  EXPECT_THAT(ben_.Hears(), IsEmpty());
  again.Ask(protocol::Seen{"lab", 4});
  EXPECT_THAT(ana_.Hears(), ElementsAre("lab seen #4"));
}

TEST_F(SeenTest, AMarkThatChangesNothingSendsNoEvent) {
  Person again = Again(ana_);
  ana_.Ask(protocol::Seen{"lab", 3});
  house_.Quiet();
  ana_.Ask(protocol::Seen{"lab", 3});
  ana_.Ask(protocol::Seen{"lab", 1});
  EXPECT_THAT(again.Hears(), IsEmpty());
}

TEST_F(SeenTest, ASessionElsewhereHearsNothingAndASecondOneKnowsTheMark) {
  Person elsewhere = house_.Connects();
  elsewhere.ComeBack(ana_.token());
  elsewhere.Hears();
  ana_.Ask(protocol::Seen{"lab", 3});
  EXPECT_THAT(elsewhere.Hears(), IsEmpty());
  EXPECT_EQ(SeenOnJoining(elsewhere), 3U);
}

TEST_F(SeenTest, OnlyMembersMayTell) {
  Person cyn = house_.Guest("Cyn");
  cyn.Ask(protocol::Seen{"lab", 1});
  EXPECT_THAT(cyn.Hears(), ElementsAre("error not_in_room"));
}

TEST_F(SeenTest, TheLogKeepsTheMarksOfAccountsAlone) {
  Person dan = house_.AccountIn("lab", "Dan");
  ana_.Ask(protocol::Seen{"lab", 3});
  dan.Ask(protocol::Seen{"lab", 4});
  dan.Ask(protocol::Seen{"lab", 4});
  ASSERT_EQ(house_.marks().size(), 1U);
  EXPECT_EQ(house_.marks().begin()->second, 4U);
}

// What one session says while the log is read for another one is not lost.
TEST_F(SeenTest, AMarkThatGrowsWhileTheLogIsReadCounts) {
  Person dan = house_.AccountIn("lab", "Dan");
  Person again = house_.Account("Dan");
  house_.HoldLog();
  again.Join("lab");
  dan.Ask(protocol::Seen{"lab", 4});
  house_.LetLog();
  EXPECT_EQ(again.Gets<protocol::Joined>().seen, 4U);
}

TEST(AttentionTest, TheMarkOfThePersonWhoLeftLongestAgoIsDroppedFirst) {
  constexpr std::size_t kMost = limits::kSeenMarks / 1'000;
  Attention attention(kMost);
  Room room({.name = *protocol::RoomName("lab")});
  room.last = 9;
  const auto person = [](std::size_t number) {
    Member member;
    member.identity = std::make_shared<const Identity>(
        Identity{.key = "account:" + std::to_string(number), .name = {}, .only_room = {}});
    return member;
  };
  for (std::size_t i = 0; i <= kMost; ++i) {
    Member member = person(i);
    EXPECT_EQ(attention.Arrives(member, room, 7), 7U);
    attention.Departs(member, room);
  }
  Member first = person(0);
  Member second = person(1);
  EXPECT_EQ(attention.AskedOf(first, room), "account:0");  // only the log has it
  EXPECT_EQ(attention.AskedOf(second, room), "");
  EXPECT_EQ(attention.Arrives(second, room, 0), 7U);
}

TEST(AttentionTest, PeopleWhoHaveReadNothingDisplaceNoMark) {
  Attention attention(1);
  Room room({.name = *protocol::RoomName("lab")});
  room.last = 9;
  Member reader;
  reader.identity = std::make_shared<const Identity>(Identity{.key = "guest:a", .name = {}, .only_room = {}});
  Member other;
  other.identity = std::make_shared<const Identity>(Identity{.key = "guest:b", .name = {}, .only_room = {}});
  attention.Arrives(reader, room, 7);
  attention.Departs(reader, room);
  for (int visit = 0; visit < 2; ++visit) {
    EXPECT_EQ(attention.Arrives(other, room, 0), 0U);
    attention.Departs(other, room);
  }
  EXPECT_EQ(attention.Arrives(reader, room, 0), 7U);
}

class TypingTest : public testing::Test {
 protected:
  void Types(Person& person) { person.Ask(protocol::Typing{"lab"}); }

  House house_;
  Person ana_ = house_.GuestIn("lab", "Ana");
  Person ben_ = house_.GuestIn("lab", "Ben");
  Person cyn_ = house_.GuestIn("lab", "Cyn");
};

TEST_F(TypingTest, TheOthersHearOfIt) {
  ana_.Ref("t");
  Types(ana_);
  EXPECT_THAT(ana_.Hears(), ElementsAre("t: ok"));
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab Ana is typing"));
  EXPECT_THAT(cyn_.Hears(), ElementsAre("lab Ana is typing"));
}

TEST_F(TypingTest, OnceIn3SecondsForEachMember) {
  Types(ana_);
  house_.Pass(limits::kTypingPeriod - milliseconds(1));
  Types(ana_);
  Types(cyn_);
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab Ana is typing", "lab Cyn is typing"));
  house_.Pass(milliseconds(1));
  Types(ana_);
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab Ana is typing"));
}

TEST_F(TypingTest, NobodyHearsOfPeopleWhoMayNotWrite) {
  ana_.Moderate("lab", Action::kMute, ben_);
  house_.Quiet();
  ben_.Ref("t");
  Types(ben_);
  EXPECT_THAT(ben_.Hears(), ElementsAre("t: ok"));
  EXPECT_THAT(cyn_.Hears(), IsEmpty());
}

TEST_F(TypingTest, NobodyHearsOfItInALargeRoom) {
  std::vector<Person> more;
  while (more.size() + 3 < limits::kListedMembers) {
    more.push_back(house_.GuestIn("lab", "P" + std::to_string(more.size())));
  }
  Types(ana_);
  EXPECT_THAT(cyn_.Hears(), ElementsAre("lab Ana is typing"));
  more.push_back(house_.GuestIn("lab", "One more"));
  house_.Pass(limits::kTypingPeriod);
  house_.Quiet();
  ana_.Ref("t");
  Types(ana_);
  EXPECT_THAT(ana_.Hears(), ElementsAre("t: ok"));
  EXPECT_THAT(cyn_.Hears(), IsEmpty());
}

class SearchVerbTest : public TypingTest {};

TEST_F(SearchVerbTest, AMemberGetsWhatIsFoundTheNewestFirst) {
  ana_.Say("lab", "Homework: page 12");
  ben_.Say("lab", "no homework");
  ana_.Say("lab", "bye");
  house_.Quiet();
  cyn_.Ref("f").Ask(protocol::Search{"lab", "HOMEWORK"});
  EXPECT_THAT(cyn_.Hears(), ElementsAre("f: found lab #2 #1"));
}

TEST_F(SearchVerbTest, OnlyMembersMaySearch) {
  Person dan = house_.Guest("Dan");
  dan.Ask(protocol::Search{"lab", "a"});
  EXPECT_THAT(dan.Hears(), ElementsAre("error not_in_room"));
}

TEST_F(SearchVerbTest, AMemberRemovedMeanwhileGetsNoResult) {
  ben_.Say("lab", "secret");
  house_.HoldLog();
  ben_.Ref("f").Ask(protocol::Search{"lab", "secret"});
  ana_.Moderate("lab", Action::kKick, ben_);
  house_.Quiet();
  house_.LetLog();
  EXPECT_THAT(ben_.Hears(), ElementsAre("f: error not_in_room"));
}

TEST_F(SearchVerbTest, AFailureOfTheLogIsToldAsSuch) {
  house_.FailLog();
  ana_.Ask(protocol::Search{"lab", "a"});
  EXPECT_THAT(ana_.Hears(), ElementsAre("error internal"));
}

}  // namespace
}  // namespace parley::test
