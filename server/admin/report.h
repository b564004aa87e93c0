// Writes an export of a room, as text for people or as JSON lines for programs: what was said, who joined and
// left, and how long they stayed (docs/operations.md, "The journal").

#pragma once

#include <optional>
#include <string>

#include "common/base/clock.h"
#include "server/store/archive.h"
#include "server/store/attendance.h"

namespace parley {

// The text of a message as raw peers get it, with the current votes of a poll and the names of files.
std::string ShownText(const protocol::MessageEvent& message);

class Report {
 public:
  enum class Format { kText, kJsonLines };
  Report(Format format, std::string room, std::optional<WallTime> since);

  // The text to write for each record, and at the end. It shows times in this machine's zone, and cannot
  // control a terminal.
  std::string Of(Record record);
  [[nodiscard]] std::string End(WallTime now) const;

 private:
  [[nodiscard]] std::string Line(protocol::MessageEvent message) const;
  [[nodiscard]] std::string Line(const Visit& visit) const;

  Format format_;
  std::string room_;
  std::optional<WallTime> since_;
  Attendance attendance_;
  bool visited_ = false;  // there is something of the journal
};

}  // namespace parley
