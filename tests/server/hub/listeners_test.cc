// Raw peers that send nothing more: they hear the lobby, and are not in it.

#include <gmock/gmock.h>

#include "tests/server/hub/house.h"

namespace parley::test {
namespace {

using protocol::Action;
using testing::ElementsAre;
using testing::IsEmpty;

class ListenersTest : public testing::Test {
 protected:
  ListenersTest() {
    raw_.StopsSending();
    heard_ = ana_.Hears();
  }
  [[nodiscard]] std::size_t listeners() { return house_.hub().listeners().size(); }

  House house_{{.journal = true, .ice_servers = {}}};
  Person ana_ = house_.AccountIn("lobby", "Ana", protocol::Role::kAdmin);
  Person raw_ = house_.RawPeer("10.9.9.9");
  std::vector<std::string> heard_;
};

TEST_F(ListenersTest, LeavesTheLobbyAtOnce) {
  EXPECT_THAT(heard_, ElementsAre("lobby + guest-1 (guest)", "lobby - guest-1 (left)"));
  EXPECT_EQ(house_.hub().lobby().seats().size(), 1u);
  EXPECT_THAT(house_.hub().listeners(), ElementsAre(raw_.peer()));
  EXPECT_EQ(house_.Visits().back(), "lobby - guest-1 (left)");
}

TEST_F(ListenersTest, ItsEndIsNotAnnounced) {
  raw_.StopsSending();
  raw_.Vanish();
  EXPECT_THAT(ana_.Hears(), IsEmpty());
  EXPECT_EQ(listeners(), 0u);
}

TEST_F(ListenersTest, NobodyCanSpeakToIt) {
  ana_.Whisper(raw_, "psst");
  ana_.Moderate("lobby", Action::kMute, raw_);
  EXPECT_THAT(ana_.Hears(), ElementsAre("error no_such_member", "error no_such_member"));
}

TEST_F(ListenersTest, BytesThatItStillSendsReachNobody) {
  raw_.SendRaw("hi", {"hi"});
  EXPECT_THAT(ana_.Hears(), IsEmpty());
}

TEST_F(ListenersTest, ItsNameIsFree) {
  EXPECT_THAT(house_.GuestIn("lobby", "guest-1").Hears(), IsEmpty());
  ana_.Hears();
  EXPECT_EQ(house_.hub().lobby().seats().size(), 2u);
}

TEST_F(ListenersTest, AKickThatComesLateClosesIt) {
  ana_.Moderate("lobby", Action::kKick, raw_);
  EXPECT_THAT(ana_.Hears(), ElementsAre("ok"));
  EXPECT_THAT(raw_.Hears(), ElementsAre("closed: You were removed from the lobby."));
  EXPECT_EQ(listeners(), 0u);
}

TEST_F(ListenersTest, ABanThatComesLateClosesItAndHolds) {
  ana_.Moderate("lobby", Action::kBan, raw_);
  EXPECT_THAT(ana_.Hears(), ElementsAre("ok"));
  EXPECT_EQ(listeners(), 0u);
  EXPECT_EQ(house_.hub().lobby().bans.size(), 1u);
}

TEST_F(ListenersTest, ALockOfTheLobbyClosesIt) {
  ana_.Moderate("lobby", Action::kTopic, "tea");
  EXPECT_EQ(listeners(), 1u);
  ana_.Moderate("lobby", Action::kLock);
  EXPECT_EQ(listeners(), 0u);
  EXPECT_THAT(raw_.Hears(), ElementsAre("closed: The lobby is locked."));
}

TEST_F(ListenersTest, NobodyElseBecomesOne) {
  ana_.StopsSending();
  Person stranger = house_.Connects();
  stranger.StopsSending();
  EXPECT_EQ(listeners(), 1u);
  EXPECT_EQ(house_.hub().lobby().seats().size(), 1u);
}

}  // namespace
}  // namespace parley::test
