// A network that breaks in the middle of traffic, under real chat_clients in pipes and with --json: nothing
// is lost, nothing comes twice. Runs in a network of its own (tests/browser/in_private_network); the clients
// are in another one beside it, whose only link can be cut.

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/deadline.h"
#include "tests/support/process.h"
#include "tests/support/server_process.h"
#include "tests/system/client_talker.h"
#include "tests/system/seed.h"
#include "tests/system/whole_history.h"

namespace parley::test {
namespace {

constexpr int kCuts = 6;
constexpr auto* kServer = "10.78.0.1";
constexpr auto* kAddress = "10.78.0.2/24";
constexpr auto* kOtherAddress = "10.78.0.3/24";

void Ip(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"/usr/bin/env", "ip"});
  Process ip(arguments);
  if (ip.WaitForExit() != 0) throw Failure("ip: " + ip.err().TakeAll());
}

// The network `away`, reached over a link of which this end is called `here`.
class Away {
 public:
  Away() {
    Ip({"netns", "add", "away"});
    Ip({"link", "add", "here", "type", "veth", "peer", "name", "there", "netns", "away"});
    Ip({"addr", "add", std::string(kServer) + "/24", "dev", "here"});
    Ip({"link", "set", "here", "up"});
    Ip({"-n", "away", "addr", "add", kAddress, "dev", "there"});
    Restore();
  }
  ~Away() { Process({"/usr/bin/env", "ip", "netns", "del", "away"}).WaitForExit(); }
  Away(const Away&) = delete;
  Away& operator=(const Away&) = delete;

  void Cut() { Ip({"-n", "away", "link", "set", "there", "down"}); }
  void Restore() { Ip({"-n", "away", "link", "set", "there", "up"}); }
  // As a laptop that wakes up in another network: what is connected hears nothing more, not even an end.
  void Move() {
    Ip({"-n", "away", "addr", "del", kAddress, "dev", "there"});
    Ip({"-n", "away", "addr", "add", kOtherAddress, "dev", "there"});
  }
};

class ChatClientNetwork : public ::testing::Test {
 protected:
  ChatClientNetwork() {
    here_.Join("lab");
    using Mode = ClientTalker::Mode;
    for (const auto& [mode, name] :
         {std::pair{Mode::kPipe, "Ana"}, std::pair{Mode::kPipe, "Ben"}, std::pair{Mode::kJson, "Cam"}}) {
      const std::string server = kServer + std::string(":") + std::to_string(server_.port());
      away_.emplace_back(
          std::vector<std::string>{"/usr/bin/env", "ip", "netns", "exec", "away", PARLEY_CHAT_CLIENT, server},
          mode, name);
      here_.NextEvent("member_joined");
    }
  }

  void Talk(std::size_t max) {
    ++said_here_;
    here_.Say("lab", "from here " + std::to_string(said_here_));
    for (ClientTalker& talker : away_) {
      for (std::size_t i = 1 + random_() % max; i > 0; --i) talker.Say();
    }
  }
  // Of a talker: what is still to come for it.
  std::size_t Outstanding(const ClientTalker& talker) const {
    if (!talker.hears()) return talker.said() - talker.signs();
    std::size_t of_others = said_here_;
    for (const ClientTalker& other : away_) of_others += &other == &talker ? 0 : other.said();
    return of_others - talker.signs();
  }
  void ExpectAllWasWell() {
    for (ClientTalker& talker : away_) talker.Await(Outstanding(talker));
    const std::vector<Json> history = WholeHistory(server_.port(), "lab");
    for (ClientTalker& talker : away_) talker.ExpectAllWasWell(history);
  }

  Away away_network_;
  ServerProcess server_{{"--tls", "off", "--rate", "0", "--plain", "0.0.0.0:0"}};
  LinePeer here_{server_.port(), "Here"};
  std::size_t said_here_ = 0;
  std::deque<ClientTalker> away_;
  std::mt19937 random_{Seed()};
};

TEST_F(ChatClientNetwork, MessagesDuringACutArriveOnceAfterIt) {
  for (int cut = 0; cut < kCuts; ++cut) {
    Talk(200);
    ClientTalker& one = away_[random_() % away_.size()];
    one.Await(random_() % (Outstanding(one) + 1));
    away_network_.Cut();
    Talk(50);
    away_network_.Restore();
  }
  ExpectAllWasWell();
}

TEST_F(ChatClientNetwork, ASilentlyLostConnectionIsDetectedAndReplaced) {
  Talk(100);
  for (ClientTalker& talker : away_) talker.Await(Outstanding(talker));
  away_network_.Cut();
  Talk(100);
  away_network_.Move();
  away_network_.Restore();
  Talk(100);
  ExpectAllWasWell();
}

}  // namespace
}  // namespace parley::test
