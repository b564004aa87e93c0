// What a client asks of the server: one struct a verb, one variant (docs/protocol.md, "Requests").
//
// DecodeRequest checks everything that can be known from the message alone (types, sizes, presence); whether
// a name is well-formed, and whether the room or member exists, is the hub's.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "common/base/errors.h"
#include "common/base/limits.h"

namespace parley::protocol {

using Sequence = std::uint64_t;  // of a message in its room, from 1

struct Hello {
  std::optional<std::string> name;      // a guest
  std::optional<std::string> user;      // an account, then with `password`
  std::optional<std::string> password;  // at most limits::kPasswordBytes
  std::optional<std::string> token;     // before `user`, `user` before `name`, where several are given
  std::string agent;
  std::int64_t protocol = 1;
};
struct Join {
  std::string room;
  std::optional<std::string> password;
  std::optional<Sequence> since;  // saturates: a number too large for it is the largest
};
struct Leave {
  std::string room;
};
struct Message {
  std::string room;
  std::string text;
  std::optional<std::string> id;
};
struct Whisper {
  std::string to;
  std::string text;
};
struct History {
  std::string room;
  std::optional<Sequence> before;  // at most one of the two
  std::optional<Sequence> after;
  std::size_t limit = 50;  // at most limits::kHistoryMost
};
struct Signal {
  std::string room;
  std::string to;
  std::string data;  // JSON, the very bytes that were sent
};
struct State {
  std::string room;
  std::optional<bool> call, audio, video, screen, hand;  // one at least
};
enum class Action {
  kKick,
  kBan,
  kUnban,
  kMute,
  kUnmute,
  kLowerHand,
  kLock,
  kUnlock,
  kPassword,
  kTopic,
  kPromote,
  kDemote,
  kWaitingRoom,
  kAdmit,
  kRefuse,
  kBans,
};
struct Moderate {
  std::string room;
  Action action = Action::kKick;
  // Always with kick ban mute unmute lower_hand promote demote, and (of one who waits) admit refuse.
  std::optional<std::string> member;
  // Always with unban, and with waiting_room (`on` or `off`); empty or missing clears a topic or password.
  // With ban: `address`, or empty or missing.
  std::optional<std::string> value;
};
// The public rooms: those with `query` in their name or topic, behind the room `after`.
struct Rooms {
  std::optional<std::string> query = {};
  std::size_t limit = limits::kRoomsListedDefault;
  std::optional<std::string> after = {};
};
struct Ping {};

using Request =
    std::variant<Hello, Join, Leave, Message, Whisper, History, Signal, State, Moderate, Rooms, Ping>;

struct Fault {
  ErrorCode code;
  std::string text;  // for people: which field, and what is wrong with it
};

struct DecodedRequest {
  std::variant<Request, Fault> body;
  std::optional<std::string> ref;  // also of a faulty request, where it could be read
};

// `json` is one whole message, of any bytes. Faults: bad_json (no JSON, not UTF-8, nests too deep, no
// object), bad_message (a field is missing or wrong, or of `type` itself), unknown_type,
// protocol_unsupported. Unknown fields are ignored; of repeated keys the last one counts.
DecodedRequest DecodeRequest(std::string_view json);

// One line of JSON without a newline: what DecodeRequest reads. `data` of a Signal must be JSON.
std::string EncodeRequest(const Request& request, const std::optional<std::string>& ref = std::nullopt);

std::string_view ToString(Action action);
std::optional<Action> ActionFromString(std::string_view name);

}  // namespace parley::protocol
