// What was said in a room, who came and went and how long they were there, as a text for people or for
// programs (docs/operations.md, "The journal").

#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "server/store/archive.h"

namespace parley {

// Who was in a room, from the visits in their order. Several sessions of one person at once count once.
class Attendance {
 public:
  struct Person {
    std::string name;  // the newest
    std::chrono::milliseconds time{};
    bool still_here = false;
  };

  // What was before `since` counts only in so far as somebody was still there then.
  explicit Attendance(std::optional<WallTime> since) : since_(since) {}
  void Add(const Visit& visit);
  // In the order in which they came first; those who were not there since then are left out. `now` ends what
  // is still open.
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

  // What is to be written for each record, and at the end. Text shows times as this machine's zone has them,
  // and nothing in it can do anything to a terminal.
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
