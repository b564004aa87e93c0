// Reads the manifests of recordings (docs/operations.md "Recordings"), and finds the recordings of a room.
// Its functions block on the disk, and need no server. A server may write to the folder meanwhile.

#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "server/model/media_messages.h"

namespace parley {

struct RecordingManifest {
  struct Track {
    std::string file;  // in the folder of the recording
    MediaKind kind = MediaKind::kVoice;
    std::string name;    // the person's
    std::string author;  // the person's author key
    std::chrono::milliseconds start{0};
  };
  std::string id;
  std::string room;  // its name
  std::string room_key;
  WallTime begin;
  std::optional<WallTime> end;  // nothing: it is still being written, or the server was killed
  std::string problem;          // why the server had to stop it; empty: it did not
  std::vector<Track> tracks;
};

// Whether `name` can be the id of a recording. Anything else in a folder of recordings is left alone.
bool IsRecordingId(std::string_view name);

// Nothing if it is not a manifest, or if a file that it names is not in the folder of the recording.
std::optional<RecordingManifest> ParseRecordingManifest(std::string_view text);

// The manifest of the recording in `folder`; nothing if it cannot be read.
std::optional<RecordingManifest> ReadRecordingManifest(const std::filesystem::path& folder);

// The recordings of a room, the oldest first.
std::vector<RecordingManifest> RecordingsOf(const std::filesystem::path& recordings,
                                            const std::string& room_key);

// Bytes of all files in a folder.
std::uint64_t SizeOfFolder(const std::filesystem::path& folder);

}  // namespace parley
