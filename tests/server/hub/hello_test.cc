// Hello: names, guests and their tokens.

#include <gmock/gmock.h>

#include <chrono>
#include <string>

#include "tests/server/hub/house.h"

namespace parley::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

TEST(HelloTest, WelcomesAGuest) {
  House house({.server = "parley/test", .ice_servers = {}});
  Person ana = house.Connects();
  ana.Hello("Ana");
  const auto welcome = ana.Gets<protocol::Welcome>();
  EXPECT_EQ(welcome.name, "Ana");
  EXPECT_EQ(welcome.role, protocol::Role::kGuest);
  EXPECT_EQ(welcome.server, "parley/test");
  EXPECT_THAT(welcome.id, Not(IsEmpty()));
  EXPECT_THAT(welcome.token, Not(IsEmpty()));
}

TEST(HelloTest, IdsAndTokensAreFreshForEachConnection) {
  House house;
  Person ana = house.Guest("Ana");
  Person again = house.Connects();
  again.ComeBack(ana.token());
  EXPECT_NE(again.id(), ana.id());
  EXPECT_NE(again.token(), ana.token());
}

TEST(HelloTest, WelcomeListsTheFeaturesOfTheServer) {
  House house({.features = {"edit", "poll"}, .ice_servers = {}});
  Person ana = house.Connects();
  ana.Hello("Ana");
  EXPECT_THAT(ana.Gets<protocol::Welcome>().features, ElementsAre("edit", "poll"));
}

TEST(HelloTest, ShowsTheNameInNfc) {
  House house;
  Person zoe = house.Connects();
  zoe.Hello("Zoe\u0308");  // a combining diaeresis
  EXPECT_EQ(zoe.Gets<protocol::Welcome>().name, "Zo\u00eb");
}

TEST(HelloTest, NamesThatOnlyLookDifferentAreTaken) {
  House house;
  house.Guest("Stra\u00dfe");
  for (const char* name : {"Stra\u00dfe", "STRASSE", "strasse", "\uff33\uff54\uff52asse"}) {
    Person other = house.Connects();
    other.Hello(name);
    EXPECT_THAT(other.Hears(), ElementsAre("error name_taken")) << name;
  }
}

TEST(HelloTest, ANameThatLooksLikeAnothersIsTakenForAsLongAsThatOneIsHere) {
  House house;
  Person paul = house.Guest("Paul");
  Person other = house.Connects();
  for (const char* name : {"PauI", "pau1", "\u0420\u0430u1"}) {
    other.Hello(name);
    EXPECT_THAT(other.Hears(), ElementsAre("error name_taken")) << name;
  }
  paul.Vanish();
  other.Hello("PauI");
  EXPECT_THAT(other.Hears(), ElementsAre("welcome PauI (guest)"));
}

TEST(HelloTest, ANameIsFreeAgainWhenItsLastSessionIsGone) {
  House house;
  Person ana = house.Guest("Ana");
  Person second = house.Connects();
  second.ComeBack(ana.token());
  Person other = house.Connects();
  ana.Vanish();
  other.Hello("Ana");
  EXPECT_THAT(other.Hears(), ElementsAre("error name_taken"));
  second.Vanish();
  other.Hello("Ana");
  EXPECT_THAT(other.Hears(), ElementsAre("welcome Ana (guest)"));
}

TEST(HelloTest, ARefusedPersonMayTryAgain) {
  House house;
  Person ana = house.Connects();
  ana.Hello(" Ana");
  ana.Hello("A\nna");
  ana.Hello("");
  ana.Hello("Ana");
  EXPECT_THAT(ana.Hears(), ElementsAre("error name_invalid", "error name_invalid", "error name_invalid",
                                       "welcome Ana (guest)"));
}

TEST(HelloTest, GuestsMayBeKeptOut) {
  House house({.guests = false, .ice_servers = {}});
  Person ana = house.Connects();
  ana.Hello("Ana");
  EXPECT_THAT(ana.Hears(), ElementsAre("error login_required"));
}

TEST(HelloTest, AnUnknownUserIsToldNoMoreThanThatTheCredentialsAreBad) {
  House house;
  Person ana = house.Connects();
  ana.Ask(protocol::Hello{.name = {}, .user = "Ana", .password = "secret", .token = {}, .agent = {}});
  EXPECT_THAT(ana.Hears(), ElementsAre("error bad_credentials"));
}

TEST(HelloTest, ATokenBringsTheNameBackAndEndsNoOtherSession) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  Person ben = house.GuestIn("lab", "Ben");
  Person again = house.Connects();
  again.ComeBack(ana.token());
  EXPECT_THAT(again.Hears(), ElementsAre("welcome Ana (guest)"));
  ben.Say("lab", "both?");
  EXPECT_THAT(ana.Hears(), ElementsAre("lab #1 Ben: both?"));
}

TEST(HelloTest, EveryTokenOfAnIdentityIsGoodForAsLongAsItLives) {
  House house;
  Person first = house.Guest("Ana");
  first.Vanish();
  Person second = house.Connects();
  second.ComeBack(first.token());
  second.Vanish();
  for (const auto& token : {first.token(), second.token()}) {
    Person third = house.Connects();
    third.ComeBack(token);
    EXPECT_THAT(third.Hears(), ElementsAre("welcome Ana (guest)"));
  }
}

TEST(HelloTest, ATokenNobodyGaveIsBad) {
  House house;
  Person ana = house.Connects();
  ana.ComeBack("made-up");
  ana.ComeBack("");
  EXPECT_THAT(ana.Hears(), ElementsAre("error bad_credentials", "error bad_credentials"));
}

TEST(HelloTest, ATokenDoesNotTakeTheNameBackFromItsPresentOwner) {
  House house;
  Person ana = house.Guest("Ana");
  ana.Vanish();
  Person other = house.Guest("ana");
  Person again = house.Connects();
  again.ComeBack(ana.token());
  EXPECT_THAT(again.Hears(), ElementsAre("error name_taken"));
  other.Vanish();
  again.ComeBack(ana.token());
  EXPECT_THAT(again.Hears(), ElementsAre("welcome Ana (guest)"));
}

TEST(HelloTest, AnAccountHasTheRoleItWasGivenInEachOfItsSessions) {
  House house;
  house.accounts().Add("Ana", "secret", protocol::Role::kAdmin);
  const protocol::Hello hello{.name = {}, .user = "Ana", .password = "secret", .token = {}, .agent = {}};
  Person first = house.Connects();
  first.Ask(hello);
  Person second = house.Connects();
  second.Ask(hello);
  EXPECT_THAT(first.Hears(), ElementsAre("welcome Ana (admin)"));
  EXPECT_THAT(second.Hears(), ElementsAre("welcome Ana (admin)"));
}

TEST(HelloTest, WithoutGuestsAnAccountGetsInAndAGuestsTokenDoesNot) {
  House house({.guests = false, .ice_servers = {}});
  house.accounts().Add("Ana", "secret", protocol::Role::kMember);
  Person ana = house.Connects();
  ana.Ask(protocol::Hello{.name = {}, .user = "Ana", .password = "secret", .token = {}, .agent = {}});
  EXPECT_THAT(ana.Hears(), ElementsAre("welcome Ana (member)"));
  Person guest = house.Connects();
  guest.ComeBack(
      house.accounts().Invite({.key = "guest:1", .name = *protocol::PersonName("Ben"), .only_room = {}}));
  EXPECT_THAT(guest.Hears(), ElementsAre("error login_required"));
}

TEST(HelloTest, ARequestDuringTheCheckWaitsForIt) {
  House house;
  house.accounts().Hold();
  Person ana = house.Connects();
  ana.Hello("Ana");
  const protocol::Request join = protocol::Join{"lab", {}, {}};
  EXPECT_TRUE(house.hub().IsWaiting(ana.peer()));
  EXPECT_TRUE(house.hub().MustWait(ana.peer(), &join));
  EXPECT_THAT(ana.Hears(), IsEmpty());
  house.LetLogins();
  EXPECT_FALSE(house.hub().IsWaiting(ana.peer()));
  EXPECT_THAT(ana.Hears(), ElementsAre("welcome Ana (guest)"));
}

TEST(HelloTest, OfTwoWhoAreCheckedForOneNameTheFirstGetsIt) {
  House house;
  house.accounts().Hold();
  Person ana = house.Connects();
  Person other = house.Connects();
  ana.Hello("Ana");
  other.Hello("ana");
  house.LetLogins();
  EXPECT_THAT(ana.Hears(), ElementsAre("welcome Ana (guest)"));
  EXPECT_THAT(other.Hears(), ElementsAre("error name_taken"));
}

TEST(HelloTest, APersonWhoVanishesDuringTheCheckLeavesTheNameFree) {
  House house;
  house.accounts().Hold();
  Person ana = house.Connects();
  ana.Hello("Ana");
  ana.Vanish();
  house.LetLogins();
  Person other = house.Connects();
  other.Hello("Ana");
  EXPECT_THAT(other.Hears(), ElementsAre("welcome Ana (guest)"));
}

TEST(HelloTest, ATokenForOneRoomOpensNoOther) {
  House house;
  Person ana = house.Connects();
  ana.ComeBack(house.accounts().Invite({.key = "account:ana",
                                        .name = *protocol::PersonName("Ana"),
                                        .role = protocol::Role::kMember,
                                        .only_room = "lab"}));
  ana.Join("Lab");
  ana.Join("office");
  EXPECT_THAT(ana.Hears(), ElementsAre("welcome Ana (member)", "joined Lab as host with Ana",
                                       "Lab + Ana (host)", "error forbidden"));
}

}  // namespace
}  // namespace parley::test
