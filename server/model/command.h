// Command is a change of a room, which all servers of a cluster must apply in the same order. A value.
//
// A command contains everything that is needed to apply it: the time, ids, and names with their keys. So two
// servers that apply the same commands have the same rooms, even if their clocks, random numbers and versions
// of Unicode differ. Only `origin` is not for other servers: it says who on this server gets the reply.
//
// There is no command yet for joins, leaves, names of people and bytes of raw peers.

#pragma once

#include <optional>
#include <string>
#include <variant>

#include "common/base/clock.h"
#include "common/protocol/names.h"
#include "common/protocol/request.h"
#include "server/model/log_entry.h"
#include "server/model/origin.h"

namespace parley {

// A description of a member, for servers that do not have that member.
struct CommandPerson {
  std::string id;        // of the member
  std::string identity;  // key of the identity
  protocol::Name name;
  bool admin = false;
  bool raw = false;
};

// A host or an admin has moderated a room.
struct ModerateCommand {
  std::string room_key;
  WallTime time;
  protocol::Action action = protocol::Action::kKick;
  CommandPerson by;
  std::optional<CommandPerson> target = {};  // the person whom the request names
  std::string address = {};                  // the target's, if the action bans its address
  std::optional<protocol::Name> unban = {};  // with `unban`: whose ban ends
  std::optional<std::string> value = {};     // as protocol::Moderate has it
  protocol::AllowChange allow = {};          // likewise
  std::string recording = {};                // with `record`: the id of a recording that begins
  Origin origin = {};
};

// A LogEntry is a message, or a change of a message. The log applies it.
using Command = std::variant<LogEntry, ModerateCommand>;

}  // namespace parley
