// Room is one room: its settings, and its seats.
//
// Everything else that the hub must know of a room is in parts, each of which only one class changes: RoomUse
// (Rooms), Announced (Presence), Succession (Hosts) and Entrance. One thread.

#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/protocol/event.h"
#include "server/hub/entrance.h"
#include "server/hub/member.h"
#include "server/hub/room_deadlines.h"
#include "server/hub/roster.h"
#include "server/model/media_messages.h"
#include "server/model/room_rules.h"
#include "server/model/room_settings.h"

namespace parley {

struct Flags {
  bool call = false, audio = false, video = false, screen = false, hand = false;
  bool operator==(const Flags&) const = default;
};

// The place of a member in a room. It has more than 12 members because it is a record: each is another fact
// about that member there.
struct Seat {
  Member* member = nullptr;
  PeerIndex peer = kNoPeer;
  bool raw = false;
  bool host = false;
  bool stands_in = false;  // is host only by having been there first, or longest
  bool muted = false;
  bool told_to_be_quiet = false;  // raw peers: once, while they may not write
  bool announced = false;         // a member_joined or member_changed about it went to all
  bool shown_all = true;          // has heard of everyone here
  std::uint64_t order = 0;        // of coming; the smallest has been there longest
  Flags flags;
  bool counted_in_call = false;     // in RoomCall::people
  std::optional<MediaKinds> media;  // what the SFU was told of it; nothing: it is not in a call there
  bool offered = false;             // and its page has connected to the SFU, or tried to

  // Shown even where a room is too large to show everyone.
  [[nodiscard]] bool prominent() const { return host || flags.call || flags.hand || member->admin(); }
  // Whether the member is host here or an admin.
  [[nodiscard]] bool leads() const { return host || member->admin(); }
  // Switches off what the room does not allow this member. Returns whether anything changed.
  bool SwitchOffForbidden(const protocol::Allow& allow);
  [[nodiscard]] protocol::Role role() const;
  [[nodiscard]] protocol::MemberInfo info() const;
};

// Whether a room is in use. Rooms changes it, except `under_way` and `made`.
struct RoomUse {
  // False: the room is still being read from the log, and nothing that depends on it is decided yet.
  bool read = true;
  bool made = true;  // false: nothing is kept of it, and nobody has been in it. The first to join makes it.
  std::uint32_t under_way = 0;  // posts and loads that name this room
  // Somebody is in the room, waits for it or asked for something there. Otherwise `idle` is its place among
  // the rooms that may be evicted.
  bool in_use = false;
  std::optional<std::list<Room*>::iterator> idle;
  bool seen_idle = false;  // when Rooms::UsedRooms was called last
  // The number of members with which the RoomList lists the room, if it does.
  std::optional<std::size_t> listed_members;
};

// What the room has been told of its members.
struct Announced {
  Roster roster;                            // while the room is large
  std::optional<MonotonicTime> count_told;  // while it is large
  RoomDeadlines::Slot count_due;            // the count has changed, and is told then
};

// Hosts who are awaited, and who follows them.
struct Succession {
  // A host whose connection ended, and until when nobody takes that place.
  struct Awaited {
    std::string identity;
    MonotonicTime until;
  };
  std::vector<Awaited> awaited;
  // While nobody is here, the first person who was admitted becomes host on joining, until then.
  std::optional<MonotonicTime> heir_until;
  RoomDeadlines::Slot due;  // when one of these ends
};

// Changes of messages that the room has not been told yet (Changes).
struct HeldChanges {
  std::vector<protocol::MessageChanged> changes;  // one of each message, the oldest revision first
  bool prompt = false;                            // something of it is to be told at once
  std::optional<MonotonicTime> until;             // until then, the rest may be held back
  RoomDeadlines::Slot due;
};

// How the room's call is connected, and who is in it. CallMedia changes it.
struct RoomCall {
  // A member whose connection ended while the SFU forwarded its media, which go on until then.
  struct Lost {
    std::string member;  // an id
    std::string identity;
    MonotonicTime until;
    MediaKinds kinds;
    bool admin = false;
    bool leads = false;  // as Seat has it
    bool back = false;   // its person is in the call again
  };
  std::size_t people = 0;  // seats with the flag `call`
  bool moved = false;      // from the mesh to the SFU, until the call has ended
  bool open = false;       // the SFU knows of it
  std::vector<Lost> lost;
  RoomDeadlines::Slot due;  // when the first of `lost` ends
  // What the call is recorded as, or will be from its beginning on.
  std::optional<RecordingInfo> recording;
  bool recording_given = false;  // the SFU knows of it
};

// A member whom the room puts into the spotlight (Spotlight).
struct Spotlit {
  std::string member;  // an id
  std::string identity;
  bool away = false;  // its connection has ended, and its person did not come back yet
};

class Room : public RoomSettings {
 public:
  explicit Room(RoomSettings settings);
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

  [[nodiscard]] const RoomSettings& settings() const { return *this; }
  [[nodiscard]] const std::string& shown() const { return name.shown; }
  [[nodiscard]] const std::string& key() const { return name.key; }
  void SetTopic(std::string text);
  [[nodiscard]] const std::string& folded_topic() const { return folded_topic_; }
  // Takes over what the log keeps of the room.
  void Restore(RoomSettings settings);

  // One behind the other in memory: what a broadcast walks.
  [[nodiscard]] const std::vector<Seat>& seats() const { return seats_; }
  [[nodiscard]] Seat& seat(std::size_t index) { return seats_[index]; }
  // Nothing where `member` is not here.
  Seat* SeatOf(const Member& member);
  // By member id.
  Seat* FindSeat(std::string_view member_id);
  Seat& Add(Member& member);
  void Remove(Member& member);

  [[nodiscard]] bool large() const;
  [[nodiscard]] bool HasHost() const;
  // Whether the person of that identity is host here, in any session.
  [[nodiscard]] bool IsHost(const std::string& identity) const;
  // Host by what the account or the configuration says.
  [[nodiscard]] bool IsHostByRight(const Member& member) const;
  // Was made host here, not by right, and has not lost that since.
  [[nodiscard]] bool WasHost(const Member& member) const;
  // The protocol member who has been here longest; not the person `except`, if there is a choice.
  Seat* LongestHere(const std::string& except);
  // Everybody, the one who came first in front.
  [[nodiscard]] std::vector<protocol::MemberInfo> Everybody() const;

  [[nodiscard]] bool IsBanned(const Member& member) const;
  // Replaces an earlier ban of that person.
  void AddBan(Ban ban);
  bool RemoveBan(const protocol::Name& person);

  RoomRules rules;
  protocol::Sequence last = 0;  // newest message that was sent to the room
  RoomUse use;
  Announced announced;
  Succession succession;
  HeldChanges held;
  RoomCall call;
  std::vector<Spotlit> spotlight;  // in the order in which hosts chose them
  Entrance entrance{*this};

 private:
  std::string folded_topic_;
  std::vector<Seat> seats_;
  std::uint64_t next_order_ = 0;
};

// Where `member` sits in the room of that name, however it is spelt; null where it is not there.
const Place* FindPlace(const Member& member, const std::string& room);

}  // namespace parley
