#include <algorithm>
#include <array>
#include <cstddef>

#include "common/base/limits.h"
#include "common/protocol/allow.h"
#include "common/protocol/event.h"
#include "common/protocol/json_writer.h"
#include "common/protocol/member_json.h"
#include "common/protocol/message_json.h"

namespace parley::protocol {
namespace {

void WriteIceServer(JsonWriter& json, const IceServer& server) {
  json.BeginObject();
  json.Text("urls", server.url);
  if (!server.username.empty()) json.Text("username", server.username);
  if (!server.credential.empty()) json.Text("credential", server.credential);
  json.EndObject();
}

void WriteAction(JsonWriter& json, const HostAction& action) {
  json.BeginObject();
  json.Time("time", action.time);
  json.Text("by", action.by);
  json.Text("action", action.action);
  if (!action.member.empty()) json.Text("member", action.member);
  if (action.value) json.Text("value", *action.value);
  if (action.allow) WriteAllow(json, "value", *action.allow);
  json.EndObject();
}

void WriteAttendee(JsonWriter& json, const Attendee& person) {
  json.BeginObject();
  json.Text("name", person.name);
  json.Time("came", person.came);
  if (person.left) json.Time("left", *person.left);
  json.Number("seconds", person.seconds);
  json.EndObject();
}

void WriteLimits(JsonWriter& json) {
  json.Key("limits");
  json.BeginObject();
  json.Number("text", limits::kTextBytes);
  json.Number("message", limits::kMessageBytes);
  json.Number("name", limits::kNameCodePoints);
  json.Number("room", limits::kRoomNameCodePoints);
  json.Number("rooms", limits::kRoomsPerPeer);
  json.EndObject();
}

// Writes one event: the type, the ref, then its fields. It has a function for each event, so more than 25.
class EventWriter {
 public:
  EventWriter(std::string& out, const std::optional<std::string>& ref) : json_(out), ref_(ref) {}

  void operator()(const Welcome& welcome) {
    Begin("welcome");
    json_.Number("protocol", 1);
    json_.Text("server", welcome.server);
    json_.Text("id", welcome.id);
    json_.Text("name", welcome.name);
    json_.Text("role", ToString(welcome.role));
    json_.Text("token", welcome.token);
    if (!welcome.author.empty()) json_.Text("author", welcome.author);
    WriteTexts("features", welcome.features);
    WriteLimits(json_);
  }
  void operator()(const Joined& joined) {
    Begin("joined");
    json_.Text("room", joined.room);
    json_.Text("topic", joined.topic);
    json_.Flag("locked", joined.locked);
    json_.Text("role", ToString(joined.role));
    json_.Text("media", joined.media);
    json_.Key("ice_servers");
    json_.BeginArray();
    for (const IceServer& server : joined.ice_servers) WriteIceServer(json_, server);
    json_.EndArray();
    WriteMembers(joined.members, joined.members_json);
    json_.Number("count", joined.count);
    WriteList(json_, "messages", joined.messages);
    json_.Flag("more", joined.more);
    json_.Number("last", joined.last);
    json_.Number("rev", joined.rev);
    json_.Flag("gap", joined.gap);
    if (joined.password) json_.Flag("password", true);
    if (joined.waiting_room) json_.Flag("waiting_room", true);
    if (joined.waiting) WritePeople("waiting", *joined.waiting);
    if (joined.journal) json_.Flag("journal", true);
    WriteAllow(json_, "allow", joined.allow);
    if (joined.seen) json_.Number("seen", *joined.seen);
    if (joined.changed) WriteList(json_, "changed", *joined.changed);
    if (joined.changed_more) json_.Flag("changed_more", true);
    if (!joined.spotlight.empty()) WriteTexts("spotlight", joined.spotlight);
    if (joined.recording) json_.Flag("recording", true);
  }
  void operator()(const Ok& ok) {
    Begin("ok");
    if (ok.room.empty()) return;
    json_.Text("room", ok.room);
    json_.Number("seq", ok.seq);
    if (ok.rev) json_.Number("rev", *ok.rev);
    json_.Time("time", ok.time);
  }
  void operator()(const Error& error) {
    Begin("error");
    json_.Text("code", parley::ToString(error.code));
    json_.Text("text", error.text);
    if (!error.room.empty()) json_.Text("room", error.room);
  }
  void operator()(const MessageEvent& message) {
    Begin("message");
    WriteFields(json_, message);
  }
  void operator()(const MessageChanged& change) {
    Begin("message_changed");
    WriteFields(json_, change);
  }
  void operator()(const WhisperEvent& whisper) {
    Begin("whisper");
    WriteAuthor(json_, whisper.from);
    json_.Text("to", whisper.to);
    json_.Time("time", whisper.time);
    json_.Text("text", whisper.text);
  }
  void operator()(const HistoryReply& history) {
    Begin("history");
    json_.Text("room", history.room);
    WriteList(json_, "messages", history.messages);
    if (history.changed) WriteList(json_, "changed", *history.changed);
    json_.Flag("more", history.more);
  }
  void operator()(const RoomsReply& reply) {
    Begin("rooms");
    json_.Key("rooms");
    json_.BeginArray();
    for (const RoomSummary& room : reply.rooms) {
      json_.BeginObject();
      json_.Text("room", room.room);
      json_.Text("topic", room.topic);
      json_.Number("members", room.members);
      json_.Flag("locked", room.locked);
      json_.EndObject();
    }
    json_.EndArray();
    json_.Flag("more", reply.more);
  }
  void operator()(const MembersReply& reply) {
    Begin("members");
    json_.Text("room", reply.room);
    WriteMembers(reply.members);
    json_.Number("count", reply.count);
    if (reply.next) json_.Text("next", *reply.next);
  }
  void operator()(const RoomInfoReply& info) {
    Begin("room_info");
    json_.Text("room", info.room);
    if (info.topic) json_.Text("topic", *info.topic);
    if (info.locked) json_.Flag("locked", true);
    if (info.waiting_room) json_.Flag("waiting_room", true);
    if (info.members) {
      json_.Number("members", *info.members);
      WriteTexts("names", info.names);
    }
    json_.Flag("first_is_host", info.first_is_host);
    if (info.recording) json_.Flag("recording", true);
  }
  void operator()(const Pong& pong) {
    Begin("pong");
    json_.Time("time", pong.time);
  }
  void operator()(const MemberJoined& joined) {
    Begin("member_joined");
    json_.Text("room", joined.room);
    json_.Key("member");
    WriteMember(json_, joined.member);
  }
  void operator()(const MemberChanged& changed) {
    Begin("member_changed");
    json_.Text("room", changed.room);
    json_.Key("member");
    WriteMember(json_, changed.member);
  }
  void operator()(const MemberLeft& left) {
    Begin("member_left");
    json_.Text("room", left.room);
    json_.Text("id", left.id);
    json_.Text("name", left.name);
    json_.Text("reason", left.reason);
  }
  void operator()(const RoomChanged& changed) {
    Begin("room_changed");
    json_.Text("room", changed.room);
    if (changed.topic) json_.Text("topic", *changed.topic);
    if (changed.locked) json_.Flag("locked", *changed.locked);
    if (changed.password) json_.Flag("password", *changed.password);
    if (changed.count) json_.Number("count", *changed.count);
    if (changed.waiting_room) json_.Flag("waiting_room", *changed.waiting_room);
    if (changed.allow) WriteAllow(json_, "allow", *changed.allow);
    if (changed.media) json_.Text("media", *changed.media);
    if (changed.spotlight) WriteTexts("spotlight", *changed.spotlight);
    if (changed.recording) json_.Flag("recording", *changed.recording);
    if (changed.problem) json_.Text("problem", *changed.problem);
  }
  void operator()(const SignalEvent& signal) {
    Begin("signal");
    json_.Text("room", signal.room);
    json_.Text("from", signal.from);
    json_.Key("data");
    json_.Raw(signal.data);
  }
  void operator()(const Closing& closing) {
    Begin("closing");
    json_.Text("reason", closing.reason);
    json_.Number("retry_after", static_cast<std::uint64_t>(std::max(closing.retry_after, 0)));
  }
  void operator()(const WaitingEvent& waiting) {
    Begin("waiting");
    json_.Text("room", waiting.room);
    WritePeople("people", waiting.people);
  }
  void operator()(const Admission& admission) {
    Begin("admission");
    json_.Text("room", admission.room);
    json_.Flag("admitted", admission.admitted);
  }
  void operator()(const Renamed& renamed) {
    Begin("renamed");
    json_.Text("name", renamed.name);
    json_.Text("token", renamed.token);
    json_.Text("reason", renamed.reason);
  }
  void operator()(const BansReply& reply) {
    Begin("bans");
    json_.Text("room", reply.room);
    json_.Key("bans");
    json_.BeginArray();
    for (const BannedPerson& person : reply.bans) {
      json_.BeginObject();
      json_.Text("name", person.name);
      json_.Time("time", person.time);
      json_.Flag("address", person.address);
      json_.Text("by", person.by);
      json_.EndObject();
    }
    json_.EndArray();
  }
  void operator()(const Quieted& quieted) {
    Begin("quieted");
    json_.Text("room", quieted.room);
    json_.Text("by", quieted.by);
    if (quieted.until_unmuted) json_.Flag("until_unmuted", true);
  }
  void operator()(const Unquieted& unquieted) {
    Begin("unquieted");
    json_.Text("room", unquieted.room);
    json_.Text("by", unquieted.by);
  }
  void operator()(const RecentReply& reply) {
    Begin("recent");
    json_.Text("room", reply.room);
    json_.Key("actions");
    json_.BeginArray();
    for (const HostAction& action : reply.actions) WriteAction(json_, action);
    json_.EndArray();
  }

  void operator()(const AttendanceReply& reply) {
    Begin("attendance");
    json_.Text("room", reply.room);
    json_.Key("people");
    json_.BeginArray();
    for (const Attendee& person : reply.people) WriteAttendee(json_, person);
    json_.EndArray();
    if (reply.next) json_.Number("next", *reply.next);
  }

  void operator()(const UploadReply& reply) {
    Begin("upload");
    json_.Text("file", reply.file);
    json_.Text("url", reply.url);
    json_.Time("expires", reply.expires);
  }
  void operator()(const DownloadReply& reply) {
    Begin("download");
    json_.Text("url", reply.url);
    json_.Time("expires", reply.expires);
  }

  void operator()(const SeenEvent& seen) {
    Begin("seen");
    json_.Text("room", seen.room);
    json_.Number("seq", seen.seq);
  }
  void operator()(const TypingEvent& typing) {
    Begin("typing");
    json_.Text("room", typing.room);
    json_.Text("id", typing.id);
  }
  void operator()(const FoundReply& found) {
    Begin("found");
    json_.Text("room", found.room);
    WriteList(json_, "messages", found.messages);
    json_.Flag("more", found.more);
  }

  void End() { json_.EndObject(); }

 private:
  void Begin(std::string_view type) {
    json_.BeginObject();
    json_.Text("type", type);
    if (ref_) json_.Text("ref", *ref_);
  }
  void WriteTexts(std::string_view key, const std::vector<std::string>& texts) {
    json_.Key(key);
    json_.BeginArray();
    for (const std::string& text : texts) json_.Text(text);
    json_.EndArray();
  }
  void WriteMembers(const std::vector<MemberInfo>& members, std::string_view written = {}) {
    json_.Key("members");
    json_.BeginArray();
    if (!written.empty()) json_.Written(written);
    for (const MemberInfo& member : members) WriteMember(json_, member);
    json_.EndArray();
  }
  void WritePeople(std::string_view key, const std::vector<WaitingPerson>& people) {
    json_.Key(key);
    json_.BeginArray();
    for (const WaitingPerson& person : people) {
      json_.BeginObject();
      json_.Text("id", person.id);
      json_.Text("name", person.name);
      json_.Text("role", ToString(person.role));
      json_.EndObject();
    }
    json_.EndArray();
  }

  JsonWriter json_;
  const std::optional<std::string>& ref_;
};

}  // namespace

std::string EncodeEvent(const Event& event, const std::optional<std::string>& ref) {
  std::string out;
  out.reserve(256);  // most events fit
  AppendEvent(out, event, ref);
  return out;
}

void AppendEvent(std::string& out, const Event& event, const std::optional<std::string>& ref) {
  EventWriter writer(out, ref);
  std::visit(writer, event);
  writer.End();
}

std::size_t EncodedSizeBound(const RoomSummary& room) {
  constexpr std::string_view kRest = R"({"room":,"topic":,"members":18446744073709551615,"locked":false},)";
  return kRest.size() + QuotedSize(room.room) + QuotedSize(room.topic);
}

std::size_t EncodedSizeBound(const HostAction& action) {
  constexpr std::string_view kRest =
      R"({"time":"2026-01-31T09:05:07.042Z","by":,"action":,"member":,"value":{"microphone":false,"camera":false,"screen":false,"chat":false}},)";
  return kRest.size() + QuotedSize(action.by) + QuotedSize(action.action) + QuotedSize(action.member) +
         (action.value ? QuotedSize(*action.value) : 0);
}

std::size_t EncodedSizeBound(const Attendee& person) {
  constexpr std::string_view kRest =
      R"({"name":,"came":"2026-01-31T09:05:07.042Z","left":"2026-01-31T09:05:07.042Z","seconds":18446744073709551615},)";
  return kRest.size() + QuotedSize(person.name);
}

}  // namespace parley::protocol
