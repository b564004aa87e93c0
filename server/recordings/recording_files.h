// RecordingFiles writes the files of one recording: a folder with a WebM file for each track, and a manifest
// (`manifest.json`, docs/operations.md "Recordings"). Its functions block on the disk.
//
// Each write opens its file and closes it again, so that recording a hundred people does not need a hundred
// descriptors.

#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "common/base/clock.h"
#include "common/codec/webm.h"
#include "server/model/recording.h"

namespace parley {

class RecordingFiles {
 public:
  // The folder is created with the first track.
  RecordingFiles(std::filesystem::path folder, RecordingInfo info)
      : folder_(std::move(folder)), info_(std::move(info)) {}

  // What each call returns: nothing if all is well.
  using Failure = std::optional<RecordingProblem>;

  Failure Take(const RecordedTrack& track);
  // Frames are written in blocks: at once if a block is full, else by Flush.
  Failure Take(const RecordedFrame& frame);
  Failure Flush();
  // Writes the rest, and the lengths of the files. `problem`: why the recording ended early, if it did.
  Failure Finish(Duration length, Failure problem);

  // Bytes that were written since the last call.
  std::uint64_t TakeWritten() { return std::exchange(written_, 0); }
  [[nodiscard]] const RecordingInfo& info() const { return info_; }

  static constexpr const char* kManifest = "manifest.json";

 private:
  struct Track {
    RecordedTrack about;
    WebmWriter writer;
    std::string file;     // its name
    std::string waiting;  // bytes to be written
    bool begun = false;
    Duration length{0};
    std::uint64_t frames = 0;
  };
  Failure Append(Track& track);
  Failure WriteManifest(std::optional<Duration> length, Failure problem);

  std::filesystem::path folder_;
  RecordingInfo info_;
  std::map<std::uint32_t, Track> tracks_;
  bool made_ = false;  // the folder
  std::uint64_t written_ = 0;
};

}  // namespace parley
