// A host stays host: whoever lost the connection is awaited, and whoever comes back is host again.

#include <gmock/gmock.h>

#include "common/base/limits.h"
#include "tests/server/hub/house.h"

namespace parley::test {
namespace {

using protocol::Action;
using protocol::Role;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Duration kAlmost = limits::kHostAwaited - milliseconds(1);

class HostReturnTest : public testing::Test {
 protected:
  // Another connection of the same person.
  Person Again(const Person& person) {
    Person again = house_.Connects();
    again.ComeBack(person.token());
    again.Hears();
    return again;
  }
  Person Rejoins(const Person& person) {
    Person again = Again(person);
    again.Join("lab");
    return again;
  }
  Role RoleIn(const std::string& room, Person& person) {
    person.Join(room);
    return person.Gets<protocol::Joined>().role;
  }

  House house_;
  Person ana_ = house_.GuestIn("lab", "Ana");
};

// --- The minute ---

TEST_F(HostReturnTest, NobodySucceedsADisconnectedHostForAMinute) {
  for (const char* reason : {"lost", "left"}) {
    House house;
    Person ana = house.GuestIn("lab", "Ana");
    Person ben = house.GuestIn("lab", "Ben");
    Person cyn = house.GuestIn("lab", "Cyn");
    ana.Vanish(reason);
    house.Quiet();
    house.Pass(kAlmost);
    EXPECT_THAT(ben.Hears(), IsEmpty());
    EXPECT_FALSE(house.hub().NextDeadline() > house.now().monotonic + milliseconds(1));
    house.Pass(milliseconds(1));
    EXPECT_THAT(ben.Hears(), ElementsAre("lab = Ben (host)"));
    EXPECT_THAT(cyn.Hears(), ElementsAre("lab = Ben (host)"));
    EXPECT_FALSE(house.hub().NextDeadline());
  }
}

TEST_F(HostReturnTest, AHostWhoReturnsWithinTheMinuteIsStillHost) {
  Person ben = house_.GuestIn("lab", "Ben");
  ana_.Vanish();
  house_.Pass(kAlmost);
  house_.Quiet();
  Person again = Rejoins(ana_);
  EXPECT_THAT(again.Hears(), ElementsAre("joined lab as host with Ben Ana", "lab + Ana (host)"));
  EXPECT_THAT(ben.Hears(), ElementsAre("lab + Ana (host)"));
  house_.Pass(seconds(1));
  EXPECT_THAT(ben.Hears(), IsEmpty());
  again.Leave("lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("lab - Ana (left)", "lab = Ben (host)"));
}

TEST_F(HostReturnTest, TheFirstInAnEmptyRoomIsNotHostWithinTheMinute) {
  ana_.Vanish();
  Person ben = house_.Guest("Ben");
  EXPECT_EQ(RoleIn("lab", ben), Role::kGuest);
  Person cyn = house_.GuestIn("lab", "Cyn");
  house_.Quiet();
  house_.Pass(limits::kHostAwaited);
  EXPECT_THAT(cyn.Hears(), ElementsAre("lab = Ben (host)"));
  Person dan = house_.Guest("Dan");
  EXPECT_EQ(RoleIn("lab", dan), Role::kGuest);
}

TEST_F(HostReturnTest, ARoomThatStayedEmptyForAMinuteMakesTheNextJoinerHost) {
  ana_.Say("lab", "so that it stays");
  ana_.Vanish();
  house_.Pass(limits::kHostAwaited);
  Person ben = house_.Guest("Ben");
  EXPECT_EQ(RoleIn("lab", ben), Role::kHost);
}

TEST_F(HostReturnTest, TheMinuteOfOneHostHoldsWhenAnotherOneLeaves) {
  Person ben = house_.GuestIn("lab", "Ben");
  Person cyn = house_.GuestIn("lab", "Cyn");
  ana_.Moderate("lab", Action::kPromote, ben);
  ana_.Vanish();
  house_.Pass(seconds(50));
  ben.Leave("lab");
  house_.Quiet();
  house_.Pass(seconds(10) - milliseconds(1));
  EXPECT_THAT(cyn.Hears(), IsEmpty());
  house_.Pass(milliseconds(1));
  EXPECT_THAT(cyn.Hears(), ElementsAre("lab = Cyn (host)"));
}

TEST_F(HostReturnTest, TheEndOfOneSessionOfAHostChangesNothing) {
  Person ben = house_.GuestIn("lab", "Ben");
  Person second = Rejoins(ana_);
  EXPECT_THAT(second.Hears(), Contains("lab + Ana (host)"));
  ana_.Vanish();
  EXPECT_FALSE(house_.hub().NextDeadline()) << "nobody is missed";
  house_.Quiet();
  second.Leave("lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("lab - Ana (left)", "lab = Ben (host)"));
}

TEST_F(HostReturnTest, AHostByRightIsAwaitedToo) {
  Person teacher = house_.Account("Teacher", Role::kHost);
  teacher.Join("den");
  Person ben = house_.GuestIn("den", "Ben");
  teacher.Vanish();
  house_.Quiet();
  house_.Pass(kAlmost);
  EXPECT_THAT(ben.Hears(), IsEmpty());
  house_.Pass(milliseconds(1));
  EXPECT_THAT(ben.Hears(), ElementsAre("den = Ben (host)"));
}

TEST_F(HostReturnTest, ALockHoldsForTheMinuteButNotForTheReturningHost) {
  ana_.Moderate("lab", Action::kLock);
  ana_.Vanish();
  Person ben = house_.Guest("Ben");
  ben.Join("lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("error room_locked"));
  Person again = Rejoins(ana_);
  EXPECT_EQ(again.Gets<protocol::Joined>().role, Role::kHost);
  again.Vanish();
  house_.Pass(limits::kHostAwaited);
  ben.Join("lab");
  EXPECT_THAT(ben.Hears(), Contains("joined lab as host with Ben"));
}

// --- Coming back later ---

TEST_F(HostReturnTest, AStandInHostStepsDownWhenTheHostReturns) {
  Person ben = house_.GuestIn("lab", "Ben");
  ana_.Leave("lab");
  house_.Quiet();
  ana_.Join("lab");
  EXPECT_THAT(ana_.Hears(),
              ElementsAre("joined lab as host with Ben Ana", "lab + Ana (host)", "lab = Ben (guest)"));
  EXPECT_THAT(ben.Hears(), ElementsAre("lab + Ana (host)", "lab = Ben (guest)"));
  ben.Leave("lab");
  EXPECT_EQ(RoleIn("lab", ben), Role::kGuest) << "who stepped down was no more than a stand-in";
}

TEST_F(HostReturnTest, AStandInHostWithAnAccountStepsDownToo) {
  Person ben = house_.AccountIn("lab", "Ben");
  ana_.Vanish();
  house_.Pass(limits::kHostAwaited);
  house_.Quiet();
  Rejoins(ana_);
  EXPECT_THAT(ben.Hears(), ElementsAre("lab + Ana (host)", "lab = Ben (member)"));
}

TEST_F(HostReturnTest, APromotedOrEarlierHostDoesNotStepDown) {
  Person ben = house_.GuestIn("lab", "Ben");
  Person cyn = house_.GuestIn("lab", "Cyn");
  ana_.Leave("lab");
  ben.Moderate("lab", Action::kPromote, cyn);
  cyn.Leave("lab");
  house_.Quiet();
  cyn.Join("lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("lab + Cyn (host)")) << "Ben was host before Cyn";
  ana_.Join("lab");
  EXPECT_THAT(cyn.Hears(), Contains("lab = Ben (guest)"));
  cyn.Moderate("lab", Action::kTopic, "Optics");
  EXPECT_THAT(cyn.Hears(), Contains("ok"));
}

TEST_F(HostReturnTest, ADemotedRemovedOrBannedHostIsNotHostAgain) {
  for (const Action action : {Action::kDemote, Action::kKick, Action::kBan}) {
    House house;
    Person ana = house.GuestIn("lab", "Ana");
    Person ben = house.GuestIn("lab", "Ben");
    ana.Moderate("lab", Action::kPromote, ben);
    ana.Moderate("lab", action, ben);
    if (action == Action::kBan) ana.Moderate("lab", Action::kUnban, "Ben");
    ben.Leave("lab");
    ben.Join("lab");
    EXPECT_EQ(ben.Gets<protocol::Joined>().role, Role::kGuest) << ToString(action);
  }
}

TEST_F(HostReturnTest, AStandInGuestIsNotHostBesideAHostByRight) {
  Person teacher = house_.AccountIn("lab", "Teacher", Role::kHost);
  teacher.Leave("lab");
  house_.Quiet();
  house_.GuestIn("lab", "Ben");
  ana_.Leave("lab");  // Ben follows
  teacher.Join("lab");
  EXPECT_EQ(RoleIn("lab", ana_), Role::kGuest) << "a guest who was only the first, beside a host by right";
  teacher.Leave("lab");
  ana_.Leave("lab");
  EXPECT_EQ(RoleIn("lab", ana_), Role::kHost) << "but nobody told her to step down";
}

TEST_F(HostReturnTest, ARightThatHasEndedMakesNobodyHost) {
  Person teacher = house_.AccountIn("lab", "Teacher", Role::kHost);
  teacher.Leave("lab");
  Identity member = *house_.hub().Find(teacher.peer())->identity;
  member.role = Role::kMember;
  teacher.Vanish();
  Person later = house_.Connects();
  later.ComeBack(house_.accounts().Invite(member));
  EXPECT_EQ(RoleIn("lab", later), Role::kMember);
}

TEST_F(HostReturnTest, AnotherGuestOfTheNameIsNotHost) {
  house_.GuestIn("lab", "Ben");
  ana_.Vanish();
  Person other = house_.Guest("Ana");
  EXPECT_EQ(RoleIn("lab", other), Role::kGuest);
}

// --- A restart ---

class RestartTest : public testing::Test {
 protected:
  // A guest who is the same as one of another house.
  static Person Known(House& house, const Identity& identity) {
    Person person = house.Connects();
    person.ComeBack(house.accounts().Invite(identity));
    person.Hears();
    return person;
  }
  // The guests of two houses would be the same ones otherwise.
  static void ComeStrangers(House& house) {
    for (const char* name : {"Stranger 1", "Stranger 2"}) house.Guest(name).Vanish();
  }
  static Identity Of(House& house, const Person& person) {
    return *house.hub().Find(person.peer())->identity;
  }
};

TEST_F(RestartTest, AHostBeforeTheRestartIsAwaitedAndIsHostAgain) {
  House before;
  Person ana = before.GuestIn("lab", "Ana");
  const Identity identity = Of(before, ana);
  House after({}, 1'000, {before.saves().back()});
  ComeStrangers(after);
  Person ben = after.Guest("Ben");
  ben.Join("lab");
  EXPECT_EQ(ben.Gets<protocol::Joined>().role, Role::kGuest);
  Person again = Known(after, identity);
  again.Join("lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("lab + Ana (host)"));
  after.Pass(limits::kHostAwaited);
  EXPECT_THAT(ben.Hears(), IsEmpty());
}

TEST_F(RestartTest, TheMinuteBeginsWithTheServer) {
  House before;
  Person ana = before.GuestIn("lab", "Ana");
  ana.Moderate("lab", Action::kLock);
  ana.Vanish();
  House after({}, 1'000, {before.saves().back()});
  ComeStrangers(after);
  after.Pass(kAlmost);
  Person ben = after.Guest("Ben");
  ben.Join("lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("error room_locked"));
  after.Pass(milliseconds(1));
  ben.Join("lab");
  EXPECT_THAT(ben.Hears(), Contains("joined lab as host with Ben"));
}

TEST_F(RestartTest, AHostWhoHadLeftIsNotAwaitedButIsHostAgain) {
  House before;
  Person ana = before.GuestIn("lab", "Ana");
  ana.Say("lab", "so that it stays");
  ana.Leave("lab");
  const Identity identity = Of(before, ana);
  House after({}, 1'000, {before.saves().back()});
  ComeStrangers(after);
  Person ben = after.Guest("Ben");
  ben.Join("lab");
  EXPECT_EQ(ben.Gets<protocol::Joined>().role, Role::kHost);
  Known(after, identity).Join("lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("lab + Ana (host)", "lab = Ben (guest)"));
}

TEST_F(RestartTest, APromotedHostStaysHostBesideAHostByRight) {
  House before;
  Person ana = before.GuestIn("lab", "Ana");
  Person ben = before.GuestIn("lab", "Ben");
  ana.Moderate("lab", Action::kPromote, ben);
  const Identity ana_is = Of(before, ana), ben_is = Of(before, ben);
  House after({}, 1'000, {before.saves().back()});
  ComeStrangers(after);
  after.AccountIn("lab", "Teacher", Role::kHost);
  Person ana_again = Known(after, ana_is), ben_again = Known(after, ben_is);
  ana_again.Join("lab");
  EXPECT_EQ(ana_again.Gets<protocol::Joined>().role, Role::kGuest);
  ben_again.Join("lab");
  EXPECT_EQ(ben_again.Gets<protocol::Joined>().role, Role::kHost);
}

TEST_F(RestartTest, WhereTheConfigurationNamesHostsByNowOnlyThePromotedStay) {
  House before;
  Person ana = before.GuestIn("lab", "Ana");
  const Identity identity = Of(before, ana);
  HubOptions options;
  options.listed_rooms.push_back(
      {.name = *protocol::RoomName("lab"), .rules = {.listed = true, .hosts = {"teacher"}}});
  House after(std::move(options), 1'000, {before.saves().back()});
  Person again = Known(after, identity);
  again.Join("lab");
  EXPECT_EQ(again.Gets<protocol::Joined>().role, Role::kGuest);
}

}  // namespace
}  // namespace parley::test
