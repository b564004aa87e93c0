#include "server/export/make_video.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <fstream>
#include <system_error>
#include <utility>

#include "common/base/export_limits.h"
#include "server/export/ffmpeg.h"
#include "server/export/filter_graph.h"
#include "server/export/gapless_voice.h"
#include "server/export/name_titles.h"
#include "server/export/track_file.h"

namespace parley {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using Track = RecordingManifest::Track;

struct Stop {
  std::string why;
};

bool IsPicture(MediaKind kind) {
  return kind == MediaKind::kCamera || kind == MediaKind::kScreen;
}

// Workspace is a folder for unfinished files, which it removes at the end.
class Workspace {
 public:
  explicit Workspace(const fs::path& output) : path_(fs::absolute(output).string() + ".partial") {
    if (::mkdir(path_.c_str(), S_IRWXU) == 0) return;
    if (errno == EEXIST) throw Stop{path_.string() + " exists; remove it if no other export writes to it"};
    throw Stop{"can't make the folder " + path_.string() + ": " + std::strerror(errno)};
  }
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;
  ~Workspace() {
    std::error_code error;
    fs::remove_all(path_, error);
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

  void Append(const std::string& name, std::string& bytes) const {
    std::ofstream file(path_ / name, std::ios::binary | std::ios::app);
    file << bytes;
    bytes.clear();
    if (!file.flush()) throw Stop{"can't write " + (path_ / name).string() + "; is the disk full?"};
  }

 private:
  fs::path path_;
};

// The file of a track, with times since the recording began.
struct Scanned {
  Track track;
  fs::path path;
  Spans spans;  // when there is a picture; of sound: one span for all of it
};

class VideoMaker {
 public:
  VideoMaker(const VideoRequest& request, const VideoProgress& progress)
      : request_(request), progress_(progress), workspace_(request.output) {}

  MadeVideo Make(const fs::path& ffmpeg) {
    ScanTracks();
    CollectSource();
    WriteVoices();
    WriteChat();
    const VideoPlan plan = PlanVideo(source_);
    const FilterGraph graph(source_, plan);
    std::string names = NameTitles(plan);
    workspace_.Append(FilterGraph::kNamesFile, names);
    std::string text = graph.text();
    workspace_.Append(FilterGraph::kGraphFile, text);
    const fs::path video = workspace_.path() / "video.mp4";
    std::string error;
    const auto tell = [this](milliseconds done) {
      progress_(std::min(done, source_.length), source_.length);
    };
    tell(milliseconds(0));
    if (!RunFfmpeg(ffmpeg, graph.Arguments(video.string()), workspace_.path(), interruption_, tell, error)) {
      throw Stop{"ffmpeg has made no video: " + error};
    }
    return {.length = source_.length, .bytes = MoveOut(video), .left_out = plan.left_out};
  }

 private:
  void RequireTime() {
    if (interruption_.Came()) throw Stop{"it was interrupted"};
  }

  void ScanTracks() {
    for (const Track& track : request_.manifest.tracks) {
      RequireTime();
      const fs::path path = fs::absolute(request_.folder) / track.file;
      // A track without a frame has no file.
      if (std::error_code failed; !fs::exists(path, failed)) continue;
      Scanned scanned{track, path, Scan(path, track)};
      if (!scanned.spans.empty()) tracks_.push_back(std::move(scanned));
    }
  }

  static Spans Scan(const fs::path& path, const Track& track) {
    std::string error;
    auto file = TrackFile::Open(path, error);
    if (!file) throw Stop{"can't read " + path.string() + ": " + error};
    std::vector<Span> stretches;
    while (const auto frame = file->Next()) {
      const milliseconds time = track.start + frame->time;
      const bool continues = !stretches.empty() && (!IsPicture(track.kind) ||
                                                    time - stretches.back().end < limits::kExportPictureGap);
      if (!continues) stretches.push_back({time, time});
      stretches.back().end = time + milliseconds(1);
    }
    // The last picture stays visible for some time.
    for (Span& stretch : stretches) stretch.end += limits::kExportPictureGap / 4;
    return ToSpans(std::move(stretches));
  }

  void CollectSource() {
    const RecordingManifest& manifest = request_.manifest;
    source_.title = manifest.room;
    if (manifest.end) source_.length = *manifest.end - manifest.begin;
    for (const Scanned& scanned : tracks_) {
      const Track& track = scanned.track;
      source_.length = std::max(source_.length, scanned.spans.back().end);
      VideoSource::Picture picture{scanned.path.string(), track.name, track.author, track.start,
                                   scanned.spans};
      if (track.kind == MediaKind::kCamera) source_.cameras.push_back(picture);
      if (track.kind == MediaKind::kScreen) source_.screens.push_back(picture);
      AddPresence(track, {scanned.spans.front().begin, scanned.spans.back().end});
    }
    if (tracks_.empty() || source_.length <= milliseconds(0)) {
      throw Stop{"the recording has no sound and no picture"};
    }
  }

  void AddPresence(const Track& track, const Span& span) {
    const auto known = std::ranges::find(source_.people, track.author, &VideoSource::Person::author);
    if (known == source_.people.end()) {
      source_.people.push_back({track.name, track.author, {span}});
      return;
    }
    std::vector<Span> stretches = known->spans;
    stretches.push_back(span);
    known->spans = ToSpans(std::move(stretches));
  }

  void WriteVoices() {
    std::vector<const Scanned*> voices;
    std::vector<Span> stretches;
    for (const Scanned& scanned : tracks_) {
      if (IsPicture(scanned.track.kind)) continue;
      voices.push_back(&scanned);
      stretches.push_back({scanned.spans.front().begin, scanned.spans.back().end});
    }
    for (const std::vector<std::size_t>& shared : ShareFiles(stretches)) {
      const std::string name = "voice-" + std::to_string(source_.voices.size() + 1) + ".webm";
      std::string bytes;
      GaplessVoice voice(bytes);
      for (const std::size_t i : shared) WriteVoice(*voices[i], voice, bytes, name);
      workspace_.Append(name, bytes);
      source_.voices.push_back((workspace_.path() / name).string());
    }
  }

  void WriteVoice(const Scanned& scanned, GaplessVoice& voice, std::string& bytes, const std::string& name) {
    std::string error;
    auto file = TrackFile::Open(scanned.path, error);
    if (!file) throw Stop{"can't read " + scanned.path.string() + ": " + error};
    std::string packet;
    while (const auto frame = file->Next()) {
      RequireTime();
      if (!file->Read(*frame, packet)) throw Stop{"can't read " + scanned.path.string()};
      voice.Append(bytes, scanned.track.start + frame->time, packet);
      if (bytes.size() >= limits::kExportWriteBytes) workspace_.Append(name, bytes);
    }
  }

  void WriteChat() {
    constexpr const char* kName = "chat.vtt";
    std::string chat = ChatSubtitles(request_.chat, source_.length);
    if (chat.empty()) return;
    workspace_.Append(kName, chat);
    source_.chat = (workspace_.path() / kName).string();
  }

  // ffmpeg 5 also succeeds if only its last step failed, which puts the index (`moov`) first.
  static bool IsWhole(const fs::path& video) {
    std::string start(64, '\0');
    std::ifstream(video, std::ios::binary).read(start.data(), static_cast<std::streamsize>(start.size()));
    return start.find("moov") != std::string::npos;
  }

  // Moves the video to the output, and returns its size.
  [[nodiscard]] std::uint64_t MoveOut(const fs::path& video) const {
    if (!IsWhole(video)) throw Stop{"ffmpeg did not finish the video; is the disk full?"};
    std::error_code failed;
    const std::uint64_t bytes = fs::file_size(video, failed);
    if (!failed && fs::exists(request_.output)) failed = std::make_error_code(std::errc::file_exists);
    if (!failed) fs::rename(video, request_.output, failed);
    if (failed) throw Stop{"can't write " + request_.output.string() + ": " + failed.message()};
    return bytes;
  }

  const VideoRequest& request_;
  const VideoProgress& progress_;
  Interruption interruption_;
  Workspace workspace_;
  std::vector<Scanned> tracks_;
  VideoSource source_;
};

}  // namespace

std::optional<MadeVideo> MakeVideo(const VideoRequest& request, const VideoProgress& progress,
                                   std::string& error) {
  const auto ffmpeg = FindFfmpeg();
  if (!ffmpeg) {
    error = "it needs the program ffmpeg, which is not installed; install Debian's package ffmpeg";
    return std::nullopt;
  }
  if (std::error_code failed; fs::exists(request.output, failed)) {
    error =
        request.output.string() + " exists, and nothing is overwritten; choose another file with --output";
    return std::nullopt;
  }
  try {
    return VideoMaker(request, progress).Make(*ffmpeg);
  } catch (const Stop& stop) {
    error = stop.why;
    return std::nullopt;
  } catch (const std::exception& failure) {
    // Of std::filesystem, or because a damaged file asks for much memory.
    error = failure.what();
    return std::nullopt;
  }
}

}  // namespace parley
