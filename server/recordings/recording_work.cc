#include "server/recordings/recording_work.h"

#include <iterator>
#include <utility>
#include <variant>

namespace parley {
namespace {

std::size_t BytesOf(const std::vector<RecordedItem>& items) {
  std::size_t bytes = 0;
  for (const RecordedItem& item : items) {
    const auto* frame = std::get_if<RecordedFrame>(&item);
    bytes += sizeof item + (frame != nullptr ? frame->bytes.size() : 0);
  }
  return bytes;
}

}  // namespace

std::unique_ptr<RecordingWork> RecordingWork::Open(std::unique_ptr<RecordingFolder> folder,
                                                   std::error_code& error, std::size_t max_bytes) {
  std::unique_ptr<RecordingWork> work(new RecordingWork(std::move(folder), max_bytes));
  try {
    work->thread_ = std::thread([self = work.get()] { self->Work(); });
  } catch (const std::system_error& failure) {
    error = failure.code();
    return nullptr;
  }
  return work;
}

RecordingWork::~RecordingWork() {
  if (!thread_.joinable()) return;
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  given_.notify_all();
  thread_.join();
}

void RecordingWork::Give(std::vector<RecordedItem> items) {
  const std::size_t bytes = BytesOf(items);
  {
    const std::scoped_lock lock(mutex_);
    if (waiting_bytes_ + bytes > max_bytes_) {
      for (const RecordedItem& item : items) {
        if (const auto* frame = std::get_if<RecordedFrame>(&item)) too_slow_.insert(frame->recording);
      }
      // Without frames it is short, and says where recordings begin and end.
      std::erase_if(items,
                    [](const RecordedItem& item) { return std::holds_alternative<RecordedFrame>(item); });
    } else {
      waiting_bytes_ += bytes;
    }
    waiting_.push_back(std::move(items));
  }
  given_.notify_one();
}

std::vector<RecordingStopped> RecordingWork::TakeStopped() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(stopped_, {});
}

void RecordingWork::Work() {
  std::unique_lock lock(mutex_);
  MonotonicTime next_expiry = ReadSystemClock().monotonic;
  while (true) {
    const auto wait = next_expiry - ReadSystemClock().monotonic;
    given_.wait_for(lock, wait, [this] { return ending_ || !waiting_.empty(); });
    if (waiting_.empty() && ending_) return;
    const auto batches = std::exchange(waiting_, {});
    waiting_bytes_ = 0;
    const auto too_slow = std::exchange(too_slow_, {});
    lock.unlock();
    const Now now = ReadSystemClock();
    std::vector<RecordingStopped> stopped;
    for (const auto& items : batches) folder_->Take(items, now.monotonic, stopped);
    for (const std::string& recording : too_slow) {
      folder_->Stop(recording, RecordingProblem::kTooSlow);
      stopped.push_back({recording, RecordingProblem::kTooSlow});
    }
    if (now.monotonic >= next_expiry) {
      next_expiry = now.monotonic + limits::kRecordingExpiry;
      folder_->Expire(now.wall);
    }
    lock.lock();
    std::move(stopped.begin(), stopped.end(), std::back_inserter(stopped_));
  }
}

}  // namespace parley
