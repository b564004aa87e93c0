// Whom hosts put into the spotlight.

#include "server/hub/spotlight.h"

#include <gmock/gmock.h>

#include "common/base/media_limits.h"
#include "tests/server/hub/house.h"

namespace parley::test {
namespace {

using protocol::Action;
using testing::ElementsAre;
using testing::IsEmpty;

class SpotlightTest : public testing::Test {
 protected:
  // As a newcomer finds it.
  std::vector<std::string> Spotlit() {
    Person newcomer = house_.Guest("newcomer");
    newcomer.Join("lab");
    auto ids = newcomer.Gets<protocol::Joined>().spotlight;
    newcomer.Leave("lab");
    newcomer.Vanish();
    house_.Quiet();
    return ids;
  }

  House house_;
  Person host_ = house_.GuestIn("lab", "Hana");
  Person ben_ = house_.GuestIn("lab", "Ben");
  Person cyn_ = house_.GuestIn("lab", "Cyn");
};

TEST_F(SpotlightTest, EverybodyIsToldWhoIsInIt) {
  host_.Ref("s").Moderate("lab", Action::kSpotlight, ben_);
  EXPECT_THAT(host_.Hears(), ElementsAre("s: ok", "lab is with spotlight on Ben"));
  EXPECT_THAT(cyn_.Hears(), ElementsAre("lab is with spotlight on Ben"));
  host_.Moderate("lab", Action::kSpotlight, host_);
  EXPECT_THAT(cyn_.Hears(), ElementsAre("lab is with spotlight on Ben Hana"));
  EXPECT_THAT(Spotlit(), ElementsAre(ben_.id(), host_.id()));
  host_.Moderate("lab", Action::kUnspotlight, ben_);
  EXPECT_THAT(cyn_.Hears(), ElementsAre("lab is with spotlight on Hana"));
  host_.Moderate("lab", Action::kUnspotlight, host_);
  EXPECT_THAT(cyn_.Hears(), ElementsAre("lab is with spotlight on nobody"));
  EXPECT_THAT(Spotlit(), IsEmpty());
}

TEST_F(SpotlightTest, ARequestThatChangesNothingSendsNoEvent) {
  host_.Moderate("lab", Action::kSpotlight, ben_);
  house_.Quiet();
  host_.Moderate("lab", Action::kSpotlight, ben_);
  host_.Moderate("lab", Action::kUnspotlight, cyn_);
  EXPECT_THAT(host_.Hears(), ElementsAre("ok", "ok"));
}

TEST_F(SpotlightTest, OnlyHostsMayDoThatAndAlsoToAdmins) {
  ben_.Moderate("lab", Action::kSpotlight, ben_);
  EXPECT_THAT(ben_.Hears(), ElementsAre("error forbidden"));
  Person root = house_.AccountIn("lab", "Root", protocol::Role::kAdmin);
  host_.Moderate("lab", Action::kSpotlight, root);
  EXPECT_THAT(host_.Hears(), ElementsAre("ok", "lab is with spotlight on Root"));
}

TEST_F(SpotlightTest, ARawPeerHasNoCamera) {
  Person admin = house_.AccountIn("lobby", "Ada", protocol::Role::kAdmin);
  Person raw = house_.RawPeer();
  house_.Quiet();
  admin.Moderate("lobby", Action::kSpotlight, raw);
  EXPECT_THAT(admin.Hears(), ElementsAre("error forbidden"));
}

TEST_F(SpotlightTest, AMemberWhoLeavesIsRemovedFromIt) {
  host_.Moderate("lab", Action::kSpotlight, ben_);
  house_.Quiet();
  ben_.Leave("lab");
  EXPECT_THAT(host_.Hears(), ElementsAre("lab - Ben (left)", "lab is with spotlight on nobody"));
  ben_.Join("lab");
  EXPECT_THAT(ben_.Gets<protocol::Joined>().spotlight, IsEmpty());
}

TEST_F(SpotlightTest, AMemberWhoReturnsAfterALostConnectionIsInItAgain) {
  host_.Moderate("lab", Action::kSpotlight, ben_);
  house_.Quiet();
  const std::string token = ben_.token();
  ben_.Vanish();
  EXPECT_THAT(host_.Hears(), ElementsAre("lab - Ben (lost)", "lab is with spotlight on nobody"));
  Person again = house_.Connects();
  again.ComeBack(token);
  again.Join("lab");
  EXPECT_THAT(host_.Hears(), ElementsAre("lab + Ben (guest)", "lab is with spotlight on Ben"));
  EXPECT_THAT(Spotlit(), ElementsAre(again.id()));
}

TEST_F(SpotlightTest, AnEmptiedRoomForgetsIt) {
  host_.Moderate("lab", Action::kSpotlight, ben_);
  const std::string token = ben_.token();
  for (Person* person : {&ben_, &cyn_, &host_}) person->Vanish();
  Person again = house_.Connects();
  again.ComeBack(token);
  again.Join("lab");
  EXPECT_THAT(again.Hears(), testing::Not(testing::Contains(testing::HasSubstr("spotlight"))));
}

TEST_F(SpotlightTest, TheOldestIsDroppedBeyondTheLimit) {
  std::vector<Person> people;
  for (std::size_t i = 0; i <= limits::kSpotlight; ++i) {
    people.push_back(house_.GuestIn("lab", "person " + std::to_string(i)));
    host_.Moderate("lab", Action::kSpotlight, people.back());
  }
  const auto ids = Spotlit();
  EXPECT_EQ(ids.size(), limits::kSpotlight);
  EXPECT_EQ(ids.front(), people[1].id());
  EXPECT_EQ(ids.back(), people.back().id());
}

TEST_F(SpotlightTest, NobodyRecords) {
  host_.Moderate("lab", Action::kRecord, "on");
  EXPECT_THAT(host_.Hears(), ElementsAre("error forbidden"));
}

}  // namespace
}  // namespace parley::test
