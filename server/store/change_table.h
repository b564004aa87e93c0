// ChangeTable changes messages in the tables of messages.db. MessageTable owns it and calls it within a
// transaction. All functions throw SQLite::Exception.

#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <optional>
#include <string>

#include "server/store/message_log.h"
#include "server/store/message_rows.h"

namespace parley {

class ChangeTable {
 public:
  // Both must outlive this object.
  ChangeTable(SQLite::Database& database, MessageRows& rows);

  // Carries out the change of `entry`, or refuses it. `rev` is the newest of the room, and grows with a
  // change.
  void Apply(std::int64_t room, protocol::Revision& rev, LogEntry& entry);
  // The message `seq` is a poll.
  void AddPoll(std::int64_t room, protocol::Sequence seq, const protocol::Poll& poll);
  // Whether a reply to that message may be stored.
  bool CanBeAnswered(std::int64_t room, protocol::Sequence seq);

 private:
  class Row;

  std::optional<protocol::Sequence> NewestOpenPoll(std::int64_t room);
  bool Find(std::int64_t room, protocol::Sequence seq);
  template <typename... Values>
  int Run(const char* sql, const Values&... values);

  SQLite::Database& database_;
  MessageRows& rows_;
  SQLite::Statement find_;
};

}  // namespace parley
