#include "server/hub/hub.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "common/base/limits.h"
#include "common/base/random.h"
#include "server/hub/call.h"

namespace parley {
namespace {

using protocol::Error;

// What a verb needs before its handler is called.
enum Needs : unsigned {
  kGreeted = 1,  // hello was said; otherwise hello_required
  kInRoom = 2,   // the member is in the room that the request names; otherwise not_in_room
  kUnmuted = 4,  // and is not muted there; otherwise muted
  kHost = 8,     // and is host there, or an admin; otherwise forbidden
};

const std::string* RoomField(const protocol::Request& request) {
  return std::visit(
      [](const auto& body) -> const std::string* {
        if constexpr (requires { body.room; }) {
          return &body.room;
        } else {
          return nullptr;
        }
      },
      request);
}

}  // namespace

struct Hub::Verb {
  std::string_view name;
  unsigned needs;
  Answer (Hub::*run)(Call&);
};

// In the order of protocol::Request.
const Hub::Verb Hub::kVerbs[] = {
    {"hello", 0, &Hub::OnHello},
    {"join", kGreeted, &Hub::OnJoin},
    {"leave", kGreeted | kInRoom, &Hub::OnLeave},
    {"message", kGreeted | kInRoom | kUnmuted, &Hub::OnMessage},
    {"whisper", kGreeted, &Hub::OnWhisper},
    {"history", kGreeted | kInRoom, &Hub::OnHistory},
    {"signal", kGreeted | kInRoom, &Hub::OnSignal},
    {"state", kGreeted | kInRoom, &Hub::OnState},
    {"moderate", kGreeted | kInRoom | kHost, &Hub::OnModerate},
    {"rooms", kGreeted, &Hub::OnRooms},
    {"ping", kGreeted, &Hub::OnPing},
};

Hub::Hub(HubOptions options, std::vector<RoomSettings> rooms)
    : options_(std::move(options)), directory_(options_.author_key) {
  static_assert(std::size(kVerbs) == std::variant_size_v<protocol::Request>);
  for (RoomSettings& room : rooms) AddRoom(std::move(room));
  for (ListedRoom& room : options_.listed_rooms) SetUp(std::move(room));
  options_.listed_rooms.clear();
  const auto name = *protocol::RoomName("lobby");
  lobby_ = FindRoom(name.key);
  if (lobby_ == nullptr) lobby_ = &AddRoom({.name = name});
  for (auto& [key, room] : rooms_) {
    if (Stays(*room)) {
      ++staying_;
    } else {
      room->idle = idle_.insert(idle_.end(), room.get());
    }
    Relist(*room);
  }
}

Room& Hub::AddRoom(RoomSettings settings) {
  std::string key = settings.name.key;
  Room& room = *rooms_.emplace(std::move(key), std::make_unique<Room>(std::move(settings))).first->second;
  AwaitHosts(room, options_.started);
  return room;
}

void Hub::SetUp(ListedRoom listed) {
  Room* room = FindRoom(listed.name.key);
  if (room == nullptr) room = &AddRoom({.name = listed.name});
  room->name = std::move(listed.name);
  room->rules = std::move(listed.rules);
  if (listed.topic) room->SetTopic(std::move(*listed.topic));
  if (listed.password) room->password = std::move(*listed.password);
  if (listed.waiting_room) room->waiting_room = *listed.waiting_room;
}

void Hub::Handle(PeerIndex peer, protocol::Request request, const std::optional<std::string>& ref,
                 const Now& now, Outbox& out) {
  Member* member = MemberOf(peer);
  if (member == nullptr) return;
  Call call{.member = *member, .request = request, .ref = ref, .now = now, .out = out};
  if (auto error = Run(call)) call.Reply(std::move(*error));
}

Hub::Answer Hub::Run(Call& call) {
  const Verb& verb = kVerbs[call.request.index()];
  if ((verb.needs & kGreeted) != 0 && !call.member.greeted()) {
    return Error{ErrorCode::kHelloRequired, "say hello first"};
  }
  if ((verb.needs & kInRoom) != 0) {
    const std::string& name = *RoomField(call.request);
    const Place* place = PlaceIn(call.member, name);
    if (place == nullptr) return RunOutside(call, name);
    call.room = place->room;
    call.seat = &place->room->seat(place->seat);
  }
  if ((verb.needs & kUnmuted) != 0 && call.seat->muted) {
    return Error{ErrorCode::kMuted, "a host has muted you in this room"};
  }
  if ((verb.needs & kHost) != 0 && !call.seat->host && !call.member.admin()) {
    return Error{ErrorCode::kForbidden, "only hosts of the room and admins may do that"};
  }
  return (this->*verb.run)(call);
}

Hub::Answer Hub::OnWhisper(Call& call) {
  auto& whisper = call.Get<protocol::Whisper>();
  const auto found = greeted_.find(whisper.to);
  const Member* to = found == greeted_.end() ? nullptr : found->second;
  if (to == &call.member) return Error{ErrorCode::kBadMessage, "to: a whisper to oneself"};
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

Hub::Answer Hub::OnRooms(Call& call) {
  const auto& rooms = call.Get<protocol::Rooms>();
  const auto after = protocol::RoomName(rooms.after.value_or(""));
  call.Reply(list_.Select(protocol::Folded(rooms.query.value_or("")), rooms.limit,
                          after ? FindRoom(after->key) : nullptr));
  return std::nullopt;
}

Hub::Answer Hub::OnPing(Call& call) {
  call.Reply(protocol::Pong{call.now.wall});
  return std::nullopt;
}

void Hub::Connect(PeerIndex peer, std::string address) {
  NewMember(peer, std::move(address));
}

void Hub::ConnectRaw(PeerIndex peer, std::string address, const Now& now, Outbox& out) {
  if (!options_.guests) {
    out.items.emplace_back(ClosePeer{peer, "This server lets nobody in without a login."});
    return;
  }
  Member& member = NewMember(peer, std::move(address));
  member.raw = true;
  member.identity = directory_.NewRawGuest();
  if (const std::string_view refusal = WhyNoRawPeer(member); !refusal.empty()) {
    members_[peer].reset();
    out.items.emplace_back(ClosePeer{peer, std::string(refusal)});
    return;
  }
  member.id = RandomToken(9);
  greeted_.emplace(member.id, &member);
  directory_.Enter(member.identity);
  Use(*lobby_);
  Seat& seat = lobby_->Add(member);
  Relist(*lobby_);
  AnnounceJoin(*lobby_, seat, now, out);
}

void Hub::Disconnect(PeerIndex peer, std::string_view reason, const Now& now, Outbox& out) {
  Member* member = MemberOf(peer);
  if (member == nullptr) return;
  while (!member->waits_for.empty()) {
    Room& room = *member->waits_for.back().room;
    WaitNoMore(*member, room, out);
    Release(room);
  }
  while (!member->let_into.empty()) {
    Room& room = *member->let_into.back();
    NoMoreLetIn(*member, room);
    ChooseHost(room, {}, now, out);
    Release(room);
  }
  while (!member->places.empty()) Depart(*member->places.back().room, *member, reason, false, now, out);
  if (member->listens) {
    std::erase(listeners_, peer);
  } else if (member->greeted()) {
    greeted_.erase(member->id);
    directory_.Leave(member->identity);
  }
  members_[peer].reset();
}

void Hub::StopsSending(PeerIndex peer, const Now& now, Outbox& out) {
  Member* member = MemberOf(peer);
  if (member == nullptr || !member->raw || member->listens) return;
  while (!member->places.empty()) Depart(*member->places.back().room, *member, "left", false, now, out);
  greeted_.erase(member->id);
  directory_.Leave(member->identity);
  member->listens = true;
  listeners_.push_back(peer);
}

std::optional<MonotonicTime> Hub::NextDeadline() const {
  std::optional<MonotonicTime> next;
  for (const Room* room : counting_) {
    const MonotonicTime due = *room->count_told + limits::kCountPeriod;
    if (!next || due < *next) next = due;
  }
  if (!reminders_.empty() && (!next || reminders_.begin()->first < *next)) next = reminders_.begin()->first;
  return next;
}

const Member* Hub::Find(PeerIndex peer) const {
  return peer < members_.size() ? members_[peer].get() : nullptr;
}

Member* Hub::MemberOf(PeerIndex peer) {
  return peer < members_.size() ? members_[peer].get() : nullptr;
}

Member* Hub::MemberOf(const Origin& origin) {
  Member* member = MemberOf(origin.peer);
  return member != nullptr && member->serial == origin.serial ? member : nullptr;
}

Member& Hub::NewMember(PeerIndex peer, std::string address) {
  if (peer >= members_.size()) members_.resize(peer + 1);
  members_[peer] = std::make_unique<Member>();
  Member& member = *members_[peer];
  member.peer = peer;
  member.serial = next_serial_++;
  member.address = std::move(address);
  return member;
}

// Where `member` sits in the room of that name, however it is spelt; null where it is not there.
const Place* Hub::PlaceIn(const Member& member, const std::string& room) {
  const auto& places = member.places;
  // As a rule the room's own spelling: nothing to normalise.
  auto found = std::ranges::find(
      places, room, [](const Place& place) -> const std::string& { return place.room->shown(); });
  if (found == places.end()) {
    const auto name = protocol::RoomName(room);
    if (!name) return nullptr;
    found = std::ranges::find(places, name->key,
                              [](const Place& place) -> const std::string& { return place.room->key(); });
  }
  return found == places.end() ? nullptr : &*found;
}

Room* Hub::FindRoom(const std::string& key) {
  const auto found = rooms_.find(key);
  return found == rooms_.end() ? nullptr : found->second.get();
}

}  // namespace parley
