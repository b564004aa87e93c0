// Raw peers in the lobby, as the hub sees them.

#include <gmock/gmock.h>

#include "tests/server/hub/house.h"

namespace parley::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class RawTest : public testing::Test {
 protected:
  House house_;
  Person ana_ = house_.GuestIn("lobby", "Ana");
};

TEST_F(RawTest, IsAGuestInTheLobbyWithANumber) {
  Person raw = house_.RawPeer();
  EXPECT_THAT(ana_.Hears(), ElementsAre("lobby + guest-1 (guest)"));
  EXPECT_THAT(raw.Hears(), IsEmpty());
  raw.Vanish("left");
  EXPECT_THAT(ana_.Hears(), ElementsAre("lobby - guest-1 (left)"));
  house_.RawPeer();
  EXPECT_THAT(ana_.Hears(), ElementsAre("lobby + guest-2 (guest)"));
}

TEST_F(RawTest, NumbersThatAreTakenAreLeftOut) {
  house_.Guest("GUEST-1");
  house_.RawPeer();
  EXPECT_THAT(ana_.Hears(), ElementsAre("lobby + guest-2 (guest)"));
  Person other = house_.Connects();
  other.Hello("Guest-2");
  EXPECT_THAT(other.Hears(), ElementsAre("error name_taken"));
}

TEST_F(RawTest, ItsBytesGoToRawPeersAndItsTextToTheOthersNeverToItself) {
  Person raw = house_.RawPeer();
  Person other = house_.RawPeer();
  house_.Quiet();
  raw.SendRaw("hi\xff\n", {"hi\uFFFD"});
  EXPECT_THAT(ana_.Hears(), ElementsAre("lobby #1 guest-1: hi\uFFFD"));
  EXPECT_THAT(other.Hears(), ElementsAre("bytes hi\xff\n"));
  EXPECT_THAT(raw.Hears(), IsEmpty());
}

TEST_F(RawTest, AReadWithoutTextIsForRawPeersOnly) {
  Person raw = house_.RawPeer();
  Person other = house_.RawPeer();
  house_.Quiet();
  raw.SendRaw("\n", {});
  raw.SendRaw("long", {"lo", "ng"});
  EXPECT_THAT(other.Hears(), ElementsAre("bytes \n", "bytes long"));
  EXPECT_THAT(ana_.Hears(), ElementsAre("lobby #1 guest-1: lo", "lobby #2 guest-1: ng"));
}

TEST_F(RawTest, HearsChatAndNothingElse) {
  Person ben = house_.GuestIn("lab", "Ben");
  Person raw = house_.RawPeer();
  ana_.Say("lobby", "hi");
  ana_.Show("lobby", "hand");
  ben.Say("lab", "not here");
  ben.Join("lobby");
  ana_.Leave("lobby");
  ben.Say("lobby", "hello");
  EXPECT_THAT(raw.Hears(), ElementsAre("Ana: hi", "Ben: hello"));
}

TEST_F(RawTest, AMessageThatCannotBeStoredReachesNobody) {
  Person raw = house_.RawPeer();
  Person other = house_.RawPeer();
  house_.Quiet();
  house_.FailLog();
  raw.SendRaw("hi\n", {"hi"});
  EXPECT_THAT(ana_.Hears(), IsEmpty());
  EXPECT_THAT(other.Hears(), IsEmpty());
  EXPECT_THAT(raw.Hears(), ElementsAre("told: Your message could not be stored. Send it again later."));
  raw.SendRaw("again\n", {"again"});
  EXPECT_THAT(ana_.Hears(), ElementsAre("lobby #1 guest-1: again"));
}

TEST_F(RawTest, IsNotLetInWhereGuestsAreNot) {
  House house({.guests = false, .ice_servers = {}});
  EXPECT_THAT(house.RawPeer().Hears(), ElementsAre("closed: This server requires a login."));
}

}  // namespace
}  // namespace parley::test
