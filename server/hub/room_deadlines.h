// RoomDeadlines holds the rooms in which something is due, the earliest first.
//
// Each room has a Slot for each RoomDeadlines that may hold it. Either may be destroyed first. One thread.

#pragma once

#include <optional>
#include <set>

#include "common/base/clock.h"

namespace parley {

class Room;

class RoomDeadlines {
 public:
  class Slot {
   public:
    Slot() = default;
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;
    ~Slot();

    // When something is due; nothing: never.
    [[nodiscard]] std::optional<MonotonicTime> at() const { return at_; }

   private:
    friend class RoomDeadlines;
    RoomDeadlines* in_ = nullptr;  // where at_ is set
    Room* room_ = nullptr;
    std::optional<MonotonicTime> at_;
  };

  RoomDeadlines() = default;
  RoomDeadlines(const RoomDeadlines&) = delete;
  RoomDeadlines& operator=(const RoomDeadlines&) = delete;
  ~RoomDeadlines();

  // `slot` is the room's.
  void Set(Room& room, Slot& slot, std::optional<MonotonicTime> at);
  [[nodiscard]] std::optional<MonotonicTime> Next() const;
  // The first room whose deadline has come, until it is set anew; null where there is none.
  [[nodiscard]] Room* Due(MonotonicTime now) const;

 private:
  struct Earlier {
    bool operator()(const Slot* a, const Slot* b) const;
  };

  std::set<Slot*, Earlier> slots_;
};

}  // namespace parley
