// Who owns a name: whom the server has verified always gets in, and guests make place.

#include <gmock/gmock.h>

#include <string>

#include "tests/server/hub/house.h"

namespace parley::test {
namespace {

using protocol::Role;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

TEST(NamesTest, TheOwnerJoinsAndTheGuestIsRenamed) {
  House house;
  Person guest = house.GuestIn("lab", "Ms Smith");
  Person ben = house.GuestIn("lab", "Ben");
  Person owner = house.Account("Ms Smith");
  EXPECT_THAT(guest.Hears(), ElementsAre("renamed guest-1", "lab = guest-1 (host)"));
  EXPECT_THAT(ben.Hears(), ElementsAre("lab = guest-1 (host)"));
  owner.Join("lab");
  EXPECT_THAT(owner.Hears(), Contains("lab + Ms Smith (member)"));
  EXPECT_THAT(ben.Hears(), ElementsAre("lab + Ms Smith (member)"));
  guest.Say("lab", "still here");
  EXPECT_THAT(ben.Hears(), ElementsAre("lab #1 guest-1: still here"));
}

TEST(NamesTest, TheEventHasTheNameATokenAndTheReason) {
  House house;
  Person guest = house.Guest("Ana");
  const std::string before = guest.token();
  house.Account("Ana");
  const auto renamed = guest.Gets<protocol::Renamed>();
  EXPECT_EQ(renamed.name, "guest-1");
  EXPECT_EQ(renamed.reason, "name_taken");
  EXPECT_NE(renamed.token, before);
  guest.Vanish();
  Person again = house.Connects();
  again.ComeBack(renamed.token);
  EXPECT_THAT(again.Hears(), ElementsAre("welcome guest-1 (guest)"));
}

TEST(NamesTest, AGuestWhoseNameOnlyLooksLikeTheOwnersIsRenamedToo) {
  House house;
  Person guest = house.Guest("PauI");
  Person other = house.Guest("Peter");
  house.Account("Paul");
  EXPECT_THAT(guest.Hears(), ElementsAre("renamed guest-1"));
  EXPECT_THAT(other.Hears(), IsEmpty());
}

// The one spelt alike and the one that looks alike are two.
TEST(NamesTest, EveryGuestInTheWayIsRenamed) {
  House house;
  Person same = house.Guest("ivan");
  Person alike = house.Guest("lvan");
  house.Account("Ivan");
  EXPECT_THAT(same.Hears(), ElementsAre(testing::StartsWith("renamed guest-")));
  EXPECT_THAT(alike.Hears(), ElementsAre(testing::StartsWith("renamed guest-")));
}

TEST(NamesTest, AllSessionsOfTheGuestAreRenamedAlike) {
  House house;
  Person first = house.GuestIn("lab", "Ana");
  Person second = house.Connects();
  second.ComeBack(first.token());
  second.Hears();
  house.Account("Ana");
  EXPECT_THAT(first.Hears(), ElementsAre("renamed guest-1", "lab = guest-1 (host)"));
  EXPECT_THAT(second.Hears(), ElementsAre("renamed guest-1"));
  Person third = house.Connects();
  third.ComeBack(first.token());
  EXPECT_THAT(third.Hears(), ElementsAre("welcome guest-1 (guest)"));
}

TEST(NamesTest, TheAuthorStaysTheSameSoThatResendingIsExactlyOnce) {
  House house;
  Person guest = house.GuestIn("lab", "Ana");
  Person ben = house.GuestIn("lab", "Ben");
  guest.Say("lab", "once", "x");
  const auto before = ben.Gets<protocol::MessageEvent>();
  Person owner = house.Account("Ana");
  house.Quiet();
  guest.Say("lab", "once", "x");
  EXPECT_THAT(guest.Hears(), ElementsAre("ok lab #1"));
  guest.Say("lab", "more");
  const auto after = ben.Gets<protocol::MessageEvent>();
  EXPECT_EQ(after.from.author, before.from.author);
  owner.Join("lab");
  EXPECT_NE(ben.Gets<protocol::MemberJoined>().member.author, before.from.author);
}

TEST(NamesTest, ATokenWhoseNameTheOwnerUsesByNowLetsTheGuestInUnderAnother) {
  House house;
  Person guest = house.Guest("Ana");
  guest.Vanish();
  house.Account("Ana");
  Person again = house.Connects();
  again.ComeBack(guest.token());
  const auto welcome = again.Gets<protocol::Welcome>();
  EXPECT_EQ(welcome.name, "guest-1");
  again.Vanish();
  Person third = house.Connects();
  third.ComeBack(welcome.token);
  EXPECT_THAT(third.Hears(), ElementsAre("welcome guest-1 (guest)")) << "its token has the new name";
}

// As after a restart, when raw peers are numbered from 1 again.
TEST(NamesTest, AGuestWhoseNumberIsAnothersByNowGetsTheNextOne) {
  House house;
  Person guest = house.Guest("Ana");
  house.Account("Ana");
  guest.Hears();
  guest.Vanish();
  house.Guest("guest-1");
  Person again = house.Connects();
  again.ComeBack(guest.token());
  EXPECT_THAT(again.Hears(), ElementsAre("welcome guest-2 (guest)"));
}

TEST(NamesTest, AGuestsNameIsStillRefusedToOthers) {
  House house;
  house.Guest("Ana");
  house.Account("Ben");
  Person other = house.Connects();
  other.Hello("Ana");
  other.Hello("Ben");
  EXPECT_THAT(other.Hears(), ElementsAre("error name_taken", "error name_taken"));
  Person vanished = house.Guest("Cyn");
  vanished.Vanish();
  house.Guest("Cyn");
  other.ComeBack(vanished.token());
  EXPECT_THAT(other.Hears(), ElementsAre("error name_taken")) << "another guest's";
}

// Between the check of a name and the login others come in.
TEST(NamesTest, TheOwnerWhoCameDuringTheCheckKeepsTheName) {
  House house;
  Person before = house.Guest("Ana");
  before.Vanish();
  house.accounts().Hold();
  Person fresh = house.Connects();
  fresh.Hello("Ana");
  Person returning = house.Connects();
  returning.ComeBack(before.token());
  Person owner = house.Account("Ana");
  house.LetLogins();
  EXPECT_THAT(fresh.Hears(), ElementsAre("welcome Ana (guest)", testing::StartsWith("renamed guest-")));
  EXPECT_THAT(returning.Hears(), ElementsAre("error name_taken")) << "a guest had it at that moment";
  owner.Join("lab");
  EXPECT_THAT(owner.Hears(), Contains("joined lab as host with Ana"));
}

TEST(NamesTest, ARawPeerIsRenamedWithoutANotice) {
  House house;
  Person ben = house.GuestIn("lobby", "Ben");
  Person raw = house.RawPeer();
  ben.Hears();
  house.Account("guest-1");
  EXPECT_THAT(ben.Hears(), ElementsAre("lobby = guest-2 (guest)"));
  EXPECT_THAT(raw.Hears(), IsEmpty());
  raw.SendRaw("hi", {"hi"});
  EXPECT_THAT(ben.Hears(), ElementsAre("lobby #1 guest-2: hi"));
}

TEST(NamesTest, HostsSeeTheNewNameOfAWaitingGuest) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  ana.Moderate("lab", protocol::Action::kWaitingRoom, "on");
  Person ben = house.Guest("Ben");
  ben.Join("lab");
  house.Quiet();
  house.Account("Ben");
  EXPECT_THAT(ana.Hears(), ElementsAre("lab waiting: guest-1"));
}

TEST(NamesTest, ALargeRoomHearsOfItToo) {
  House house;
  Person ana = house.GuestIn("hall", "Ana");
  for (int i = 0; i < 300; ++i) house.GuestIn("hall", "P" + std::to_string(i));
  house.Quiet();
  house.Account("P7");
  EXPECT_THAT(ana.Hears(), ElementsAre("hall = guest-1 (guest)"));
}

TEST(NamesTest, TwoAccountsMayHaveNamesThatLookAlike) {
  House house;
  Person paul = house.Account("Paul");
  Person other = house.Account("PauI");
  EXPECT_THAT(paul.Hears(), IsEmpty());
  EXPECT_THAT(other.id(), Not(IsEmpty()));
}

// The second session spells the name so that it looks otherwise; nothing is left when both have gone.
TEST(NamesTest, SessionsOfOneAccountMaySpellItsNameDifferently) {
  House house;
  const auto come = [&](const char* name) {
    Person person = house.Connects();
    person.ComeBack(house.accounts().Invite({.key = "account:ivan",
                                             .name = *protocol::PersonName(name),
                                             .role = Role::kMember,
                                             .only_room = {}}));
    return person;
  };
  Person first = come("Ivan");
  Person second = come("ivan");
  first.Vanish();
  second.Vanish();
  for (const char* name : {"Ivan", "lvan"}) {
    Person guest = house.Connects();
    guest.Hello(name);
    EXPECT_THAT(guest.Hears(), ElementsAre(testing::StartsWith("welcome"))) << name;
    guest.Vanish();
  }
}

}  // namespace
}  // namespace parley::test
