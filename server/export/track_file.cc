#include "server/export/track_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

namespace parley {
namespace {

// How many bytes were read; fewer only at the end of the file, or if the disk fails.
std::size_t ReadAt(int file, std::uint64_t at, char* bytes, std::size_t count) {
  std::size_t done = 0;
  while (done < count) {
    const ssize_t got = ::pread(file, bytes + done, count - done, static_cast<off_t>(at + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

}  // namespace

std::optional<TrackFile> TrackFile::Open(const std::filesystem::path& path, std::string& error) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  struct stat about {};
  if (file < 0 || ::fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) {
    error = file < 0 ? std::strerror(errno) : "it is not a file";
    if (file >= 0) ::close(file);
    return std::nullopt;
  }
  return TrackFile(file, static_cast<std::uint64_t>(about.st_size));
}

TrackFile::TrackFile(TrackFile&& other) noexcept
    : file_(std::exchange(other.file_, -1)), size_(other.size_), scanner_(other.scanner_) {
}

TrackFile::~TrackFile() {
  if (file_ >= 0) ::close(file_);
}

std::optional<WebmScanner::Frame> TrackFile::Next() {
  std::array<char, WebmScanner::kWindow> window{};
  WebmScanner::Frame frame;
  while (true) {
    const std::size_t count = ReadAt(file_, scanner_.at(), window.data(), window.size());
    switch (scanner_.Next(std::string_view(window.data(), count), frame)) {
      case WebmScanner::Step::kMore:
        break;
      case WebmScanner::Step::kEnd:
        return std::nullopt;
      case WebmScanner::Step::kFrame:
        if (frame.at + frame.size > size_) return std::nullopt;
        return frame;
    }
  }
}

bool TrackFile::Read(const WebmScanner::Frame& frame, std::string& bytes) const {
  bytes.resize(frame.size);
  return ReadAt(file_, frame.at, bytes.data(), frame.size) == frame.size;
}

}  // namespace parley
