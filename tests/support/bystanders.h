// People who have nothing to do with an attack: one by lines, one by WebSocket and one by lines over TLS, who
// talk in a room of their own for as long as this object lives, on a thread of its own. Each message must
// reach the others, once and in its order; how long that took is kept.

#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/line_peer.h"
#include "tests/support/server_process.h"
#include "tests/support/tls_peer.h"
#include "tests/support/web_peer.h"

namespace parley::test {

class Bystanders {
 public:
  // They are in their room once the constructor returns.
  explicit Bystanders(const ServerProcess& server);
  ~Bystanders();
  Bystanders(const Bystanders&) = delete;
  Bystanders& operator=(const Bystanders&) = delete;

  // Returns once so many more messages have reached everybody; throws what went wrong.
  void TalkOn(std::size_t messages);
  // From the speaker's sending to the last one's hearing, of all messages until now.
  struct Latency {
    std::size_t messages;
    std::chrono::microseconds median, p99, worst;
  };
  // Ends their talk; throws what went wrong in it.
  Latency Stop();

 private:
  struct Person {
    std::function<void(const std::string&)> send;  // one message
    std::function<std::string()> next;             // the next one that comes
  };
  void Talk();
  void Round(std::size_t speaker);
  static Json NextOf(const Person& person, std::string_view type);

  LinePeer lines_;
  WebPeer web_;
  TlsPeer tls_;
  std::vector<Person> people_;
  std::vector<std::chrono::microseconds> times_;  // the thread's until it ends
  std::atomic<std::size_t> said_ = 0;
  std::atomic<bool> stop_ = false;
  std::atomic<bool> ended_ = false;
  std::exception_ptr wrong_;  // the thread's until it ends
  std::thread thread_;        // last: it uses all of the above
};

}  // namespace parley::test
