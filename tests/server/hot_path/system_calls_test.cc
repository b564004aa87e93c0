// How many system calls a turn makes: one select(), one recv() a ready peer, one sendmsg() a member, however
// many messages there are. Counted by standing in for the calls.

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <sys/select.h>
#include <sys/socket.h>

#include <atomic>
#include <csignal>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "common/base/limits.h"
#include "common/io/waker.h"
#include "common/net/listener.h"
#include "server/loop/loop.h"
#include "server/store/memory_log.h"
#include "tests/support/fake_accounts.h"
#include "tests/support/line_peer.h"

namespace {

// Of threads that ask for it.
thread_local bool counted = false;
std::atomic<int> sends = 0;
std::atomic<int> receives = 0;
std::atomic<int> selects = 0;

template <typename Call>
Call* TheSystems(const char* name) {
  return reinterpret_cast<Call*>(::dlsym(RTLD_NEXT, name));
}

void Count(std::atomic<int>& calls) {
  if (counted) ++calls;
}

}  // namespace

// In the places of the C library's (the linker takes these), which they call.
extern "C" {

ssize_t sendmsg(int descriptor, const msghdr* message, int flags) {
  static auto* const system = TheSystems<decltype(sendmsg)>("sendmsg");
  Count(sends);
  return system(descriptor, message, flags);
}

ssize_t recv(int descriptor, void* bytes, size_t size, int flags) {
  static auto* const system = TheSystems<decltype(recv)>("recv");
  Count(receives);
  return system(descriptor, bytes, size, flags);
}

int select(int count, fd_set* read, fd_set* write, fd_set* except, timeval* timeout) {
  static auto* const system = TheSystems<decltype(select)>("select");
  Count(selects);
  return system(count, read, write, except, timeout);
}

}  // extern "C"

namespace parley::test {
namespace {

class RunningLoop {
 public:
  RunningLoop()
      : exchange_({}, std::make_unique<MemoryLog>(100), std::make_unique<FakeAccounts>()),
        loop_(exchange_, waker_, 100, Duration::zero()) {
    std::error_code error;
    auto door = Listener::Open({.host = "127.0.0.1", .port = 0}, error);
    if (!door) throw std::system_error(error);
    port_ = door->local().port;
    loop_.AddDoor(std::move(*door), false);
    thread_ = std::thread([this] {
      counted = true;
      loop_.Run();
    });
  }
  ~RunningLoop() {
    std::raise(SIGTERM);
    thread_.join();
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  Waker waker_;
  Exchange exchange_;
  Loop loop_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

TEST(SystemCallsTest, OneSendCarriesAllThatATurnHasForAMember) {
  constexpr int kMembers = 30;
  constexpr int kTalkers = 10;
  constexpr int kMessages = 50;  // of each sender
  const RunningLoop server;
  std::vector<std::unique_ptr<LinePeer>> members;
  for (int i = 0; i < kMembers; ++i) {
    members.push_back(std::make_unique<LinePeer>(server.port(), "member " + std::to_string(i)));
    members.back()->Join("hall");
  }
  for (auto& member : members) member->Settle();
  for (auto& member : members) member->TakeEvents();

  std::string said;
  for (int i = 0; i < kMessages; ++i)
    said += R"({"type":"message","room":"hall","text":"one of many"})"
            "\n";
  said.pop_back();
  sends = receives = selects = 0;
  for (int i = 0; i < kTalkers; ++i) members[static_cast<std::size_t>(i)]->SendLine(said);
  for (int i = 0; i < kMembers; ++i) {
    // Each hears the others' messages, and of its own that they are kept.
    for (int left = kTalkers * kMessages; left > 0; --left)
      members[static_cast<std::size_t>(i)]->ReceiveLine();
  }
  const int deliveries = kTalkers * kMessages * kMembers;
  // At worst each sender is heard in a turn of its own.
  EXPECT_LE(sends, kTalkers * kMembers) << "for " << deliveries << " deliveries";
  EXPECT_GE(sends, kMembers) << "the calls are seen";
  EXPECT_LE(receives, 2 * kTalkers);
  EXPECT_LE(selects, 3 * kTalkers);
}

}  // namespace
}  // namespace parley::test
