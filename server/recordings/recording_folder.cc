#include "server/recordings/recording_folder.h"

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>
#include <variant>

#include "server/recordings/recording_manifest.h"

namespace parley {
namespace {

namespace fs = std::filesystem;

// When something in it was written last; nothing if that is not known.
std::optional<WallTime> AgeOf(const fs::path& folder) {
  std::error_code error;
  const auto written = fs::last_write_time(folder / RecordingFiles::kManifest, error);
  if (error) return std::nullopt;
  return std::chrono::floor<std::chrono::milliseconds>(fs::file_time_type::clock::to_sys(written));
}

const std::string& IdOf(const RecordedItem& item) {
  if (const auto* begun = std::get_if<RecordingBegun>(&item)) return begun->info.id;
  if (const auto* track = std::get_if<RecordedTrack>(&item)) return track->recording;
  if (const auto* frame = std::get_if<RecordedFrame>(&item)) return frame->recording;
  return std::get<RecordingFinished>(item).recording;
}

}  // namespace

std::unique_ptr<RecordingFolder> RecordingFolder::Open(const fs::path& path, RecordingBounds bounds,
                                                       Retention retention, std::string& error) {
  auto folder = DataFolder::Open(path, error);
  if (!folder) return nullptr;
  std::unique_ptr<RecordingFolder> opened(
      new RecordingFolder(std::move(*folder), bounds, std::move(retention)));
  opened->Scan();
  return opened;
}

void RecordingFolder::Scan() {
  bytes_ = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_.path(), error)) {
    if (entry.is_directory(error) && IsRecordingId(entry.path().filename().string()))
      bytes_ += SizeOfFolder(entry.path());
  }
}

bool RecordingFolder::HasSpace() {
  if (bytes_ >= bounds_.total_bytes) Scan();
  std::error_code error;
  const auto space = fs::space(folder_.path(), error);
  return bytes_ < bounds_.total_bytes && (error || space.available >= bounds_.spare_bytes);
}

RecordingFiles::Failure RecordingFolder::Do(const RecordedItem& item) {
  if (const auto* begun = std::get_if<RecordingBegun>(&item)) {
    if (!IsRecordingId(begun->info.id)) return RecordingProblem::kFailed;
    going_.try_emplace(begun->info.id, Going{{folder_.path() / begun->info.id, begun->info}});
    return HasSpace() ? std::nullopt : RecordingFiles::Failure(RecordingProblem::kNoSpace);
  }
  const auto found = going_.find(IdOf(item));
  if (found == going_.end()) return std::nullopt;
  Going& going = found->second;
  if (const auto* track = std::get_if<RecordedTrack>(&item)) return going.files.Take(*track);
  if (const auto* frame = std::get_if<RecordedFrame>(&item)) return going.files.Take(*frame);
  const auto failure = going.files.Finish(std::get<RecordingFinished>(item).length, std::nullopt);
  bytes_ += going.files.TakeWritten();
  going_.erase(found);
  return failure;
}

void RecordingFolder::Settle(const std::string& recording, RecordingFiles::Failure failure,
                             std::vector<RecordingStopped>& stopped) {
  const auto found = going_.find(recording);
  if (found != going_.end()) {
    const std::uint64_t written = found->second.files.TakeWritten();
    bytes_ += written;
    if (written > 0 && !failure && !HasSpace()) failure = RecordingProblem::kNoSpace;
  }
  if (!failure) return;
  Stop(recording, *failure);
  stopped.push_back({recording, *failure});
}

void RecordingFolder::Take(const std::vector<RecordedItem>& items, MonotonicTime now,
                           std::vector<RecordingStopped>& stopped) {
  for (const RecordedItem& item : items) {
    const std::string recording = IdOf(item);
    Settle(recording, Do(item), stopped);
    const auto going = going_.find(recording);
    if (going == going_.end()) continue;
    if (const auto* frame = std::get_if<RecordedFrame>(&item)) {
      going->second.length = std::max(going->second.length, frame->time);
    }
  }
  Flush(now, stopped);
}

void RecordingFolder::Flush(MonotonicTime now, std::vector<RecordingStopped>& stopped) {
  if (now - flushed_ < limits::kRecordingFlush) return;
  flushed_ = now;
  std::vector<std::string> ids;
  for (const auto& [id, going] : going_) ids.push_back(id);
  for (const std::string& id : ids) Settle(id, going_.at(id).files.Flush(), stopped);
}

void RecordingFolder::Stop(const std::string& recording, RecordingProblem problem) {
  const auto found = going_.find(recording);
  if (found == going_.end()) return;
  found->second.files.Finish(found->second.length, problem);
  bytes_ += found->second.files.TakeWritten();
  going_.erase(found);
}

void RecordingFolder::Expire(WallTime now) {
  std::vector<fs::path> expired;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_.path(), error)) {
    const std::string id = entry.path().filename().string();
    if (!entry.is_directory(error) || !IsRecordingId(id) || going_.contains(id)) continue;
    const auto manifest = ReadRecordingManifest(entry.path());
    const auto written = AgeOf(entry.path());
    const auto keep = manifest ? retention_.Of(manifest->room_key) : Retention::Keep();
    if (keep && written && now - *written > *keep) expired.push_back(entry.path());
  }
  for (const fs::path& path : expired) {
    const std::uint64_t size = SizeOfFolder(path);
    fs::remove_all(path, error);
    if (!error) bytes_ -= std::min(size, bytes_);
  }
}

}  // namespace parley
