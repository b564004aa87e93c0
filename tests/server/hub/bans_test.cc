// Whom a ban shuts out, and whom not.

#include <gmock/gmock.h>

#include <string>

#include "common/base/limits.h"
#include "tests/server/hub/house.h"

namespace parley::test {
namespace {

using protocol::Action;
using testing::ElementsAre;

class BansTest : public testing::Test {
 protected:
  BansTest() {
    host_.Moderate("lab", Action::kBan, ben_);
    house_.Quiet();
  }
  void BanWithAddress(const Person& whom) {
    host_.Ask(protocol::Moderate{"lab", Action::kBan, whom.id(), "address"});
  }
  // Whether somebody of that name from that address gets in.
  bool GetsIn(const std::string& name, const std::string& address) {
    Person person = house_.Guest(name, address);
    return GetsIn(person);
  }
  bool GetsIn(Person& person) {
    person.Ref("j").Join("lab");
    const bool in = person.KindOfReply("j") == "joined";
    person.Vanish();
    return in;
  }

  House house_;
  Person host_ = house_.GuestIn("lab", "Hana", "10.1.1.1");
  Person ben_ = house_.GuestIn("lab", "Ben", "10.2.2.2");
};

TEST_F(BansTest, ABannedMemberIsNotifiedAndCannotJoinAgain) {
  Person cyn = house_.GuestIn("lab", "Cyn", "10.3.3.3");
  host_.Ref("b").Moderate("lab", Action::kBan, cyn);
  EXPECT_THAT(host_.Hears(), ElementsAre("b: ok", "lab - Cyn (banned)"));
  EXPECT_THAT(cyn.Hears(), ElementsAre("lab - Cyn (banned)"));
  cyn.Join("lab");
  EXPECT_THAT(cyn.Hears(), ElementsAre("error forbidden"));
}

TEST_F(BansTest, AGuestIsKnownByTokenAndName) {
  Person by_token = house_.Connects("10.9.9.9");
  by_token.ComeBack(ben_.token());
  EXPECT_FALSE(GetsIn(by_token));
  ben_.Vanish();
  EXPECT_FALSE(GetsIn("BEN", "10.9.9.9"));
  EXPECT_TRUE(GetsIn("Somebody", "10.2.2.2")) << "a school behind one address";
}

TEST_F(BansTest, AHostMayBanTheAddressToo) {
  Person dan = house_.GuestIn("lab", "Dan", "10.4.4.4");
  BanWithAddress(dan);
  EXPECT_FALSE(GetsIn("Another", "10.4.4.4"));
  EXPECT_TRUE(GetsIn("Another", "10.9.9.9"));
  house_.Quiet();
  host_.Moderate("lab", Action::kUnban, "DAN");
  EXPECT_THAT(host_.Hears(), ElementsAre("ok"));
  EXPECT_TRUE(GetsIn("Another", "10.4.4.4"));
}

TEST_F(BansTest, ABannedAddressOrGuestNameDoesNotKeepAnAccountOut) {
  Person guest = house_.GuestIn("lab", "Dan", "10.0.0.3");
  BanWithAddress(guest);
  guest.Vanish();
  Person dan = house_.Account("Dan");  // of 10.0.0.3
  EXPECT_TRUE(GetsIn(dan));
}

TEST_F(BansTest, HostsAreShownWhoIsBanned) {
  BanWithAddress(house_.GuestIn("lab", "Dan"));
  house_.Quiet();
  host_.Ref("b").Moderate("lab", Action::kBans);
  EXPECT_THAT(host_.Hears(), ElementsAre("b: lab bans: Ben by Hana Dan and address by Hana"));
  host_.Moderate("lab", Action::kUnban, "Ben");
  host_.Moderate("lab", Action::kBans);
  const auto reply = host_.Gets<protocol::BansReply>();
  ASSERT_EQ(reply.bans.size(), 1U);
  EXPECT_EQ(reply.bans.front().time, house_.now().wall);
}

// The longest names that there are, and as many as there can be: a third more than a page of history.
TEST_F(BansTest, TheLongestListIsOfThreeHundredAndFiftyKilobytesAtMost) {
  const std::string longest(32 * 4, 'x');
  const protocol::BannedPerson person{longest, house_.now().wall, true, longest};
  const protocol::BansReply reply{"lab", std::vector(limits::kBansPerRoom, person)};
  EXPECT_LT(protocol::EncodeEvent(reply).size(), 350'000U);
}

TEST_F(BansTest, ABanAppliesToOneRoom) {
  ben_.Join("den");
  EXPECT_EQ(ben_.Gets<protocol::Joined>().room, "den");
}

TEST_F(BansTest, ABannedAddressDoesNotKeepAHostOut) {
  Person neighbour = house_.GuestIn("lab", "Nils", "10.4.4.4");
  Person host = house_.GuestIn("lab", "Cleo", "10.4.4.4");
  host_.Moderate("lab", Action::kPromote, host);
  BanWithAddress(neighbour);
  host.Leave("lab");
  EXPECT_TRUE(GetsIn(host));
  EXPECT_FALSE(GetsIn("Another", "10.4.4.4"));
}

TEST_F(BansTest, AHostBannedWithTheAddressCannotJoin) {
  Person host = house_.GuestIn("lab", "Cleo", "10.4.4.4");
  host_.Moderate("lab", Action::kPromote, host);
  BanWithAddress(host);
  EXPECT_FALSE(GetsIn(host));
}

TEST_F(BansTest, ABanRemovesEverySessionOfThePerson) {
  Person cyn = house_.GuestIn("lab", "Cyn", "10.3.3.3");
  Person second = house_.Connects("10.3.3.4");
  second.ComeBack(cyn.token());
  second.Join("lab");
  house_.Quiet();
  host_.Moderate("lab", Action::kBan, cyn);
  EXPECT_THAT(host_.Hears(), ElementsAre("ok", "lab - Cyn (banned)", "lab - Cyn (banned)"));
  EXPECT_THAT(second.Hears(), testing::Contains("lab - Cyn (banned)"));
  second.Say("lab", "hi");
  EXPECT_THAT(second.Hears(), ElementsAre("error not_in_room"));
}

TEST_F(BansTest, ARemovalAppliesToOneSession) {
  Person second = house_.Connects("10.3.3.4");
  Person cyn = house_.GuestIn("lab", "Cyn", "10.3.3.3");
  second.ComeBack(cyn.token());
  second.Join("lab");
  house_.Quiet();
  host_.Moderate("lab", Action::kKick, cyn);
  EXPECT_THAT(second.Hears(), ElementsAre("lab - Cyn (kicked)"));
  second.Say("lab", "hi");
  EXPECT_THAT(second.Hears(), ElementsAre("ok lab #1"));
}

TEST_F(BansTest, ABanIsLiftedByName) {
  host_.Moderate("lab", Action::kUnban, "Somebody");
  host_.Moderate("lab", Action::kUnban, "no\nname");
  EXPECT_THAT(host_.Hears(), ElementsAre("error no_such_member", "error no_such_member"));
  host_.Ref("u").Moderate("lab", Action::kUnban, "bEN");
  EXPECT_THAT(host_.Hears(), ElementsAre("u: ok"));
  EXPECT_TRUE(GetsIn("Somebody", "10.2.2.2"));
  EXPECT_TRUE(GetsIn(ben_));
  host_.Hears();
  host_.Moderate("lab", Action::kUnban, "Ben");
  EXPECT_THAT(host_.Hears(), ElementsAre("error no_such_member"));
}

TEST_F(BansTest, APersonBannedTwiceIsListedOnce) {
  host_.Moderate("lab", Action::kUnban, "Ben");
  ben_.Join("lab");
  host_.Moderate("lab", Action::kBan, ben_);
  Person second = house_.Connects("10.9.9.9");
  second.ComeBack(ben_.token());
  house_.Quiet();
  host_.Moderate("lab", Action::kBans);
  EXPECT_THAT(host_.Hears(), ElementsAre("lab bans: Ben by Hana"));
}

TEST_F(BansTest, BansOutliveAnEmptyRoom) {
  host_.Leave("lab");
  EXPECT_FALSE(GetsIn(ben_));
}

TEST_F(BansTest, AHostMayBanThemselvesAndIsSucceeded) {
  Person cyn = house_.GuestIn("lab", "Cyn", "10.3.3.3");
  host_.Moderate("lab", Action::kBan, host_);
  EXPECT_THAT(host_.Hears(), ElementsAre("ok", "lab - Hana (banned)"));
  EXPECT_THAT(cyn.Hears(), ElementsAre("lab - Hana (banned)", "lab = Cyn (host)"));
}

TEST_F(BansTest, TheOldestBanGoesWhenThereAreTooMany) {
  const auto ban_another = [&](std::size_t i) {
    const std::string number = std::to_string(i);
    Person person = house_.GuestIn("lab", "P" + number, "10.5." + number);
    host_.Moderate("lab", Action::kBan, person);
  };
  for (std::size_t i = 1; i < limits::kBansPerRoom; ++i) ban_another(i);
  EXPECT_FALSE(GetsIn(ben_));
  ban_another(limits::kBansPerRoom);
  Person again = house_.Connects();
  again.ComeBack(ben_.token());
  EXPECT_TRUE(GetsIn(again));
}

}  // namespace
}  // namespace parley::test
