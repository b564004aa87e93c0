// ThinLine simulates the connection to a page: it has a bandwidth and a queue, and drops packets when the
// queue is full. It can also lose packets at random, and the page can be busy. The same seed gives the same
// losses.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "common/base/clock.h"

namespace parley {

class ThinLine {
 public:
  struct Quality {
    std::uint64_t bits_per_second = 100'000'000;
    std::chrono::milliseconds queue{300};  // the longest
    std::chrono::milliseconds delay{30};   // without a queue
    unsigned lost = 0;                     // percent
    std::chrono::milliseconds busy{0};     // the page looks at its socket after up to this time
  };
  explicit ThinLine(unsigned seed = 1) : random_(seed) {}

  void Send(std::string packet, MonotonicTime now) {
    if (random_() % 100 < quality.lost) return;
    const MonotonicTime free = std::max(free_, now);
    if (free - now > quality.queue) {
      ++dropped;
      return;
    }
    constexpr std::size_t kHeaders = 28;  // of IP and UDP
    free_ = free + std::chrono::nanoseconds((packet.size() + kHeaders) * 8 * 1'000'000'000 /
                                            quality.bits_per_second);
    on_the_way_.push_back({free_ + quality.delay, std::move(packet)});
  }
  // The packets that the page gets now. Call it every few milliseconds.
  std::vector<std::string> Receive(MonotonicTime now) {
    std::vector<std::string> arrived;
    if (now < looks_) return arrived;
    const auto busy = static_cast<std::uint64_t>(quality.busy.count());
    looks_ = now + std::chrono::milliseconds(busy == 0 ? 0 : random_() % busy);
    while (!on_the_way_.empty() && on_the_way_.front().arrives <= now) {
      arrived.push_back(std::move(on_the_way_.front().packet));
      on_the_way_.pop_front();
    }
    return arrived;
  }
  // How long a packet would wait.
  [[nodiscard]] Duration Waits(MonotonicTime now) const { return std::max(Duration(0), free_ - now); }

  Quality quality;
  std::size_t dropped = 0;

 private:
  struct Packet {
    MonotonicTime arrives;
    std::string packet;
  };
  std::mt19937 random_;
  MonotonicTime free_, looks_;
  std::deque<Packet> on_the_way_;
};

}  // namespace parley
