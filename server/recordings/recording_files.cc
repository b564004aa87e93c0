#include "server/recordings/recording_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <utility>

#include "common/base/media_limits.h"
#include "common/protocol/json_writer.h"
#include "server/recordings/recording_manifest.h"

namespace parley {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

RecordingProblem ProblemOf(int error) {
  return error == ENOSPC || error == EDQUOT || error == EFBIG ? RecordingProblem::kNoSpace
                                                              : RecordingProblem::kFailed;
}

bool IsSoundOnly(MediaKind kind) {
  return kind == MediaKind::kVoice || kind == MediaKind::kSound;
}

// `003-voice.webm`. Nothing that a person chose becomes a part of a path.
std::string FileOf(const RecordedTrack& track) {
  std::string number = std::to_string(track.track);
  number.insert(0, number.size() < 3 ? 3 - number.size() : 0, '0');
  return number + "-" + std::string(NameOf(track.kind)) + ".webm";
}

// Writes at `offset`, or at the end without one.
RecordingFiles::Failure WriteTo(const fs::path& path, std::string_view bytes,
                                std::optional<std::size_t> offset = std::nullopt) {
  const int flags = offset ? O_WRONLY : O_WRONLY | O_CREAT | O_APPEND;
  const int file = ::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
  if (file < 0) return ProblemOf(errno);
  RecordingFiles::Failure failure;
  while (!bytes.empty()) {
    const ssize_t written = offset ? ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(*offset))
                                   : ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      failure = written < 0 ? ProblemOf(errno) : RecordingProblem::kFailed;
      break;
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
    if (offset) *offset += static_cast<std::size_t>(written);
  }
  ::close(file);
  return failure;
}

// Replaces the file as a whole.
RecordingFiles::Failure Replace(const fs::path& path, std::string_view bytes) {
  const fs::path next = path.string() + ".new";
  ::unlink(next.c_str());
  if (const auto failure = WriteTo(next, bytes)) return failure;
  if (::rename(next.c_str(), path.c_str()) != 0) return ProblemOf(errno);
  return std::nullopt;
}

std::int64_t InMilliseconds(Duration time) {
  return std::chrono::round<milliseconds>(time).count();
}

}  // namespace

RecordingFiles::Failure RecordingFiles::Take(const RecordedTrack& about) {
  if (about.track > limits::kRecordedTracks) return RecordingProblem::kFailed;
  if (!std::exchange(made_, true)) {
    if (::mkdir(folder_.c_str(), S_IRWXU) != 0) return ProblemOf(errno);
  }
  Track& track = tracks_[about.track];
  track.about = about;
  track.file = FileOf(about);
  return WriteManifest(std::nullopt, std::nullopt);
}

RecordingFiles::Failure RecordingFiles::Take(const RecordedFrame& frame) {
  const auto found = tracks_.find(frame.track);
  if (found == tracks_.end()) return std::nullopt;
  Track& track = found->second;
  if (!std::exchange(track.begun, true)) {
    std::optional<PictureSize> size;
    if (!IsSoundOnly(track.about.kind)) size = SizeOfKeyFrame(frame.bytes).value_or(PictureSize{640, 360});
    track.writer.Begin(track.waiting, size);
  }
  const auto time = std::chrono::round<milliseconds>(frame.time);
  track.writer.Append(track.waiting, time, frame.key_frame, frame.bytes);
  track.length = frame.time;
  ++track.frames;
  return track.waiting.size() >= limits::kRecordingWriteBytes ? Append(track) : std::nullopt;
}

RecordingFiles::Failure RecordingFiles::Append(Track& track) {
  if (track.waiting.empty()) return std::nullopt;
  const std::string bytes = std::exchange(track.waiting, {});
  written_ += bytes.size();
  return WriteTo(folder_ / track.file, bytes);
}

RecordingFiles::Failure RecordingFiles::Flush() {
  for (auto& [number, track] : tracks_) {
    if (const auto failure = Append(track)) return failure;
  }
  return std::nullopt;
}

RecordingFiles::Failure RecordingFiles::Finish(Duration length, Failure problem) {
  if (!made_) return std::nullopt;
  Failure failure = Flush();
  for (auto& [number, track] : tracks_) {
    if (failure) break;
    const auto duration = std::chrono::round<milliseconds>(track.length);
    failure =
        WriteTo(folder_ / track.file, WebmWriter::DurationElement(duration), track.writer.duration_at());
  }
  const Failure manifest = WriteManifest(length, problem ? problem : failure);
  return failure ? failure : manifest;
}

RecordingFiles::Failure RecordingFiles::WriteManifest(std::optional<Duration> length, Failure problem) {
  std::string text;
  protocol::JsonWriter json(text);
  json.BeginObject();
  json.Text("id", info_.id);
  json.Text("room", info_.shown);
  json.Text("room_key", info_.room);
  json.Time("begin", info_.begin);
  if (length) json.Time("end", info_.begin + std::chrono::round<milliseconds>(*length));
  if (problem) json.Text("problem", NameOf(*problem));
  json.Key("tracks");
  json.BeginArray();
  for (const auto& [number, track] : tracks_) {
    json.BeginObject();
    json.Text("file", track.file);
    json.Text("kind", NameOf(track.about.kind));
    json.Text("name", track.about.name);
    json.Text("author", track.about.author);
    json.Key("start_ms");
    json.Raw(std::to_string(InMilliseconds(track.about.start)));
    if (length) {
      json.Number("length_ms", static_cast<std::uint64_t>(InMilliseconds(track.length)));
      json.Number("frames", track.frames);
    }
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  return Replace(folder_ / kManifest, text + "\n");
}

}  // namespace parley
