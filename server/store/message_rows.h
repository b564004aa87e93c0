// MessageRows reads messages, in their present state, from the tables of messages.db. All functions throw
// SQLite::Exception. MessageTable and ChangeTable use it on their thread.

#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <string>
#include <vector>

#include "common/protocol/event.h"
#include "server/store/message_log.h"

namespace parley {

// Values of the column `more`.
inline constexpr int kHasReactions = 1, kHasPoll = 2, kHasFile = 4;

// The choices of a vote as bits, and back.
std::int64_t BitsOf(const std::vector<std::size_t>& choices);
std::vector<std::size_t> ChoicesIn(std::int64_t bits);

class MessageRows {
 public:
  // The columns that the functions below expect.
  static constexpr const char* kSelect =
      "SELECT seq, time, member, name, text, id, author, reply_to, rev, changed, edited, deleted, more"
      " FROM messages ";

  // `author_key` computes author keys; empty: there are none.
  MessageRows(SQLite::Database& database, AuthorKeyOf author_key);

  // The message in this row. `reader`: key of the identity whose vote and reactions it shows; empty:
  // nobody's.
  protocol::MessageEvent MessageIn(SQLite::Statement& row, std::int64_t room, const std::string& reader);
  // The same as a change. The row's `rev` is not 0.
  protocol::MessageChanged ChangeIn(SQLite::Statement& row, std::int64_t room, const std::string& reader);
  // When the message changed last; if it never did, when it was written.
  static WallTime LatestIn(SQLite::Statement& row);

  std::vector<std::size_t> ChoicesOf(std::int64_t room, protocol::Sequence seq, const std::string& voter);

 private:
  protocol::MessageState StateIn(SQLite::Statement& row, std::int64_t room, const std::string& reader);
  std::vector<protocol::Reaction> Reactions(std::int64_t room, protocol::Sequence seq,
                                            const std::string& reader);
  bool Reacts(std::int64_t room, protocol::Sequence seq, std::int64_t place, const std::string& who);
  protocol::FileRef FileOf(std::int64_t room, protocol::Sequence seq);
  protocol::Poll PollOf(std::int64_t room, protocol::Sequence seq, const std::string& reader);

  AuthorKeyOf author_key_;
  SQLite::Statement emoji_;
  SQLite::Statement authors_;
  SQLite::Statement reacts_;
  SQLite::Statement poll_;
  SQLite::Statement options_;
  SQLite::Statement vote_;
  SQLite::Statement file_;
};

}  // namespace parley
