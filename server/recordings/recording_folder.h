// RecordingFolder keeps all recordings of a server: one folder for each, named by its id. It bounds their
// space and removes recordings that are too old. Its functions block on the disk. Only one thread at a time
// may call them.

#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/base/media_limits.h"
#include "server/data/data_folder.h"
#include "server/model/recording.h"
#include "server/model/retention.h"
#include "server/recordings/recording_files.h"

namespace parley {

struct RecordingBounds {
  std::uint64_t total_bytes = limits::kRecordingsTotalBytes;  // of all recordings
  std::uint64_t spare_bytes = limits::kRecordingSpareBytes;   // that stay free on the disk
};

class RecordingFolder {
 public:
  // `retention`: a recording is kept as long as its room keeps messages. On failure null, and `error` says
  // what is wrong.
  static std::unique_ptr<RecordingFolder> Open(const std::filesystem::path& path, RecordingBounds bounds,
                                               Retention retention, std::string& error);

  // Takes the items in order. Adds recordings that cannot go on to `stopped`, and drops their later items.
  void Take(const std::vector<RecordedItem>& items, MonotonicTime now,
            std::vector<RecordingStopped>& stopped);
  // Writes what has waited for limits::kRecordingFlush.
  void Flush(MonotonicTime now, std::vector<RecordingStopped>& stopped);
  // Removes recordings whose room does not keep them any more.
  void Expire(WallTime now);
  // Ends this recording because of `problem`, if it is still being written.
  void Stop(const std::string& recording, RecordingProblem problem);

  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  struct Going {
    RecordingFiles files;
    Duration length{0};
  };
  RecordingFolder(DataFolder folder, RecordingBounds bounds, Retention retention)
      : folder_(std::move(folder)), bounds_(bounds), retention_(std::move(retention)) {}

  void Scan();
  // If the space seems to be full, looks at the disk again: somebody may have deleted recordings by hand.
  [[nodiscard]] bool HasSpace();
  RecordingFiles::Failure Do(const RecordedItem& item);
  // What was written counts. A failure ends the recording.
  void Settle(const std::string& recording, RecordingFiles::Failure failure,
              std::vector<RecordingStopped>& stopped);

  DataFolder folder_;
  RecordingBounds bounds_;
  Retention retention_;
  std::uint64_t bytes_ = 0;
  std::map<std::string, Going> going_;  // by id
  MonotonicTime flushed_;
};

}  // namespace parley
