// The one deadline of the system tests: how long a test waits for something that must come. Generous, since
// it only decides how soon a broken server is noticed, never whether a good one passes.

#pragma once

#include <chrono>
#include <stdexcept>

namespace parley::test {

inline constexpr std::chrono::seconds kPatience{60};

// Thrown by the support library where a test can't go on; GoogleTest reports it as the test's failure.
class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Deadline {
 public:
  Deadline() : end_(std::chrono::steady_clock::now() + kPatience) {}

  // For poll(): at least 0.
  [[nodiscard]] int MillisecondsLeft() const {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end_ - std::chrono::steady_clock::now());
    return left.count() > 0 ? static_cast<int>(left.count()) : 0;
  }
  [[nodiscard]] std::chrono::steady_clock::time_point end() const { return end_; }

 private:
  std::chrono::steady_clock::time_point end_;
};

}  // namespace parley::test
