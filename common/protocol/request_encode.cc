#include <algorithm>
#include <array>
#include <cstddef>

#include "common/protocol/allow.h"
#include "common/protocol/json_writer.h"
#include "common/protocol/request.h"

namespace parley::protocol {
namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, kActionCount> kActions = {
    "kick",   "ban",       "unban",       "mute",    "unmute",      "lower_hand",   "lock",
    "unlock", "password",  "topic",       "promote", "demote",      "waiting_room", "admit",
    "refuse", "bans",      "quiet",       "stop",    "lower_hands", "allow",        "end",
    "recent", "spotlight", "unspotlight", "record",  "attendance"};
static_assert(!kActions.back().empty());

// Writes one request: the type, the ref, then its fields. It has more than 25 functions because each request
// has one.
class RequestWriter {
 public:
  RequestWriter(std::string& out, const std::optional<std::string>& ref) : json_(out), ref_(ref) {}

  void operator()(const Hello& hello) {
    Begin("hello");
    json_.Number("protocol", static_cast<std::uint64_t>(hello.protocol));
    Optional("name", hello.name);
    Optional("user", hello.user);
    Optional("password", hello.password);
    Optional("token", hello.token);
    json_.Text("agent", hello.agent);
  }
  void operator()(const Join& join) {
    Begin("join");
    json_.Text("room", join.room);
    Optional("password", join.password);
    Optional("since", join.since);
    Optional("since_rev", join.since_rev);
  }
  void operator()(const Leave& leave) {
    Begin("leave");
    json_.Text("room", leave.room);
  }
  void operator()(const Message& message) {
    Begin("message");
    json_.Text("room", message.room);
    json_.Text("text", message.text);
    Optional("id", message.id);
    Optional("file", message.file);
    Optional("reply_to", message.reply_to);
  }
  void operator()(const Edit& edit) {
    BeginChange("edit", edit.room, edit.seq);
    json_.Text("text", edit.text);
  }
  void operator()(const Delete& message) { BeginChange("delete", message.room, message.seq); }
  void operator()(const React& reaction) {
    BeginChange("react", reaction.room, reaction.seq);
    json_.Text("emoji", reaction.emoji);
    json_.Flag("on", reaction.on);
  }
  void operator()(const NewPoll& poll) {
    Begin("poll");
    json_.Text("room", poll.room);
    json_.Text("question", poll.question);
    json_.Key("options");
    json_.BeginArray();
    for (const std::string& option : poll.options) json_.Text(option);
    json_.EndArray();
    json_.Flag("multiple", poll.multiple);
    Optional("id", poll.id);
  }
  void operator()(const Vote& vote) {
    BeginChange("vote", vote.room, vote.seq);
    json_.Key("choices");
    json_.BeginArray();
    for (const std::size_t choice : vote.choices) json_.Number(choice);
    json_.EndArray();
  }
  void operator()(const ClosePoll& poll) { BeginChange("close_poll", poll.room, poll.seq); }
  void operator()(const Whisper& whisper) {
    Begin("whisper");
    json_.Text("to", whisper.to);
    json_.Text("text", whisper.text);
  }
  void operator()(const History& history) {
    Begin("history");
    json_.Text("room", history.room);
    Optional("before", history.before);
    Optional("after", history.after);
    Optional("changed_after", history.changed_after);
    json_.Number("limit", history.limit);
  }
  void operator()(const Signal& signal) {
    Begin("signal");
    json_.Text("room", signal.room);
    json_.Text("to", signal.to);
    json_.Key("data");
    json_.Raw(signal.data);
  }
  void operator()(const State& state) {
    Begin("state");
    json_.Text("room", state.room);
    Optional("call", state.call);
    Optional("audio", state.audio);
    Optional("video", state.video);
    Optional("screen", state.screen);
    Optional("hand", state.hand);
  }
  void operator()(const Moderate& moderate) {
    Begin("moderate");
    json_.Text("room", moderate.room);
    json_.Text("action", ToString(moderate.action));
    Optional("member", moderate.member);
    Optional("value", moderate.value);
    if (moderate.action == Action::kAllow) WriteAllow(json_, "value", moderate.allow);
    if (moderate.after != 0) json_.Number("after", moderate.after);
  }
  void operator()(const Rooms& rooms) {
    Begin("rooms");
    Optional("query", rooms.query);
    if (rooms.limit != limits::kRoomsListedDefault) json_.Number("limit", rooms.limit);
    Optional("after", rooms.after);
  }
  void operator()(const Members& members) {
    Begin("members");
    json_.Text("room", members.room);
    if (!members.query.empty()) json_.Text("query", members.query);
    if (members.limit != limits::kMembersInReplyDefault) json_.Number("limit", members.limit);
    Optional("after", members.after);
  }
  void operator()(const RoomInfo& info) {
    Begin("room_info");
    json_.Text("room", info.room);
  }
  void operator()(const Ping& /*ping*/) { Begin("ping"); }
  void operator()(const Upload& upload) {
    Begin("upload");
    json_.Text("room", upload.room);
    json_.Text("name", upload.name);
    json_.Number("size", upload.size);
    json_.Text("media_type", upload.media_type);
  }
  void operator()(const Download& download) {
    Begin("download");
    json_.Text("room", download.room);
    json_.Number("seq", download.seq);
  }

  void operator()(const Seen& seen) {
    Begin("seen");
    json_.Text("room", seen.room);
    json_.Number("seq", seen.seq);
  }
  void operator()(const Typing& typing) {
    Begin("typing");
    json_.Text("room", typing.room);
  }
  void operator()(const Search& search) {
    Begin("search");
    json_.Text("room", search.room);
    json_.Text("query", search.query);
    Optional("before", search.before);
    if (search.limit != limits::kMaxFound) json_.Number("limit", search.limit);
  }

  void End() { json_.EndObject(); }

 private:
  void Begin(std::string_view type) {
    json_.BeginObject();
    json_.Text("type", type);
    Optional("ref", ref_);
  }
  void BeginChange(std::string_view type, std::string_view room, Sequence seq) {
    Begin(type);
    json_.Text("room", room);
    json_.Number("seq", seq);
  }
  void Optional(std::string_view key, const std::optional<std::string>& text) {
    if (text) json_.Text(key, *text);
  }
  void Optional(std::string_view key, const std::optional<Sequence>& number) {
    if (number) json_.Number(key, *number);
  }
  void Optional(std::string_view key, const std::optional<bool>& flag) {
    if (flag) json_.Flag(key, *flag);
  }

  JsonWriter json_;
  const std::optional<std::string>& ref_;
};

}  // namespace

std::string EncodeRequest(const Request& request, const std::optional<std::string>& ref) {
  std::string out;
  RequestWriter writer(out, ref);
  std::visit(writer, request);
  writer.End();
  return out;
}

std::string_view ToString(Action action) {
  return kActions[static_cast<std::size_t>(action)];
}

std::optional<Action> ActionFromString(std::string_view name) {
  const auto* found = std::ranges::find(kActions, name);
  if (found == kActions.end()) return std::nullopt;
  return static_cast<Action>(found - kActions.begin());
}

}  // namespace parley::protocol
