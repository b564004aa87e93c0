#include "server/config/room_line.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <set>
#include <utility>

#include "server/config/option_sources.h"

namespace parley {
namespace {

constexpr std::string_view kMaxMembers = "max-members";
constexpr std::string_view kMaxMembersBefore = "most";  // its older name

// Takes what stands before the next `separator` off the front of `text`.
std::string_view TakePart(std::string_view& text, char separator) {
  const auto end = text.find(separator);
  const std::string_view part = Trim(text.substr(0, end));
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return part;
}

std::vector<std::string> List(std::string_view text) {
  std::vector<std::string> list;
  while (!text.empty()) {
    if (const auto one = TakePart(text, ','); !one.empty()) list.emplace_back(one);
  }
  return list;
}

// Each returns what is wrong with the value; empty: nothing.

std::string SetJoin(RoomLine& room, std::string_view value) {
  if (value == "anyone") return "";
  if (value == "members") {
    room.join = RoomLine::Join::kMembers;
    return "";
  }
  room.join = RoomLine::Join::kNamed;
  room.members = List(value);
  return room.members.empty() ? "takes anyone, members, or names of accounts" : "";
}

std::string SetHosts(RoomLine& room, std::string_view value) {
  room.hosts = List(value);
  return room.hosts.empty() ? "takes names of accounts" : "";
}

std::string SetMaxMembers(RoomLine& room, std::string_view value) {
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), count);
  if (error != std::errc() || end != value.data() + value.size() || count == 0) {
    return "takes a whole number from 1";
  }
  room.max_members = count;
  return "";
}

std::string SetWaitingRoom(RoomLine& room, std::string_view value) {
  if (value != "yes" && value != "no") return "takes yes or no";
  room.waiting_room = value == "yes";
  return "";
}

std::string SetKeep(RoomLine& room, std::string_view value) {
  room.keep = ParseKeep(value);
  return room.keep ? "" : "takes forever, or a time such as 30d or 12h";
}

std::string Set(RoomLine& room, std::string_view name, std::string_view value) {
  if (name == "topic") {
    room.topic = value;
  } else if (name == "password") {
    room.password = value;
  } else if (name == "join") {
    return SetJoin(room, value);
  } else if (name == "hosts") {
    return SetHosts(room, value);
  } else if (name == kMaxMembers) {
    return SetMaxMembers(room, value);
  } else if (name == "waiting-room") {
    return SetWaitingRoom(room, value);
  } else if (name == "keep") {
    return SetKeep(room, value);
  } else {
    return "is unknown; a room has topic, password, join, hosts, max-members, waiting-room, keep";
  }
  return "";
}

}  // namespace

std::optional<Keep> ParseKeep(std::string_view text) {
  using std::chrono::seconds;
  if (text == "forever") return Keep();
  if (text.empty()) return std::nullopt;
  seconds unit{};
  switch (text.back()) {
    case 'd':
      unit = std::chrono::days(1);
      break;
    case 'h':
      unit = std::chrono::hours(1);
      break;
    case 'm':
      unit = std::chrono::minutes(1);
      break;
    case 's':
      unit = seconds(1);
      break;
    default:
      return std::nullopt;
  }
  text.remove_suffix(1);
  std::uint32_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || count == 0) return std::nullopt;
  return Keep(std::min<seconds>(unit * std::int64_t{count}, std::chrono::years(100)));
}

std::variant<RoomLine, std::string> ParseRoomLine(std::string_view text) {
  RoomLine room;
  room.name = TakePart(text, ';');
  if (room.name.empty()) return std::string("a room line begins with the room's name");
  std::set<std::string_view> seen;
  while (!text.empty()) {
    std::string_view value = TakePart(text, ';');
    if (value.empty()) continue;
    const std::string_view name = TakePart(value, '=');
    if (!seen.insert(name == kMaxMembersBefore ? kMaxMembers : name).second)
      return "room " + room.name + ": " + std::string(name) + " is given twice";
    if (auto wrong = Set(room, name == kMaxMembersBefore ? kMaxMembers : name, Trim(value)); !wrong.empty()) {
      return "room " + room.name + ": " + std::string(name) + " " + wrong;
    }
  }
  return room;
}

}  // namespace parley
