// Room is one room as this client knows it: its members, and which messages were seen. Owned by Session.
//
// It has more than 12 members because it holds all that the server says of a room.

#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/chat/catch_up.h"
#include "client/chat/kept_messages.h"
#include "client/chat/revisions.h"
#include "common/protocol/event.h"

namespace parley::client {

// How two spellings of a room's or a person's name are compared.
std::string RoomKey(std::string_view name);
std::string PersonKey(std::string_view name);

class Room {
 public:
  explicit Room(std::string name, std::optional<std::string> password)
      : name_(std::move(name)), password_(std::move(password)) {}

  // The join to send on a new connection: with `since`, if this client was in the room before.
  [[nodiscard]] protocol::Join JoinRequest() const;
  // Takes over what the reply says. Returns what to do with its messages.
  CatchUp::Steps Enter(const protocol::Joined& joined);
  // The connection is gone, and with it this client's seat, or its place in the waiting room.
  void Lose() {
    seat_ = Seat::kNone;
    catch_up.Lost();
    revisions.Lost();
  }
  // A host must let this client in.
  void Wait() { seat_ = Seat::kWaits; }

  void Put(const protocol::MemberInfo& member, bool came);
  // The member that left, where it was known.
  std::optional<protocol::MemberInfo> Remove(const std::string& member_id);
  void Apply(const protocol::RoomChanged& change);
  // The people in the waiting room, as the server tells a host. Returns those who were not there before.
  std::vector<protocol::WaitingPerson> SetWaiting(std::vector<protocol::WaitingPerson> people);
  void set_password(std::optional<std::string> password) { password_ = std::move(password); }

  [[nodiscard]] const protocol::MemberInfo* FindMember(const std::string& member_id) const;
  // By name, as people write it: among the people that the server found, then among the members. Null if
  // nobody known has the name.
  [[nodiscard]] const protocol::MemberInfo* FindByName(std::string_view name) const;
  // The same among the people in the waiting room.
  [[nodiscard]] const protocol::WaitingPerson* FindWaiting(std::string_view name) const;
  // In the order of arrival; empty if this client is not a host.
  [[nodiscard]] const std::vector<protocol::WaitingPerson>& waiting() const { return waiting_; }
  // Known members by name.
  [[nodiscard]] std::vector<const protocol::MemberInfo*> Members() const;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& topic() const { return topic_; }
  [[nodiscard]] bool locked() const { return locked_; }
  // People who join must be admitted by a host.
  [[nodiscard]] bool waiting_room() const { return waiting_room_; }
  // What members who are not hosts may use.
  [[nodiscard]] const protocol::Allow& allow() const { return allow_; }
  // The server keeps a record of who joins and leaves.
  [[nodiscard]] bool journal() const { return journal_; }
  // In a large room more than are known.
  [[nodiscard]] std::size_t count() const { return count_; }
  // On this connection.
  [[nodiscard]] bool joined() const { return seat_ == Seat::kJoined; }
  // In front of the door.
  [[nodiscard]] bool waits() const { return seat_ == Seat::kWaits; }
  // Ever: what comes after is resumed, not begun.
  [[nodiscard]] bool known() const { return catch_up.since().has_value(); }

  // Which messages were shown, and which are missing.
  CatchUp catch_up;
  // The oldest message that was shown, where `/history` goes on; nothing was shown above the newest.
  protocol::Sequence oldest_shown = 0;
  KeptMessages kept;
  // Which changes to messages have come.
  Revisions revisions;
  // Members whom the server has found for the command that is run (People).
  std::vector<protocol::MemberInfo> found_members;

 private:
  std::string name_;
  std::optional<std::string> password_;
  std::string topic_;
  bool locked_ = false, waiting_room_ = false, journal_ = false;
  enum class Seat { kNone, kWaits, kJoined };
  Seat seat_ = Seat::kNone;
  std::size_t count_ = 0;
  protocol::Allow allow_;
  std::map<std::string, protocol::MemberInfo> members_;  // by id
  std::vector<protocol::WaitingPerson> waiting_;
};

// What changed in a member, in words after its name: "raised a hand". Empty: nothing worth a line.
std::string DescribeChange(const protocol::MemberInfo& before, const protocol::MemberInfo& after);
// What is not allowed, in words: "microphone, chat". Empty: everything is.
std::string DescribeForbidden(const protocol::Allow& allow);
// A member as a list shows it: "ann (host, hand up)".
std::string DescribeMember(const protocol::MemberInfo& member, bool self);

}  // namespace parley::client
