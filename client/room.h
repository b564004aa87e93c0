// One room as this client knows it: who is there, what was seen of it. Owned by Session.

#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/seen_sequences.h"
#include "common/protocol/event.h"

namespace parley::client {

// How two spellings of a room's or a person's name are compared.
std::string RoomKey(std::string_view name);
std::string PersonKey(std::string_view name);

class Room {
 public:
  explicit Room(std::string name, std::optional<std::string> password)
      : name_(std::move(name)), password_(std::move(password)) {}

  // What to send on a fresh connection: with `since`, where one was here before.
  [[nodiscard]] protocol::Join JoinRequest() const;
  // Takes over what the reply says about the room and its members; not its messages.
  void Enter(const protocol::Joined& joined);
  // The connection is gone, and this client's seat with it.
  void Lose() { joined_ = false; }

  void Put(const protocol::MemberInfo& member, bool came);
  // The member that left, where it was known.
  std::optional<protocol::MemberInfo> Remove(const std::string& member_id);
  void Apply(const protocol::RoomChanged& change);
  void set_password(std::optional<std::string> password) { password_ = std::move(password); }

  [[nodiscard]] const protocol::MemberInfo* FindMember(const std::string& member_id) const;
  // By name, as people write it. Nothing where nobody known has it.
  [[nodiscard]] const protocol::MemberInfo* FindByName(std::string_view name) const;
  // Known members by name.
  [[nodiscard]] std::vector<const protocol::MemberInfo*> Members() const;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& topic() const { return topic_; }
  [[nodiscard]] bool locked() const { return locked_; }
  // In a large room more than are known.
  [[nodiscard]] std::size_t count() const { return count_; }
  // On this connection.
  [[nodiscard]] bool joined() const { return joined_; }
  // Ever: what comes after is resumed, not begun.
  [[nodiscard]] bool known() const { return known_; }

  SeenSequences seen;
  // The oldest message that was shown, where `/history` goes on; nothing was shown above the newest.
  protocol::Sequence oldest_shown = 0;
  // While older messages are fetched after a reconnect, up to this one, those that come are not shown:
  // they are among those fetched.
  std::optional<protocol::Sequence> catching_up_to;

 private:
  std::string name_;
  std::optional<std::string> password_;
  std::string topic_;
  bool locked_ = false, joined_ = false, known_ = false;
  std::size_t count_ = 0;
  std::map<std::string, protocol::MemberInfo> members_;  // by id
};

// What changed in a member, in words after its name: "raised a hand". Empty: nothing worth a line.
std::string DescribeChange(const protocol::MemberInfo& before, const protocol::MemberInfo& after);
// A member as a list shows it: "ann (host, hand up)".
std::string DescribeMember(const protocol::MemberInfo& member, bool self);

}  // namespace parley::client
