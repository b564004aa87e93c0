#include "server/app/listed_rooms.h"

#include <algorithm>
#include <set>
#include <utility>

namespace parley {
namespace {

std::set<std::string> AccountKeys(const std::vector<std::string>& names, std::string& error) {
  std::set<std::string> keys;
  for (const std::string& name : names) {
    if (const auto person = protocol::PersonName(name)) {
      keys.insert(person->key);
    } else {
      error = "'" + name + "' is not a valid account name";
    }
  }
  return keys;
}

RoomRules::Join ToJoin(RoomLine::Join join) {
  switch (join) {
    case RoomLine::Join::kMembers:
      return RoomRules::Join::kAccounts;
    case RoomLine::Join::kNamed:
      return RoomRules::Join::kNamed;
    default:
      return RoomRules::Join::kAnyone;
  }
}

ListedRoom ToListedRoom(const RoomLine& line, std::string& error) {
  ListedRoom room;
  if (auto name = protocol::RoomName(line.name)) {
    room.name = std::move(*name);
  } else {
    error = "a room's name has 1 to 64 characters and no '/'";
  }
  if (line.topic.value_or("").size() > limits::kTopicBytes) error = "the topic has over 1 KiB";
  if (line.password.value_or("").size() > limits::kPasswordBytes) error = "the password has over 256 bytes";
  room.topic = line.topic;
  room.password = line.password;
  room.waiting_room = line.waiting_room;
  room.rules = {.listed = true,
                .join = ToJoin(line.join),
                .members = AccountKeys(line.members, error),
                .hosts = AccountKeys(line.hosts, error),
                .max_members = line.max_members.value_or(limits::kRoomMembers)};
  return room;
}

}  // namespace

std::vector<ListedRoom> ToListedRooms(const std::vector<RoomLine>& lines, std::string& error) {
  std::vector<ListedRoom> rooms;
  for (const RoomLine& line : lines) {
    std::string wrong;
    ListedRoom room = ToListedRoom(line, wrong);
    if (std::ranges::any_of(rooms, [&](const ListedRoom& other) { return other.name == room.name; })) {
      wrong = "it is listed twice";
    }
    if (!wrong.empty()) error = "room " + line.name + ": " + wrong;
    rooms.push_back(std::move(room));
  }
  return rooms;
}

}  // namespace parley
