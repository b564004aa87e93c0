// What hosts did in a room, as `recent` shows it.

#include <gmock/gmock.h>

#include <string>

#include "common/base/limits.h"
#include "server/hub/recent_actions.h"
#include "tests/server/hub/house.h"

namespace parley::test {
namespace {

using protocol::Action;
using testing::ElementsAre;

class RecentTest : public testing::Test {
 protected:
  std::string Recent(Person& person) {
    house_.Quiet();
    person.Moderate("lab", Action::kRecent);
    const auto heard = person.Hears();
    return heard.size() == 1 ? heard.front() : testing::PrintToString(heard);
  }

  House house_;
  Person host_ = house_.GuestIn("lab", "Hana");
  Person ben_ = house_.GuestIn("lab", "Ben");
};

TEST_F(RecentTest, NothingHasHappenedAtFirst) {
  EXPECT_EQ(Recent(host_), "lab recent:");
}

TEST_F(RecentTest, TheNewestActionComesFirstWithItsActorAndTarget) {
  host_.Moderate("lab", Action::kMute, ben_);
  host_.Ask(protocol::Moderate{"lab", Action::kStop, ben_.id(), "camera"});
  house_.Pass(std::chrono::seconds(5));
  host_.Allow("lab", "-chat");
  host_.Moderate("lab", Action::kTopic, "Optics");
  EXPECT_EQ(Recent(host_),
            "lab recent: Hana topic \"Optics\"; Hana allow chat; Hana stop Ben \"camera\"; Hana mute Ben;");
  host_.Ref("r").Moderate("lab", Action::kRecent);
  const auto reply = host_.Gets<protocol::RecentReply>();
  EXPECT_EQ(reply.actions[0].time, house_.now().wall);
  EXPECT_EQ(reply.actions[2].time, house_.now().wall - std::chrono::seconds(5));
}

TEST_F(RecentTest, ARefusedActionOrAQueryIsNotListed) {
  ben_.Moderate("lab", Action::kLock);
  host_.Moderate("lab", Action::kUnban, "Nobody");
  host_.Moderate("lab", Action::kBans);
  EXPECT_EQ(Recent(host_), "lab recent:");
}

TEST_F(RecentTest, APasswordIsShownToNobody) {
  host_.Moderate("lab", Action::kPassword, "sesame");
  EXPECT_EQ(Recent(host_), "lab recent: Hana password;");
}

TEST_F(RecentTest, ThoseWhoWaitOrAreRemovedHaveTheirNames) {
  host_.Moderate("lab", Action::kWaitingRoom, "on");
  Person cyn = house_.Guest("Cyn");
  cyn.Join("lab");
  host_.Moderate("lab", Action::kAdmit, cyn);
  host_.Moderate("lab", Action::kKick, ben_);
  EXPECT_EQ(Recent(host_), "lab recent: Hana kick Ben; Hana admit Cyn; Hana waiting_room \"on\";");
}

TEST_F(RecentTest, OnlyHostsAreShownIt) {
  ben_.Ref("r").Moderate("lab", Action::kRecent);
  EXPECT_EQ(ben_.KindOfReply("r"), "forbidden");
}

TEST_F(RecentTest, AHostAloneMayRemoveThemselves) {
  ben_.Leave("lab");
  house_.Quiet();
  host_.Ref("k").Moderate("lab", Action::kKick, host_);
  EXPECT_THAT(host_.Hears(), ElementsAre("k: ok", "lab - Hana (kicked)"));
}

TEST(RecentActionsTest, TheOldestOfARoomGoesWhenThereAreTooMany) {
  RecentActions recent;
  for (std::size_t i = 0; i <= limits::kRecentActions; ++i) {
    recent.Add("lab", {.time = {}, .by = "Ana", .action = "topic", .value = std::to_string(i)});
  }
  const auto list = recent.Of("lab");
  ASSERT_EQ(list.size(), limits::kRecentActions);
  EXPECT_EQ(list.front().value, std::to_string(limits::kRecentActions));
  EXPECT_EQ(list.back().value, "1");
}

TEST(RecentActionsTest, TheRoomThatWasModeratedLongestAgoGoesFirst) {
  RecentActions recent;
  const protocol::HostAction lock{.time = {}, .by = "Ana", .action = "lock"};
  recent.Add("kept", lock);
  for (std::size_t i = 0; i < limits::kRecentActions; ++i) recent.Add("oldest", lock);
  recent.Add("kept", lock);
  for (std::size_t room = 0; room * limits::kRecentActions < limits::kRecentActionsOfAll - 2; ++room) {
    if (room % 10 == 0) recent.Add("kept", lock);
    for (std::size_t i = 0; i < limits::kRecentActions; ++i) recent.Add("r" + std::to_string(room), lock);
  }
  EXPECT_TRUE(recent.Of("oldest").empty());
  EXPECT_FALSE(recent.Of("kept").empty());
  EXPECT_EQ(recent.Of("r999").size(), limits::kRecentActions);
}

TEST(RecentActionsTest, AListIsNoLongerThanAReply) {
  RecentActions recent;
  const std::string text(limits::kTopicBytes, '\x01');  // six times as long as JSON
  for (std::size_t i = 0; i < limits::kRecentActions; ++i) {
    recent.Add("lab", {.time = {}, .by = "Ana", .action = "topic", .value = text});
  }
  const auto list = recent.Of("lab");
  EXPECT_LT(list.size(), limits::kRecentActions);
  EXPECT_LE(protocol::EncodeEvent(protocol::RecentReply{"lab", list}).size(),
            limits::kReplyMessageBytes + 100);
}

}  // namespace
}  // namespace parley::test
