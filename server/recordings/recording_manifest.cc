#include "server/recordings/recording_manifest.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>
#include <utility>

#include "common/protocol/json_reader.h"
#include "common/protocol/time_text.h"
#include "server/data/data_folder.h"
#include "server/recordings/recording_files.h"

namespace parley {
namespace {

using protocol::JsonReader;
using protocol::JsonValue;

bool IsPlain(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

// Whether `name` can be a file name that RecordingFiles made.
bool IsTrackFile(std::string_view name) {
  constexpr std::string_view kEnd = ".webm";
  if (name.size() > 64 || !name.ends_with(kEnd)) return false;
  name.remove_suffix(kEnd.size());
  return !name.empty() && name.front() != '-' && std::ranges::all_of(name, IsPlain);
}

std::optional<MediaKind> KindNamed(std::string_view name) {
  for (const MediaKind kind :
       {MediaKind::kVoice, MediaKind::kCamera, MediaKind::kScreen, MediaKind::kSound}) {
    if (NameOf(kind) == name) return kind;
  }
  return std::nullopt;
}

std::optional<RecordingManifest::Track> ParseTrack(std::string_view json) {
  constexpr std::array<std::string_view, 5> kNames{"file", "kind", "name", "author", "start_ms"};
  std::array<JsonValue, kNames.size()> values;
  JsonReader reader(json);
  if (!reader.ReadObject(kNames, values).empty()) return std::nullopt;
  const auto& [file, kind, name, author, start] = values;
  const auto known = KindNamed(kind.text);
  if (!known || !IsTrackFile(file.text) || start.kind != JsonValue::Kind::kNumber) return std::nullopt;
  std::int64_t start_ms = 0;
  const char* end = start.raw.data() + start.raw.size();
  constexpr std::int64_t kLongest = 1'000'000'000'000;
  if (std::from_chars(start.raw.data(), end, start_ms).ptr != end) return std::nullopt;
  if (start_ms < -kLongest || start_ms > kLongest) return std::nullopt;
  return RecordingManifest::Track{.file = std::string(file.text),
                                  .kind = *known,
                                  .name = std::string(name.text),
                                  .author = std::string(author.text),
                                  .start = std::chrono::milliseconds(start_ms)};
}

}  // namespace

bool IsRecordingId(std::string_view name) {
  return !name.empty() && name.size() <= 64 && name.front() != '-' && std::ranges::all_of(name, IsPlain);
}

std::optional<RecordingManifest> ParseRecordingManifest(std::string_view text) {
  constexpr std::array<std::string_view, 7> kNames{"id",  "room",    "room_key", "begin",
                                                   "end", "problem", "tracks"};
  std::array<JsonValue, kNames.size()> values;
  JsonReader reader(text);
  if (!reader.ReadObject(kNames, values).empty()) return std::nullopt;
  const auto& [id, room, room_key, begin, end, problem, tracks] = values;
  const auto began = protocol::ParseTime(begin.text);
  std::vector<JsonValue> list;
  if (!IsRecordingId(id.text) || !began || tracks.kind != JsonValue::Kind::kArray) return std::nullopt;
  JsonReader track_reader(tracks.raw);
  if (!track_reader.ReadArray(list).empty()) return std::nullopt;
  RecordingManifest manifest{.id = std::string(id.text),
                             .room = std::string(room.text),
                             .room_key = std::string(room_key.text),
                             .begin = *began,
                             .end = protocol::ParseTime(end.text),
                             .problem = std::string(problem.text),
                             .tracks = {}};
  for (const JsonValue& one : list) {
    auto track = ParseTrack(one.raw);
    if (!track) return std::nullopt;
    manifest.tracks.push_back(std::move(*track));
  }
  return manifest;
}

std::optional<RecordingManifest> ReadRecordingManifest(const std::filesystem::path& folder) {
  const auto text = ReadFile(folder / RecordingFiles::kManifest);
  return text ? ParseRecordingManifest(*text) : std::nullopt;
}

std::vector<RecordingManifest> RecordingsOf(const std::filesystem::path& recordings,
                                            const std::string& room_key) {
  std::vector<RecordingManifest> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(recordings, error)) {
    const std::string id = entry.path().filename().string();
    if (!IsRecordingId(id)) continue;
    auto manifest = ReadRecordingManifest(entry.path());
    if (manifest && manifest->id == id && manifest->room_key == room_key) {
      found.push_back(std::move(*manifest));
    }
  }
  std::ranges::sort(found, {}, &RecordingManifest::begin);
  return found;
}

std::uint64_t SizeOfFolder(const std::filesystem::path& folder) {
  std::uint64_t bytes = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const auto size = entry.file_size(error);
    if (!error) bytes += size;
  }
  return bytes;
}

}  // namespace parley
