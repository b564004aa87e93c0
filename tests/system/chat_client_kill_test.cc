// kill -9 of the server in the middle of traffic, again and again, under real chat_clients, which come back
// and send again by themselves: nothing is lost, nothing comes twice, the order holds, and each ends well.

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <deque>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/server_process.h"
#include "tests/support/temporary_folder.h"
#include "tests/system/chat_client_process.h"
#include "tests/system/client_talker.h"
#include "tests/system/seed.h"
#include "tests/system/whole_history.h"

namespace parley::test {
namespace {

constexpr int kKills = 10;

class ChatClientKill : public ::testing::Test {
 protected:
  ChatClientKill() {
    StartServer(port_);
    LinePeer witness(port_, "witness");
    witness.Join("lab");
    using Mode = ClientTalker::Mode;
    for (const auto& [mode, name] : {std::pair{Mode::kPipe, "Ana"}, std::pair{Mode::kPipe, "Ben"},
                                     std::pair{Mode::kJson, "Cam"}, std::pair{Mode::kJson, "Dan"}}) {
      talkers_.emplace_back(std::vector<std::string>{PARLEY_CHAT_CLIENT, AddressOf(port_)}, mode, name);
      witness.NextEvent("member_joined");
    }
  }

  void StartServer(std::uint16_t port) {
    server_ = std::make_unique<ServerProcess>(std::vector<std::string>{
        "--data", folder_.path().string(), "--tls", "off", "--rate", "0", "--plain", AddressOf(port)});
  }
  void KillServer() {
    server_->process().Signal(SIGKILL);
    server_->process().WaitForExit();
  }
  // Of a talker: what is still to come for it.
  std::size_t Outstanding(const ClientTalker& talker) const {
    if (!talker.hears()) return talker.said() - talker.signs();
    std::size_t of_others = 0;
    for (const ClientTalker& other : talkers_) of_others += &other == &talker ? 0 : other.said();
    return of_others - talker.signs();
  }
  void AwaitAll() {
    for (ClientTalker& talker : talkers_) talker.Await(Outstanding(talker));
  }
  // Connections that hold for a while are good ones: the clients' pauses before they try again, which grow
  // from kill to kill, begin anew. So do the 10 s after which a client in a pipe gives up, which a busy
  // machine needs for the restart of one server.
  void Settle() {
    AwaitAll();
    std::this_thread::sleep_for(std::chrono::milliseconds(1200));
  }

  TemporaryFolder folder_;
  std::unique_ptr<ServerProcess> server_;
  const std::uint16_t port_ = LastingPort();
  std::deque<ClientTalker> talkers_;
};

TEST_F(ChatClientKill, NothingIsLostOrDoubledAndEachClientEndsWell) {
  std::mt19937 random(Seed());
  const auto up_to = [&](std::size_t max) { return random() % (max + 1); };
  for (int kill = 0; kill < kKills && !HasFatalFailure(); ++kill) {
    Settle();
    for (ClientTalker& talker : talkers_) {
      for (std::size_t i = up_to(40); i > 0; --i) talker.Say();
    }
    ClientTalker& one = talkers_[up_to(talkers_.size() - 1)];
    one.Await(up_to(Outstanding(one)));
    KillServer();
    StartServer(port_);
  }
  AwaitAll();
  const std::vector<Json> history = WholeHistory(port_, "lab");
  for (ClientTalker& talker : talkers_) talker.ExpectAllWasWell(history);
}

}  // namespace
}  // namespace parley::test
