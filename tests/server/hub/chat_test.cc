// Messages, whispers, signals, states, and the order of replies.

#include <gmock/gmock.h>

#include <chrono>
#include <string>

#include "tests/server/hub/house.h"

namespace parley::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ChatTest : public testing::Test {
 protected:
  House house_;
  Person ana_ = house_.GuestIn("lab", "Ana");
  Person ben_ = house_.GuestIn("lab", "Ben");
  Person cyn_ = house_.GuestIn("lab", "Cyn");
};

// --- Messages ---

TEST_F(ChatTest, AMessageReachesAllOthersAndItsAuthorHasTheOk) {
  ana_.Ref("m").Say("lab", "hi");
  EXPECT_THAT(ana_.Hears(), ElementsAre("m: ok lab #1"));
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab #1 Ana: hi"));
  EXPECT_THAT(cyn_.Hears(), ElementsAre("lab #1 Ana: hi"));
}

TEST_F(ChatTest, OkAndEventAgreeOnEverything) {
  house_.Pass(std::chrono::milliseconds(1'234));
  ana_.Say("lab", "hi", "id 1");
  const auto ok = ana_.Gets<protocol::Ok>();
  const auto message = ben_.Gets<protocol::MessageEvent>();
  EXPECT_EQ(ok.room, "lab");
  EXPECT_EQ(ok.seq, message.seq);
  EXPECT_EQ(ok.time, message.time);
  EXPECT_EQ(message.time, house_.now().wall);
  EXPECT_EQ(message.room, "lab");
  EXPECT_EQ(message.from.id, ana_.id());
  EXPECT_EQ(message.id, "id 1");
}

TEST_F(ChatTest, SequencesCountEachRoomByItself) {
  ana_.Join("den");
  ana_.Hears();
  ana_.Say("lab", "a");
  ben_.Say("lab", "b");
  ana_.Say("den", "c");
  ana_.Say("lab", "d");
  EXPECT_THAT(ana_.Hears(), ElementsAre("ok lab #1", "lab #2 Ben: b", "ok den #1", "ok lab #3"));
}

TEST_F(ChatTest, TheSameIdIsStoredOnceAndAnsweredWithTheFirst) {
  ana_.Say("lab", "hi", "x");
  const auto first = ana_.Gets<protocol::Ok>();
  house_.Quiet();
  house_.Pass(std::chrono::seconds(5));
  ana_.Say("lab", "hi", "x");
  const auto second = ana_.Gets<protocol::Ok>();
  EXPECT_EQ(second.seq, first.seq);
  EXPECT_EQ(second.time, first.time);
  EXPECT_THAT(ben_.Hears(), IsEmpty());
  ana_.Say("lab", "next");
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab #2 Ana: next"));
}

TEST_F(ChatTest, AMessageIdIsUniquePerAuthorAndRoom) {
  ana_.Join("den");
  ana_.Hears();
  ana_.Say("lab", "a", "x");
  ben_.Say("lab", "b", "x");
  ana_.Say("den", "c", "x");
  EXPECT_THAT(ana_.Hears(), ElementsAre("ok lab #1", "lab #2 Ben: b", "ok den #1"));
}

TEST_F(ChatTest, AGuestWhoReturnsByTokenIsTheSameAuthor) {
  ana_.Say("lab", "hi", "x");
  ana_.Vanish();
  Person again = house_.ReturnsTo("lab", ana_);
  house_.Quiet();
  again.Say("lab", "hi", "x");
  EXPECT_THAT(again.Hears(), ElementsAre("ok lab #1"));
  EXPECT_THAT(ben_.Hears(), IsEmpty());
}

TEST_F(ChatTest, ALaterGuestOfTheSameNameIsAnotherAuthor) {
  ana_.Say("lab", "hi", "x");
  ana_.Vanish();
  Person other = house_.GuestIn("lab", "Ana");
  other.Say("lab", "hi", "x");
  EXPECT_THAT(other.Hears(), ElementsAre("ok lab #2"));
}

TEST_F(ChatTest, AnotherSessionOfTheAuthorHearsTheMessage) {
  Person again = house_.ReturnsTo("lab", ana_);
  house_.Quiet();
  ana_.Say("lab", "hi");
  EXPECT_THAT(again.Hears(), ElementsAre("lab #1 Ana: hi"));
}

// --- The log on its way ---

TEST_F(ChatTest, AMessageThatCouldNotBeKeptIsSeenByNobodyAndLeavesNoHole) {
  house_.FailLog();
  ana_.Ref("m").Say("lab", "lost");
  EXPECT_THAT(ana_.Hears(), ElementsAre("m: error internal"));
  EXPECT_THAT(ben_.Hears(), IsEmpty());
  ana_.Say("lab", "kept");
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab #1 Ana: kept"));
}

TEST_F(ChatTest, NobodySeesAMessageBeforeItIsInTheLog) {
  house_.HoldLog();
  ana_.Say("lab", "hi");
  EXPECT_THAT(ana_.Hears(), IsEmpty());
  EXPECT_THAT(ben_.Hears(), IsEmpty());
  house_.LetLog();
  EXPECT_THAT(ana_.Hears(), ElementsAre("ok lab #1"));
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab #1 Ana: hi"));
}

TEST_F(ChatTest, AMessageIsHeardThoughItsAuthorIsGone) {
  house_.HoldLog();
  ana_.Say("lab", "last words");
  ana_.Vanish();
  house_.LetLog();
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab - Ana (lost)", "lab #1 Ana: last words"));
}

TEST_F(ChatTest, AFailedMessageOfALostMemberIsReportedToNobody) {
  Person dan = house_.GuestIn("den", "Dan");
  house_.HoldLog();
  house_.FailLog();
  dan.Say("den", "lost");
  dan.Vanish();
  house_.LetLog();
  house_.Pass(limits::kHostAwaited);
  ana_.Ask(protocol::Rooms{});
  EXPECT_THAT(ana_.Hears(), ElementsAre("rooms lab:3"));
}

TEST_F(ChatTest, ARemovedMemberStillGetsTheOkOfAnEarlierMessage) {
  house_.HoldLog();
  ben_.Say("lab", "hi");
  ana_.Moderate("lab", protocol::Action::kKick, ben_);
  house_.LetLog();
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab - Ben (kicked)", "ok lab #1"));
  EXPECT_THAT(cyn_.Hears(), ElementsAre("lab - Ben (kicked)", "lab #1 Ben: hi"));
}

TEST_F(ChatTest, AReplyFromTheLogDoesNotReachALaterPeerInTheSamePlace) {
  house_.HoldLog();
  ana_.Say("lab", "hi");
  ana_.Vanish();
  house_.hub().Connect(ana_.peer(), "10.9.9.9");
  house_.LetLog();
  EXPECT_THAT(ana_.Hears(), IsEmpty());
}

// While `ana` has something in the log: may this be handled at once, without overtaking its reply?
TEST_F(ChatTest, OnlyFurtherMessagesMayFollowAMessageIntoTheLog) {
  const auto must_wait = [&](const protocol::Request& request) {
    return house_.hub().MustWait(ana_.peer(), &request);
  };
  const protocol::Request message = protocol::Message{"lab", "hi", {}};
  const protocol::Request elsewhere = protocol::Message{"den", "hi", {}};
  const protocol::Request nowhere = protocol::Message{"a/b", "hi", {}};
  const protocol::Request ping = protocol::Ping{};
  EXPECT_FALSE(must_wait(message));
  EXPECT_FALSE(must_wait(elsewhere));
  EXPECT_FALSE(must_wait(ping));
  EXPECT_FALSE(house_.hub().MustWait(ana_.peer(), nullptr));

  house_.HoldLog();
  ana_.Say("lab", "hi");
  EXPECT_FALSE(must_wait(message));
  EXPECT_TRUE(must_wait(elsewhere)) << "its error would come before the ok";
  EXPECT_TRUE(must_wait(nowhere));
  EXPECT_TRUE(must_wait(ping));
  EXPECT_TRUE(house_.hub().MustWait(ana_.peer(), nullptr));
  EXPECT_FALSE(house_.hub().MustWait(ben_.peer(), &ping)) << "others don't wait";
  house_.LetLog();
  EXPECT_FALSE(must_wait(ping));

  house_.HoldLog();
  ana_.Ask(protocol::History{"lab", {}, {}});
  EXPECT_TRUE(must_wait(message));
  EXPECT_TRUE(must_wait(ping));
}

TEST_F(ChatTest, AMutedOnesMessageWaitsForTheReplyToTheOneBefore) {
  const protocol::Request message = protocol::Message{"lab", "again", {}};
  house_.HoldLog();
  ben_.Say("lab", "hi");
  ana_.Moderate("lab", protocol::Action::kMute, ben_);
  EXPECT_TRUE(house_.hub().MustWait(ben_.peer(), &message));
}

TEST_F(ChatTest, ANewPeerWaitsForNothing) {
  Person dan = house_.Connects();
  const protocol::Request ping = protocol::Ping{};
  EXPECT_FALSE(house_.hub().IsWaiting(dan.peer()));
  EXPECT_FALSE(house_.hub().MustWait(dan.peer(), &ping));
  EXPECT_FALSE(house_.hub().MustWait(dan.peer() + 1, &ping)) << "nobody there";
}

// --- History ---

TEST_F(ChatTest, HistoryPagesBothWays) {
  for (const char* text : {"a", "b", "c", "d", "e"}) ana_.Say("lab", text);
  house_.Quiet();
  ben_.Ref("h").Ask(protocol::History{"lab", {}, {}, 2});
  ben_.Ask(protocol::History{"lab", 4, {}, 2});
  ben_.Ask(protocol::History{"lab", 2, {}, 2});
  ben_.Ask(protocol::History{"lab", {}, 1, 2});
  ben_.Ask(protocol::History{"lab", {}, 3, 2});
  EXPECT_THAT(ben_.Hears(), ElementsAre("h: history lab #4 #5 more", "history lab #2 #3 more",
                                        "history lab #1", "history lab #2 #3 more", "history lab #4 #5"));
}

TEST_F(ChatTest, HistoryThatCannotBeReadIsInternal) {
  house_.FailLog();
  ben_.Ref("h").Ask(protocol::History{"lab", {}, {}});
  EXPECT_THAT(ben_.Hears(), ElementsAre("h: error internal"));
}

// --- Whispers ---

TEST_F(ChatTest, AWhisperReachesOneOnly) {
  house_.Pass(std::chrono::seconds(3));
  ana_.Ref("w").Whisper(ben_, "psst");
  EXPECT_THAT(ana_.Hears(), ElementsAre("w: ok"));
  const auto whisper = ben_.Gets<protocol::WhisperEvent>();
  EXPECT_EQ(whisper.from.id, ana_.id());
  EXPECT_EQ(whisper.from.name, "Ana");
  EXPECT_EQ(whisper.to, ben_.id());
  EXPECT_EQ(whisper.time, house_.now().wall);
  EXPECT_EQ(whisper.text, "psst");
  EXPECT_THAT(cyn_.Hears(), IsEmpty());
}

TEST_F(ChatTest, AWhisperNeedsACommonRoom) {
  Person dan = house_.GuestIn("den", "Dan");
  ana_.Whisper(dan, "psst");
  dan.Whisper(ana_, "psst");
  EXPECT_THAT(ana_.Hears(), ElementsAre("error no_such_member"));
  EXPECT_THAT(dan.Hears(), ElementsAre("error no_such_member"));
  ana_.Join("den");
  house_.Quiet();
  dan.Whisper(ana_, "psst");
  EXPECT_THAT(ana_.Hears(), ElementsAre("whisper Dan to Ana: psst"));
}

TEST_F(ChatTest, AWhisperToOneselfIsWrongAndToNobodyGoesNowhere) {
  ana_.Whisper(ana_, "psst");
  ana_.Ask(protocol::Whisper{"made-up", "psst"});
  EXPECT_THAT(ana_.Hears(), ElementsAre("error bad_message", "error no_such_member"));
  ben_.Vanish();
  house_.Quiet();
  ana_.Whisper(ben_, "gone");
  EXPECT_THAT(ana_.Hears(), ElementsAre("error no_such_member"));
}

TEST_F(ChatTest, AWhisperReachesNoRawPeer) {
  ana_.Join("lobby");
  Person raw = house_.RawPeer();
  house_.Quiet();
  ana_.Whisper(raw, "psst");
  EXPECT_THAT(ana_.Hears(), ElementsAre("error no_such_member"));
  EXPECT_THAT(raw.Hears(), IsEmpty());
}

// --- Signals ---

TEST_F(ChatTest, ASignalGoesVerbatimToOneMember) {
  const std::string data = R"({"b":1.50,"a":1e400,"a":"\u0041", "n":[ 0.10 ]})";
  ana_.Ref("s").Signal("lab", ben_, data);
  EXPECT_THAT(ana_.Hears(), ElementsAre("s: ok"));
  EXPECT_THAT(ben_.Hears(), ElementsAre("signal lab Ana " + data));
  EXPECT_THAT(cyn_.Hears(), IsEmpty());
}

TEST_F(ChatTest, SignalsKeepTheirOrder) {
  for (const char* data : {"1", "2", "3"}) ana_.Signal("lab", ben_, data);
  EXPECT_THAT(ben_.Hears(), ElementsAre("signal lab Ana 1", "signal lab Ana 2", "signal lab Ana 3"));
}

TEST_F(ChatTest, ASignalStaysInItsRoom) {
  Person dan = house_.GuestIn("den", "Dan");
  ana_.Signal("lab", dan, "1");
  EXPECT_THAT(ana_.Hears(), ElementsAre("error no_such_member"));
  ana_.Ask(protocol::Signal{"lab", "made-up", "1"});
  EXPECT_THAT(ana_.Hears(), ElementsAre("error no_such_member"));
  EXPECT_THAT(dan.Hears(), IsEmpty());
}

TEST_F(ChatTest, ASignalReachesNoRawPeer) {
  ana_.Join("lobby");
  Person raw = house_.RawPeer();
  house_.Quiet();
  ana_.Signal("lobby", raw, "1");
  EXPECT_THAT(ana_.Hears(), ElementsAre("error no_such_member"));
}

// --- States ---

TEST_F(ChatTest, AStateIsToldToAllTheActorAfterTheOk) {
  ben_.Ref("s").Show("lab", "call audio");
  EXPECT_THAT(ben_.Hears(), ElementsAre("s: ok", "lab = Ben (guest call audio)"));
  EXPECT_THAT(ana_.Hears(), ElementsAre("lab = Ben (guest call audio)"));
}

TEST_F(ChatTest, AStateChangesOnlyWhatItNames) {
  ben_.Show("lab", "call audio video screen hand");
  ben_.Show("lab", "-video -hand");
  EXPECT_THAT(ana_.Hears(), ElementsAre("lab = Ben (guest call audio video screen hand)",
                                        "lab = Ben (guest call audio screen)"));
}

TEST_F(ChatTest, AStateThatChangesNothingSendsNoEvent) {
  ben_.Show("lab", "-hand");
  EXPECT_THAT(ben_.Hears(), ElementsAre("ok"));
  EXPECT_THAT(ana_.Hears(), IsEmpty());
}

TEST_F(ChatTest, AStateAppliesToOneRoom) {
  ana_.Join("den");
  ana_.Show("den", "hand");
  house_.Quiet();
  Person dan = house_.Guest("Dan");
  dan.Join("lab");
  const auto joined = dan.Gets<protocol::Joined>();
  EXPECT_FALSE(joined.members.at(0).hand);
}

// --- Ping ---

TEST_F(ChatTest, PongHasTheTime) {
  house_.Pass(std::chrono::hours(1));
  ana_.Ref("p").Ask(protocol::Ping{});
  EXPECT_EQ(ana_.Gets<protocol::Pong>().time, house_.now().wall);
}

}  // namespace
}  // namespace parley::test
