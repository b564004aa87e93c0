// Loaded into the server before libc: see faults.h. It allocates nothing and takes no lock.

#include <dlfcn.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <ctime>

#include "tests/support/faults.h"

namespace {

using parley::test::Faults;

Faults* Map() {
  static Faults none;
  const char* const file = std::getenv(parley::test::kFaultsFile);
  const int fd = file == nullptr ? -1 : ::open(file, O_RDWR | O_CLOEXEC);
  if (fd < 0) return &none;
  void* const page = ::mmap(nullptr, sizeof(Faults), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  ::close(fd);
  return page == MAP_FAILED ? &none : static_cast<Faults*>(page);
}

Faults& Page() {
  static Faults* const page = Map();
  return *page;
}

template <typename Function>
Function* Real(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

// A lot: of a thousand, so many win.
bool Lot(std::uint32_t per_thousand) {
  if (per_thousand == 0) return false;
  std::uint32_t now = Page().seed.load();
  std::uint32_t next = 0;
  do {
    next = now * 1'664'525U + 1'013'904'223U;
  } while (!Page().seed.compare_exchange_weak(now, next));
  return (next >> 8U) % 1'000 < per_thousand;
}

// One of so many.
bool Take(std::atomic<std::int32_t>& left) {
  std::int32_t now = left.load();
  while (now > 0) {
    if (left.compare_exchange_weak(now, now - 1)) return true;
  }
  return false;
}

bool IsStream(int fd) {
  sockaddr_storage name{};
  socklen_t size = sizeof name;
  return ::getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size) == 0 &&
         (name.ss_family == AF_INET || name.ss_family == AF_INET6);
}

// The errno with which a call on a socket fails; 0: it doesn't.
int SocketFault(int fd) {
  Faults& page = Page();
  const bool any = page.interrupted + page.would_block != 0 || page.ios > 0;
  if (!any || !IsStream(fd)) return 0;
  int error = 0;
  if (Take(page.ios)) {
    error = page.io_error;
  } else if (Lot(page.interrupted)) {
    error = EINTR;
  } else if (Lot(page.would_block)) {
    error = EAGAIN;
  }
  if (error != 0) ++page.done_ios;
  return error;
}

bool Short(int fd) {
  const bool is = Lot(Page().short_io) && IsStream(fd);
  if (is) ++Page().done_ios;
  return is;
}

int Sync(int (*real)(int), int fd) {
  Faults& page = Page();
  if (const std::uint32_t millis = page.sync_millis; millis != 0) {
    ++page.done_syncs;
    const timespec pause{millis / 1'000, static_cast<long>(millis % 1'000) * 1'000'000};
    ::nanosleep(&pause, nullptr);
  }
  if (const int error = page.sync_error; error != 0) {
    ++page.done_syncs;
    errno = error;
    return -1;
  }
  return real(fd);
}

bool WriteFails(int fd) {
  const int error = Page().write_error;
  if (error == 0) return false;
  struct stat what {};
  if (::fstat(fd, &what) != 0 || !S_ISREG(what.st_mode)) return false;
  ++Page().done_writes;
  errno = error;
  return true;
}

// A message of one buffer, and of that a few bytes.
struct ShortMessage {
  explicit ShortMessage(const msghdr& whole) : message(whole) {
    if (message.msg_iovlen == 0) return;
    part = *message.msg_iov;
    part.iov_len = std::min<std::size_t>(part.iov_len, 3);
    message.msg_iov = &part;
    message.msg_iovlen = 1;
  }
  msghdr message;
  iovec part{};
};

}  // namespace

extern "C" {

ssize_t recv(int fd, void* buffer, size_t size, int flags) {
  static auto* const real = Real<ssize_t(int, void*, size_t, int)>("recv");
  if (const int error = SocketFault(fd); error != 0) {
    errno = error;
    return -1;
  }
  return real(fd, buffer, Short(fd) ? std::min<size_t>(size, 3) : size, flags);
}

// A fortified build calls this one.
ssize_t __recv_chk(int fd, void* buffer, size_t size, size_t /*room*/, int flags) {
  return recv(fd, buffer, size, flags);
}

ssize_t recvmsg(int fd, msghdr* message, int flags) {
  static auto* const real = Real<ssize_t(int, msghdr*, int)>("recvmsg");
  if (const int error = SocketFault(fd); error != 0) {
    errno = error;
    return -1;
  }
  if (!Short(fd)) return real(fd, message, flags);
  ShortMessage few(*message);
  return real(fd, &few.message, flags);
}

ssize_t send(int fd, const void* buffer, size_t size, int flags) {
  static auto* const real = Real<ssize_t(int, const void*, size_t, int)>("send");
  if (const int error = SocketFault(fd); error != 0) {
    errno = error;
    return -1;
  }
  return real(fd, buffer, Short(fd) ? std::min<size_t>(size, 3) : size, flags);
}

ssize_t sendmsg(int fd, const msghdr* message, int flags) {
  static auto* const real = Real<ssize_t(int, const msghdr*, int)>("sendmsg");
  if (const int error = SocketFault(fd); error != 0) {
    errno = error;
    return -1;
  }
  if (!Short(fd)) return real(fd, message, flags);
  const ShortMessage few(*message);
  return real(fd, &few.message, flags);
}

int accept(int fd, sockaddr* address, socklen_t* size) {
  static auto* const real = Real<int(int, sockaddr*, socklen_t*)>("accept");
  if (Take(Page().accepts)) {
    ++Page().done_accepts;
    errno = Page().accept_error;
    return -1;
  }
  return real(fd, address, size);
}

int accept4(int fd, sockaddr* address, socklen_t* size, int flags) {
  static auto* const real = Real<int(int, sockaddr*, socklen_t*, int)>("accept4");
  if (Take(Page().accepts)) {
    ++Page().done_accepts;
    errno = Page().accept_error;
    return -1;
  }
  return real(fd, address, size, flags);
}

int fsync(int fd) {
  static auto* const real = Real<int(int)>("fsync");
  return Sync(real, fd);
}

int fdatasync(int fd) {
  static auto* const real = Real<int(int)>("fdatasync");
  return Sync(real, fd);
}

ssize_t pwrite64(int fd, const void* buffer, size_t size, off64_t offset) {
  static auto* const real = Real<ssize_t(int, const void*, size_t, off64_t)>("pwrite64");
  return WriteFails(fd) ? -1 : real(fd, buffer, size, offset);
}

ssize_t write(int fd, const void* buffer, size_t size) {
  static auto* const real = Real<ssize_t(int, const void*, size_t)>("write");
  return WriteFails(fd) ? -1 : real(fd, buffer, size);
}

int clock_gettime(clockid_t clock, timespec* time) {
  static auto* const real = Real<int(clockid_t, timespec*)>("clock_gettime");
  const int result = real(clock, time);
  if (clock == CLOCK_REALTIME) time->tv_sec += Page().clock_seconds;
  return result;
}
}
