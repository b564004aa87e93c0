// Peers that read slowly or not at all: their own requests wait, nobody else does, and over the bound they
// go.

#include <gmock/gmock.h>

#include <string>

#include "tests/server/engine/test_server.h"

namespace parley::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::size_t kQueue = 256 * 1024;

class SlowReaderTest : public testing::Test {
 protected:
  SlowReaderTest() : server_({.hub = {.ice_servers = {}}, .rate = 0, .queue_bytes = kQueue}) {}

  void AnaSays(int count, const std::string& text = std::string(10'000, 'x')) {
    for (int i = 0; i < count; ++i) ana_.Say("lab", text);
    ana_.Hears();
  }

  TestServer server_;
  TestPeer ana_ = server_.LinesIn("lab", "Ana");
  TestPeer ben_ = server_.LinesIn("lab", "Ben");
};

TEST_F(SlowReaderTest, UnderTheBoundNothingIsLost) {
  ben_.StopReading();
  AnaSays(20);
  EXPECT_GT(ben_.queued(), 200'000u);
  ben_.StartReading();
  EXPECT_THAT(ben_.Hears(), SizeIs(20));
  EXPECT_FALSE(ben_.closed());
}

TEST_F(SlowReaderTest, OverTheBoundItIsToldAndClosed) {
  ben_.StopReading();
  AnaSays(30);
  ben_.StartReading();
  EXPECT_THAT(ben_.Hears(), ElementsAre("error slow_consumer"));
  EXPECT_TRUE(ben_.closed());
}

TEST_F(SlowReaderTest, AStartedLineIsSentToItsEnd) {
  ben_.ReadOnly(15'000);
  AnaSays(30);
  ben_.StartReading();
  const std::string all = ben_.Reads();
  EXPECT_EQ(all.back(), '\n');
  ben_.Send("");  // nothing more comes
  std::size_t lines = 0;
  for (const char c : all) lines += c == '\n' ? 1 : 0;
  EXPECT_EQ(lines, 3u) << "the first message, the second that it had begun, and the error";
  EXPECT_THAT(all, testing::HasSubstr("\"slow_consumer\""));
}

TEST_F(SlowReaderTest, TheOthersAreNotDelayedAndHearThatItIsLost) {
  TestPeer cyn = server_.LinesIn("lab", "Cyn");
  ben_.StopReading();
  AnaSays(30, std::string(10'000, 'x'));
  const auto heard = cyn.Hears();
  EXPECT_THAT(heard, SizeIs(31));
  EXPECT_THAT(heard, Contains("lab - Ben (lost)"));
}

TEST_F(SlowReaderTest, ItCanResume) {
  ben_.StopReading();
  AnaSays(30, std::string(10'000, 'x'));
  TestPeer again = server_.Lines("Benno");
  again.Join("lab", 0);
  EXPECT_THAT(again.Hears(), Contains(testing::StartsWith("joined lab")));
}

TEST_F(SlowReaderTest, ARawPeerIsJustClosed) {
  ana_.Join("lobby");
  TestPeer raw = server_.Raw();
  raw.ReadOnly(7);
  for (int i = 0; i < 30; ++i) ana_.Say("lobby", std::string(10'000, 'x'));
  EXPECT_THAT(ana_.Hears(), Contains("lobby - guest-1 (lost)"));
  raw.StartReading();
  EXPECT_TRUE(raw.closed());
  const std::string all = raw.Reads();
  EXPECT_EQ(all.size(), 10'006u) << "the one message that it had begun";
}

TEST_F(SlowReaderTest, OneThatDoesNotReadItsOwnRepliesIsNotRead) {
  AnaSays(10);
  ben_.Hears();
  ben_.StopReading();
  const std::string history = Line(protocol::History{"lab", {}, {}});
  for (int i = 0; i < 20; ++i) ben_.Send(history);
  EXPECT_LE(ben_.queued(), kQueue) << "it stops at half, and one reply more";
  EXPECT_FALSE(server_.exchange().WantsRead(ben_.index()));
  EXPECT_FALSE(ben_.closed());
  ben_.StartReading();
  EXPECT_THAT(ben_.Hears(), SizeIs(20)) << "nothing it asked is lost";
  EXPECT_TRUE(server_.exchange().WantsRead(ben_.index()));
}

TEST_F(SlowReaderTest, ItGoesOnOnceAQuarterIsLeft) {
  AnaSays(10);
  ben_.Hears();
  ben_.StopReading();
  const std::string history = Line(protocol::History{"lab", {}, {}});
  for (int i = 0; i < 20; ++i) ben_.Send(history);
  const std::size_t queued = ben_.queued();
  ben_.ReadOnly(queued - kQueue / 4 - 1);
  EXPECT_FALSE(server_.exchange().WantsRead(ben_.index()));
  EXPECT_EQ(ben_.queued(), kQueue / 4 + 1);
  ben_.ReadOnly(1);
  EXPECT_GT(ben_.queued(), kQueue / 4 + 1) << "the next replies";
}

TEST_F(SlowReaderTest, AStalledPeerThatFinishedSendingGetsItsRepliesAndIsClosed) {
  AnaSays(10);
  ben_.Hears();
  ben_.StopReading();
  std::string lines;
  for (int i = 0; i < 20; ++i) lines += Line(protocol::History{"lab", {}, {}});
  ben_.Send(lines);
  ben_.FinishSending();
  EXPECT_FALSE(ben_.closed());
  ben_.StartReading();
  EXPECT_THAT(ben_.Hears(), SizeIs(20));
  EXPECT_TRUE(ben_.closed());
}

// --- All queues together ---

class TotalTest : public testing::Test {
 protected:
  static ExchangeOptions Options() {
    ExchangeOptions options;
    options.rate = 0;
    options.total_queue_bytes = 100'000;
    return options;
  }
  TotalTest() : server_(Options()) {}

  TestServer server_;
  TestPeer ana_ = server_.LinesIn("lab", "Ana");
  TestPeer ben_ = server_.LinesIn("lab", "Ben");
  TestPeer cyn_ = server_.LinesIn("lab", "Cyn");
};

TEST_F(TotalTest, OverTheBoundTheLongestQueueGoesAndTheOthersStay) {
  ben_.StopReading();
  for (int i = 0; i < 5; ++i) ana_.Say("lab", std::string(10'000, 'x'));
  cyn_.StopReading();
  for (int i = 0; i < 6; ++i) ana_.Say("lab", std::string(10'000, 'x'));
  EXPECT_LT(ben_.queued(), 1'000u);
  EXPECT_GT(cyn_.queued(), 20'000u);
  ben_.StartReading();
  cyn_.StartReading();
  EXPECT_THAT(ben_.Hears(), ElementsAre("error slow_consumer"));
  EXPECT_TRUE(ben_.closed());
  EXPECT_FALSE(cyn_.closed());
  EXPECT_FALSE(ana_.closed());
}

TEST_F(TotalTest, BytesThatSeveralQueuesShareCountOnce) {
  std::vector<TestPeer> slow;
  for (int i = 0; i < 50; ++i) {
    slow.push_back(server_.LinesIn("lab", "Slow " + std::to_string(i)));
    slow.back().StopReading();
  }
  for (int i = 0; i < 5; ++i) ana_.Say("lab", std::string(10'000, 'x'));
  for (TestPeer& peer : slow) {
    EXPECT_FALSE(peer.closed());
    EXPECT_GT(peer.queued(), 50'000u);
  }
}

TEST_F(TotalTest, BytesThatWereSentOrDroppedNoLongerCount) {
  for (int round = 0; round < 10; ++round) {
    cyn_.StopReading();
    for (int i = 0; i < 5; ++i) ana_.Say("lab", std::string(10'000, 'x'));
    cyn_.StartReading();
    TestPeer deaf = server_.LinesIn("lab", "Deaf " + std::to_string(round));
    deaf.StopReading();
    for (int i = 0; i < 5; ++i) ana_.Say("lab", std::string(10'000, 'x'));
    deaf.Vanish();
  }
  EXPECT_FALSE(cyn_.closed());
  EXPECT_FALSE(ben_.closed());
}

}  // namespace
}  // namespace parley::test
