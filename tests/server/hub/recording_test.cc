// When a call is recorded, and who is told.

#include <gmock/gmock.h>

#include "server/hub/call_media.h"
#include "tests/server/hub/call_of_four.h"

namespace parley::test {
namespace {

using protocol::Action;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

class HubRecordingTest : public testing::Test {
 protected:
  explicit HubRecordingTest(MediaMode mode = MediaMode::kAuto) : house_(Options(mode)) {}
  HubOptions Options(MediaMode mode) {
    HubOptions options = WithMedia(mode);
    options.new_recording = [this](WallTime) { return "rec" + std::to_string(++recordings_); };
    return options;
  }
  void Forget() {
    house_.Quiet();
    house_.Media();
  }
  bool IsToldOutside() {
    ben_.Ask(protocol::RoomInfo{"lab"});
    const bool recording = ben_.Gets<protocol::RoomInfoReply>().recording;
    Forget();
    return recording;
  }

  int recordings_ = 0;
  House house_;
  Person ana_ = house_.GuestIn("lab", "Ana");
  Person ben_ = house_.GuestIn("lab", "Ben");
};

TEST_F(HubRecordingTest, AHostRecordsACallWhichMovesToTheServer) {
  ana_.Show("lab", "call audio");
  ben_.Show("lab", "call audio");
  Forget();
  ana_.Ref("r").Moderate("lab", Action::kRecord, "on");
  EXPECT_THAT(ana_.Hears(), ElementsAre("r: ok", "lab is recorded", "lab is by sfu"));
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab is recorded", "lab is by sfu"));
  EXPECT_THAT(house_.Media(), ElementsAre("join lab Ana voice", "record lab as rec1", "join lab Ben voice"));
  ana_.Moderate("lab", Action::kRecord, "off");
  EXPECT_THAT(ana_.Hears(), ElementsAre("ok", "lab is not recorded"));
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab is not recorded"));
  EXPECT_THAT(house_.Media(), ElementsAre("record lab no more"));
}

TEST_F(HubRecordingTest, NewcomersAreToldBeforeAndWhenTheyJoin) {
  EXPECT_FALSE(IsToldOutside());
  ana_.Moderate("lab", Action::kRecord, "on");
  Forget();
  EXPECT_TRUE(IsToldOutside());
  Person newcomer = house_.Guest("newcomer");
  newcomer.Join("lab");
  EXPECT_TRUE(newcomer.Gets<protocol::Joined>().recording);
}

TEST_F(HubRecordingTest, OthersMayNot) {
  ben_.Moderate("lab", Action::kRecord, "on");
  EXPECT_THAT(ben_.Hears(), ElementsAre("error forbidden"));
  ana_.Moderate("lab", Action::kRecord, "on");
  Forget();
  ben_.Moderate("lab", Action::kRecord, "off");
  EXPECT_THAT(ben_.Hears(), ElementsAre("error forbidden"));
  EXPECT_THAT(house_.Media(), IsEmpty());
}

TEST_F(HubRecordingTest, WhatChangesNothingIsToldToNobody) {
  ana_.Moderate("lab", Action::kRecord, "off");
  EXPECT_THAT(ana_.Hears(), ElementsAre("ok"));
  ana_.Moderate("lab", Action::kRecord, "on");
  house_.Quiet();
  ana_.Moderate("lab", Action::kRecord, "on");
  EXPECT_THAT(ana_.Hears(), ElementsAre("ok"));
  EXPECT_THAT(ben_.Hears(), IsEmpty());
}

TEST_F(HubRecordingTest, ARecordingBeforeTheCallRecordsItFromItsBeginning) {
  ana_.Moderate("lab", Action::kRecord, "on");
  EXPECT_THAT(house_.Media(), IsEmpty());
  ben_.Show("lab", "hand");
  ana_.Show("lab", "call audio");
  EXPECT_THAT(house_.Media(), ElementsAre("join lab Ana voice", "record lab as rec1"));
}

TEST_F(HubRecordingTest, ItEndsWithTheCall) {
  ana_.Show("lab", "call audio");
  ana_.Moderate("lab", Action::kRecord, "on");
  Forget();
  ana_.Show("lab", "-call");
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab = Ana (host audio)", "lab is not recorded", "lab is by mesh"));
  EXPECT_THAT(house_.Media(), ElementsAre("leave lab Ana", "close lab"));
  // The next one is another recording.
  ana_.Show("lab", "call audio");
  EXPECT_THAT(house_.Media(), IsEmpty());
  ana_.Moderate("lab", Action::kRecord, "on");
  EXPECT_THAT(house_.Media(), Contains("record lab as rec2"));
}

TEST_F(HubRecordingTest, ItGoesOnWithoutTheHostWhoStartedIt) {
  ana_.Show("lab", "call audio");
  ben_.Show("lab", "call audio");
  ana_.Moderate("lab", Action::kRecord, "on");
  Forget();
  ana_.Leave("lab");
  EXPECT_THAT(house_.Media(), ElementsAre("leave lab Ana"));
}

TEST_F(HubRecordingTest, AnEmptyRoomForgetsIt) {
  ana_.Moderate("lab", Action::kRecord, "on");
  ana_.Leave("lab");
  ben_.Leave("lab");
  Forget();
  ben_.Join("lab");
  EXPECT_FALSE(ben_.Gets<protocol::Joined>().recording);
}

TEST_F(HubRecordingTest, ARecordingThatStopsByItselfIsToldWithItsReason) {
  ana_.Show("lab", "call audio");
  ana_.Moderate("lab", Action::kRecord, "on");
  Forget();
  house_.MediaSays(MediaRecordingStopped{"lab", "another", RecordingProblem::kNoSpace});
  EXPECT_THAT(ben_.Hears(), IsEmpty());
  house_.MediaSays(MediaRecordingStopped{"lab", "rec1", RecordingProblem::kNoSpace});
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab is not recorded (no_space)"));
  // It can be switched on again.
  ana_.Moderate("lab", Action::kRecord, "on");
  EXPECT_THAT(house_.Media(), ElementsAre("record lab as rec2"));
}

TEST_F(CallMediaTest, AServerThatRecordsNothingSaysSo) {
  ana_.Moderate("lab", Action::kRecord, "on");
  EXPECT_THAT(ana_.Hears(), ElementsAre("error forbidden"));
}

}  // namespace
}  // namespace parley::test
