#include "tests/common/io/descriptors.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace parley {
namespace {

int Checked(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

}  // namespace

Pipe::Pipe() {
  Checked(::pipe(ends_), "pipe");
}

Pipe::~Pipe() {
  for (const int end : ends_) {
    if (end >= 0) ::close(end);
  }
}

void Pipe::MoveUp(int lowest) {
  for (int& end : ends_) {
    const int moved = Checked(::fcntl(end, F_DUPFD, lowest), "F_DUPFD");
    ::close(std::exchange(end, moved));
  }
}

void Pipe::Write() const {
  Checked(static_cast<int>(::write(ends_[1], "x", 1)), "write");
}

void Pipe::Read() const {
  char byte = 0;
  Checked(static_cast<int>(::read(ends_[0], &byte, 1)), "read");
}

void Pipe::CloseReadEnd() {
  ::close(std::exchange(ends_[0], -1));
}

void Pipe::CloseWriteEnd() {
  ::close(std::exchange(ends_[1], -1));
}

DescriptorLimit::DescriptorLimit(rlim_t soft) {
  Checked(::getrlimit(RLIMIT_NOFILE, &former_), "getrlimit");
  const rlimit wanted{.rlim_cur = soft, .rlim_max = former_.rlim_max};
  Checked(::setrlimit(RLIMIT_NOFILE, &wanted), "setrlimit");
}

DescriptorLimit::~DescriptorLimit() {
  ::setrlimit(RLIMIT_NOFILE, &former_);
}

rlim_t DescriptorLimit::Hard() {
  rlimit limit{};
  Checked(::getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
  return limit.rlim_max;
}

BurntDescriptors::BurntDescriptors(int end) {
  const int any = Checked(::open("/dev/null", O_RDONLY), "open");
  held_.push_back(any);
  while (LowestFreeDescriptor() < end) held_.push_back(Checked(::dup(any), "dup"));
}

BurntDescriptors::~BurntDescriptors() {
  for (const int descriptor : held_) ::close(descriptor);
}

int LowestFreeDescriptor() {
  const int free = Checked(::open("/dev/null", O_RDONLY), "open");
  ::close(free);
  return free;
}

}  // namespace parley
