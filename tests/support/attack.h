// A server under attack, with bystanders: what each attack must leave as it was. A test attacks in its body
// while they talk, and ends with NobodyNotices().

#pragma once

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/bystanders.h"
#include "tests/support/deadline.h"
#include "tests/support/server_process.h"

namespace parley::test {

class Attack : public testing::Test {
 protected:
  explicit Attack(const std::vector<std::string>& options = {}) : server_(options), bystanders_(server_) {
    bystanders_.TalkOn(20);
    memory_before_ = server_.ResidentBytes();
    descriptors_before_ = server_.Descriptors();
  }
  static void SetUpTestSuite() {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }

  // To be called while the attack is at its worst: the others talk on, and the server's memory has grown by
  // so much at most.
  void OthersTalkOn(std::size_t max_growth) {
    bystanders_.TalkOn(30);
    const std::size_t now = server_.ResidentBytes();
    growth_ = now > memory_before_ ? now - memory_before_ : 0;
    EXPECT_LT(growth_, max_growth * PARLEY_TEST_MEMORY_FACTOR + kQuarantine);
  }
  // After the attackers have gone: nothing of them is left, and nobody has lost a message.
  void NothingIsLeft() {
    const Deadline deadline;
    // Pipes may be there of the threads that watch quiet peers, which stay once there was need of them: one
    // for each share of the descriptors.
    const std::size_t max = descriptors_before_ + 6;
    while (server_.Descriptors() > max && deadline.MillisecondsLeft() > 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    EXPECT_LE(server_.Descriptors(), max);
    bystanders_.TalkOn(5);
    const auto latency = bystanders_.Stop();
    const auto* const test = testing::UnitTest::GetInstance()->current_test_info();
    std::printf(
        "%-48s %5zu messages of others, median %6.2f ms, p99 %6.2f ms; memory %zu KiB, at most +%zu KiB\n",
        test->name(), latency.messages, static_cast<double>(latency.median.count()) / 1000,
        static_cast<double>(latency.p99.count()) / 1000, memory_before_ / 1024, growth_ / 1024);
    EXPECT_EQ(server_.Stop(), 0);
  }

  static constexpr std::size_t kMiB = std::size_t{1024} * 1024;
  // What AddressSanitizer keeps of what was freed.
  static constexpr std::size_t kQuarantine = PARLEY_TEST_MEMORY_FACTOR > 1 ? 256 * kMiB : 0;

  ServerProcess server_;
  Bystanders bystanders_;
  std::size_t memory_before_ = 0;
  std::size_t growth_ = 0;
  std::size_t descriptors_before_ = 0;
};

}  // namespace parley::test
