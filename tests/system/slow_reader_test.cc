// --queue: a peer that does not read delays nobody, is closed with slow_consumer once too much waits for it,
// and comes back without loss.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/deadline.h"
#include "tests/support/line_peer.h"
#include "tests/support/raw_peer.h"
#include "tests/support/server_process.h"

namespace parley::test {
namespace {

constexpr int kMostMessages = 4000;  // far more than kernels keep for one connection

class SlowReader : public testing::Test {
 protected:
  SlowReader() {
    author_.Join("lobby");
    witness_.Join("lobby");
  }
  // Speaks until the witness sees that member `id` is gone, and checks that the witness misses nothing.
  void SpeakUntilGone(const std::string& id) {
    while (said_ < kMostMessages) {
      ++said_;
      ASSERT_EQ(author_.Say("lobby", Text(said_))["seq"], said_);
      for (Json event = witness_.NextEvent(); event["type"] != "message"; event = witness_.NextEvent()) {
        if (event["type"] == "member_left" && event["id"] == id) gone_ = true;
      }
      ++heard_;
      if (gone_) return;
    }
    FAIL() << "a peer that reads nothing was never closed";
  }
  static std::string Text(int number) { return std::to_string(number) + ":" + std::string(16'000, 'x'); }
  static RawPeer::Options Slow() { return {"127.0.0.1", 4096}; }

  ServerProcess server_{{"--queue", "100000", "--rate", "0"}};
  LinePeer author_{server_.port(), "author"};
  LinePeer witness_{server_.port(), "witness"};
  int said_ = 0;
  int heard_ = 0;
  bool gone_ = false;
};

TEST_F(SlowReader, IsClosedWithSlowConsumerAndDelaysNobody) {
  LinePeer slow(server_.port(), "slow", Slow());
  slow.Join("lobby");
  SpeakUntilGone(slow.id());
  EXPECT_EQ(heard_, said_);
  int next = 1;
  Json event;
  while ((event = slow.NextEvent())["type"] == "message") {
    ASSERT_EQ(event["seq"], next);
    ASSERT_EQ(event["text"], Text(next));
    ++next;
  }
  EXPECT_EQ(event["type"], "error");
  EXPECT_EQ(event["code"], "slow_consumer");
  EXPECT_EQ(slow.ReceiveLine(), "");
  EXPECT_LT(next, said_);
}

TEST_F(SlowReader, ResumesWithoutLoss) {
  std::int64_t last = 0;
  std::string token;
  {
    LinePeer slow(server_.port(), "slow", Slow());
    token = slow.token();
    slow.Join("lobby");
    SpeakUntilGone(slow.id());
    for (Json event = slow.NextEvent(); event["type"] == "message"; event = slow.NextEvent()) ++last;
  }
  LinePeer again(server_.port());
  ASSERT_EQ(Outcome(again.HelloWithToken(token)), "welcome");
  Json page = again.Join("lobby", {{"since", last}});
  EXPECT_EQ(page["gap"], false);
  while (true) {
    for (std::size_t i = 0; i < page["messages"].size(); ++i) {
      ASSERT_EQ(page["messages"][i]["seq"], ++last);
      ASSERT_EQ(page["messages"][i]["text"], Text(static_cast<int>(last)));
    }
    if (!page["more"].Flag()) break;
    page = again.Ask("history", {{"room", "lobby"}, {"after", last}});
  }
  EXPECT_EQ(last, said_);
  author_.Say("lobby", "the next");
  EXPECT_EQ(again.NextEvent("message")["seq"], said_ + 1);
}

TEST_F(SlowReader, OneThatIsRawIsClosedToo) {
  RawPeer slow(server_.port(), Slow());
  slow.Send("x");
  ++said_;
  const Json coming = witness_.NextEvent("member_joined");
  witness_.NextEvent("message");
  SpeakUntilGone(coming["member"]["id"].Text());
  const std::string heard = slow.ReceiveToEnd();
  const std::string first = "author: " + Text(2) + "\n";
  EXPECT_EQ(heard.substr(0, first.size()), first);
}

// Its own replies never fill its queue: it is not read meanwhile.
TEST_F(SlowReader, OneThatAsksForMoreThanItReadsWaitsAndGetsAll) {
  for (int i = 1; i <= 3; ++i) author_.Say("lobby", Text(i));
  LinePeer greedy(server_.port(), "greedy", Slow());
  greedy.Join("lobby");
  constexpr int kAsked = 120;  // 5.8 MB of replies
  for (int i = 0; i < kAsked; ++i) greedy.Send("history", {{"room", "lobby"}, {"limit", 200}});
  EXPECT_EQ(author_.Say("lobby", "meanwhile")["seq"], 4);
  for (int i = 0; i < kAsked; ++i) {
    const Json page = greedy.NextReply();
    ASSERT_EQ(Outcome(page), "history") << i;
    ASSERT_EQ(page["messages"][2]["text"], Text(3)) << i;
  }
}

}  // namespace
}  // namespace parley::test
