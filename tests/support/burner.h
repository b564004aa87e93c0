// Uses up a processor for as long as it lives, and tells how much it got. A server that spins meanwhile gets
// about as much, however busy the machine is; one that sleeps gets next to nothing.

#pragma once

#include <atomic>
#include <chrono>
#include <ctime>
#include <thread>

namespace parley::test {

class Burner {
 public:
  Burner() : thread_([this] { Burn(); }) {}
  ~Burner() { Stop(); }
  Burner(const Burner&) = delete;
  Burner& operator=(const Burner&) = delete;

  // The processor time it got.
  std::chrono::nanoseconds Stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
    return used_;
  }

 private:
  void Burn() {
    while (!stop_) {
    }
    timespec used{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    used_ = std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
  }

  std::atomic<bool> stop_ = false;
  std::chrono::nanoseconds used_{};
  std::thread thread_;  // last: it uses the others
};

}  // namespace parley::test
