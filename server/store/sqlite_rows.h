// Small helpers for prepared statements. Private to the store.

#pragma once

#include <SQLiteCpp/Statement.h>

#include <chrono>
#include <cstdint>
#include <string>

#include "common/base/clock.h"

namespace parley {

// A statement is done with, however the function that uses it ends.
class InUse {
 public:
  explicit InUse(SQLite::Statement& statement) : statement_(statement) {}
  ~InUse() { statement_.tryReset(); }
  InUse(const InUse&) = delete;
  InUse& operator=(const InUse&) = delete;

 private:
  SQLite::Statement& statement_;
};

inline std::int64_t Signed(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}

inline std::int64_t Milliseconds(WallTime time) {
  return static_cast<std::int64_t>(time.time_since_epoch().count());
}

inline std::uint64_t NumberIn(const SQLite::Statement& row, int column) {
  return static_cast<std::uint64_t>(row.getColumn(column).getInt64());
}

inline WallTime TimeIn(const SQLite::Statement& row, int column) {
  return WallTime(std::chrono::milliseconds(row.getColumn(column).getInt64()));
}

inline std::string TextIn(const SQLite::Statement& row, int column) {
  return row.getColumn(column).getString();
}

}  // namespace parley
