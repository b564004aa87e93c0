// chat_client across the end of its server: nothing is lost, nothing comes twice.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/line_peer.h"
#include "tests/support/server_process.h"
#include "tests/system/chat_client_process.h"

namespace parley::test {
namespace {

class ChatClientResume : public ::testing::TestWithParam<int> {
 protected:
  // On the same port again.
  void RestartServer() {
    server_->process().Signal(GetParam());
    server_->process().WaitForExit();
    server_ =
        std::make_unique<ServerProcess>(std::vector<std::string>{"--rate", "0", "--plain", AddressOf(port_)});
  }

  std::uint16_t port_ = LastingPort();
  std::unique_ptr<ServerProcess> server_ =
      std::make_unique<ServerProcess>(std::vector<std::string>{"--rate", "0", "--plain", AddressOf(port_)});
};

TEST_P(ChatClientResume, EveryLineReachesTheOtherOnceAndInOrder) {
  constexpr int kBefore = 300, kAfter = 450;
  LinePeer witness(port_, "Eve");
  witness.Join("lobby");
  ChatClient listener(port_, {"--name", "Ben"});
  witness.NextEvent("member_joined");
  ChatClient speaker(port_, {"--name", "Ana"});
  for (int i = 0; i < kBefore; ++i) speaker.Write("line " + std::to_string(i) + "\n");
  for (int i = 0; i < kBefore; ++i) ASSERT_EQ(listener.out().TakeLine(), "Ana: line " + std::to_string(i));
  RestartServer();
  for (int i = kBefore; i < kAfter; ++i) speaker.Write("line " + std::to_string(i) + "\n");
  EXPECT_EQ(speaker.Finish(), 0);
  for (int i = kBefore; i < kAfter; ++i)
    ASSERT_EQ(listener.out().TakeLine(), "Ana: line " + std::to_string(i));
  EXPECT_EQ(listener.Finish(), 0);
  EXPECT_EQ(listener.out().TakeAll(), "");
  // Where the server takes long to start, they say that they wait, and nothing else.
  EXPECT_THAT(speaker.err().TakeAll() + listener.err().TakeAll(),
              testing::MatchesRegex("(chat_client: waiting for a connection to [^\n]*\n)*"));
}

TEST_P(ChatClientResume, LinesWrittenWhileThereIsNoServerAreSentOnceThereIs) {
  ChatClient speaker(port_, {"--name", "Ana"});
  LinePeer witness(port_, "Eve");
  witness.Join("lobby");
  speaker.Write("one\n");
  witness.NextEvent("message");
  server_->process().Signal(GetParam());
  server_->process().WaitForExit();
  speaker.Write("two\nthree\n");
  server_ = std::make_unique<ServerProcess>(std::vector<std::string>{"--plain", AddressOf(port_)});
  EXPECT_EQ(speaker.Finish(), 0);
  LinePeer later(port_, "Late");
  const Json joined = later.Join("lobby");
  ASSERT_EQ(joined["messages"].size(), 2U);
  EXPECT_EQ(joined["messages"][0]["text"], "two");
  EXPECT_EQ(joined["messages"][1]["text"], "three");
}

INSTANTIATE_TEST_SUITE_P(Endings, ChatClientResume, ::testing::Values(SIGKILL, SIGTERM),
                         [](const auto& ending) { return ending.param == SIGKILL ? "Killed" : "Stopped"; });

}  // namespace
}  // namespace parley::test
