// How many system calls a turn makes: one select(), one recv() a ready peer, one send() or sendmsg() a
// member, however many messages there are. Counted by standing in for the calls.

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <sys/select.h>
#include <sys/socket.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "tests/server/hot_path/running_loop.h"
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

ssize_t send(int descriptor, const void* bytes, size_t size, int flags) {
  static auto* const system = TheSystems<decltype(send)>("send");
  Count(sends);
  return system(descriptor, bytes, size, flags);
}

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

TEST(SystemCallsTest, OneSendCarriesAllThatATurnHasForAMember) {
  constexpr int kMembers = 30;
  constexpr int kTalkers = 10;
  constexpr int kMessages = 50;  // of each sender
  const RunningLoop server([] { counted = true; });
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
