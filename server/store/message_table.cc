#include "server/store/message_table.h"

#include <sqlite3.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "common/base/limits.h"
#include "server/store/message_schema.h"
#include "server/store/sqlite_rows.h"

namespace parley {

using protocol::MessageEvent;
using protocol::Sequence;

std::unique_ptr<MessageTable> MessageTable::Open(const std::filesystem::path& file, std::size_t kept,
                                                 Durability durability, AuthorKeyOf author_key,
                                                 std::string& error) {
  auto database = OpenDatabase(file, {.application_id = kMessagesId, .migrations = kMessageMigrations},
                               durability, error);
  if (!database) return nullptr;
  try {
    std::unique_ptr<MessageTable> table(new MessageTable(std::move(database), kept, std::move(author_key)));
    table->visits_.End();
    return table;
  } catch (const SQLite::Exception& wrong) {
    error = Explain(wrong);
    return nullptr;
  }
}

MessageTable::MessageTable(std::unique_ptr<SQLite::Database> database, std::size_t kept,
                           AuthorKeyOf author_key)
    : database_(std::move(database)),
      kept_(kept),
      rooms_(*database_),
      visits_(*database_),
      seen_(*database_),
      message_rows_(*database_, std::move(author_key)),
      changes_(*database_, message_rows_),
      find_message_(*database_, "SELECT seq, time FROM messages WHERE room = ? AND author = ? AND id = ?"),
      add_message_(*database_,
                   "INSERT INTO messages (room, seq, time, author, member, name, text, id, reply_to)"
                   " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      add_file_(*database_,
                "INSERT INTO files (room, seq, id, name, size, media_type, sha256)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)"),
      mark_file_(*database_, "UPDATE messages SET more = more | 4 WHERE room = ? AND seq = ?"),
      trim_(*database_, "DELETE FROM messages WHERE room = ? AND seq <= ?"),
      oldest_(*database_, "SELECT min(seq) FROM messages WHERE room = ? AND seq > ?"),
      after_(*database_, std::string(MessageRows::kSelect) + "WHERE room = ? AND seq > ? ORDER BY seq"),
      before_(*database_, std::string(MessageRows::kSelect) +
                              "WHERE room = ? AND seq < ? AND seq >= ? ORDER BY seq DESC"),
      text_scan_(*database_),
      changed_(*database_,
               std::string(MessageRows::kSelect) +
                   "WHERE room = ? AND rev > ? AND rev > 0 AND seq <= ? AND seq >= ? ORDER BY rev") {
  // Whatever removes a message, its trigger removes the file's row, too.
  const auto notice = [](void* table, int change, const char*, const char* name, sqlite3_int64) {
    if (change == SQLITE_INSERT && std::string_view(name) == "files_gone") {
      static_cast<MessageTable*>(table)->files_gone_ = true;
    }
  };
  sqlite3_update_hook(database_->getHandle(), notice, this);
}

MessageTable::~MessageTable() {
  RetryUnwritten();
}

// --- Writing ---

bool MessageTable::Append(std::vector<LogEntry>& entries) {
  bool trimmed = false;
  try {
    SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
    std::set<Room*> touched;
    for (LogEntry& entry : entries) {
      Store(entry);
      if (entry.stored()) touched.insert(rooms_.Find(entry.room_key));
    }
    for (const Room* room : touched) {
      rooms_.WriteNumbers(*room);
      if (room->last > kept_) {
        Delete(room->id, room->last - kept_);
        trimmed = true;
      }
    }
    transaction.commit();
  } catch (...) {
    rooms_.DropMemory();
    throw;
  }
  RetryUnwritten();
  return trimmed;
}

void MessageTable::Delete(std::int64_t room, Sequence up_to) {
  const InUse in_use(trim_);
  trim_.bind(1, room);
  trim_.bind(2, Signed(up_to));
  trim_.exec();
}

void MessageTable::Store(LogEntry& entry) {
  Room& room = rooms_.FindOrMake(entry.room_key);
  if (entry.change) return changes_.Apply(room.id, room.rev, entry);
  MessageEvent& message = entry.message;
  if (message.id && FindFirst(room, entry)) {
    entry.duplicate = true;
    return;
  }
  if (entry.only_if_known) {
    entry.refused = ErrorCode::kNoSuchFile;
    return;
  }
  if (message.reply_to && !changes_.CanBeAnswered(room.id, *message.reply_to)) {
    entry.refused = ErrorCode::kNoSuchMessage;
    return;
  }
  message.seq = ++room.last;
  Add(room, entry);
  if (message.state && message.state->poll) changes_.AddPoll(room.id, message.seq, *message.state->poll);
}

void MessageTable::Add(const Room& room, const LogEntry& entry) {
  const MessageEvent& message = entry.message;
  const InUse in_use(add_message_);
  add_message_.bind(1, room.id);
  add_message_.bind(2, Signed(message.seq));
  add_message_.bind(3, Milliseconds(message.time));
  add_message_.bind(4, entry.author_key);
  add_message_.bind(5, message.from.id);
  add_message_.bind(6, message.from.name);
  add_message_.bind(7, message.text);
  if (message.id) {
    add_message_.bind(8, *message.id);
  } else {
    add_message_.bind(8);
  }
  if (message.reply_to) {
    add_message_.bind(9, Signed(*message.reply_to));
  } else {
    add_message_.bind(9);
  }
  add_message_.exec();
  if (message.file) StoreFile(room, message.seq, *message.file);
}

void MessageTable::StoreFile(const Room& room, Sequence seq, const protocol::File& file) {
  const InUse in_use(add_file_);
  add_file_.bind(1, room.id);
  add_file_.bind(2, Signed(seq));
  add_file_.bind(3, file.id);
  add_file_.bind(4, file.name);
  add_file_.bind(5, static_cast<std::int64_t>(file.size));
  add_file_.bind(6, file.media_type);
  add_file_.bind(7, file.sha256);
  add_file_.exec();
  const InUse marking(mark_file_);
  mark_file_.bind(1, room.id);
  mark_file_.bind(2, Signed(seq));
  mark_file_.exec();
}

bool MessageTable::FindFirst(const Room& room, LogEntry& entry) {
  const InUse in_use(find_message_);
  find_message_.bind(1, room.id);
  find_message_.bind(2, entry.author_key);
  find_message_.bind(3, *entry.message.id);
  if (!find_message_.executeStep()) return false;
  entry.message.seq = NumberIn(find_message_, 0);
  entry.message.time = TimeIn(find_message_, 1);
  return true;
}

// --- Reading ---

Sequence MessageTable::OldestKept(const Room& room) {
  const InUse in_use(oldest_);
  oldest_.bind(1, room.id);
  oldest_.bind(2, Signed(room.last > kept_ ? room.last - kept_ : 0));
  if (!oldest_.executeStep() || oldest_.getColumn(0).isNull()) return room.last + 1;
  return NumberIn(oldest_, 0);
}

protocol::Page MessageTable::Read(const LogQuery& query) {
  protocol::Page page;
  rooms_.LimitMemory();
  const Room* const room = rooms_.Find(query.room_key);
  if (room == nullptr) return page;
  page.last = room->last;
  page.rev = room->rev;
  page.first = OldestKept(*room);
  if (query.changes) ReadChanges(*room, query, page);
  SQLite::Statement& rows = query.after ? after_ : before_;
  const InUse in_use(rows);
  rows.bind(1, room->id);
  if (query.after) {
    rows.bind(2, Signed(std::max(std::min(*query.after, page.last), page.first - 1)));
  } else {
    rows.bind(2, Signed(query.before ? std::min(*query.before, page.last + 1) : page.last + 1));
    rows.bind(3, Signed(page.first));
  }
  std::size_t bytes = 0;
  while (!page.more && rows.executeStep()) {
    MessageEvent message = message_rows_.MessageIn(rows, room->id, query.reader);
    bytes += protocol::EncodedSizeBound(message);
    const bool full =
        page.messages.size() == query.limit || (bytes > limits::kReplyMessageBytes && !page.messages.empty());
    if (full) {
      page.more = true;
    } else {
      page.messages.push_back(std::move(message));
    }
  }
  if (!query.after) std::ranges::reverse(page.messages);
  return page;
}

void MessageTable::ReadChanges(const Room& room, const LogQuery& query, protocol::Page& page) {
  const InUse in_use(changed_);
  changed_.bind(1, room.id);
  changed_.bind(2, Signed(std::min(query.changes->after, page.rev)));
  changed_.bind(3, Signed(std::min(query.changes->until, page.last)));
  changed_.bind(4, Signed(page.first));
  std::size_t bytes = 0;
  while (!page.changed_more && changed_.executeStep()) {
    protocol::MessageChanged change = message_rows_.ChangeIn(changed_, room.id, query.reader);
    bytes += protocol::EncodedSizeBound(change);
    page.changed_more = page.changed.size() == query.changes->limit ||
                        (bytes > limits::kReplyMessageBytes && !page.changed.empty());
    if (!page.changed_more) page.changed.push_back(std::move(change));
  }
}

void MessageTable::Continue(Search& search) {
  const Room* const room = rooms_.Find(search.query().room_key);
  if (room == nullptr) return search.End();
  const Sequence oldest = OldestKept(*room);
  const auto add_if_matches = [&](Sequence seq) {
    const InUse in_use(before_);
    before_.bind(1, room->id);
    before_.bind(2, Signed(seq + 1));
    before_.bind(3, Signed(std::max(seq, oldest)));
    if (before_.executeStep() && search.Matches(TextIn(before_, 4))) {
      search.Add(message_rows_.MessageIn(before_, room->id, search.query().reader));
    }
  };
  text_scan_.Step(search, room->id, std::min(search.before(), room->last + 1), oldest, add_if_matches);
  if (!search.MustLookAgain()) return;
  for (const MessageEvent& found : search.TakeFound()) add_if_matches(found.seq);
}

void MessageTable::Continue(AttendanceRead& read) {
  const Room* const room = rooms_.Find(read.query().room_key);
  if (room == nullptr) return read.End();
  visits_.Continue(room->id, read);
}

Scrubber::Progress MessageTable::Scrub() try {
  if (!scrubber_) scrubber_.emplace(*database_);
  const Scrubber::Progress progress = scrubber_->Step(kScrubbedPages);
  if (progress != Scrubber::Progress::kGoesOn) scrubber_.reset();
  return progress;
} catch (const SQLite::Exception&) {
  scrubber_.reset();
  throw;
}

// --- Files ---

std::vector<std::string> MessageTable::TakeGoneFiles() try {
  std::vector<std::string> gone;
  if (!files_gone_) return gone;
  SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
  SQLite::Statement rows(*database_, "SELECT id FROM files_gone");
  while (rows.executeStep()) gone.push_back(TextIn(rows, 0));
  rows.reset();
  database_->exec("DELETE FROM files_gone");
  transaction.commit();
  files_gone_ = false;
  return gone;
} catch (const SQLite::Exception&) {
  return {};
}

std::set<std::string> MessageTable::NamedFiles() {
  std::set<std::string> named;
  SQLite::Statement rows(*database_, "SELECT id FROM files");
  while (rows.executeStep()) named.insert(TextIn(rows, 0));
  return named;
}

void MessageTable::RetryUnwritten() {
  try {
    rooms_.SaveUnsaved();
    visits_.Write(rooms_);
    seen_.Write(rooms_);
  } catch (const SQLite::Exception&) {  // that it failed was told then
  }
}

Sequence MessageTable::ReadSeen(const std::string& room_key, const std::string& identity) {
  const Room* const room = rooms_.Find(room_key);
  return seen_.Read(room == nullptr ? 0 : room->id, room_key, identity);
}

}  // namespace parley
