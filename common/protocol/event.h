// Defines what the server says to a client: replies and events (docs/protocol.md, "Replies and events").

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/base/clock.h"
#include "common/base/errors.h"
#include "common/protocol/message_state.h"
#include "common/protocol/request.h"

namespace parley::protocol {

enum class Role { kGuest, kMember, kHost, kAdmin };
std::string_view ToString(Role role);
std::optional<Role> RoleFromString(std::string_view name);

struct Author {
  std::string id;  // a member's
  std::string name;
  // Author key: the same for one account or guest identity, different for everybody else. Empty: not known.
  std::string author = {};
};

struct MemberInfo {
  std::string id;
  std::string name;
  std::string author = {};  // as Author has it
  Role role = Role::kGuest;
  bool call = false, audio = false, video = false, screen = false, hand = false, muted = false;
};

// A person who waits to be admitted to a room.
struct WaitingPerson {
  std::string id;  // the member id that the person will have in the room
  std::string name;
  Role role = Role::kGuest;
};

struct IceServer {
  std::string url;
  std::string username;    // empty: none
  std::string credential;  // empty: none
};

struct Welcome {
  std::string server;
  std::string id;
  std::string name;
  Role role = Role::kGuest;
  std::string token;
  std::string author = {};                 // as Author has it
  std::vector<std::string> features = {};  // optional capabilities that this server offers
  // `protocol` and `limits` are constants (common/base/limits.h); the encoder writes them.
};

// A file that a message names.
struct File {
  std::string id;
  std::string name;
  std::uint64_t size = 0;  // bytes
  std::string media_type;  // as the uploader said
  std::string sha256;      // lower-case hex
};
// Shared, so that a message without a file costs nothing more. Null: no file.
using FileRef = std::shared_ptr<const File>;

struct MessageEvent {
  std::string room;
  Sequence seq = 0;
  WallTime time;
  Author from;
  std::string text;
  std::optional<std::string> id;
  FileRef file = {};
  std::optional<Sequence> reply_to = {};
  std::shared_ptr<const MessageState> state = {};  // null: it never changed, and is not a poll
};

// A message has changed: its present state.
struct MessageChanged {
  std::string room;
  Sequence seq = 0;
  WallTime time;  // of the change
  std::string text;
  MessageState state = {};
};

struct Joined {
  std::string room;
  std::string topic;
  bool locked = false;
  Role role = Role::kGuest;
  std::string media = "mesh";  // or `sfu`: how calls are connected now
  std::vector<IceServer> ice_servers;
  std::vector<MemberInfo> members = {};
  std::string members_json = {};  // if not empty, replaces `members`: AppendMember's, with commas
  std::size_t count = 0;
  std::vector<MessageEvent> messages;  // oldest first
  bool more = false;
  Sequence last = 0;
  bool gap = false;
  bool password = false;      // whether the room has one; on the wire only if true
  bool waiting_room = false;  // on the wire only if true
  std::optional<std::vector<WaitingPerson>> waiting = {};  // for hosts and admins, if there is one
  bool journal = false;               // joins and leaves are recorded; on the wire only if true
  Allow allow = {};                   // everything is allowed if it is not on the wire
  std::optional<Sequence> seen = {};  // how far this person has read; nothing: the server does not know
  Revision rev = 0;                   // the newest of the room
  // Messages that changed after `since_rev`, the oldest change first; if the request had `since_rev`.
  std::optional<std::vector<MessageChanged>> changed = {};
  bool changed_more = false;                // on the wire only if true
  std::vector<std::string> spotlight = {};  // member ids; on the wire only if there are any
  bool recording = false;                   // the call is recorded; on the wire only if true
};

// The reply to a message or a change has room, seq and time; any other `ok` has none.
struct Ok {
  std::string room;  // empty: none
  Sequence seq = 0;
  WallTime time;
  std::optional<Revision> rev = {};  // of a change
};

struct Error {
  ErrorCode code;
  std::string text;
  std::string room = {};  // of `waiting`: the name that `join` asked for; empty: not on the wire
};

struct WhisperEvent {
  Author from;
  std::string to;
  WallTime time;
  std::string text;
};

struct HistoryReply {
  std::string room;
  std::vector<MessageEvent> messages;
  bool more = false;
  std::optional<std::vector<MessageChanged>> changed =
      {};  // if that was asked for; then there are no messages
};

struct RoomSummary {
  std::string room;
  std::string topic;
  std::size_t members = 0;
  bool locked = false;
};
struct RoomsReply {
  std::vector<RoomSummary> rooms;
  bool more = false;
};

struct MembersReply {
  std::string room;
  std::vector<MemberInfo> members = {};
  std::size_t count = 0;                 // members whose names match, on all pages
  std::optional<std::string> next = {};  // there are more: `after` of the request for them
};

// What people may know of a room before they join it.
struct RoomInfoReply {
  std::string room;
  std::optional<std::string> topic = {};  // nothing: the server tells nothing of the room
  // Why a guest cannot join at once, if that is why; on the wire only if true.
  bool locked = false;
  bool waiting_room = false;
  std::optional<std::size_t> members = {};  // only if a guest can join at once
  std::vector<std::string> names = {};      // of some of them; on the wire with `members`
  bool first_is_host = false;
  bool recording = false;  // the room's call is recorded; on the wire only if true
};

struct Pong {
  WallTime time;
};

struct MemberJoined {
  std::string room;
  MemberInfo member;
};
struct MemberChanged {
  std::string room;
  MemberInfo member;
};
struct MemberLeft {
  std::string room;
  std::string id;
  std::string name;
  std::string reason;  // left, lost, kicked, banned, ended
};
struct RoomChanged {
  std::string room;
  std::optional<std::string> topic = {};
  std::optional<bool> locked = {};
  std::optional<bool> password = {};  // whether there is one now
  std::optional<std::size_t> count = {};
  std::optional<bool> waiting_room = {};
  std::optional<Allow> allow = {};
  std::optional<std::string> media = {};                   // as in Joined
  std::optional<std::vector<std::string>> spotlight = {};  // all of them now
  std::optional<bool> recording = {};                      // whether the call is recorded now
  std::optional<std::string> problem = {};                 // why the recording has ended by itself
};

// For a member whose microphone a host has turned off.
struct Quieted {
  std::string room;
  std::string by;              // a name
  bool until_unmuted = false;  // the member is muted: may neither speak nor write until an Unquieted
};
// For a member who is muted no longer.
struct Unquieted {
  std::string room;
  std::string by;  // a name
};

// For hosts: the people who wait, in the order in which they came.
struct WaitingEvent {
  std::string room;
  std::vector<WaitingPerson> people;
};
// For the person who waited.
struct Admission {
  std::string room;  // the name that `join` asked for
  bool admitted = false;
};

// For a guest whose name now belongs to somebody else: the new name, and a token to return with under it.
struct Renamed {
  std::string name;
  std::string token;
  std::string reason;  // name_taken
};

// A person who is banned from a room.
struct BannedPerson {
  std::string name;
  WallTime time;
  bool address = false;  // guests from the address are banned, too
  std::string by;        // a name
};
struct BansReply {
  std::string room;
  std::vector<BannedPerson> bans;  // the oldest first
};

// What a host has done in a room.
struct HostAction {
  WallTime time;
  std::string by;           // a name
  std::string action;       // as `moderate` has it
  std::string member = {};  // a name; empty: on nobody, and not on the wire
  // As `moderate` has it, but never a password; `allow` where the action is that.
  std::optional<std::string> value = {};
  std::optional<AllowChange> allow = {};
};
struct RecentReply {
  std::string room;
  std::vector<HostAction> actions;  // the newest first
};

// A person who was in a room, and how long in all.
struct Attendee {
  std::string name;
  WallTime came;
  std::optional<WallTime> left = {};  // nothing: is still there
  std::uint64_t seconds = 0;
};
struct AttendanceReply {
  std::string room;
  std::vector<Attendee> people;            // the order in which they first came
  std::optional<std::uint64_t> next = {};  // there are more: `after` of the request for them
};

struct SignalEvent {
  std::string room;
  std::string from;  // a member id, or kSfu
  std::string data;  // JSON, byte for byte as it was sent
};

// The path of a URL that takes the file's bytes, until then.
struct UploadReply {
  std::string file;  // the id of the file
  std::string url;
  WallTime expires;
};
// The path of a URL that gives the file's bytes, until then.
struct DownloadReply {
  std::string url;
  WallTime expires;
};

// For the other sessions of a person: how far the person has read in the room.
struct SeenEvent {
  std::string room;
  Sequence seq = 0;
};
struct TypingEvent {
  std::string room;
  std::string id;  // a member's
};

struct FoundReply {
  std::string room;
  std::vector<MessageEvent> messages;  // newest first
  bool more = false;
};

struct Closing {
  std::string reason;
  int retry_after = 0;  // seconds
};

using Event = std::variant<Welcome, Joined, Ok, Error, MessageEvent, WhisperEvent, HistoryReply, RoomsReply,
                           Pong, MemberJoined, MemberChanged, MemberLeft, RoomChanged, SignalEvent, Closing,
                           WaitingEvent, Admission, Renamed, BansReply, Quieted, Unquieted, RecentReply,
                           UploadReply, DownloadReply, SeenEvent, TypingEvent, FoundReply, MessageChanged,
                           AttendanceReply, RoomInfoReply, MembersReply>;

// One line of JSON without a newline. `ref` is written if it is given. Strings must be valid UTF-8.
std::string EncodeEvent(const Event& event, const std::optional<std::string>& ref = std::nullopt);
// The same, appended to `out`.
void AppendEvent(std::string& out, const Event& event, const std::optional<std::string>& ref = std::nullopt);

// A member as `joined` lists it.
void AppendMember(std::string& out, const MemberInfo& member);

// The bytes that `message` takes in a `history` or `joined` reply, or a little more; never less.
std::size_t EncodedSizeBound(const MessageEvent& message);
// The same for a change in `changed`.
std::size_t EncodedSizeBound(const MessageChanged& change);
// The same for a room in a `rooms` reply, for an action in a `recent` reply, and for a person in an
// `attendance` reply.
std::size_t EncodedSizeBound(const RoomSummary& room);
std::size_t EncodedSizeBound(const HostAction& action);
std::size_t EncodedSizeBound(const Attendee& person);

struct DecodedEvent {
  Event event;
  std::optional<std::string> ref;
};
// For clients. Nothing if `json` is not an event of this protocol, or has a type that is not known. Clients
// ignore such an event.
std::optional<DecodedEvent> DecodeEvent(std::string_view json);

}  // namespace parley::protocol
