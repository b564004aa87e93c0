// Writes the names below the pictures as subtitles of the format ASS, which ffmpeg draws into the video. It
// finds an installed font for each script.

#pragma once

#include <string>
#include <string_view>

#include "server/export/video_plan.h"

namespace parley {

// Escapes text that people chose for ASS: nothing in the result is a command.
std::string EscapeForAss(std::string_view text);

// The whole file.
std::string NameTitles(const VideoPlan& plan);

}  // namespace parley
