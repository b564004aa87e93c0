#include "client/ui/view.h"

#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <ctime>

#include "common/codec/visible.h"

namespace parley::client {
namespace {

constexpr std::string_view kMargin = "    | ";

std::tm Local(WallTime time) {
  // Not by way of system_clock, whose nanoseconds end in 2262.
  const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  std::tm local{};
  localtime_r(&seconds, &local);
  return local;
}

std::string FormatTime(WallTime time, WallTime now) {
  const std::tm said = Local(time);
  const std::tm today = Local(now);
  const bool same_day = said.tm_year == today.tm_year && said.tm_yday == today.tm_yday;
  std::array<char, 32> text{};
  const std::size_t size =
      std::strftime(text.data(), text.size(), same_day ? "%H:%M" : "%Y-%m-%d %H:%M", &said);
  return {text.data(), size};
}

}  // namespace

std::string View::Show(const Notice& notice, std::string_view current_room, WallTime now) const {
  std::string line;
  if (notice.time) line += Paint(Tone::kDim, FormatTime(*notice.time, now)) + " ";
  if (!notice.room.empty() && notice.room != current_room) {
    line += Paint(Tone::kRoom, "[" + Visible(notice.room) + "]") + " ";
  }
  switch (notice.kind) {
    case Notice::Kind::kMessage:
    case Notice::Kind::kHistory:
      line += Visible(notice.who) + ": " + VisibleLines(notice.text, kMargin);
      break;
    case Notice::Kind::kWhisper:
      line += Paint(Tone::kWhisper,
                    Visible(notice.who) + " (to you alone): " + VisibleLines(notice.text, kMargin));
      break;
    case Notice::Kind::kPresence:
    case Notice::Kind::kInfo:
      line += Paint(Tone::kDim, "* " + Visible(notice.text));
      break;
    case Notice::Kind::kProblem:
      line += Paint(Tone::kProblem, "! " + Visible(notice.text));
      break;
  }
  return line + "\n";
}

std::string View::Paint(Tone tone, const std::string& text) const {
  if (!colour_) return text;
  // SGR codes (ECMA-48, section 8.3.117).
  constexpr std::array<std::string_view, 4> kCodes = {"2", "36", "35", "31"};
  return "\033[" + std::string(kCodes[static_cast<std::size_t>(tone)]) + "m" + text + "\033[0m";
}

std::string ShowPlain(const Notice& notice) {
  if (notice.kind != Notice::Kind::kMessage && notice.kind != Notice::Kind::kWhisper) return {};
  return Visible(notice.who) + ": " + Visible(notice.text) + "\n";
}

bool WantsColour() {
  const char* const no_color = std::getenv("NO_COLOR");
  const char* const terminal = std::getenv("TERM");
  const bool can = terminal != nullptr && std::string_view(terminal) != "dumb";
  return ::isatty(STDOUT_FILENO) == 1 && can && (no_color == nullptr || *no_color == '\0');
}

}  // namespace parley::client
