// Presence in rooms of more than 256 members, and when they shrink again.

#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <random>
#include <set>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "common/base/limits.h"
#include "tests/server/hub/house.h"

namespace parley::test {
namespace {

using protocol::Action;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

class LargeRoomTest : public testing::Test {
 protected:
  // P1, the host, to P<count>; a while later, so that the count may be told at once.
  void Fill(std::size_t count) {
    while (people_.size() < count) {
      people_.push_back(house_.Guest("P" + std::to_string(people_.size() + 1)));
      people_.back().Join("hall");
      house_.Quiet();
    }
    house_.Pass(seconds(1));  // the last count
    house_.Pass(seconds(1));
    house_.Quiet();
  }
  Person& P(std::size_t number) { return people_[number - 1]; }

  House house_;
  std::vector<Person> people_;
};

// As the one who joins reads it.
std::vector<protocol::MemberInfo> MembersIn(const protocol::Joined& joined) {
  return std::get<protocol::Joined>(protocol::DecodeEvent(protocol::EncodeEvent(joined))->event).members;
}

std::set<std::string> NamesIn(const protocol::Joined& joined) {
  std::set<std::string> names;
  for (const auto& member : MembersIn(joined)) names.insert(member.name);
  return names;
}

TEST_F(LargeRoomTest, UpTo256EveryoneIsListedAndAnnounced) {
  Fill(255);
  Person last = house_.Guest("Last");
  last.Join("hall");
  EXPECT_THAT(P(1).Hears(), ElementsAre("hall + Last (guest)"));
  const auto joined = last.Gets<protocol::Joined>();
  EXPECT_EQ(joined.count, 256u);
  EXPECT_EQ(NamesIn(joined).size(), 256u);
}

TEST_F(LargeRoomTest, The257thIsCountedAndNoLongerAnnounced) {
  Fill(256);
  Person last = house_.Guest("Last");
  last.Join("hall");
  EXPECT_THAT(P(1).Hears(), ElementsAre("hall is 257"));
  const auto joined = last.Gets<protocol::Joined>();
  EXPECT_EQ(joined.count, 257u);
  EXPECT_EQ(MembersIn(joined).size(), 256u);
  EXPECT_TRUE(NamesIn(joined).contains("Last"));
  EXPECT_TRUE(NamesIn(joined).contains("P1")) << "the host";
  EXPECT_FALSE(NamesIn(joined).contains("P2")) << "the oldest of the others";
}

TEST_F(LargeRoomTest, ListsHostsTheCallAndHandsBeforeTheNewest) {
  Fill(300);
  P(3).Show("hall", "call");
  P(4).Show("hall", "hand");
  P(1).Moderate("hall", Action::kPromote, P(5));
  Person last = house_.Guest("Last");
  last.Join("hall");
  const auto joined = last.Gets<protocol::Joined>();
  EXPECT_EQ(joined.count, 301u);
  auto names = NamesIn(joined);
  EXPECT_EQ(names.size(), 256u);
  for (const char* name : {"Last", "P1", "P5", "P3", "P4"}) EXPECT_EQ(names.erase(name), 1u) << name;
  // Room for 251 of the newest: P50 to P300.
  EXPECT_FALSE(names.contains("P49"));
  EXPECT_TRUE(names.contains("P50"));
  EXPECT_TRUE(names.contains("P300"));
}

TEST_F(LargeRoomTest, HostsComeBeforeTheCallAndTheCallBeforeHands) {
  Fill(300);
  for (std::size_t i = 2; i <= 200; ++i) P(i).Show("hall", "hand");
  for (std::size_t i = 201; i <= 300; ++i) P(i).Show("hall", "call");
  Person last = house_.Guest("Last");
  last.Join("hall");
  const auto names = NamesIn(last.Gets<protocol::Joined>());
  EXPECT_TRUE(names.contains("P1"));
  for (std::size_t i = 201; i <= 300; ++i) EXPECT_TRUE(names.contains("P" + std::to_string(i)));
  EXPECT_TRUE(names.contains("P200")) << "the newest of those with a hand up";
  EXPECT_FALSE(names.contains("P2"));
}

// Whom one who comes to the lobby last is to be shown, by the rule and nothing else.
std::set<std::string> ByTheRule(const Room& room) {
  std::vector<const Seat*> seats;
  for (const Seat& seat : room.seats()) seats.push_back(&seat);
  const auto newest = std::ranges::max_element(seats, {}, &Seat::order);
  const auto rank = [newcomer = *newest](const Seat* seat) {
    if (seat == newcomer) return 0;
    if (seat->host || seat->member->admin()) return 1;
    return seat->flags.call ? 2 : seat->flags.hand ? 3 : 4;
  };
  std::ranges::sort(seats, std::ranges::greater(), &Seat::order);
  std::ranges::stable_sort(seats, {}, rank);
  std::set<std::string> names;
  for (std::size_t i = 0; i < limits::kListedMembers; ++i)
    names.insert(seats[i]->member->identity->name.shown);
  return names;
}

// The list is kept from one to the next: it must not show what was.
TEST_F(LargeRoomTest, TheListFollowsTheRuleAfterAnyEvents) {
  std::mt19937 random(7);
  const auto pick = [&] { return people_[random() % people_.size()]; };
  for (int i = 0; i < 500; ++i) {
    people_.push_back(i % 50 == 49 ? house_.Account("A" + std::to_string(i), protocol::Role::kAdmin)
                                   : house_.Guest("P" + std::to_string(i)));
    Person newcomer = people_.back();
    newcomer.Join("lobby");
    const auto members = MembersIn(newcomer.Gets<protocol::Joined>());
    if (i < 256) continue;
    std::unordered_map<std::string, const Seat*> seats;
    for (const Seat& seat : house_.hub().lobby().seats()) seats.emplace(seat.member->id, &seat);
    std::set<std::string> names;
    for (const auto& member : members) {
      names.insert(member.name);
      ASSERT_TRUE(seats.contains(member.id)) << "somebody who has left";
      const Seat* seat = seats[member.id];
      EXPECT_EQ(member.hand, seat->flags.hand);
      EXPECT_EQ(member.muted, seat->muted);
      EXPECT_EQ(member.role, seat->role());
    }
    ASSERT_EQ(names, ByTheRule(house_.hub().lobby())) << i;
    switch (random() % 12) {
      case 0:
        pick().Show("lobby", "hand");
        break;
      case 1:
        pick().Show("lobby", "-hand");
        break;
      case 2:
        pick().Show("lobby", "call");
        break;
      case 3:
        pick().Leave("lobby");
        break;
      case 4:
        people_[0].Moderate("lobby", Action::kMute, pick());
        break;
      case 5:
        people_[0].Moderate("lobby", Action::kPromote, pick());
        break;
      case 6:
        people_[0].Moderate("lobby", Action::kDemote, pick());
        break;
      case 7:
        house_.RawPeer();
        break;
      default:
        break;
    }
    house_.Quiet();
  }
}

TEST_F(LargeRoomTest, TheCountComesAtMostOnceASecond) {
  Fill(300);
  for (int i = 0; i < 5; ++i) house_.Guest("Q" + std::to_string(i)).Join("hall");
  EXPECT_THAT(P(1).Hears(), ElementsAre("hall is 301"));
  ASSERT_TRUE(house_.hub().NextDeadline());
  EXPECT_EQ(*house_.hub().NextDeadline(), house_.now().monotonic + seconds(1));
  house_.Pass(milliseconds(999));
  EXPECT_THAT(P(1).Hears(), IsEmpty());
  house_.Pass(milliseconds(1));
  EXPECT_THAT(P(1).Hears(), ElementsAre("hall is 305"));
  EXPECT_FALSE(house_.hub().NextDeadline());
  house_.Pass(seconds(10));
  EXPECT_THAT(P(1).Hears(), IsEmpty()) << "nothing changed";
  P(300).Leave("hall");
  EXPECT_THAT(P(1).Hears(), ElementsAre("hall is 304"));
}

TEST_F(LargeRoomTest, OnlyTheProminentMakeMemberEvents) {
  Fill(300);
  P(300).Show("hall", "video");
  EXPECT_THAT(P(300).Hears(), ElementsAre("ok", "hall = P300 (guest video)"));
  EXPECT_THAT(P(1).Hears(), IsEmpty());
  P(300).Show("hall", "hand");
  P(300).Show("hall", "-hand");
  P(300).Show("hall", "-video");
  EXPECT_THAT(P(1).Hears(), ElementsAre("hall = P300 (guest video hand)", "hall = P300 (guest video)"))
      << "that the hand is down again is told, too";
}

TEST_F(LargeRoomTest, OnlyAnAnnouncedMemberIsAnnouncedOnLeaving) {
  Fill(300);
  P(299).Show("hall", "hand");
  house_.Quiet();
  P(299).Leave("hall");
  EXPECT_THAT(P(1).Hears(), Contains("hall - P299 (left)"));
  P(298).Leave("hall");
  EXPECT_THAT(P(1).Hears(), Not(Contains("hall - P298 (left)"))) << "was never announced";
  P(2).Leave("hall");
  EXPECT_THAT(P(1).Hears(), Contains("hall - P2 (left)")) << "came while the room was small";
}

TEST_F(LargeRoomTest, ARemovedMemberIsNotifiedThoughTheOthersAreNot) {
  Fill(300);
  P(1).Moderate("hall", Action::kKick, P(300));
  EXPECT_THAT(P(300).Hears(), ElementsAre("hall - P300 (kicked)"));
  EXPECT_THAT(P(1).Hears(), ElementsAre("ok", "hall is 299"));
}

TEST_F(LargeRoomTest, WhenItIsSmallAgainEveryoneKnowsEveryone) {
  Fill(258);
  // What P258 knows: P1 and the newest 255.
  Person witness = house_.Guest("Witness");
  witness.Join("hall");
  std::set<std::string> known = NamesIn(witness.Gets<protocol::Joined>());
  ASSERT_EQ(known.size(), 256u);
  house_.Quiet();
  for (const std::size_t leaver : {100U, 101U, 102U}) P(leaver).Leave("hall");

  // P2 knew everyone but those who came to a large room.
  EXPECT_THAT(P(2).Hears(), testing::IsSupersetOf(
                                {"hall + P257 (guest)", "hall + P258 (guest)", "hall + Witness (guest)"}));
  EXPECT_THAT(P(3).Hears(), Not(Contains("hall + P4 (guest)"))) << "knew that already";
  for (const std::string& word : witness.Hears()) {
    const std::string name = word.substr(7, word.find(' ', 7) - 7);
    if (word.starts_with("hall + ")) known.insert(name);
    if (word.starts_with("hall - ")) known.erase(name);
  }
  for (std::size_t i = 1; i <= 258; ++i) {
    const bool there = i < 100 || i > 102;
    EXPECT_EQ(known.contains("P" + std::to_string(i)), there) << i;
  }
  EXPECT_EQ(known.size(), 256u);
}

TEST_F(LargeRoomTest, InARoomThatIsSmallAgainEachJoinIsAnEvent) {
  Fill(257);
  P(257).Leave("hall");
  house_.Quiet();
  P(2).Show("hall", "video");
  EXPECT_THAT(P(1).Hears(), ElementsAre("hall = P2 (guest video)"));
  P(2).Leave("hall");
  P(2).Join("hall");
  EXPECT_THAT(P(1).Hears(), ElementsAre("hall - P2 (left)", "hall + P2 (guest)"));
}

TEST_F(LargeRoomTest, ALargeRoomThatEmptiesAtOnceTroublesNobody) {
  Fill(300);
  for (Person& person : people_) person.Vanish();
  house_.Pass(limits::kHostAwaited);
  Person ana = house_.Guest("Ana");
  ana.Ask(protocol::Rooms{});
  EXPECT_THAT(ana.Hears(), ElementsAre("rooms"));
}

}  // namespace
}  // namespace parley::test
