#include "server/hub/chat.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <system_error>
#include <utility>

#include "common/base/limits.h"

namespace parley {

using protocol::Error;

namespace {

// The vote that a raw peer's line is: `!2` or `!1,3`, numbers of options from 1. Nothing: it is none.
std::optional<Change::Vote> VoteIn(std::string_view line) {
  if (!line.starts_with('!')) return std::nullopt;
  line = line.substr(0, line.find_last_not_of(" \t\r") + 1);
  Change::Vote vote;
  const char* next = line.data();
  const char* const end = line.data() + line.size();
  do {
    std::size_t number = 0;
    const auto read = std::from_chars(++next, end, number);
    if (read.ec != std::errc() || number < 1 || number > limits::kPollOptions) return std::nullopt;
    vote.choices.push_back(number - 1);
    next = read.ptr;
  } while (next != end && *next == ',');
  if (next != end) return std::nullopt;
  std::ranges::sort(vote.choices);
  vote.choices.erase(std::unique(vote.choices.begin(), vote.choices.end()), vote.choices.end());
  return vote;
}

// The last line of the texts that is a vote: a vote replaces the one before.
std::optional<Change::Vote> LastVoteIn(const std::vector<std::string>& texts) {
  std::optional<Change::Vote> last;
  for (const std::string& text : texts) {
    for (std::string_view rest = text; !rest.empty();) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      if (auto vote = VoteIn(line)) last = std::move(vote);
      rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    }
  }
  return last;
}

Error NoFileToName() {
  return {ErrorCode::kNoSuchFile,
          "you have no uploaded file with this id in this room, or a message already uses it"};
}

// Tells the author and the room.
void TellStored(Room& room, const Member* author, LogEntry&& entry, StoreResult result, Outbox& out) {
  const PeerIndex author_peer = author == nullptr ? kNoPeer : author->peer;
  if (result == StoreResult::kFailed) {
    if (author == nullptr) return;
    if (author->raw) {
      out.items.emplace_back(TellRaw{author_peer, "Your message could not be stored. Send it again later."});
    } else {
      out.items.emplace_back(ToPeer{
          author_peer, Error{ErrorCode::kInternal, "the message could not be stored; send it again later"},
          std::move(entry.origin.ref)});
    }
    return;
  }
  if (result == StoreResult::kRefused) {
    if (author == nullptr) return;
    Error error{*entry.refused, "reply_to: there is no such message, or it was deleted"};
    if (entry.refused == ErrorCode::kNoSuchFile) error = NoFileToName();
    out.items.emplace_back(ToPeer{author_peer, std::move(error), std::move(entry.origin.ref)});
    return;
  }
  if (author != nullptr && !author->raw) {
    out.items.emplace_back(ToPeer{author_peer,
                                  protocol::Ok{room.shown(), entry.message.seq, entry.message.time},
                                  std::move(entry.origin.ref)});
  }
  if (result == StoreResult::kDuplicate) return;
  room.last = entry.message.seq;
  out.items.emplace_back(std::in_place_type<ChatToRoom>, &room, author_peer, std::move(entry.message),
                         !entry.from_raw);
}

}  // namespace

void NameRoom(protocol::Page& page, const Room& room) {
  for (protocol::MessageEvent& message : page.messages) message.room = room.shown();
  for (protocol::MessageChanged& change : page.changed) change.room = room.shown();
}

Answer Chat::MayWrite(const Room& room, const Seat& seat) {
  if (seat.muted) return Error{ErrorCode::kMuted, "a host has muted you in this room"};
  if (!room.allow.chat && !seat.leads()) {
    return Error{ErrorCode::kForbidden, "only hosts may write in this room now"};
  }
  return std::nullopt;
}

Answer Chat::Message(RequestContext& context) const {
  auto& message = context.Get<protocol::Message>();
  protocol::FileRef file;
  if (message.file) {
    if (!files_.claim) return Error{ErrorCode::kFilesOff, "this server does not accept files"};
    file = files_.claim(*message.file, context.room->key(), context.member.identity->key, context.now);
    // With an id it may be a message that was stored before, and its `ok` was lost: the log knows.
    if (!file && !message.id) return NoFileToName();
  }
  const bool only_if_known = message.file && !file;
  LogEntry& entry = context.Submit();
  entry.message.text = std::move(message.text);
  entry.message.id = std::move(message.id);
  entry.message.file = std::move(file);
  entry.message.reply_to = message.reply_to;
  entry.only_if_known = only_if_known;
  return std::nullopt;
}

// For clients that do not know polls, its text is a plain list.
Answer Chat::NewPoll(RequestContext& context) {
  auto& asked = context.Get<protocol::NewPoll>();
  std::string text = asked.question;
  for (std::size_t i = 0; i < asked.options.size(); ++i) {
    text += "\n" + std::to_string(i + 1) + ") " + asked.options[i];
  }
  protocol::Poll poll{.question = std::move(asked.question),
                      .options = std::move(asked.options),
                      .multiple = asked.multiple,
                      .counts = {}};
  poll.counts.resize(poll.options.size());
  protocol::MessageEvent& message = context.Submit().message;
  message.text = std::move(text);
  message.id = std::move(asked.id);
  message.state =
      std::make_shared<const protocol::MessageState>(protocol::MessageState{.poll = std::move(poll)});
  return std::nullopt;
}

void Chat::HandleRaw(Member& member, std::string_view bytes, std::vector<std::string> texts, const Now& now,
                     Outbox& out) {
  if (member.places.empty()) return;
  Room& room = *member.places.front().room;
  Seat& seat = *room.SeatOf(member);
  if (MayWrite(room, seat)) {
    if (std::exchange(seat.told_to_be_quiet, true)) return;
    const bool muted = seat.muted;
    out.items.emplace_back(TellRaw{seat.peer, muted ? "You are muted." : "Only hosts may write here now."});
    return;
  }
  // The very bytes for raw peers first, then their text as messages for the others: all go through the log's
  // queue, so that nothing overtakes.
  const Origin origin{member.peer, member.serial, std::nullopt};
  const auto count = [&] {
    ++room.use.under_way;
    ++member.under_way.posts;
  };
  const auto post = [&](std::string text, Boxed<Change> change = {}) {
    count();
    out.entries.push_back({.room_key = room.key(),
                           .author_key = member.identity->key,
                           .message = {.room = room.shown(),
                                       .time = now.wall,
                                       .from = member.author(),
                                       .text = std::move(text),
                                       .id = {}},
                           .change = std::move(change),
                           .from_raw = true,
                           .origin = origin});
  };
  count();
  out.raw_chunks.push_back({room.key(), origin, std::string(bytes), out.entries.size()});
  auto vote = LastVoteIn(texts);
  for (std::string& text : texts) post(std::move(text));
  if (vote) post({}, Change{.seq = {}, .what = std::move(*vote)});
}

void Chat::Apply(LogEntry&& entry, Outbox& out) const {
  Room& room = *rooms_.Find(entry.room_key);
  ++room.use.under_way;
  entry.message.room = room.shown();
  out.entries.push_back(std::move(entry));
}

// What was asked for is done. Null: who asked is gone.
Member* Chat::Settle(Room& room, const Origin& origin) {
  --room.use.under_way;
  Member* const author = members_.Find(origin);
  if (author != nullptr) --author->under_way.posts;
  return author;
}

void Chat::Stored(LogEntry&& entry, StoreResult result, Outbox& out) {
  Room& room = *rooms_.Find(entry.room_key);
  const Member* const author = Settle(room, entry.origin);
  if (entry.message.file && !entry.change) {
    files_.settle(entry.message.file->id, result == StoreResult::kStored);
  }
  if (entry.change) {
    changes_.Stored(room, author, std::move(entry), result, out);
  } else {
    TellStored(room, author, std::move(entry), result, out);
  }
  if (room.seats().empty()) rooms_.Release(room);
}

void Chat::RawInTurn(RawChunk&& chunk, bool failed, Outbox& out) {
  Room& room = *rooms_.Find(chunk.room_key);
  const Member* const author = Settle(room, chunk.origin);
  if (!failed) {  // else its text says so
    const PeerIndex author_peer = author == nullptr ? kNoPeer : author->peer;
    out.items.emplace_back(RawToRoom{&room, author_peer, std::move(chunk.bytes)});
  }
  if (room.seats().empty()) rooms_.Release(room);
}

Answer Chat::History(RequestContext& context) {
  const auto& history = context.Get<protocol::History>();
  LogQuery query{.room_key = context.room->key(), .before = history.before, .after = history.after};
  if (history.changed_after) {
    query.changes = {.after = *history.changed_after, .limit = history.limit};
  } else {
    query.limit = history.limit;
  }
  context.AskLog(Load::Kind::kHistory, std::move(query));
  return std::nullopt;
}

Answer Chat::Search(RequestContext& context) {
  auto& search = context.Get<protocol::Search>();
  context.AskLog(Load::Kind::kSearch, {.room_key = context.room->key(),
                                       .before = search.before,
                                       .limit = search.limit,
                                       .words = std::move(search.query)});
  return std::nullopt;
}

// A person who was removed meanwhile may no longer read the room.
Answer Chat::Show(const Load& load, const Member& member, Room& room, protocol::Page& page, Outbox& out) {
  if (FindPlace(member, room.shown()) == nullptr) {
    return Error{ErrorCode::kNotInRoom, "you are not in that room"};
  }
  NameRoom(page, room);
  changes_.Tell(room, out);  // before anything newer
  protocol::Event reply;
  if (load.kind == Load::Kind::kSearch) {
    reply = protocol::FoundReply{room.shown(), std::move(page.messages), page.more};
  } else if (load.query.changes) {
    reply = protocol::HistoryReply{room.shown(), {}, page.changed_more, std::move(page.changed)};
  } else {
    reply = protocol::HistoryReply{room.shown(), std::move(page.messages), page.more};
  }
  out.items.emplace_back(ToPeer{member.peer, std::move(reply), load.origin.ref});
  return std::nullopt;
}

Answer Chat::Whisper(RequestContext& context) const {
  auto& whisper = context.Get<protocol::Whisper>();
  const Member* to = members_.FindById(whisper.to);
  if (to == &context.member)
    return Error{ErrorCode::kBadMessage, "to: you cannot send a private message to yourself"};
  const bool meet = to != nullptr && !to->raw && std::ranges::any_of(to->places, [&](const Place& place) {
                      return place.room->SeatOf(context.member) != nullptr;
                    });
  if (!meet) return Error{ErrorCode::kNoSuchMember, "there is no such member in a room with you"};
  context.ReplyOk();
  context.out.items.emplace_back(ToPeer{to->peer,
                                        protocol::WhisperEvent{.from = context.member.author(),
                                                               .to = to->id,
                                                               .time = context.now.wall,
                                                               .text = std::move(whisper.text)},
                                        std::nullopt});
  return std::nullopt;
}

}  // namespace parley
