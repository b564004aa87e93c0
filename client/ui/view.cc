#include "client/ui/view.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <ctime>

#include "common/base/counted.h"
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

// How many backticks a line begins with that is a fence: three or more, and behind them at most the name of a
// language.
std::size_t FenceOf(std::string_view line) {
  const std::size_t ticks = std::min(line.find_first_not_of('`'), line.size());
  if (ticks < 3 || line.find('`', ticks) != std::string_view::npos) return 0;
  return ticks;
}

}  // namespace

std::string View::Show(const Notice& notice, std::string_view current_room, WallTime now) const {
  std::string line;
  line += Number(notice);
  if (notice.time) line += Paint(Tone::kDim, FormatTime(*notice.time, now)) + " ";
  if (!notice.room.empty() && notice.room != current_room) {
    line += Paint(Tone::kRoom, "[" + Visible(notice.room) + "]") + " ";
  }
  switch (notice.kind) {
    case Notice::Kind::kMessage:
    case Notice::Kind::kHistory:
      line += Message(notice);
      break;
    case Notice::Kind::kWhisper:
      line += Paint(Tone::kWhisper,
                    Visible(notice.who) + " (to you alone): " + VisibleLines(notice.text, kMargin));
      break;
    case Notice::Kind::kPresence:
    case Notice::Kind::kInfo:
      line += Paint(Tone::kDim, "* " + Visible(notice.text));
      if (notice.poll) line += Bars(*notice.poll);
      break;
    case Notice::Kind::kProblem:
      line += Paint(Tone::kProblem, "! " + Visible(notice.text));
      break;
  }
  return line + "\n";
}

std::string View::Number(const Notice& notice) const {
  std::string text;
  if (notice.number) text = std::to_string(*notice.number);
  if (numbers_ && notice.seq > 0) text += (text.empty() ? "#" : " #") + std::to_string(notice.seq);
  return text.empty() ? text : Paint(Tone::kDim, "[" + text + "]") + " ";
}

std::string View::Message(const Notice& notice) const {
  const std::string who = Visible(notice.who);
  if (notice.poll) return who + " asks: " + Visible(notice.poll->question) + Bars(*notice.poll);
  if (notice.quote.empty()) return who + ": " + Body(notice.text, false);
  // The answer stands below, so that the quote cannot pass for it.
  const std::string quote = Paint(Tone::kDim, "answers \"" + Visible(notice.quote) + "\":");
  return who + " " + quote + "\n" + std::string(kMargin) + Body(notice.text, true);
}

std::string View::Body(const std::string& text, bool below) const {
  std::string shown;
  std::size_t fence = 0;  // of the code block that is open
  std::string_view rest = text;
  for (bool first = true;; first = false) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    const std::size_t ticks = FenceOf(line);
    const bool opens = fence == 0 && ticks > 0;
    const bool closes = fence > 0 && ticks >= fence && line.size() == ticks;
    if (!first) shown += "\n" + std::string(kMargin);
    // A fence that begins a text stands below the name, so that the code is in line.
    if (first && opens && !below) shown += "\n" + std::string(kMargin);
    const std::string visible = Visible(line);
    if (opens || closes) {
      shown += Paint(Tone::kDim, visible);
    } else {
      shown += fence > 0 ? Paint(Tone::kCode, visible) : visible;
    }
    if (opens) fence = ticks;
    if (closes) fence = 0;
    if (end == std::string_view::npos) return shown;
    rest.remove_prefix(end + 1);
  }
}

std::string View::Bars(const protocol::Poll& poll) const {
  constexpr std::size_t kWidth = 20;
  std::string text;
  for (std::size_t i = 0; i < poll.options.size() && i < poll.counts.size(); ++i) {
    // Of the voters: with several choices each, the bars may add up to more than one whole.
    const double part =
        poll.voters == 0 ? 0 : static_cast<double>(poll.counts[i]) / static_cast<double>(poll.voters);
    const auto full = static_cast<std::size_t>(std::lround(std::min(part, 1.0) * kWidth));
    const bool mine = poll.mine && std::ranges::find(*poll.mine, i) != poll.mine->end();
    text += "\n" + std::string(kMargin) + Paint(Tone::kBar, std::string(full, '#')) +
            std::string(kWidth - full, '.') + " " + std::to_string(poll.counts[i]) + "  " +
            std::to_string(i + 1) + ") " + Visible(poll.options[i]) + (mine ? " (your vote)" : "");
  }
  text += "\n" + std::string(kMargin) + Counted(poll.voters, "person has", "people have") + " voted" +
          (poll.closed ? "; the poll is closed" : "");
  return text;
}

std::string View::Paint(Tone tone, const std::string& text) const {
  if (!colour_) return text;
  // SGR codes (ECMA-48, section 8.3.117).
  constexpr std::array<std::string_view, 6> kCodes = {"2", "36", "35", "31", "33", "32"};
  return "\033[" + std::string(kCodes[static_cast<std::size_t>(tone)]) + "m" + text + "\033[0m";
}

std::string ShowPlain(const Notice& notice) {
  if (notice.kind != Notice::Kind::kMessage && notice.kind != Notice::Kind::kWhisper) return {};
  return Visible(notice.who) + ": " + Visible(notice.text) + "\n";
}

bool WantsColour() {
  const char* const no_color = std::getenv("NO_COLOR");
  const char* const term = std::getenv("TERM");
  const bool can = term != nullptr && std::string_view(term) != "dumb";
  return ::isatty(STDOUT_FILENO) == 1 && can && (no_color == nullptr || *no_color == '\0');
}

}  // namespace parley::client
