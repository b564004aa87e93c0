#include "server/export/chat_subtitles.h"

#include <algorithm>
#include <cstddef>
#include <cstdio>

#include "common/codec/visible.h"

namespace parley {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kLongestText = 200;  // bytes of a message: two or three lines in a player
constexpr std::size_t kLinesAtOnce = 3;

// People read about 15 letters per second.
milliseconds ReadingTime(const std::string& text) {
  return std::clamp(milliseconds(2000 + 65 * static_cast<int>(text.size())), milliseconds(4000),
                    milliseconds(12'000));
}

// `01:02:03.456`
std::string TimeForWebVtt(milliseconds time) {
  const auto all = static_cast<unsigned long long>(time.count());
  char text[40];
  std::snprintf(text, sizeof text, "%02llu:%02llu:%02llu.%03llu", all / 3'600'000, all / 60'000 % 60,
                all / 1000 % 60, all % 1000);
  return text;
}

// Shortens a text without cutting a character in two.
std::string Shorten(std::string text) {
  if (text.size() <= kLongestText) return text;
  std::size_t end = kLongestText;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "…";
}

}  // namespace

std::string EscapeForWebVtt(std::string_view text) {
  std::string line(text);
  std::ranges::replace(line, '\n', ' ');
  std::string escaped;
  for (const char c : Shorten(Visible(line))) {
    if (c == '&') {
      escaped += "&amp;";
    } else if (c == '<') {
      escaped += "&lt;";
    } else if (c == '>') {
      escaped += "&gt;";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string ChatSubtitles(const std::vector<ChatLine>& lines, milliseconds length) {
  struct Shown {
    milliseconds begin, end;
    std::string text;
  };
  std::vector<Shown> shown;
  std::vector<milliseconds> changes;
  for (const ChatLine& line : lines) {
    if (line.time < milliseconds(0) || line.time >= length) continue;
    std::string text = EscapeForWebVtt(line.name) + ": " + EscapeForWebVtt(line.text);
    const milliseconds end = std::min(length, line.time + ReadingTime(text));
    changes.insert(changes.end(), {line.time, end});
    shown.push_back({line.time, end, std::move(text)});
  }
  if (shown.empty()) return "";
  std::ranges::sort(changes);
  std::string out = "WEBVTT\n";
  std::size_t first = 0;  // all messages before it have ended
  for (std::size_t i = 0; i + 1 < changes.size(); ++i) {
    const milliseconds begin = changes[i];
    if (begin == changes[i + 1]) continue;
    while (first < shown.size() && shown[first].end <= begin) ++first;
    std::vector<const std::string*> now;
    for (std::size_t k = first; k < shown.size() && shown[k].begin <= begin; ++k) {
      if (shown[k].end > begin) now.push_back(&shown[k].text);
    }
    if (now.empty()) continue;
    out += '\n' + TimeForWebVtt(begin) + " --> " + TimeForWebVtt(changes[i + 1]) + '\n';
    for (std::size_t k = now.size() > kLinesAtOnce ? now.size() - kLinesAtOnce : 0; k < now.size(); ++k) {
      out += *now[k] + '\n';
    }
  }
  return out;
}

}  // namespace parley
