// Writes the names below the pictures as subtitles of the format ASS, which ffmpeg draws into the video. So
// names in all scripts are shown, from whatever fonts are installed.

#pragma once

#include <string>
#include <string_view>

#include "server/export/video_plan.h"

namespace parley {

// Text that people chose, as ASS shows it: nothing in it is a command.
std::string EscapeForAss(std::string_view text);

// The whole file.
std::string NameTitles(const VideoPlan& plan);

}  // namespace parley
