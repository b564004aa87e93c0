// Waker ends a select() from another thread or from a signal handler. It is a pipe, and the loop watches one
// end.

#pragma once

#include <system_error>

namespace parley {

class Waker {
 public:
  // If no descriptors are left, error() says so, and the object cannot be used.
  Waker();
  ~Waker();
  Waker(const Waker&) = delete;
  Waker& operator=(const Waker&) = delete;

  // Any thread and any signal handler may call it. Many calls before a Drain count as one.
  void Wake() const noexcept;
  // Empties the pipe. Call it before you look at what was announced.
  void Drain() const noexcept;

  [[nodiscard]] const std::error_code& error() const { return error_; }
  // The descriptor to watch for reading.
  [[nodiscard]] int descriptor() const { return read_end_; }

 private:
  int read_end_ = -1;
  int write_end_ = -1;
  std::error_code error_;
};

}  // namespace parley
