// A call through the SFU whose people lose their connection to the server: their media go on for a while, and
// what hosts do applies to them meanwhile.

#include <gmock/gmock.h>

#include "common/base/media_limits.h"
#include "server/hub/call_media.h"
#include "tests/server/hub/call_of_four.h"

namespace parley::test {
namespace {

using protocol::Action;
using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(CallMediaTest, MediaGoOnForAWhileAfterALoss) {
  CallThroughSfu({ana_, ben_});
  ana_.Vanish();
  EXPECT_THAT(house_.Media(), ElementsAre("lost lab Ana"));
  ben_.Show("lab", "-call");
  EXPECT_THAT(house_.Media(), ElementsAre("leave lab Ben"));
  EXPECT_EQ(MediaOf("lab"), "sfu");
  house_.Pass(limits::kMediaWithoutSignaling - std::chrono::milliseconds(1));
  EXPECT_THAT(house_.Media(), IsEmpty());
  house_.Pass(std::chrono::milliseconds(1));
  EXPECT_THAT(house_.Media(), ElementsAre("close lab"));
  EXPECT_EQ(MediaOf("lab"), "mesh");
}

TEST_F(CallMediaTest, ACallGoesOnThatEverybodyHasLost) {
  for (Person* person : {&ben_, &cyn_, &dan_}) person->Leave("lab");
  CallThroughSfu({ana_});
  const std::string token = ana_.token();
  ana_.Vanish();
  Person again = house_.Connects();
  again.ComeBack(token);
  again.Join("lab");
  EXPECT_EQ(again.Gets<protocol::Joined>().media, "sfu");
  again.Show("lab", "call audio");
  again.SignalSfu("lab", kOffer);
  EXPECT_THAT(house_.Media(), ElementsAre("lost lab Ana", "join lab Ana voice", "offer lab Ana"));
  house_.MediaSays(MediaAnswer{SeatOf(again), "v=0\r\n"});
  again.Show("lab", "-call");
  EXPECT_THAT(house_.Media(), ElementsAre("leave lab Ana", "close lab"));
}

TEST_F(CallMediaTest, APageThatNeverOfferedLosesNothing) {
  CallThroughSfu({ana_, ben_});
  ben_.Vanish();
  EXPECT_THAT(house_.Media(), ElementsAre("leave lab Ben"));
}

TEST_F(CallMediaTest, ABanEndsTheMediaOfALostSession) {
  Person old = house_.AccountIn("lab", "Eve");
  CallThroughSfu({old, ana_});
  old.Vanish();
  Person again = house_.AccountIn("lab", "Eve");
  house_.Media();
  ana_.Moderate("lab", Action::kBan, again);
  EXPECT_THAT(house_.Media(), ElementsAre("leave lab Eve"));
}

TEST_F(CallMediaTest, AKickEndsTheMediaOfALostSession) {
  Person old = house_.AccountIn("lab", "Eve");
  CallThroughSfu({old, ana_});
  old.Vanish();
  Person again = house_.AccountIn("lab", "Eve");
  house_.Media();
  ana_.Moderate("lab", Action::kKick, again);
  EXPECT_THAT(house_.Media(), ElementsAre("leave lab Eve"));
}

TEST_F(CallMediaTest, AHostsRestrictionAppliesToALostSession) {
  Person old = house_.AccountIn("lab", "Eve");
  old.Show("lab", "video screen");
  CallThroughSfu({old, ana_});
  old.Vanish();
  Person again = house_.AccountIn("lab", "Eve");
  ben_.Show("lab", "call audio video");
  ben_.SignalSfu("lab", kOffer);
  ben_.Vanish();
  house_.Media();
  ana_.Moderate("lab", Action::kQuiet, again);
  ana_.Moderate("lab", Action::kQuiet);
  ana_.Ask(protocol::Moderate{"lab", Action::kStop, again.id(), "camera"});
  ana_.Ask(protocol::Moderate{"lab", Action::kStop, again.id(), "screen"});
  EXPECT_THAT(house_.Media(), ElementsAre("allow lab Eve camera screen sound", "allow lab Ben camera",
                                          "allow lab Eve screen sound", "allow lab Eve"));
}

TEST_F(CallMediaTest, ADemotedHostIsHeldToWhatIsAllowedInALostSession) {
  Person old = house_.AccountIn("lab", "Eve");
  ana_.Moderate("lab", Action::kPromote, old);
  ana_.Allow("lab", "-microphone");
  CallThroughSfu({old, ana_});
  old.Vanish();
  Person again = house_.AccountIn("lab", "Eve");
  house_.Media();
  ana_.Moderate("lab", Action::kDemote, again);
  EXPECT_THAT(house_.Media(), ElementsAre("allow lab Eve"));
}

TEST_F(CallMediaTest, AMuteAndWhatIsForbiddenApplyToALostSession) {
  Person old = house_.AccountIn("lab", "Eve");
  old.Show("lab", "video screen");
  CallThroughSfu({old, ana_});
  old.Vanish();
  Person again = house_.AccountIn("lab", "Eve");
  house_.Media();
  ana_.Allow("lab", "-camera");
  ana_.Moderate("lab", Action::kMute, again);
  ana_.Moderate("lab", Action::kUnmute, again);
  EXPECT_THAT(house_.Media(), ElementsAre("allow lab Eve voice screen sound", "allow lab Eve screen"));
}

TEST_F(CallMediaTest, TheEndOfTheCallIsThatOfLostSessions) {
  CallThroughSfu({ben_, ana_});
  ben_.Vanish();
  ana_.Moderate("lab", Action::kEnd);
  EXPECT_THAT(house_.Media(), ElementsAre("lost lab Ben", "leave lab Ana", "close lab"));
  house_.Pass(limits::kMediaWithoutSignaling);
  EXPECT_THAT(house_.Media(), IsEmpty());
}

}  // namespace
}  // namespace parley::test
