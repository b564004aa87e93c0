#include "server/hub/chat.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace parley {

using protocol::Error;

namespace {

// Tells the author and the room.
void TellStored(Room& room, const Member* author, Post&& post, StoreResult result, Outbox& out) {
  const PeerIndex author_peer = author == nullptr ? kNoPeer : author->peer;
  if (result == StoreResult::kFailed) {
    if (author == nullptr) return;
    if (author->raw) {
      out.items.emplace_back(TellRaw{author_peer, "The server could not keep your message."});
    } else {
      out.items.emplace_back(ToPeer{author_peer, Error{ErrorCode::kInternal, "the message could not be kept"},
                                    std::move(post.origin.ref)});
    }
    return;
  }
  if (author != nullptr && !author->raw) {
    out.items.emplace_back(ToPeer{author_peer,
                                  protocol::Ok{room.shown(), post.message.seq, post.message.time},
                                  std::move(post.origin.ref)});
  }
  if (result == StoreResult::kDuplicate) return;
  room.last = post.message.seq;
  out.items.emplace_back(ChatToRoom{&room, author_peer, std::move(post.message), !post.from_raw});
}

}  // namespace

void NameRoom(protocol::Page& page, const Room& room) {
  for (protocol::MessageEvent& message : page.messages) message.room = room.shown();
}

Answer Chat::MayWrite(const Room& room, const Seat& seat) {
  if (seat.muted) return Error{ErrorCode::kMuted, "a host has muted you in this room"};
  if (!room.allow.chat && !seat.leads()) {
    return Error{ErrorCode::kForbidden, "only hosts may write in this room now"};
  }
  return std::nullopt;
}

Answer Chat::Message(Call& call) {
  auto& message = call.Get<protocol::Message>();
  if (message.file) return Error{ErrorCode::kFilesOff, "this server takes no files"};
  ++call.member.under_way.posts;
  ++call.room->use.under_way;
  call.out.posts.push_back({.room_key = call.room->key(),
                            .author_key = call.member.identity->key,
                            .message = {.room = call.room->shown(),
                                        .time = call.now.wall,
                                        .from = call.member.author(),
                                        .text = std::move(message.text),
                                        .id = std::move(message.id)},
                            .origin = call.origin(),
                            .raw_bytes = {}});
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
  const auto post = [&](std::string raw_bytes, std::string text) {
    ++room.use.under_way;
    ++member.under_way.posts;
    out.posts.push_back({.room_key = room.key(),
                         .author_key = member.identity->key,
                         .message = {.room = room.shown(),
                                     .time = now.wall,
                                     .from = member.author(),
                                     .text = std::move(text),
                                     .id = {}},
                         .origin = {member.peer, member.serial, std::nullopt},
                         .from_raw = true,
                         .raw_bytes = std::move(raw_bytes)});
  };
  post(std::string(bytes), {});
  for (std::string& text : texts) post({}, std::move(text));
}

void Chat::Stored(Post&& post, StoreResult result, Outbox& out) {
  Room& room = *rooms_.Find(post.room_key);
  --room.use.under_way;
  Member* author = members_.Find(post.origin);
  if (author != nullptr) --author->under_way.posts;
  if (post.raw_bytes.empty()) {
    TellStored(room, author, std::move(post), result, out);
  } else if (result != StoreResult::kFailed) {  // else its text says so
    const PeerIndex author_peer = author == nullptr ? kNoPeer : author->peer;
    out.items.emplace_back(RawToRoom{&room, author_peer, std::move(post.raw_bytes)});
  }
  if (room.seats().empty()) rooms_.Release(room);
}

bool Chat::MustWait(const Member& member, const protocol::Request* request) {
  if (!member.under_way.any()) return false;
  const auto* message = request == nullptr ? nullptr : std::get_if<protocol::Message>(request);
  if (message == nullptr || member.under_way.login || member.under_way.load) return true;
  // Messages follow one another into the log. Whatever else comes after them waits for their replies, a
  // message that will only get an error, too.
  const Place* place = FindPlace(member, message->room);
  return place == nullptr || MayWrite(*place->room, place->room->seat(place->seat));
}

Answer Chat::History(Call& call) {
  const auto& history = call.Get<protocol::History>();
  ++call.room->use.under_way;
  call.member.under_way.load = true;
  call.out.loads.push_back({.kind = Load::Kind::kHistory,
                            .room_key = call.room->key(),
                            .before = history.before,
                            .after = history.after,
                            .limit = history.limit,
                            .origin = call.origin()});
  return std::nullopt;
}

// Whoever was sent out meanwhile reads no more of the room.
Answer Chat::ShowHistory(const Load& load, const Member& member, const Room& room, protocol::Page& page,
                         Outbox& out) {
  if (FindPlace(member, room.shown()) == nullptr) {
    return Error{ErrorCode::kNotInRoom, "you are not in that room"};
  }
  NameRoom(page, room);
  out.items.emplace_back(ToPeer{member.peer,
                                protocol::HistoryReply{room.shown(), std::move(page.messages), page.more},
                                load.origin.ref});
  return std::nullopt;
}

Answer Chat::Whisper(Call& call) const {
  auto& whisper = call.Get<protocol::Whisper>();
  const Member* to = members_.FindById(whisper.to);
  if (to == &call.member)
    return Error{ErrorCode::kBadMessage, "to: you cannot send a private message to yourself"};
  const bool meet = to != nullptr && !to->raw && std::ranges::any_of(to->places, [&](const Place& place) {
                      return place.room->SeatOf(call.member) != nullptr;
                    });
  if (!meet) return Error{ErrorCode::kNoSuchMember, "nobody with that id is in a room with you"};
  call.ReplyOk();
  call.out.items.emplace_back(ToPeer{
      to->peer,
      protocol::WhisperEvent{
          .from = call.member.author(), .to = to->id, .time = call.now.wall, .text = std::move(whisper.text)},
      std::nullopt});
  return std::nullopt;
}

}  // namespace parley
