// Members of one room, some of whom send, and idle ones beside them: connects them, runs one workload, and
// sees to it that everything sent reaches everyone.
//
// LoadRun has more than 12 members because the connections, the senders and the figures of a run are all
// here.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/net/tls.h"
#include "tests/bench/dialect.h"
#include "tests/bench/histogram.h"
#include "tests/bench/load_peer.h"
#include "tests/support/unique_fd.h"

namespace parley::bench {

struct Workload {
  std::size_t members = 100;
  std::size_t senders = 10;
  std::size_t idle = 0;         // connected, in another room, and silent
  std::size_t messages = 1000;  // of all senders together
  std::size_t window = 1;       // of a sender: messages under way before the next; 1 is "in turns"
  double rate = 0;  // messages a second of all together, whatever is under way; 0: as the window allows
  std::size_t bytes = 64;  // of a text
  // At a rate: each member who is no sender says one message after a long silence, one after the other.
  bool wake = false;
};

class LoadRun {
 public:
  // `tls`: of the client; null on a plain door. `dialect` must outlive this object.
  LoadRun(const Workload& workload, const Dialect& dialect, std::uint16_t port,
          std::shared_ptr<TlsContext> tls);

  // Everyone, until they are all in.
  void Connect();
  // Throws std::runtime_error where a delivery fails to come.
  void Run();

  [[nodiscard]] std::uint64_t deliveries() const { return deliveries_; }
  // From sending to being read, in microseconds.
  [[nodiscard]] const Histogram& latency() const { return latency_; }
  // The same of those who had been silent.
  [[nodiscard]] const Histogram& wake_latency() const { return wake_latency_; }

 private:
  using Clock = std::chrono::steady_clock;
  struct Sender {
    std::uint32_t sent = 0, heard = 0;  // `heard` by its neighbour
    std::vector<Clock::time_point> sent_at;
  };

  void Add(std::size_t index, bool member);
  void Turn(int milliseconds);
  void SendDue();
  void SendOne(std::size_t sender);
  void WakeDue(double seconds);
  void PassTime(Clock::duration time);
  void Take(std::size_t member, Mark mark);
  [[nodiscard]] std::size_t Unready() const;
  [[nodiscard]] std::size_t Neighbour(std::size_t sender) const { return (sender + 1) % workload_.members; }
  void Watch(LoadPeer& peer, bool writable, bool fresh);

  Workload workload_;
  const Dialect& dialect_;
  std::uint16_t port_;
  std::shared_ptr<TlsContext> tls_;
  test::UniqueFd poll_;  // epoll: the load is to cost little, whatever the server waits with
  std::vector<std::unique_ptr<LoadPeer>> peers_;  // members first
  std::vector<std::size_t> by_descriptor_;
  std::vector<bool> wants_write_;
  std::size_t speakers_;  // senders, and those who wake
  std::vector<Sender> senders_;
  std::vector<char> buffer_ = std::vector<char>(std::size_t{256} * 1024);
  std::size_t woken_ = 0;
  std::uint64_t sent_ = 0, deliveries_ = 0;
  Clock::time_point began_, now_;
  Histogram latency_, wake_latency_;
};

}  // namespace parley::bench
