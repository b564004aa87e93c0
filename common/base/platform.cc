#include "common/base/platform.h"

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <fstream>
#include <system_error>

#if defined(__linux__) && !defined(PARLEY_PORTABLE)
#define PARLEY_ON_LINUX
#include <sys/prctl.h>
#endif
#if defined(__GLIBC__) && !defined(PARLEY_PORTABLE)
#define PARLEY_ON_GLIBC
#include <malloc.h>
#endif

namespace parley {

void KeepMemoryPrivate() {
#if defined(PARLEY_ON_LINUX)
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#else
  const rlimit none{};
  setrlimit(RLIMIT_CORE, &none);
#endif
}

void KeepFreedMemory([[maybe_unused]] int bytes, [[maybe_unused]] int large) {
#if defined(PARLEY_ON_GLIBC)
  mallopt(M_TRIM_THRESHOLD, bytes);
  mallopt(M_MMAP_THRESHOLD, large);
#endif
}

std::optional<double> ResidentBytes() {
#if defined(PARLEY_ON_LINUX)
  double pages = 0;
  double resident = 0;
  if (std::ifstream("/proc/self/statm") >> pages >> resident) {
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
  }
#endif
  return std::nullopt;
}

std::filesystem::path ProgramFile() {
#if defined(PARLEY_ON_LINUX)
  std::error_code error;
  std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (!error) return program;
#endif
  return {};
}

void EndWithParent() {
#if defined(PARLEY_ON_LINUX)
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
#endif
}

bool Contains(std::string_view text, std::string_view part) {
#if defined(PARLEY_ON_GLIBC)
  return part.empty() || ::memmem(text.data(), text.size(), part.data(), part.size()) != nullptr;
#else
  return text.find(part) != std::string_view::npos;
#endif
}

}  // namespace parley
