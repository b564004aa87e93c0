// Who was in a room, for its hosts.

#include <gmock/gmock.h>

#include <chrono>

#include "common/base/limits.h"
#include "tests/server/hub/house.h"

namespace parley::test {
namespace {

using protocol::Action;
using testing::ElementsAre;
using testing::IsEmpty;

HubOptions WithJournal() {
  HubOptions options;
  options.journal = true;
  return options;
}

class AttendanceOfRoomTest : public testing::Test {
 protected:
  void Ask(Person& person) { person.Ref("a").Moderate("lab", Action::kAttendance); }

  House house_{WithJournal()};
  Person host_ = house_.GuestIn("lab", "Hana");
};

TEST_F(AttendanceOfRoomTest, IsToldToTheHostWhoAsksAlone) {
  Person ben = house_.GuestIn("lab", "Ben");
  house_.Pass(std::chrono::seconds(60));
  ben.Leave("lab");
  Person cyn = house_.GuestIn("lab", "Cyn");
  Ask(host_);
  EXPECT_THAT(host_.Hears(), ElementsAre("a: lab attendance: Hana 60 here; Ben 60; Cyn 0 here;"));
  EXPECT_THAT(cyn.Hears(), IsEmpty());
}

TEST_F(AttendanceOfRoomTest, GoesBackADay) {
  Person ben = house_.GuestIn("lab", "Ben");
  ben.Leave("lab");
  house_.Pass(limits::kAttendancePeriod + std::chrono::seconds(1));
  house_.Quiet();
  Ask(host_);
  EXPECT_THAT(host_.Hears(), ElementsAre("a: lab attendance: Hana 86400 here;"));
}

TEST_F(AttendanceOfRoomTest, AHostDemotedMeanwhileDoesNotGetIt) {
  Person ben = house_.GuestIn("lab", "Ben");
  host_.Moderate("lab", Action::kPromote, ben);
  house_.HoldLog();
  house_.Quiet();
  Ask(ben);
  host_.Moderate("lab", Action::kDemote, ben);
  house_.LetLog();
  EXPECT_EQ(ben.KindOfReply("a"), "forbidden");
}

TEST_F(AttendanceOfRoomTest, AHostRemovedMeanwhileDoesNotGetIt) {
  Person ben = house_.GuestIn("lab", "Ben");
  host_.Moderate("lab", Action::kPromote, ben);
  house_.HoldLog();
  house_.Quiet();
  Ask(ben);
  host_.Moderate("lab", Action::kKick, ben);
  house_.LetLog();
  EXPECT_EQ(ben.KindOfReply("a"), "not_in_room");
}

TEST_F(AttendanceOfRoomTest, AFaultOfTheDiskIsTold) {
  house_.FailLog();
  house_.Quiet();
  Ask(host_);
  EXPECT_EQ(host_.KindOfReply("a"), "internal");
}

TEST_F(AttendanceOfRoomTest, IsNotListedAsARecentAction) {
  Ask(host_);
  house_.Quiet();
  host_.Moderate("lab", Action::kRecent);
  EXPECT_THAT(host_.Hears(), ElementsAre("lab recent:"));
}

}  // namespace
}  // namespace parley::test
