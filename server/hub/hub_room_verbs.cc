// The verbs that act in a room: coming and going, chat and its history, signals, state.

#include <algorithm>
#include <utility>

#include "common/base/limits.h"
#include "server/hub/call.h"
#include "server/hub/hub.h"

namespace parley {

using protocol::Error;

namespace {

// The log knows rooms by their keys.
void NameRoom(protocol::Page& page, const Room& room) {
  for (protocol::MessageEvent& message : page.messages) message.room = room.shown();
}

}  // namespace

Hub::Answer Hub::OnJoin(Call& call) {
  auto& join = call.Get<protocol::Join>();
  auto name = protocol::RoomName(join.room);
  if (!name) return Error{ErrorCode::kRoomInvalid, "that is no name for a room"};
  Room* room = FindRoom(name->key);
  if (room != nullptr && room->SeatOf(call.member) != nullptr) {
    return Error{ErrorCode::kAlreadyInRoom, "you are in that room already"};
  }
  if (call.member.places.size() >= limits::kRoomsPerPeer) {
    return Error{ErrorCode::kTooManyRooms, "this connection is in the maximum number of rooms"};
  }
  if (auto error = Hold(std::move(*name), room, call.out)) return error;
  auto error = MayJoin(call.member, *room, join.password);
  if (error && error->code == ErrorCode::kWaiting) {
    error = Wait(call.member, *room, join.room, std::move(*error), call.out);
  }
  if (error) {
    Release(*room);
    return error;
  }
  ++room->under_way;
  call.member.load_under_way = true;
  call.out.loads.push_back({.kind = Load::Kind::kJoin,
                            .room_key = room->key(),
                            .before = {},
                            .after = join.since,
                            .limit = join.since ? limits::kHistoryMost : limits::kHistoryDefault,
                            .with_room = !room->read,
                            .password = std::move(join.password),
                            .asked = std::move(join.room),
                            .origin = call.origin()});
  return std::nullopt;
}

Hub::Answer Hub::Seated(const Load& load, Member& member, Room& room, protocol::Page& page, const Now& now,
                        Outbox& out) {
  if (auto error = MayJoin(member, room, load.password)) {
    if (error->code == ErrorCode::kWaiting) return Wait(member, room, load.asked, std::move(*error), out);
    return error;
  }
  if (!room.made && options_.may_make_room && !options_.may_make_room(member.address, now)) {
    return Error{ErrorCode::kTooManyRooms, "your address has made too many rooms: try again in an hour"};
  }
  room.made = true;
  room.last = page.last;
  NameRoom(page, room);
  WaitNoMore(member, room, out);
  NoMoreLetIn(member, room);
  room.heir_until.reset();
  if (member.admin()) room.StopAwaiting(member.identity->key);
  Remind(room);
  Seat& seat = room.Add(member);
  Relist(room);
  SeatHost(room, seat, out);
  // What came after `since` has a gap where its first message is no longer kept.
  const bool gap = load.after && *load.after < page.last && *load.after + 1 < page.first;
  std::vector<protocol::IceServer> ice_servers;
  if (options_.ice_servers) ice_servers = options_.ice_servers(member.id, now.wall);
  protocol::Joined joined{.room = room.shown(),
                          .topic = room.topic,
                          .locked = room.locked,
                          .role = seat.role(),
                          .ice_servers = std::move(ice_servers),
                          .count = room.seats().size(),
                          .messages = std::move(page.messages),
                          .more = page.more,
                          .last = page.last,
                          .gap = gap,
                          .password = !room.password.empty(),
                          .journal = options_.journal};
  if (room.large()) {
    joined.members_json = room.roster.For(room.seats());
  } else {
    joined.members = room.Everybody();
  }
  DescribeWaiting(room, seat, joined);
  out.items.emplace_back(ToPeer{member.peer, std::move(joined), load.origin.ref});
  AnnounceJoin(room, seat, now, out);
  // A person's other sessions are host with the one that is host by right.
  if (seat.host) Appoint(room, seat, room.known_hosts.Find(member.identity->key)->by, out);
  DismissStandIns(room, seat, out);
  return std::nullopt;
}

// Whoever was sent out meanwhile reads no more of the room.
Hub::Answer Hub::ShowHistory(const Load& load, const Member& member, const Room& room, protocol::Page& page,
                             Outbox& out) {
  if (PlaceIn(member, room.shown()) == nullptr) {
    return Error{ErrorCode::kNotInRoom, "you are not in that room"};
  }
  NameRoom(page, room);
  out.items.emplace_back(ToPeer{member.peer,
                                protocol::HistoryReply{room.shown(), std::move(page.messages), page.more},
                                load.origin.ref});
  return std::nullopt;
}

void Hub::Loaded(const Load& load, protocol::Page* page, KeptRoom kept, const Now& now, Outbox& out) {
  Room& room = *FindRoom(load.room_key);  // kept while something names it
  --room.under_way;
  if (page != nullptr && load.with_room) TakeSettings(room, kept, now);
  Member* member = MemberOf(load.origin);
  if (member != nullptr) {
    member->load_under_way = false;
    Answer error = Error{ErrorCode::kInternal, "the log can't be read"};
    if (page != nullptr) {
      error = load.kind == Load::Kind::kJoin ? Seated(load, *member, room, *page, now, out)
                                             : ShowHistory(load, *member, room, *page, out);
    }
    if (error) out.items.emplace_back(ToPeer{member->peer, std::move(*error), load.origin.ref});
  }
  Release(room);
}

Hub::Answer Hub::OnLeave(Call& call) {
  call.ReplyOk();
  Depart(*call.room, call.member, "left", true, call.now, call.out);
  return std::nullopt;
}

Hub::Answer Hub::OnMessage(Call& call) {
  auto& message = call.Get<protocol::Message>();
  ++call.member.posts_under_way;
  ++call.room->under_way;
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

void Hub::HandleRaw(PeerIndex peer, std::string_view bytes, std::vector<std::string> texts, const Now& now,
                    Outbox& out) {
  Member* member = MemberOf(peer);
  if (member == nullptr || member->places.empty()) return;
  Room& room = *member->places.front().room;
  if (room.SeatOf(*member)->muted) {
    if (!std::exchange(member->told_muted, true)) out.items.emplace_back(TellRaw{peer, "You are muted."});
    return;
  }
  // The very bytes for raw peers first, then their text as messages for the others: all go through the log's
  // queue, so that nothing overtakes.
  const auto post = [&](std::string raw_bytes, std::string text) {
    ++room.under_way;
    ++member->posts_under_way;
    out.posts.push_back({.room_key = room.key(),
                         .author_key = member->identity->key,
                         .message = {.room = room.shown(),
                                     .time = now.wall,
                                     .from = member->author(),
                                     .text = std::move(text),
                                     .id = {}},
                         .origin = {member->peer, member->serial, std::nullopt},
                         .from_raw = true,
                         .raw_bytes = std::move(raw_bytes)});
  };
  post(std::string(bytes), {});
  for (std::string& text : texts) post({}, std::move(text));
}

void Hub::Stored(Post post, StoreResult result, Outbox& out) {
  Room& room = *FindRoom(post.room_key);
  --room.under_way;
  Member* author = MemberOf(post.origin);
  if (author != nullptr) --author->posts_under_way;
  if (post.raw_bytes.empty()) {
    TellStored(room, author, std::move(post), result, out);
  } else if (result != StoreResult::kFailed) {  // else its text says so
    const PeerIndex author_peer = author == nullptr ? kNoPeer : author->peer;
    out.items.emplace_back(RawToRoom{&room, author_peer, std::move(post.raw_bytes)});
  }
  if (room.seats().empty()) Release(room);
}

void Hub::TellStored(Room& room, const Member* author, Post post, StoreResult result, Outbox& out) {
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

bool Hub::IsWaiting(PeerIndex peer) const {
  const Member* member = Find(peer);
  return member != nullptr &&
         (member->login_under_way || member->load_under_way || member->posts_under_way > 0);
}

bool Hub::MustWait(PeerIndex peer, const protocol::Request* request) const {
  if (!IsWaiting(peer)) return false;
  const Member& member = *Find(peer);
  const auto* message = request == nullptr ? nullptr : std::get_if<protocol::Message>(request);
  if (message == nullptr || member.login_under_way || member.load_under_way) return true;
  // Messages follow one another into the log. Whatever else comes after them waits for their replies, a
  // message that will only get an error, too.
  const Place* place = PlaceIn(member, message->room);
  return place == nullptr || place->room->seat(place->seat).muted;
}

Hub::Answer Hub::OnHistory(Call& call) {
  const auto& history = call.Get<protocol::History>();
  ++call.room->under_way;
  call.member.load_under_way = true;
  call.out.loads.push_back({.kind = Load::Kind::kHistory,
                            .room_key = call.room->key(),
                            .before = history.before,
                            .after = history.after,
                            .limit = history.limit,
                            .origin = call.origin()});
  return std::nullopt;
}

Hub::Answer Hub::OnSignal(Call& call) {
  auto& signal = call.Get<protocol::Signal>();
  const auto found = greeted_.find(signal.to);
  const Member* to = found == greeted_.end() ? nullptr : found->second;
  if (to == nullptr || to->raw || call.room->SeatOf(*to) == nullptr) {
    return Error{ErrorCode::kNoSuchMember, "nobody with that id is in the room"};
  }
  call.ReplyOk();
  call.out.items.emplace_back(
      ToPeer{to->peer, protocol::SignalEvent{call.room->shown(), call.member.id, std::move(signal.data)},
             std::nullopt});
  return std::nullopt;
}

Hub::Answer Hub::OnState(Call& call) {
  const auto& state = call.Get<protocol::State>();
  if (call.seat->muted && state.audio.value_or(false)) {
    return Error{ErrorCode::kMuted, "a host has muted you in this room"};
  }
  const bool was_prominent = call.seat->prominent();
  const Flags before = call.seat->flags;
  Flags& flags = call.seat->flags;
  flags.call = state.call.value_or(flags.call);
  flags.audio = state.audio.value_or(flags.audio);
  flags.video = state.video.value_or(flags.video);
  flags.screen = state.screen.value_or(flags.screen);
  flags.hand = state.hand.value_or(flags.hand);
  call.ReplyOk();
  if (flags != before) AnnounceChange(*call.room, *call.seat, was_prominent, call.out);
  return std::nullopt;
}

}  // namespace parley
