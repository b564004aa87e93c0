// Writes an export of a room, as text for people or as JSON lines for programs: what was said, who joined and
// left, and how long they stayed (docs/operations.md, "The journal").

#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "server/store/archive.h"

namespace parley {

// Attendance computes who was in a room and how long, from the visits in their order. Several sessions of one
// person at the same time count once.
class Attendance {
 public:
  struct Person {
    std::string name;  // the newest
    std::chrono::milliseconds time{};
    bool still_here = false;
  };

  // A stay that began before `since` counts from `since` on.
  explicit Attendance(std::optional<WallTime> since) : since_(since) {}
  void Add(const Visit& visit);
  // In the order of first arrival, without people who left before `since`. `now` ends the stays that are
  // still open.
  [[nodiscard]] std::vector<Person> People(WallTime now) const;

 private:
  struct Stay {
    std::string name;
    std::chrono::milliseconds time{};
    int sessions = 0;
    WallTime began;  // of what is open
    std::size_t order = 0;
    bool counts = false;
  };
  [[nodiscard]] WallTime Clip(WallTime time) const { return since_ ? std::max(time, *since_) : time; }

  std::optional<WallTime> since_;
  std::map<std::string, Stay> stays_;  // by person
};

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
