#include "server/data/token_key.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include "common/base/random.h"

namespace parley {
namespace {

constexpr std::size_t kKeyBytes = 32;  // as long as what HS256 makes

// Closes it, which ends its lock, too.
class File {
 public:
  explicit File(const std::filesystem::path& path)
      : descriptor_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR)) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  bool Lock() const { return descriptor_ >= 0 && ::flock(descriptor_, LOCK_EX) == 0; }
  // Nothing where it can't be read.
  [[nodiscard]] std::optional<std::string> Read() const {
    std::array<char, 2 * kKeyBytes> bytes;
    const ssize_t size = ::pread(descriptor_, bytes.data(), bytes.size(), 0);
    if (size < 0) return std::nullopt;
    return std::string(bytes.data(), static_cast<std::size_t>(size));
  }
  [[nodiscard]] bool Write(const std::string& text) const {
    return ::pwrite(descriptor_, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()) &&
           ::fsync(descriptor_) == 0;
  }

 private:
  int descriptor_;
};

}  // namespace

std::optional<std::string> ReadTokenKey(const std::filesystem::path& folder, std::string& error) {
  const std::filesystem::path path = folder / "token.key";
  const File file(path);
  const bool locked = file.Lock();
  std::optional<std::string> key = locked ? file.Read() : std::nullopt;
  if (key && key->empty()) {
    key = RandomBytes(kKeyBytes);
    if (!file.Write(*key)) key.reset();
  }
  if (!key) {
    error = path.string() + " can't be used: " + std::strerror(errno);
  } else if (key->size() != kKeyBytes) {
    error = path.string() + " is damaged: remove it, which ends all tokens";
    key.reset();
  }
  return key;
}

}  // namespace parley
