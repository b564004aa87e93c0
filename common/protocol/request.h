// Defines what a client asks of the server: one struct per verb, and one variant (docs/protocol.md,
// "Requests").
//
// DecodeRequest checks everything that the message alone shows (types, sizes, presence). The hub checks
// whether a name is well-formed, and whether the room or member exists.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/base/errors.h"
#include "common/base/limits.h"
#include "common/protocol/message_state.h"
#include "common/protocol/sfu_signal.h"

namespace parley::protocol {

using Sequence = std::uint64_t;  // of a message in its room, from 1

struct Hello {
  std::optional<std::string> name;      // a guest
  std::optional<std::string> user;      // an account, then with `password`
  std::optional<std::string> password;  // at most limits::kPasswordBytes
  std::optional<std::string> token;     // counts before `user`, and `user` before `name`
  std::string agent;
  std::int64_t protocol = 1;
};
struct Join {
  std::string room;
  std::optional<std::string> password;
  std::optional<Sequence> since;  // saturates: a larger number becomes the largest
  std::optional<Revision> since_rev = {};
};
struct Leave {
  std::string room;
};
struct Message {
  std::string room;
  std::string text;  // may be empty with a file
  std::optional<std::string> id;
  std::optional<std::string> file = {};  // the id of an upload that is complete
  std::optional<Sequence> reply_to = {};
};
// Changes of the message `seq`.
struct Edit {
  std::string room;
  Sequence seq = 0;
  std::string text;
};
struct Delete {
  std::string room;
  Sequence seq = 0;
};
struct React {
  std::string room;
  Sequence seq = 0;
  std::string emoji;
  bool on = true;
};
struct Vote {
  std::string room;
  Sequence seq = 0;
  std::vector<std::size_t> choices;  // indexes of options, the smallest first; empty takes the vote back
};
struct ClosePoll {
  std::string room;
  Sequence seq = 0;
};
// A message that is a poll (`poll` on the wire).
struct NewPoll {
  std::string room;
  std::string question;
  std::vector<std::string> options;  // all different
  bool multiple = false;
  std::optional<std::string> id = {};
};
struct Whisper {
  std::string to;
  std::string text;
};
struct History {
  std::string room;
  std::optional<Sequence> before;  // at most one of before, after and changed_after
  std::optional<Sequence> after;
  std::size_t limit = 50;  // at most limits::kMaxHistory
  std::optional<Revision> changed_after = {};
};
struct Signal {
  std::string room;
  std::string to;    // a member id, or kSfu
  std::string data;  // JSON, byte for byte as it was sent
  // What `data` says, to kSfu. Shared, so that other signals cost nothing more.
  std::shared_ptr<const SfuSignal> to_sfu = {};
};
struct State {
  std::string room;
  std::optional<bool> call, audio, video, screen, hand;  // at least one
};
// What members who are not hosts may use in a room.
struct Allow {
  bool microphone = true, camera = true, screen = true, chat = true;

  bool operator==(const Allow&) const = default;
};
// The changes that `allow` makes. A permission that is not given stays as it is.
struct AllowChange {
  std::optional<bool> microphone = {}, camera = {}, screen = {}, chat = {};

  [[nodiscard]] Allow Applied(const Allow& before) const {
    return {microphone.value_or(before.microphone), camera.value_or(before.camera),
            screen.value_or(before.screen), chat.value_or(before.chat)};
  }
  bool operator==(const AllowChange&) const = default;
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
  kQuiet,
  kStop,
  kLowerHands,
  kAllow,
  kEnd,
  kRecent,
  kSpotlight,
  kUnspotlight,
  kRecord,
  kAttendance,
};
inline constexpr std::size_t kActionCount = static_cast<std::size_t>(Action::kAttendance) + 1;
struct Moderate {
  std::string room;
  Action action = Action::kKick;
  // Always with kick ban mute unmute lower_hand stop promote demote spotlight unspotlight, and with admit
  // refuse (an id of `waiting`). With quiet: missing means everybody but hosts.
  std::optional<std::string> member;
  // Always with unban, and with waiting_room and record (`on` or `off`); empty or missing clears a topic or
  // password.
  // With ban: `address`, or empty or missing. With stop: `camera` or `screen`. With end: `room`, or empty or
  // missing.
  std::optional<std::string> value;
  AllowChange allow = {};   // the value of `allow`, one at least
  std::uint64_t after = 0;  // with attendance: `next` of the reply before
};
// The public rooms: those with `query` in their name or topic. The list begins after the room `after`.
struct Rooms {
  std::optional<std::string> query = {};
  std::size_t limit = limits::kRoomsListedDefault;
  std::optional<std::string> after = {};
};
// The members of a room whose names have every word of `query`, by name.
struct Members {
  std::string room;
  std::string query = {};                              // at most limits::kSearchQueryBytes; empty: everybody
  std::size_t limit = limits::kMembersInReplyDefault;  // at most limits::kMaxMembersInReply
  std::optional<std::string> after = {};               // `next` of the reply before
};
// What people may know of a room before they join it. Also before hello.
struct RoomInfo {
  std::string room;
};
struct Ping {};
// Announces a file, which HTTP then brings.
struct Upload {
  std::string room;
  std::string name;        // 1 to limits::kFileNameBytes bytes, without "/" and control characters
  std::uint64_t size = 0;  // bytes, at least 1
  std::string media_type;  // as HTTP writes it; application/octet-stream if the request has none
};
// Asks for the file of a message.
struct Download {
  std::string room;
  Sequence seq = 0;
};
// How far the person has read in the room.
struct Seen {
  std::string room;
  Sequence seq = 0;
};
struct Typing {
  std::string room;
};
// The newest messages of the room that contain every word of `query`.
struct Search {
  std::string room;
  std::string query;                      // 1 byte to limits::kSearchQueryBytes
  std::optional<Sequence> before = {};    // only those before this one
  std::size_t limit = limits::kMaxFound;  // at most this
};

using Request = std::variant<Hello, Join, Leave, Message, Whisper, History, Signal, State, Moderate, Rooms,
                             Ping, Upload, Download, Seen, Typing, Search, Edit, Delete, React, NewPoll, Vote,
                             ClosePoll, RoomInfo, Members>;

struct Fault {
  ErrorCode code;
  std::string text;  // for people: which field, and what is wrong with it
};

struct DecodedRequest {
  std::variant<Request, Fault> body;
  std::optional<std::string> ref;  // also of a faulty request, if it could be read
};

// `json` is one whole message, of any bytes. Faults: bad_json (not JSON, not UTF-8, nested too deep, not an
// object), bad_message (a field, or `type` itself, is missing or wrong), unknown_type, protocol_unsupported.
// Unknown fields are ignored; if a key is repeated, the last one counts.
DecodedRequest DecodeRequest(std::string_view json);

// One line of JSON without a newline: what DecodeRequest reads. `data` of a Signal must be JSON.
std::string EncodeRequest(const Request& request, const std::optional<std::string>& ref = std::nullopt);

std::string_view ToString(Action action);
std::optional<Action> ActionFromString(std::string_view name);

}  // namespace parley::protocol
