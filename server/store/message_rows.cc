#include "server/store/message_rows.h"

#include <memory>
#include <utility>

#include "common/base/limits.h"
#include "server/store/sqlite_rows.h"

namespace parley {

using protocol::MessageEvent;
using protocol::Sequence;

std::int64_t BitsOf(const std::vector<std::size_t>& choices) {
  std::uint64_t bits = 0;
  for (const std::size_t choice : choices) bits |= std::uint64_t{1} << choice;
  return Signed(bits);
}

std::vector<std::size_t> ChoicesIn(std::int64_t bits) {
  std::vector<std::size_t> choices;
  for (std::size_t choice = 0; choice < limits::kPollOptions; ++choice) {
    if ((static_cast<std::uint64_t>(bits) >> choice & 1U) != 0) choices.push_back(choice);
  }
  return choices;
}

MessageRows::MessageRows(SQLite::Database& database, AuthorKeyOf author_key)
    : author_key_(std::move(author_key)),
      emoji_(database,
             "SELECT place, emoji, count FROM reaction_emoji WHERE room = ? AND seq = ?"
             " ORDER BY place"),
      authors_(database,
               "SELECT author FROM reactions WHERE room = ? AND seq = ? AND place = ?"
               " ORDER BY id LIMIT ?"),
      reacts_(database, "SELECT 1 FROM reactions WHERE room = ? AND seq = ? AND place = ? AND author = ?"),
      poll_(database, "SELECT question, multiple, closed, voters FROM polls WHERE room = ? AND seq = ?"),
      options_(database, "SELECT text, count FROM poll_options WHERE room = ? AND seq = ? ORDER BY place"),
      vote_(database, "SELECT choices FROM votes WHERE room = ? AND seq = ? AND voter = ?"),
      file_(database, "SELECT id, name, size, media_type, sha256 FROM files WHERE room = ? AND seq = ?") {
}

MessageEvent MessageRows::MessageIn(SQLite::Statement& row, std::int64_t room, const std::string& reader) {
  MessageEvent message;
  message.seq = NumberIn(row, 0);
  message.time = TimeIn(row, 1);
  message.from = {.id = TextIn(row, 2), .name = TextIn(row, 3)};
  message.text = TextIn(row, 4);
  if (!row.getColumn(5).isNull()) message.id = TextIn(row, 5);
  if (author_key_) message.from.author = author_key_(TextIn(row, 6));
  if (!row.getColumn(7).isNull()) message.reply_to = NumberIn(row, 7);
  const int more = row.getColumn(12).getInt();
  if ((more & kHasFile) != 0) message.file = FileOf(room, message.seq);
  if (row.getColumn(8).getInt64() != 0 || (more & (kHasReactions | kHasPoll)) != 0) {
    message.state = std::make_shared<const protocol::MessageState>(StateIn(row, room, reader));
  }
  return message;
}

protocol::MessageChanged MessageRows::ChangeIn(SQLite::Statement& row, std::int64_t room,
                                               const std::string& reader) {
  return {.room = {},
          .seq = NumberIn(row, 0),
          .time = LatestIn(row),
          .text = TextIn(row, 4),
          .state = StateIn(row, room, reader)};
}

WallTime MessageRows::LatestIn(SQLite::Statement& row) {
  return TimeIn(row, row.getColumn(8).getInt64() != 0 ? 9 : 1);
}

protocol::MessageState MessageRows::StateIn(SQLite::Statement& row, std::int64_t room,
                                            const std::string& reader) {
  protocol::MessageState state{.rev = NumberIn(row, 8)};
  if (row.getColumn(10).getInt64() != 0) state.edited = TimeIn(row, 10);
  state.deleted = row.getColumn(11).getInt() != 0;
  const int more = row.getColumn(12).getInt();
  if ((more & kHasReactions) != 0) state.reactions = Reactions(room, NumberIn(row, 0), reader);
  if ((more & kHasPoll) != 0) state.poll = PollOf(room, NumberIn(row, 0), reader);
  return state;
}

std::vector<protocol::Reaction> MessageRows::Reactions(std::int64_t room, Sequence seq,
                                                       const std::string& reader) {
  std::vector<protocol::Reaction> reactions;
  const InUse in_use(emoji_);
  emoji_.bind(1, room);
  emoji_.bind(2, Signed(seq));
  while (emoji_.executeStep()) {
    protocol::Reaction reaction{.emoji = TextIn(emoji_, 1), .count = NumberIn(emoji_, 2), .authors = {}};
    const InUse reading(authors_);
    authors_.bind(1, room);
    authors_.bind(2, Signed(seq));
    authors_.bind(3, emoji_.getColumn(0).getInt64());
    authors_.bind(4, Signed(limits::kReactionAuthors));
    while (author_key_ && authors_.executeStep()) {
      reaction.authors.push_back(author_key_(TextIn(authors_, 0)));
    }
    reaction.mine = !reader.empty() && Reacts(room, seq, emoji_.getColumn(0).getInt64(), reader);
    reactions.push_back(std::move(reaction));
  }
  return reactions;
}

bool MessageRows::Reacts(std::int64_t room, Sequence seq, std::int64_t place, const std::string& who) {
  const InUse in_use(reacts_);
  reacts_.bind(1, room);
  reacts_.bind(2, Signed(seq));
  reacts_.bind(3, place);
  reacts_.bind(4, who);
  return reacts_.executeStep();
}

protocol::FileRef MessageRows::FileOf(std::int64_t room, Sequence seq) {
  const InUse in_use(file_);
  file_.bind(1, room);
  file_.bind(2, Signed(seq));
  if (!file_.executeStep()) return nullptr;
  return std::make_shared<const protocol::File>(protocol::File{
      TextIn(file_, 0), TextIn(file_, 1), NumberIn(file_, 2), TextIn(file_, 3), TextIn(file_, 4)});
}

protocol::Poll MessageRows::PollOf(std::int64_t room, Sequence seq, const std::string& reader) {
  protocol::Poll poll;
  const InUse in_use(poll_);
  poll_.bind(1, room);
  poll_.bind(2, Signed(seq));
  if (poll_.executeStep()) {
    poll.question = TextIn(poll_, 0);
    poll.multiple = poll_.getColumn(1).getInt() != 0;
    poll.closed = poll_.getColumn(2).getInt() != 0;
    poll.voters = NumberIn(poll_, 3);
  }
  const InUse reading(options_);
  options_.bind(1, room);
  options_.bind(2, Signed(seq));
  while (options_.executeStep()) {
    poll.options.push_back(TextIn(options_, 0));
    poll.counts.push_back(NumberIn(options_, 1));
  }
  if (!reader.empty()) {
    auto mine = ChoicesOf(room, seq, reader);
    if (!mine.empty()) poll.mine = std::move(mine);
  }
  return poll;
}

std::vector<std::size_t> MessageRows::ChoicesOf(std::int64_t room, Sequence seq, const std::string& voter) {
  const InUse in_use(vote_);
  vote_.bind(1, room);
  vote_.bind(2, Signed(seq));
  vote_.bind(3, voter);
  if (!vote_.executeStep()) return {};
  return ChoicesIn(vote_.getColumn(0).getInt64());
}

}  // namespace parley
