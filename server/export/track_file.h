// TrackFile reads the frames of one track of a recording. Its functions block on the disk.

#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "common/codec/webm.h"

namespace parley {

class TrackFile {
 public:
  // On failure nothing, and `error` says what is wrong.
  static std::optional<TrackFile> Open(const std::filesystem::path& path, std::string& error);
  TrackFile(TrackFile&& other) noexcept;
  TrackFile& operator=(TrackFile&&) = delete;
  ~TrackFile();

  // The next frame; nothing at the end, and where the file is cut off or damaged.
  std::optional<WebmScanner::Frame> Next();
  // Reads the bytes of a frame; false if that fails.
  bool Read(const WebmScanner::Frame& frame, std::string& bytes) const;

 private:
  TrackFile(int file, std::uint64_t size) : file_(file), size_(size) {}

  int file_;
  std::uint64_t size_;
  WebmScanner scanner_;
};

}  // namespace parley
