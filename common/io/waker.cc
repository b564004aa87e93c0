#include "common/io/waker.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace parley {
namespace {

// Non-blocking, so that neither a full pipe stops a signal handler nor an empty one the loop.
void SetUpEnd(int descriptor) {
  ::fcntl(descriptor, F_SETFL, O_NONBLOCK);
  ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

}  // namespace

Waker::Waker() {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) {
    error_ = {errno, std::generic_category()};
    return;
  }
  read_end_ = ends[0];
  write_end_ = ends[1];
  SetUpEnd(read_end_);
  SetUpEnd(write_end_);
}

Waker::~Waker() {
  if (error_) return;
  ::close(read_end_);
  ::close(write_end_);
}

void Waker::Wake() const noexcept {
  const int saved = errno;  // of the code that the signal interrupted
  const char byte = 0;
  // A full pipe is fine: it wakes the loop as it is.
  [[maybe_unused]] const auto written = ::write(write_end_, &byte, 1);
  errno = saved;
}

void Waker::Drain() const noexcept {
  std::array<char, 256> bytes;
  while (::read(read_end_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size())) {
  }
}

}  // namespace parley
