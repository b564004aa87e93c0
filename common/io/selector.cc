// macOS refuses more than FD_SETSIZE descriptors without this.
#define _DARWIN_UNLIMITED_SELECT 1

#include "common/io/selector.h"

#include <fcntl.h>
#include <sys/select.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>

namespace parley {
namespace {

constexpr int kWordBits = std::numeric_limits<unsigned long>::digits;
// Some systems refuse a longer wait; a caller that is woken early looks at its timers and waits again.
constexpr std::chrono::hours kLongestWait{24};

constexpr std::size_t WordOf(int descriptor) {
  return static_cast<std::size_t>(descriptor) / kWordBits;
}

constexpr unsigned long BitOf(int descriptor) {
  return 1UL << (static_cast<unsigned>(descriptor) % kWordBits);
}

void SetBit(unsigned long& word, unsigned long bit, bool value) {
  word = value ? word | bit : word & ~bit;
}

// Rounded up: a wait that ends just before its timer is due would be followed by waits of no length.
timeval ToTimeval(Duration timeout) {
  using std::chrono::microseconds;
  const auto wait = std::clamp<Duration>(timeout, Duration::zero(), kLongestWait);
  const auto whole = std::chrono::ceil<microseconds>(wait).count();
  timeval result{};
  result.tv_sec = static_cast<decltype(result.tv_sec)>(whole / microseconds::period::den);
  result.tv_usec = static_cast<decltype(result.tv_usec)>(whole % microseconds::period::den);
  return result;
}

}  // namespace

void Selector::Watch(int descriptor, bool readable, bool writable) {
  assert(descriptor >= 0);
  if (!readable && !writable) {
    Remove(descriptor);
    return;
  }
  const std::size_t word = WordOf(descriptor);
  if (word >= want_read_.size()) Grow(word);
  SetBit(want_read_[word], BitOf(descriptor), readable);
  SetBit(want_write_[word], BitOf(descriptor), writable);
  highest_ = std::max(highest_, descriptor);
}

void Selector::Remove(int descriptor) {
  assert(descriptor >= 0);
  if (descriptor > highest_) return;
  const std::size_t word = WordOf(descriptor);
  SetBit(want_read_[word], BitOf(descriptor), false);
  SetBit(want_write_[word], BitOf(descriptor), false);
  if (descriptor == highest_) LowerHighest();
}

std::span<const Selector::Ready> Selector::Wait(std::optional<Duration> timeout) {
  ready_.clear();
  const int count = Select(timeout);
  if (count > 0) Collect(count);
  return ready_;
}

// Never shorter than fd_set, which is what select() is declared to take.
void Selector::Grow(std::size_t word) {
  if (word < want_read_.size()) return;
  const std::size_t words = std::max({word + 1, 2 * want_read_.size(), sizeof(fd_set) / sizeof(Word)});
  for (auto* set : {&want_read_, &want_write_, &read_, &write_}) set->resize(words);
}

void Selector::LowerHighest() {
  for (std::size_t word = UsedWords(); word-- > 0;) {
    const Word wanted = want_read_[word] | want_write_[word];
    if (wanted == 0) continue;
    highest_ = static_cast<int>(word + 1) * kWordBits - 1 - std::countl_zero(wanted);
    return;
  }
  highest_ = -1;
}

int Selector::Select(std::optional<Duration> timeout) {
  Grow(0);
  const auto used = static_cast<std::ptrdiff_t>(UsedWords());
  std::copy_n(want_read_.begin(), used, read_.begin());
  std::copy_n(want_write_.begin(), used, write_.begin());
  timeval wait{};
  if (timeout) wait = ToTimeval(*timeout);
  // By cast, and without FD_SET, which a fortified libc ends the process for past FD_SETSIZE.
  const int count = ::select(highest_ + 1, reinterpret_cast<fd_set*>(read_.data()),
                             reinterpret_cast<fd_set*>(write_.data()), nullptr, timeout ? &wait : nullptr);
  if (count < 0 && errno != EINTR) Fail(errno);
  return count;
}

// `count` is the number of bits that select() left in both sets.
void Selector::Collect(int count) {
  for (std::size_t word = 0; count > 0 && word < UsedWords(); ++word) {
    for (Word either = read_[word] | write_[word]; either != 0; either &= either - 1) {
      const Word bit = either & -either;
      const Ready ready{.descriptor = static_cast<int>(word) * kWordBits + std::countr_zero(either),
                        .readable = (read_[word] & bit) != 0,
                        .writable = (write_[word] & bit) != 0};
      count -= int{ready.readable} + int{ready.writable};
      ready_.push_back(ready);
    }
  }
}

void Selector::Fail(int error) const {
  std::fprintf(stderr, "select() failed: %s\n", std::strerror(error));
  for (int descriptor = 0; descriptor <= highest_; ++descriptor) {
    const std::size_t word = WordOf(descriptor);
    const bool watched = ((want_read_[word] | want_write_[word]) & BitOf(descriptor)) != 0;
    if (watched && ::fcntl(descriptor, F_GETFD) < 0) {
      std::fprintf(stderr, "descriptor %d was closed while it was watched\n", descriptor);
    }
  }
  std::abort();
}

std::size_t Selector::UsedWords() const {
  return highest_ < 0 ? 0 : WordOf(highest_) + 1;
}

}  // namespace parley
