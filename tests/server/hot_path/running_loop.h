// A loop with a plain door on loopback, which runs in a thread until this object goes.

#pragma once

#include <csignal>
#include <cstdint>
#include <functional>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>

#include "common/io/waker.h"
#include "common/net/listener.h"
#include "server/loop/loop.h"
#include "server/store/memory_log.h"
#include "tests/support/fake_accounts.h"

namespace parley::test {

class RunningLoop {
 public:
  // Calls `begin` in the loop's thread first.
  explicit RunningLoop(const std::function<void()>& begin = [] {})
      : exchange_(Unpaced(), std::make_unique<MemoryLog>(100), std::make_unique<FakeAccounts>()),
        loop_(exchange_, waker_, 100, Duration::zero()) {
    std::error_code error;
    auto door = Listener::Open({.host = "127.0.0.1", .port = 0}, error);
    if (!door) throw std::system_error(error);
    port_ = door->local().port;
    loop_.AddDoor(std::move(*door), false);
    thread_ = std::thread([this, begin] {
      begin();
      loop_.Run();
    });
  }
  RunningLoop(const RunningLoop&) = delete;
  RunningLoop& operator=(const RunningLoop&) = delete;
  ~RunningLoop() {
    std::raise(SIGTERM);
    thread_.join();
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  static ExchangeOptions Unpaced() {
    ExchangeOptions options;
    options.rate = 0;
    return options;
  }

  Waker waker_;
  Exchange exchange_;
  Loop loop_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace parley::test
