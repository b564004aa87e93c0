// MessageTable reads and writes the messages and rooms of a SQLite database with blocking calls. SqliteLog
// owns it and uses it on its one worker thread. Before that thread starts, the thread that opened the
// database uses it.
//
// It has more than 25 functions because each thing that SqliteLog does with the database is one. It has more
// than 12 members because each statement that is used often is prepared once and kept.

#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "server/data/database.h"
#include "server/data/scrub.h"
#include "server/model/retention.h"
#include "server/store/change_table.h"
#include "server/store/message_log.h"
#include "server/store/message_rows.h"
#include "server/store/room_table.h"
#include "server/store/search.h"
#include "server/store/seen_table.h"
#include "server/store/text_scan.h"
#include "server/store/visit_table.h"

namespace parley {

class MessageTable {
 public:
  // Tries again to write what could not be written.
  ~MessageTable();
  MessageTable(const MessageTable&) = delete;
  MessageTable& operator=(const MessageTable&) = delete;

  // `kept`: messages per room. On failure null, and `error` says what is wrong and what to do. `author_key`
  // computes the author keys of what is read.
  static std::unique_ptr<MessageTable> Open(const std::filesystem::path& file, std::size_t kept,
                                            Durability durability, AuthorKeyOf author_key,
                                            std::string& error);

  // The following throw SQLite::Exception. Then nothing has changed.

  // One transaction: numbers the entries and stores those that are not duplicates. Returns whether messages
  // were deleted, because their room keeps no more.
  bool Append(std::vector<LogEntry>& entries);
  protocol::Page Read(const LogQuery& query);
  // One step of a search: what it looks at is read, newest first.
  void Continue(Search& search);
  // The same of a room's journal, oldest first.
  void Continue(AttendanceRead& read);
  // Settings that cannot be saved are kept, and saved with the next successful write.
  void Save(RoomSettings settings) { rooms_.Save(std::move(settings)); }
  // The same for visits, in order. Beyond limits::kUnwrittenVisits, whole stays are left out.
  void Note(std::vector<Visit> visits) { visits_.Note(std::move(visits), rooms_); }
  // One transaction each. Forget deletes one piece, and returns whether there is more.
  void Touch(const std::vector<std::string>& keys, WallTime now) { rooms_.Touch(keys, now); }
  bool Forget(WallTime unused_since);
  // The pages of one step of cleaning: 4 MiB, some milliseconds, for which messages wait.
  static constexpr std::size_t kScrubbedPages = 1024;
  // One step of cleaning the files of what was deleted. What fails or is busy begins anew with the next call.
  Scrubber::Progress Scrub();
  // The ids of files whose messages were removed since the last call. Never throws: what cannot be read now
  // is there the next time.
  std::vector<std::string> TakeGoneFiles();
  // The ids of all files that messages name.
  std::set<std::string> NamedFiles();
  // One step through the rooms: deletes messages that are kept no longer. `rooms` gets those that lost some,
  // and the oldest message that each still has, or would have next.
  struct Expiry {
    std::vector<std::pair<std::string, protocol::Sequence>> rooms = {};
    std::int64_t after = 0;  // the step goes on behind this room
    bool more = true;
  };
  void Expire(const Retention& retention, WallTime now, Expiry& expiry);
  // What is kept of the room besides its messages: the newest that Save was given.
  KeptRoom ReadRoom(const std::string& key) { return rooms_.ReadSettings(key); }
  // How far people have read. A mark that cannot be written is kept, as settings are.
  void KeepSeen(std::vector<SeenMark> marks) { seen_.Keep(std::move(marks), rooms_); }
  protocol::Sequence ReadSeen(const std::string& room_key, const std::string& identity);

 private:
  MessageTable(std::unique_ptr<SQLite::Database> database, std::size_t kept, AuthorKeyOf author_key);
  using Room = RoomTable::Room;
  void Store(LogEntry& entry);
  void Add(const Room& room, const LogEntry& entry);
  void ReadChanges(const Room& room, const LogQuery& query, protocol::Page& page);
  void StoreFile(const Room& room, protocol::Sequence seq, const protocol::File& file);
  // Deletes the messages of a room up to this one, and all that goes with them (message_schema.h has triggers
  // for that). Within a transaction.
  void Delete(std::int64_t room, protocol::Sequence up_to);
  bool FindFirst(const Room& room, LogEntry& entry);
  protocol::Sequence OldestKept(const Room& room);
  void RetryUnwritten();

  std::unique_ptr<SQLite::Database> database_;
  protocol::Sequence kept_;
  RoomTable rooms_;
  VisitTable visits_;
  SeenTable seen_;
  MessageRows message_rows_;
  ChangeTable changes_;
  std::optional<Scrubber> scrubber_;  // while it goes on
  bool files_gone_ = true;            // the table of that name may have a row

  SQLite::Statement find_message_;
  SQLite::Statement add_message_;
  SQLite::Statement add_file_;
  SQLite::Statement mark_file_;
  SQLite::Statement trim_;
  SQLite::Statement oldest_;
  SQLite::Statement after_;
  SQLite::Statement before_;
  TextScan text_scan_;
  SQLite::Statement changed_;
};

}  // namespace parley
