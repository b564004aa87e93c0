// Many peers that say nothing for a while: they are heard at once when they do, hear all that is said
// meanwhile, and come and go as anybody else.

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/deadline.h"
#include "tests/support/line_peer.h"
#include "tests/support/server_process.h"

namespace parley::test {
namespace {

constexpr int kPeers = 200;

class QuietPeers : public testing::Test {
 protected:
  QuietPeers() {
    slow_.Join("side");
    for (int i = 0; i < kPeers; ++i) {
      peers_.push_back(std::make_unique<LinePeer>(server_.port(), "peer " + std::to_string(i)));
      peers_.back()->Join("hall");
    }
    WaitForWatch();
    author_.Join("hall");
    for (const auto& peer : peers_) peer->NextEvent("member_joined");  // and drops what was before
  }
  // The thread that watches them is the server's second one.
  void WaitForWatch() {
    const auto threads = [&] {
      const std::filesystem::directory_iterator tasks("/proc/" + std::to_string(server_.process().pid()) +
                                                      "/task");
      return std::distance(begin(tasks), end(tasks));
    };
    const Deadline deadline;
    while (threads() < 2) {
      if (deadline.MillisecondsLeft() == 0) throw Failure("nobody became quiet");
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }

  ServerProcess server_{{"--rate", "0", "--queue", "100000"}};
  LinePeer slow_{server_.port(), "slow", {"127.0.0.1", 4096}};
  std::vector<std::unique_ptr<LinePeer>> peers_;
  LinePeer author_{server_.port(), "author"};
};

TEST_F(QuietPeers, HearAndAreHeard) {
  author_.Say("hall", "hello all");
  for (const auto& peer : peers_) EXPECT_EQ(peer->NextEvent("message")["text"], "hello all");
  for (const auto& peer : peers_) {
    EXPECT_EQ(Outcome(peer->Say("hall", "from " + peer->name())), "ok");
    EXPECT_EQ(author_.NextEvent("message")["text"], "from " + peer->name());
  }
}

TEST_F(QuietPeers, AreMissedWhenTheyGo) {
  for (int i = 0; i < kPeers; i += 2) {
    const std::string id = peers_[static_cast<std::size_t>(i)]->id();
    peers_[static_cast<std::size_t>(i)].reset();
    EXPECT_EQ(author_.NextEvent("member_left")["id"], id);
  }
  LinePeer again(server_.port(), "peer 0");  // with a number of one that went
  again.Join("hall");
  EXPECT_EQ(Outcome(again.Say("hall", "back")), "ok");
}

TEST_F(QuietPeers, AreClosedWhenTheyDoNotRead) {
  author_.Join("side");
  const std::string text(16'000, 'x');
  std::string gone;
  for (int said = 0; gone.empty() && said < 4000; ++said) {
    author_.Say("side", text);
    for (const Json& event : author_.TakeEvents()) {
      if (event["type"] == "member_left") gone = event["id"].Text();
    }
  }
  EXPECT_EQ(gone, slow_.id());
}

TEST_F(QuietPeers, AreToldWhenTheServerEnds) {
  EXPECT_EQ(server_.Stop(), 0);
  for (const auto& peer : peers_) peer->NextEvent("closing");
}

}  // namespace
}  // namespace parley::test
