#include "server/admin/checked_copy.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string_view>
#include <vector>

#include "common/base/sha256.h"

namespace parley {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void FailBySystem(const fs::path& path) {
  Fail(path, errno == ENOSPC ? "the disk is full" : std::strerror(errno));
}

class OpenFile {
 public:
  OpenFile(const fs::path& path, int flags) : file_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (file_ >= 0) ::close(file_);
  }
  [[nodiscard]] int get() const { return file_; }

 private:
  int file_;
};

void WriteAll(int file, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) FailBySystem(path);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

void Fail(const fs::path& path, const std::string& why) {
  throw CopyFailure{path.string() + ": " + why};
}

void WriteNew(const fs::path& path, const std::string& bytes) {
  const OpenFile file(path, O_WRONLY | O_CREAT | O_EXCL);
  if (file.get() < 0) FailBySystem(path);
  WriteAll(file.get(), bytes, path);
  if (::fsync(file.get()) != 0) FailBySystem(path);
}

void Sync(const fs::path& path) {
  const OpenFile file(path, O_RDONLY);
  if (file.get() < 0 || ::fsync(file.get()) != 0) FailBySystem(path);
}

std::string CopyBytes(const fs::path& source, const fs::path& copy) {
  const OpenFile from(source, O_RDONLY);
  if (from.get() < 0 && errno == ENOENT) return "";
  if (from.get() < 0) FailBySystem(source);
  const OpenFile to(copy, O_WRONLY | O_CREAT | O_EXCL);
  if (to.get() < 0) FailBySystem(copy);
  Sha256 sum;
  std::vector<char> piece(std::size_t{64} * 1024);
  for (;;) {
    const ssize_t got = ::read(from.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) FailBySystem(source);
    if (got == 0) return sum.Finish();
    const std::string_view bytes(piece.data(), static_cast<std::size_t>(got));
    sum.Add(bytes);
    WriteAll(to.get(), bytes, copy);
  }
}

}  // namespace parley
