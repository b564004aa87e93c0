#include "server/hub/seating.h"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/limits.h"
#include "server/hub/chat.h"
#include "server/hub/spotlight.h"

namespace parley {

using protocol::Error;

Answer Seating::Join(RequestContext& context) {
  auto& join = context.Get<protocol::Join>();
  auto name = protocol::RoomName(join.room);
  if (!name) return Error{ErrorCode::kRoomInvalid, "invalid room name: use 1 to 64 characters without a /"};
  Room* room = rooms_.Find(name->key);
  if (room != nullptr && room->SeatOf(context.member) != nullptr) {
    return Error{ErrorCode::kAlreadyInRoom, "you are in that room already"};
  }
  if (context.member.places.size() >= limits::kRoomsPerPeer) {
    return Error{ErrorCode::kTooManyRooms, "this connection is in the maximum number of rooms; leave one"};
  }
  if (auto error = rooms_.Hold(std::move(*name), room, context.out)) return error;
  auto error = admission_.MayJoin(context.member, *room, join.password);
  if (error && error->code == ErrorCode::kWaiting) {
    error = room->entrance.Wait(context.member, join.room, std::move(*error), context.out);
  }
  if (error) {
    rooms_.Release(*room);
    return error;
  }
  ++room->use.under_way;
  context.member.under_way.load = true;
  LogQuery query{.room_key = room->key(),
                 .after = join.since,
                 .limit = join.since ? limits::kMaxHistory : limits::kHistoryDefault,
                 .with_room = !room->use.read,
                 .reader = context.member.identity->key,
                 .seen_by = attention_.AskedOf(context.member, *room)};
  if (join.since && join.since_rev) query.changes = {.after = *join.since_rev, .until = *join.since};
  context.out.loads.push_back({.kind = Load::Kind::kJoin,
                               .query = std::move(query),
                               .password = std::move(join.password),
                               .asked = std::move(join.room),
                               .origin = context.origin()});
  return std::nullopt;
}

Answer Seating::MayTakeSeat(const Load& load, Member& member, Room& room, const Now& now, Outbox& out) const {
  if (auto error = admission_.MayJoin(member, room, load.password)) {
    if (error->code != ErrorCode::kWaiting) return error;
    return room.entrance.Wait(member, load.asked, std::move(*error), out);
  }
  if (!room.use.made && options_.may_make_room && !options_.may_make_room(member.address, now)) {
    return Error{ErrorCode::kTooManyRooms, "your address has made too many rooms: try again in an hour"};
  }
  return std::nullopt;
}

Answer Seating::TakeSeat(const Load& load, Member& member, Room& room, protocol::Page& page,
                         protocol::Sequence seen, const Now& now, Outbox& out) {
  if (auto error = MayTakeSeat(load, member, room, now, out)) return error;
  room.use.made = true;
  room.last = page.last;
  changes_.Tell(room, out, member.peer);  // before anything newer; `joined` has them for the member
  room.entrance.WaitNoMore(member, out);
  room.entrance.NoMoreLetIn(member);
  hosts_.Arrives(member, room);
  Seat& seat = room.Add(member);
  rooms_.Relist(room);
  hosts_.Seated(room, seat, out);
  protocol::Joined joined = Describe(load, room, seat, page, now);
  joined.seen = attention_.Arrives(member, room, seen);
  out.items.emplace_back(ToPeer{member.peer, std::move(joined), load.origin.ref});
  presence_.Joined(room, seat, now, out);
  hosts_.Settled(room, seat, out);
  Spotlight::Joined(room, member, out);
  return std::nullopt;
}

protocol::Joined Seating::Describe(const Load& load, Room& room, const Seat& seat, protocol::Page& page,
                                   const Now& now) const {
  NameRoom(page, room);
  // What came after `since` has a gap where its first message is no longer kept.
  const auto& since = load.query.after;
  const bool gap = since && *since < page.last && *since + 1 < page.first;
  std::vector<protocol::IceServer> ice_servers;
  if (options_.ice_servers) ice_servers = options_.ice_servers(seat.member->id, now.wall);
  protocol::Joined joined{.room = room.shown(),
                          .topic = room.topic,
                          .locked = room.locked,
                          .role = seat.role(),
                          .media = std::string(call_media_.ModeOf(room)),
                          .ice_servers = std::move(ice_servers),
                          .count = room.seats().size(),
                          .messages = std::move(page.messages),
                          .more = page.more,
                          .last = page.last,
                          .gap = gap,
                          .password = !room.password.empty(),
                          .journal = options_.journal,
                          .allow = room.allow,
                          .rev = page.rev,
                          .changed_more = page.changed_more,
                          .spotlight = Spotlight::Of(room),
                          .recording = CallMedia::IsRecorded(room)};
  if (load.query.changes) joined.changed = std::move(page.changed);
  if (room.large()) {
    joined.members_json = room.announced.roster.For(room.seats());
  } else {
    joined.members = room.Everybody();
  }
  room.entrance.Describe(seat, joined);
  return joined;
}

void Seating::TakeRawSeat(Member& member, const Now& now, Outbox& out) {
  Room& lobby = rooms_.lobby();
  rooms_.Use(lobby);
  Seat& seat = lobby.Add(member);
  rooms_.Relist(lobby);
  presence_.Joined(lobby, seat, now, out);
}

Answer Seating::Leave(RequestContext& context) {
  context.ReplyOk();
  Depart(*context.room, context.member, "left", true, context.now, context.out);
  return std::nullopt;
}

Answer Seating::LeaveWaiting(RequestContext& context, const std::string& room_name) {
  const auto name = protocol::RoomName(room_name);
  if (!name) return Error{ErrorCode::kRoomInvalid, "invalid room name: use 1 to 64 characters without a /"};
  Room* const room = rooms_.Find(name->key);
  const bool waits = room != nullptr && std::ranges::count(room->entrance.waiting(), &context.member) > 0;
  if (!waits || !std::holds_alternative<protocol::Leave>(context.request)) {
    return Error{ErrorCode::kNotInRoom, "you are not in that room"};
  }
  context.ReplyOk();
  room->entrance.WaitNoMore(context.member, context.out);
  rooms_.Release(*room);
  return std::nullopt;
}

Seat Seating::Unseat(Room& room, Member& member, std::string_view reason, bool lost, const Now& now,
                     Outbox& out) {
  const Seat seat = *room.SeatOf(member);
  room.Remove(member);
  attention_.Departs(member, room);
  rooms_.Relist(room);
  presence_.Left(room, seat, member, reason, now, out);
  call_media_.Left(room, seat, member, lost, now, out);
  Spotlight::Left(room, member, lost, out);
  return seat;
}

void Seating::Depart(Room& room, Member& member, std::string_view reason, bool by_leaving, const Now& now,
                     Outbox& out) {
  const bool was_large = room.large();
  const Seat seat = Unseat(room, member, reason, !by_leaving, now, out);
  if (!seat.raw) room.entrance.Departed(member.identity->key, by_leaving);
  Presence::Introduce(room, was_large, out);
  hosts_.Departed(room, seat, member, by_leaving, now, out);
  rooms_.Release(room);
}

void Seating::DepartAll(Member& member, std::string_view reason, const Now& now, Outbox& out) {
  while (!member.waits_for.empty()) {
    Room& room = *member.waits_for.back().room;
    room.entrance.WaitNoMore(member, out);
    rooms_.Release(room);
  }
  while (!member.let_into.empty()) {
    Room& room = *member.let_into.back();
    room.entrance.NoMoreLetIn(member);
    hosts_.Choose(room, {}, now, out);
    rooms_.Release(room);
  }
  while (!member.places.empty()) Depart(*member.places.back().room, member, reason, false, now, out);
}

}  // namespace parley
