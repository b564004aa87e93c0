// View lays out notices: one line each, or a few, safe for a terminal.

#pragma once

#include <string>
#include <string_view>

#include "client/chat/notice.h"

namespace parley::client {

class View {
 public:
  // `colour`: the output is a terminal that shows colours, and nobody asked for none. `numbers`: each message
  // has its number in the room, as `#41`.
  explicit View(bool colour, bool numbers = false) : colour_(colour), numbers_(numbers) {}

  // As a person at a terminal sees it, with its newline. What belongs to another room than `current_room`
  // says so; what was not said on the day of `now` has its date. Times are local.
  [[nodiscard]] std::string Show(const Notice& notice, std::string_view current_room, WallTime now) const;

 private:
  enum class Tone { kDim, kRoom, kWhisper, kProblem, kCode, kBar };
  [[nodiscard]] std::string Paint(Tone tone, const std::string& text) const;
  // Before the time: which message it is, for those who type its number.
  [[nodiscard]] std::string Number(const Notice& notice) const;
  [[nodiscard]] std::string Message(const Notice& notice) const;
  // A text of several lines, with what stands between lines of ``` as code. `below`: it begins a line.
  [[nodiscard]] std::string Body(const std::string& text, bool below) const;
  // The options of a poll, a line each, with bars.
  [[nodiscard]] std::string Bars(const protocol::Poll& poll) const;

  bool colour_;
  bool numbers_;
};

// As a program reads it, with its newline: `name: text`, and nothing for what was not said.
std::string ShowPlain(const Notice& notice);

// Whether this process's output may be coloured: it is a terminal that can, and NO_COLOR is not set.
bool WantsColour();

}  // namespace parley::client
