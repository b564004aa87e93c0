// Writes the chat of a recording as subtitles (WebVTT): each message for as long as it takes to read it, and
// at most three at the same time.

#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace parley {

struct ChatLine {
  std::chrono::milliseconds time{0};  // since the recording began
  std::string name;
  std::string text;
};

// Escapes text that people chose for WebVTT: the result is one line, and nothing in it is a tag. A long text
// is cut.
std::string EscapeForWebVtt(std::string_view text);

// The whole file; empty if there are no lines. `lines` are in the order of time.
std::string ChatSubtitles(const std::vector<ChatLine>& lines, std::chrono::milliseconds length);

}  // namespace parley
