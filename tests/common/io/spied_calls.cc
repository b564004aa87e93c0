#include "tests/common/io/spied_calls.h"

#include <dlfcn.h>
#include <sys/select.h>

#include <cerrno>
#include <utility>

namespace parley {

SpiedCalls& Spy() {
  static thread_local SpiedCalls spy;
  return spy;
}

}  // namespace parley

extern "C" {

int select(int descriptors, fd_set* read, fd_set* write, fd_set* except, timeval* timeout) {
  using Select = int(int, fd_set*, fd_set*, fd_set*, timeval*);
  static auto* const real = reinterpret_cast<Select*>(::dlsym(RTLD_NEXT, "select"));
  parley::SpiedCalls& spy = parley::Spy();
  spy.select_descriptors = descriptors;
  spy.select_timeout = timeout == nullptr ? std::nullopt : std::optional(*timeout);
  if (spy.next_select_error != 0) {
    errno = std::exchange(spy.next_select_error, 0);
    return -1;
  }
  const int count = real(descriptors, read, write, except, timeout);
  return std::exchange(spy.next_select_count, std::nullopt).value_or(count);
}

int pipe(int* ends) noexcept {
  static auto* const real = reinterpret_cast<int (*)(int*)>(::dlsym(RTLD_NEXT, "pipe"));
  parley::SpiedCalls& spy = parley::Spy();
  if (spy.next_pipe_error == 0) return real(ends);
  errno = std::exchange(spy.next_pipe_error, 0);
  return -1;
}
}
