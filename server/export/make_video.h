// Makes a video of a recording. It blocks for as long as ffmpeg takes, which may be as long as the meeting.

#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "server/export/chat_subtitles.h"
#include "server/recordings/recording_manifest.h"

namespace parley {

struct VideoRequest {
  std::filesystem::path folder;  // of the recording
  RecordingManifest manifest;
  std::vector<ChatLine> chat;
  std::filesystem::path output;
};

struct MadeVideo {
  std::chrono::milliseconds length{0};
  std::uint64_t bytes = 0;
  std::vector<std::string> left_out;  // people whose cameras are not shown
};

// Called with the length of the video so far, and its final length.
using VideoProgress = std::function<void(std::chrono::milliseconds done, std::chrono::milliseconds length)>;

// While it works, there is a folder beside the output, whose name ends in `.partial`. On failure, and if
// SIGINT, SIGTERM or SIGHUP comes, it leaves no files, and `error` says why and what to do.
std::optional<MadeVideo> MakeVideo(const VideoRequest& request, const VideoProgress& progress,
                                   std::string& error);

}  // namespace parley
