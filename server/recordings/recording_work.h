// RecordingWork writes recordings on a thread of its own, so that the media thread never waits for the disk.
// Its queue is bounded (limits::kRecordingQueueBytes). If the disk is too slow and the queue is full, it
// stops the recordings that would add more.

#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "common/base/clock.h"
#include "common/base/media_limits.h"
#include "server/model/recording.h"
#include "server/recordings/recording_folder.h"

namespace parley {

class RecordingWork : public RecordingSink {
 public:
  // Null if the thread cannot be started; then `error` says why.
  static std::unique_ptr<RecordingWork> Open(std::unique_ptr<RecordingFolder> folder, std::error_code& error,
                                             std::size_t max_bytes = limits::kRecordingQueueBytes);
  // Waits until the thread has taken everything that was given.
  ~RecordingWork() override;

  void Give(std::vector<RecordedItem> items) override;
  std::vector<RecordingStopped> TakeStopped() override;

 private:
  RecordingWork(std::unique_ptr<RecordingFolder> folder, std::size_t max_bytes)
      : folder_(std::move(folder)), max_bytes_(max_bytes) {}
  void Work();

  std::unique_ptr<RecordingFolder> folder_;
  const std::size_t max_bytes_;

  std::mutex mutex_;
  std::condition_variable given_;
  std::deque<std::vector<RecordedItem>> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::set<std::string> too_slow_;  // recordings that are to be stopped
  std::vector<RecordingStopped> stopped_;
  bool ending_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace parley
