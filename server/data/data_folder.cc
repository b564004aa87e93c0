#include "server/data/data_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <system_error>
#include <thread>
#include <utility>

#include "common/base/byte_order_mark.h"

namespace parley {
namespace {

namespace fs = std::filesystem;

bool WriteAll(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(descriptor) == 0;
}

// InUse holds the lock for a moment: who fails to get it tries again after this time.
constexpr std::chrono::milliseconds kMoment{50};

bool Lock(int file) {
  if (::flock(file, LOCK_EX | LOCK_NB) == 0) return true;
  if (errno != EWOULDBLOCK) return false;
  std::this_thread::sleep_for(kMoment);
  return ::flock(file, LOCK_EX | LOCK_NB) == 0;
}

}  // namespace

bool MakeDataFolder(const fs::path& path, std::string& error) {
  std::error_code failed;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), failed);
  if (::mkdir(path.c_str(), S_IRWXU) == 0 || errno == EEXIST) return true;
  error = std::strerror(errno);
  return false;
}

std::optional<DataFolder> DataFolder::Open(const fs::path& path, std::string& error) {
  if (!MakeDataFolder(path, error)) return std::nullopt;
  const int lock = ::open((path / kLock).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (lock < 0) {
    error = std::strerror(errno);
    return std::nullopt;
  }
  DataFolder folder(path, lock);
  if (!Lock(lock)) {
    error = errno == EWOULDBLOCK ? "another server is running on it" : std::strerror(errno);
    return std::nullopt;
  }
  return folder;
}

bool DataFolder::InUse(const fs::path& path) {
  const int lock = ::open((path / kLock).c_str(), O_RDONLY | O_CLOEXEC);
  if (lock < 0) return false;
  const bool in_use = ::flock(lock, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(lock);
  return in_use;
}

DataFolder::DataFolder(DataFolder&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {
}

DataFolder::~DataFolder() {
  if (lock_ >= 0) ::close(lock_);
}

std::optional<std::string> DataFolder::Read(const std::string& name) const {
  return ReadFile(path_ / name);
}

bool DataFolder::Write(const std::string& name, std::string_view contents) const {
  const fs::path next = path_ / (name + ".new");
  const int file = ::open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) return false;
  const bool written = WriteAll(file, contents);
  ::close(file);
  return written && ::rename(next.c_str(), (path_ / name).c_str()) == 0;
}

void DataFolder::Remove(const std::string& name) const {
  std::error_code ignored;
  fs::remove(path_ / name, ignored);
}

std::optional<std::string> ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open()) return std::nullopt;
  std::string contents;
  std::array<char, 4096> part{};
  while (file.read(part.data(), part.size()), file.gcount() > 0) {
    contents.append(part.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (file.bad()) return std::nullopt;  // a folder, for one: it can be opened, and not read
  return contents;
}

std::optional<std::string> ReadText(const fs::path& path) {
  auto text = ReadFile(path);
  if (text) text->erase(0, text->size() - WithoutByteOrderMark(*text).size());
  return text;
}

std::optional<std::string> ReadFirstLine(const fs::path& path) {
  auto text = ReadText(path);
  if (text) text->erase(std::min(text->find_first_of("\r\n"), text->size()));
  return text;
}

}  // namespace parley
