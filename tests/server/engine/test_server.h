// A whole server without a socket: an Exchange on a SlowLog, with a clock that the test moves, and peers
// whose ends of their connections the test holds.
//
// TestServer does what the Loop does, in its order: a peer's bytes wait in its "socket" until the exchange
// wants them, and what the exchange has for it is taken as long as the peer reads. A TestPeer is a handle:
// cheap to copy, good as long as the server.

#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/protocol/request.h"
#include "server/engine/exchange.h"
#include "server/files/files.h"
#include "tests/server/hub/describe.h"
#include "tests/support/fake_accounts.h"
#include "tests/support/slow_log.h"

namespace parley::test {

class TestServer;

class TestPeer {
 public:
  TestPeer(TestServer& server, std::size_t number) : server_(&server), number_(number) {}

  // What the peer does. Bytes are on their way at once, and the server turns until nothing is left to do.
  TestPeer& Send(std::string_view bytes);
  void Ask(const protocol::Request& request, const std::optional<std::string>& ref = {});
  void Hello(const std::string& name);
  void Join(const std::string& room, std::optional<protocol::Sequence> since = {});
  void Say(const std::string& room, const std::string& text, std::optional<std::string> id = {});
  void FinishSending();
  void Vanish();
  void StopReading();
  void StartReading();
  // Reads so many bytes, then no more.
  void ReadOnly(std::size_t bytes);
  // Does not close its end when the server has closed the other.
  void KeepsOpen();

  // What came since the last look: lines in words, or the very bytes.
  std::vector<std::string> Hears();
  std::string Reads();
  // Whether the server has closed the connection.
  [[nodiscard]] bool closed() const;
  // What the peer sent that the server has not read yet.
  [[nodiscard]] std::size_t unread() const;
  // What waits for it in its queue.
  [[nodiscard]] std::size_t queued() const;
  [[nodiscard]] PeerIndex index() const;
  // Its member id, from the welcome that it heard.
  [[nodiscard]] std::string id() const;

 private:
  TestServer* server_;
  std::size_t number_;
};

// A request as a line.
std::string Line(const protocol::Request& request, const std::optional<std::string>& ref = {});
protocol::Message Chat(const std::string& room, const std::string& text, std::optional<std::string> id = {});

class TestServer {
 public:
  explicit TestServer(ExchangeOptions options = {}, std::size_t kept = 1'000,
                      std::unique_ptr<Files> files = {});

  TestPeer Connects(Arrival arrival = {.address = "10.0.0.1"});
  // One that said hello by lines, and forgot the welcome.
  TestPeer Lines(const std::string& name);
  // One that is in the room, too; everybody has forgotten about it.
  TestPeer LinesIn(const std::string& room, const std::string& name);
  // One that listened for a second; everybody has forgotten about it.
  TestPeer Raw();

  void Pass(Duration time);
  // Turns until nothing is left to do now.
  void Settle();
  void Quiet();
  void Shutdown();

  [[nodiscard]] Exchange& exchange() { return exchange_; }
  [[nodiscard]] SlowLog& log() { return *log_; }
  [[nodiscard]] FakeAccounts& accounts() { return *accounts_; }
  [[nodiscard]] const Now& now() const { return now_; }

 private:
  friend class TestPeer;
  struct Connection {
    std::optional<PeerIndex> index;  // none: it is over
    std::string to_server;           // in the socket
    std::string from_server;
    bool finished = false;  // the peer sends no more
    bool ended = false;     // and the exchange knows
    std::size_t takes = kAll;
    bool keeps_open = false;
    std::string id;
  };
  static constexpr std::size_t kAll = ~std::size_t{0};

  void Turn();
  void Read(Connection& connection);
  void Flush();
  void FlushTo(Connection& connection);
  void Close(Connection& connection, std::string_view reason);
  Connection* ConnectionOf(PeerIndex index);

  SlowLog* log_;
  FakeAccounts* accounts_;
  Exchange exchange_;
  Now now_{MonotonicTime(std::chrono::hours(1)), WallTime(std::chrono::hours(500'000))};
  std::vector<std::unique_ptr<Connection>> connections_;
  NamesById names_;
};

}  // namespace parley::test
