// Attendance computes from the journal who was in a room, and for how long. AttendanceRead reads the journal
// in steps, and builds the log's reply. Each is used by one thread at a time.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/protocol/event.h"
#include "server/model/log_query.h"
#include "server/model/visit.h"

namespace parley {

// Several sessions of one person at the same time count once.
class Attendance {
 public:
  struct Person {
    std::string name;  // the newest
    std::chrono::milliseconds time{};
    bool still_here = false;
    WallTime came;
    WallTime left;             // if not still here
    std::uint64_t number = 0;  // from 1, in the order of first arrival; a later count gives the same
  };

  // A stay that began before `since` counts from `since` on.
  explicit Attendance(std::optional<WallTime> since) : since_(since) {}
  // In the order of the journal.
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
    std::optional<WallTime> came = {};
    WallTime left;
    std::uint64_t number = 0;
  };
  [[nodiscard]] WallTime Clip(WallTime time) const { return since_ ? std::max(time, *since_) : time; }

  std::optional<WallTime> since_;
  std::map<std::string, Stay> stays_;  // by person
};

// A log shows it a room's journal in steps, so that a step delays nothing else for long.
class AttendanceRead {
 public:
  // `query.attendance` is there.
  explicit AttendanceRead(LogQuery query) : query_(std::move(query)), attendance_(query_.attendance->since) {}

  [[nodiscard]] const LogQuery& query() const { return query_; }
  // The place in the journal of the last visit that was added.
  [[nodiscard]] std::int64_t last() const { return last_; }
  void Add(const Visit& visit, std::int64_t place);
  void End() { done_ = true; }
  [[nodiscard]] bool done() const { return done_; }
  // As many people as one reply holds.
  [[nodiscard]] protocol::AttendanceReply Reply() const;

 private:
  LogQuery query_;
  Attendance attendance_;
  std::int64_t last_ = 0;
  bool done_ = false;
};

}  // namespace parley
