// What is counted while people talk, and what is so when somebody asks.

#include <gtest/gtest.h>

#include <numeric>
#include <string>

#include "tests/server/engine/test_server.h"

namespace parley::test {
namespace {

class CountersTest : public testing::Test {
 protected:
  const Counters& counters() { return server_.exchange().counters(); }
  std::uint64_t Refusals(ErrorCode code) { return counters().refusals[static_cast<std::size_t>(code)]; }
  std::uint64_t HadNoRoom(NoRoom reason) { return counters().no_room[static_cast<std::size_t>(reason)]; }
  std::size_t Peers(PeerKind kind) {
    return server_.exchange().gauges().peers[static_cast<std::size_t>(kind)];
  }
  std::uint64_t BatchesUpTo(TimeHistogram::Time bound) {
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < TimeHistogram::kBounds.size() && TimeHistogram::kBounds[i] <= bound; ++i) {
      count += counters().log_batches.counts()[i];
    }
    return count;
  }

  TestPeer Browser() { return server_.Connects({.address = "10.0.0.2", .tls = true, .alpn_http = true}); }

  TestServer server_;
};

constexpr const char* kWebSocketUpgrade =
    "GET /ws HTTP/1.1\r\nHost: lab\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";

TEST_F(CountersTest, PeersAreOfTheKindThatTheySpeak) {
  server_.Connects();
  EXPECT_EQ(Peers(PeerKind::kUndecided), 1U);
  server_.Raw();  // the other one has been silent for as long
  EXPECT_EQ(Peers(PeerKind::kUndecided), 0U);
  EXPECT_EQ(Peers(PeerKind::kRaw), 2U);
  TestPeer ana = server_.Lines("Ana");
  EXPECT_EQ(Peers(PeerKind::kLines), 1U);
  TestPeer web = Browser();
  EXPECT_EQ(Peers(PeerKind::kHttp), 1U);
  web.Send(kWebSocketUpgrade);
  EXPECT_EQ(Peers(PeerKind::kHttp), 0U);
  EXPECT_EQ(Peers(PeerKind::kWebSocket), 1U);
  ana.Vanish();
  EXPECT_EQ(Peers(PeerKind::kLines), 0U);
}

TEST_F(CountersTest, AMessageIsCountedOnceAndEachThatGetsIt) {
  TestPeer ana = server_.LinesIn("lab", "Ana");
  server_.LinesIn("lab", "Ben");
  server_.LinesIn("lab", "Cyn");
  const std::uint64_t before = counters().deliveries;
  ana.Say("lab", "hi", "id-1");
  EXPECT_EQ(counters().messages, 1U);
  EXPECT_EQ(counters().deliveries - before, 3U) << "to the two others, and the ok";
  ana.Say("lab", "hi", "id-1");
  EXPECT_EQ(counters().messages, 1U) << "it was stored before";
  EXPECT_EQ(server_.exchange().gauges().rooms, 2U) << "the lobby, too";
}

TEST_F(CountersTest, AnErrorIsCountedByItsCode) {
  TestPeer ana = server_.LinesIn("lab", "Ana");
  ana.Say("nowhere", "hi");
  ana.Send("{\"type\":\"dance\"}\n");
  EXPECT_EQ(Refusals(ErrorCode::kNotInRoom), 1U);
  EXPECT_EQ(Refusals(ErrorCode::kUnknownType), 1U);
  ana.Send("}\n");
  EXPECT_EQ(Refusals(ErrorCode::kBadJson), 1U);
}

TEST_F(CountersTest, AnErrorThatIsNotAReplyIsCountedToo) {
  TestPeer ana = server_.Connects();
  ana.Send("{\"type\":");
  server_.Pass(std::chrono::seconds(31));
  EXPECT_EQ(Refusals(ErrorCode::kHelloRequired), 1U);
}

TEST_F(CountersTest, ARefusedConnectionIsCountedByItsReason) {
  server_.Connects({.address = "10.0.0.1", .refused = true}).Send("{\"type\":\"ping\"}\n");
  EXPECT_EQ(HadNoRoom(NoRoom::kFull), 1U);
  server_.Connects({.address = "10.0.0.1", .crowded = true}).Send("{\"type\":\"ping\"}\n");
  EXPECT_EQ(HadNoRoom(NoRoom::kFull), 1U);
  EXPECT_EQ(HadNoRoom(NoRoom::kAddress), 1U);
}

TEST_F(CountersTest, AnHttpAnswerThatRefusesIsCountedByItsStatus) {
  TestPeer web = Browser();
  web.Send("GET /healthz HTTP/1.1\r\nHost: lab\r\n\r\n");
  web.Send("GET /none HTTP/1.1\r\nHost: lab\r\n\r\n");
  web.Send("GET\r\n\r\n");
  EXPECT_EQ(counters().http_refusals[404 - kFirstHttpRefusal], 1U);
  EXPECT_EQ(counters().http_refusals[400 - kFirstHttpRefusal], 1U);
  EXPECT_EQ(std::accumulate(counters().http_refusals.begin(), counters().http_refusals.end(), 0U), 2U);
}

TEST_F(CountersTest, AWebSocketThatBreaksTheRulesIsCountedByItsCode) {
  Browser().Send(kWebSocketUpgrade).Send("\x81\x02hi");
  EXPECT_EQ(counters().websocket_breaks[1002 - kFirstWebSocketCode], 1U) << "it has to be masked";
}

TEST_F(CountersTest, QueuedBytesAreAGauge) {
  TestPeer ana = server_.LinesIn("lab", "Ana");
  TestPeer ben = server_.LinesIn("lab", "Ben");
  EXPECT_EQ(server_.exchange().gauges().queue_bytes, 0U);
  ben.StopReading();
  ana.Say("lab", std::string(1000, 'x'));
  const std::size_t waits = server_.exchange().gauges().queue_bytes;
  EXPECT_GT(waits, 1000U);
  EXPECT_EQ(waits, ben.queued());
}

TEST_F(CountersTest, ABatchIsTimedFromTheLogsBeginningToItsEnd) {
  TestPeer ana = server_.LinesIn("lab", "Ana");
  const std::uint64_t before = BatchesUpTo(std::chrono::hours(1));
  ana.Say("lab", "hi");
  EXPECT_EQ(BatchesUpTo(std::chrono::microseconds(20)), before + 1);
  server_.log().Hold();
  ana.Say("lab", "ho");
  server_.Pass(std::chrono::milliseconds(40));
  server_.log().Let();
  server_.Settle();
  EXPECT_EQ(BatchesUpTo(std::chrono::milliseconds(25)), before + 1);
  EXPECT_EQ(BatchesUpTo(std::chrono::milliseconds(50)), before + 2);
}

TEST_F(CountersTest, ABatchThatTheLogCouldNotKeepIsAFailure) {
  TestPeer ana = server_.LinesIn("lab", "Ana");
  server_.log().FailNext();
  ana.Say("lab", "hi");
  EXPECT_EQ(counters().log_failures, 1U);
  EXPECT_EQ(counters().messages, 0U);
  EXPECT_EQ(Refusals(ErrorCode::kInternal), 1U);
}

}  // namespace
}  // namespace parley::test
