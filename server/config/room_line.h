// Parses a `room` line of the configuration: a room that exists from the start.
//
//   room = Physics 7b; topic = Mechanics; join = members; hosts = Ana, Ben; max-members = 30; keep = 30d

#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace parley {

// How long messages are kept; nothing: for ever.
using Keep = std::optional<std::chrono::seconds>;

struct RoomLine {
  enum class Join { kAnyone, kMembers, kNamed };

  std::string name;
  std::optional<std::string> topic;
  std::optional<std::string> password;
  Join join = Join::kAnyone;               // people with an account: kMembers
  std::vector<std::string> members;        // names of accounts, if join is kNamed
  std::vector<std::string> hosts;          // names of accounts; they may join, too
  std::optional<std::size_t> max_members;  // at once
  std::optional<bool> waiting_room;
  std::optional<Keep> keep;  // instead of --keep

  bool operator==(const RoomLine&) const = default;
};

// Parses how long messages are kept: `forever`, or a whole number of days, hours, minutes or seconds (30d,
// 12h, 10m, 30s). Nothing if it is not that.
std::optional<Keep> ParseKeep(std::string_view text);

// Parses what follows `room =`. A string says what is wrong with it. Names are not checked here.
std::variant<RoomLine, std::string> ParseRoomLine(std::string_view text);

}  // namespace parley
