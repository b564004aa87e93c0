// A log that takes its time or fails: what is promised about order, sequence and `ok` holds.

#include <gmock/gmock.h>

#include <chrono>
#include <string>

#include "common/base/limits.h"
#include "tests/server/engine/test_server.h"

namespace parley::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class LogTest : public testing::Test {
 protected:
  TestServer server_;
  TestPeer ana_ = server_.LinesIn("lab", "Ana");
  TestPeer ben_ = server_.LinesIn("lab", "Ben");
};

TEST_F(LogTest, RepliesKeepTheOrderOfRequestsHoweverLongOneTakes) {
  server_.log().Hold();
  ana_.Send(Line(Chat("lab", "hi"), "1") + Line(protocol::Ping{}, "2") +
            "{\"type\":\"dance\",\"ref\":\"3\"}\n" + Line(Chat("lab", "ho"), "4") +
            Line(protocol::History{"lab", {}, {}}, "5") + Line(protocol::Rooms{}, "6"));
  EXPECT_THAT(ana_.Hears(), IsEmpty());
  server_.log().Let();
  server_.Settle();
  EXPECT_THAT(ana_.Hears(), ElementsAre("1: ok lab #1", "2: pong", "3: error unknown_type", "4: ok lab #2",
                                        "5: history lab #1 #2", "6: rooms lab:2"));
}

TEST_F(LogTest, AMessageThatIsRefusedDoesNotOvertakeTheOkBefore) {
  ana_.Send(Line(Chat("lab", "hi"), "1") + Line(Chat("nowhere", "hi"), "2") + Line(Chat("lab", "ho"), "3"));
  EXPECT_THAT(ana_.Hears(), ElementsAre("1: ok lab #1", "2: error not_in_room", "3: ok lab #2"));
}

TEST_F(LogTest, ABadLineDoesNotOvertakeTheOkBefore) {
  ana_.Send(Line(Chat("lab", "hi"), "1") + "}\n");
  EXPECT_THAT(ana_.Hears(), ElementsAre("1: ok lab #1", "error bad_json"));
  EXPECT_TRUE(ana_.closed());
}

TEST_F(LogTest, FilesAreCleanedWithinTenSecondsOfADeletion) {
  static_assert(limits::kScrubAfter < std::chrono::seconds(10));
  server_.log().NeedScrub();
  ana_.Say("lab", "hi");
  server_.Pass(limits::kScrubAfter - std::chrono::milliseconds(1));
  EXPECT_TRUE(server_.log().NeedsScrub()) << "deletions of two seconds are cleaned together";
  server_.Pass(std::chrono::milliseconds(1));
  EXPECT_FALSE(server_.log().NeedsScrub());
}

TEST_F(LogTest, AWaitingPeerDoesNotDelayOthers) {
  server_.log().Hold();
  ana_.Say("lab", "hi");
  ben_.Ask(protocol::Ping{});
  EXPECT_THAT(ben_.Hears(), ElementsAre("pong"));
  EXPECT_THAT(ana_.Hears(), IsEmpty());
}

TEST_F(LogTest, APeerThatWaitsForTheLogIsNotRead) {
  server_.log().Hold();
  ana_.Send(Line(protocol::History{"lab", {}, {}}) + Line(protocol::Ping{}));
  EXPECT_FALSE(server_.exchange().WantsRead(ana_.index()));
  ana_.Ask(protocol::Ping{});
  EXPECT_GT(ana_.unread(), 0u);
  server_.log().Let();
  server_.Settle();
  EXPECT_THAT(ana_.Hears(), ElementsAre("history lab", "pong", "pong"));
}

TEST_F(LogTest, MessagesDuringACommitAreTheNextBatch) {
  server_.log().Hold();
  ana_.Say("lab", "1");
  ana_.Say("lab", "2");
  ben_.Say("lab", "3");
  EXPECT_FALSE(server_.exchange().HasWork()) << "the loop may sleep until the log is done";
  server_.log().Let();
  server_.Settle();
  EXPECT_THAT(server_.log().batches(), ElementsAre(1, 2));
  EXPECT_THAT(ana_.Hears(), ElementsAre("ok lab #1", "ok lab #2", "lab #3 Ben: 3"));
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab #1 Ana: 1", "lab #2 Ana: 2", "ok lab #3"));
}

TEST_F(LogTest, OneReadOfManyMessagesIsOneBatch) {
  std::string lines;
  for (int i = 0; i < 20; ++i) lines += Line(Chat("lab", std::to_string(i)));
  ana_.Send(lines);
  EXPECT_THAT(server_.log().batches(), ElementsAre(20));
}

TEST_F(LogTest, AMessageThatCannotBeStoredIsAnInternalErrorAndIsNotDelivered) {
  server_.log().FailNext();
  ana_.Send(Line(Chat("lab", "lost", "x"), "1") + Line(Chat("lab", "lost too"), "2") +
            Line(protocol::Ping{}, "3"));
  EXPECT_THAT(ana_.Hears(), ElementsAre("1: error internal", "2: error internal", "3: pong"));
  EXPECT_THAT(ben_.Hears(), IsEmpty());
  EXPECT_FALSE(ana_.closed());
}

TEST_F(LogTest, AFailureLeavesNoHoleAndNoIdBehind) {
  ana_.Say("lab", "first");
  server_.log().FailNext();
  ana_.Say("lab", "lost", "x");
  ana_.Say("lab", "again", "x");
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab #1 Ana: first", "lab #2 Ana: again"));
}

TEST_F(LogTest, AFailedReadIsInternal) {
  server_.log().FailNext();
  ana_.Ask(protocol::History{"lab", {}, {}}, "h");
  EXPECT_THAT(ana_.Hears(), ElementsAre("h: error internal"));
  TestPeer cyn = server_.Lines("Cyn");
  server_.log().FailNext();
  cyn.Join("lab");
  cyn.Join("lab");
  EXPECT_THAT(cyn.Hears(),
              ElementsAre("error internal", "joined lab as guest with Ana Ben Cyn", "lab + Cyn (guest)"));
  EXPECT_THAT(ana_.Hears(), ElementsAre("lab + Cyn (guest)"));
}

TEST_F(LogTest, RawBytesOfAFailedBatchAreSeenByNobody) {
  ana_.Join("lobby");
  TestPeer raw = server_.Raw();
  TestPeer other = server_.Raw();
  server_.Quiet();
  server_.log().FailNext();
  raw.Send("hi\n");
  EXPECT_THAT(ana_.Hears(), IsEmpty());
  EXPECT_EQ(other.Reads(), "");
  EXPECT_EQ(raw.Reads(), "Your message could not be stored. Send it again later.\n");
  raw.Send("again\n");
  EXPECT_EQ(other.Reads(), "again\n");
}

TEST_F(LogTest, ADuplicateIsAnsweredAndNotHeardAgain) {
  ana_.Say("lab", "hi", "x");
  ana_.Say("lab", "hi", "x");
  EXPECT_THAT(ana_.Hears(), ElementsAre("ok lab #1", "ok lab #1"));
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab #1 Ana: hi"));
}

TEST_F(LogTest, APersonWhoJoinsHearsEachMessageOnce) {
  TestPeer cyn = server_.Lines("Cyn");
  server_.log().Hold();
  ana_.Say("lab", "1");
  cyn.Join("lab", 0);
  ana_.Say("lab", "2");
  server_.log().Let();
  server_.Settle();
  EXPECT_THAT(cyn.Hears(),
              ElementsAre("joined lab as guest with Ana Ben Cyn", "lab + Cyn (guest)", "lab #2 Ana: 2"));
}

}  // namespace
}  // namespace parley::test
