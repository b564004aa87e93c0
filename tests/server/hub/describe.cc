#include "tests/server/hub/describe.h"

#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace parley::test {
namespace {

using protocol::Sequence;

std::string Number(std::uint64_t number) {
  return std::to_string(number);
}

std::string Of(const std::string& id, const NamesById& names) {
  const auto found = names.find(id);
  return found == names.end() ? "?" : found->second;
}

std::string Flags(const protocol::MemberInfo& member) {
  std::string flags;
  const auto add = [&](bool set, const char* name) {
    if (set) flags += std::string(" ") + name;
  };
  add(member.call, "call");
  add(member.audio, "audio");
  add(member.video, "video");
  add(member.screen, "screen");
  add(member.hand, "hand");
  add(member.muted, "muted");
  return flags;
}

std::string Who(const protocol::MemberInfo& member) {
  return member.name + " (" + std::string(ToString(member.role)) + Flags(member) + ")";
}

std::string Numbers(const std::vector<protocol::MessageEvent>& messages, bool more) {
  std::string text;
  for (const auto& message : messages) text += " #" + Number(message.seq);
  return text + (more ? " more" : "");
}

std::string Changed(const protocol::MessageChanged& e) {
  const protocol::MessageState& state = e.state;
  std::string text = e.room + " #" + Number(e.seq) + " @" + Number(state.rev);
  text += state.deleted ? " deleted" : ": " + e.text;
  if (state.edited) text += " (edited)";
  for (const auto& reaction : state.reactions) text += " " + reaction.emoji + Number(reaction.count);
  if (state.poll) {
    text += " [";
    for (const std::size_t count : state.poll->counts) text += Number(count) + " ";
    text += "of " + Number(state.poll->voters) + (state.poll->closed ? ", closed]" : "]");
  }
  return text;
}

std::string Forbidden(const protocol::Allow& allow) {
  std::string text;
  if (!allow.microphone) text += " microphone";
  if (!allow.camera) text += " camera";
  if (!allow.screen) text += " screen";
  if (!allow.chat) text += " chat";
  return text;
}

struct Words {
  const NamesById& names;

  std::string operator()(const protocol::Welcome& e) const {
    return "welcome " + e.name + " (" + std::string(ToString(e.role)) + ")";
  }
  std::string operator()(const protocol::Joined& e) const {
    std::string text = "joined " + e.room + " as " + std::string(ToString(e.role)) + " with";
    for (const auto& member : e.members) text += " " + member.name;
    return text;
  }
  std::string operator()(const protocol::Ok& e) const {
    if (e.room.empty()) return "ok";
    return "ok " + e.room + " #" + Number(e.seq) + (e.rev ? " @" + Number(*e.rev) : "");
  }
  std::string operator()(const protocol::Error& e) const { return "error " + std::string(ToString(e.code)); }
  std::string operator()(const protocol::MessageEvent& e) const {
    std::string text = e.room + " #" + Number(e.seq) + " " + e.from.name + ": " + e.text;
    if (e.file) text += "[" + e.file->name + "]";
    return text;
  }
  std::string operator()(const protocol::WhisperEvent& e) const {
    return "whisper " + e.from.name + " to " + Of(e.to, names) + ": " + e.text;
  }
  std::string operator()(const protocol::HistoryReply& e) const {
    return "history " + e.room + Numbers(e.messages, e.more);
  }
  std::string operator()(const protocol::RoomsReply& e) const {
    std::string text = "rooms";
    for (const auto& room : e.rooms) {
      text += " " + room.room + ":" + Number(room.members);
      if (room.locked) text += " locked";
      if (!room.topic.empty()) text += " \"" + room.topic + "\"";
    }
    if (e.more) text += " and more";
    return text;
  }
  std::string operator()(const protocol::RoomInfoReply& e) const {
    std::string text = "room_info " + e.room;
    if (e.topic && !e.topic->empty()) text += " \"" + *e.topic + "\"";
    if (!e.topic) text += " untold";
    if (e.locked) text += " locked";
    if (e.waiting_room) text += " waiting room";
    if (e.members) text += " " + Number(*e.members) + ":";
    for (const std::string& name : e.names) text += " " + name;
    return text + (e.first_is_host ? ", first is host" : "");
  }
  std::string operator()(const protocol::MembersReply& e) const {
    std::string text = "members " + e.room + ":";
    for (const auto& member : e.members) text += " " + member.name;
    return text + " of " + Number(e.count) + (e.next ? " and more" : "");
  }
  std::string operator()(const protocol::Pong& /*e*/) const { return "pong"; }
  std::string operator()(const protocol::MemberJoined& e) const { return e.room + " + " + Who(e.member); }
  std::string operator()(const protocol::MemberChanged& e) const { return e.room + " = " + Who(e.member); }
  std::string operator()(const protocol::MemberLeft& e) const {
    return e.room + " - " + e.name + " (" + e.reason + ")";
  }
  std::string operator()(const protocol::RoomChanged& e) const {
    std::string text = e.room + " is";
    if (e.topic) text += " about \"" + *e.topic + "\"";
    if (e.locked) text += *e.locked ? " locked" : " unlocked";
    if (e.password) text += *e.password ? " with password" : " without password";
    if (e.count) text += " " + Number(*e.count);
    if (e.waiting_room) text += *e.waiting_room ? " with waiting room" : " without waiting room";
    if (e.allow) text += " for hosts only:" + Forbidden(*e.allow);
    if (e.media) text += " by " + *e.media;
    if (e.spotlight) {
      text += " with spotlight on";
      for (const std::string& id : *e.spotlight) text += " " + Of(id, names);
      if (e.spotlight->empty()) text += " nobody";
    }
    if (e.recording) text += *e.recording ? " recorded" : " not recorded";
    if (e.problem) text += " (" + *e.problem + ")";
    return text;
  }
  std::string operator()(const protocol::SignalEvent& e) const {
    const std::string from = e.from == protocol::kSfu ? e.from : Of(e.from, names);
    return "signal " + e.room + " " + from + " " + e.data;
  }
  std::string operator()(const protocol::Closing& /*e*/) const { return "closing"; }
  std::string operator()(const protocol::WaitingEvent& e) const {
    std::string text = e.room + " waiting:";
    for (const auto& person : e.people) text += " " + person.name;
    return text;
  }
  std::string operator()(const protocol::BansReply& e) const {
    std::string text = e.room + " bans:";
    for (const auto& person : e.bans) {
      text += " " + person.name + (person.address ? " and address" : "") + " by " + person.by;
    }
    return text;
  }
  std::string operator()(const protocol::Admission& e) const {
    return e.room + (e.admitted ? " lets in" : " refuses");
  }
  std::string operator()(const protocol::Renamed& e) const { return "renamed " + e.name; }
  std::string operator()(const protocol::Quieted& e) const {
    return e.room + " quieted by " + e.by + (e.until_unmuted ? " until unmuted" : "");
  }
  std::string operator()(const protocol::Unquieted& e) const { return e.room + " unquieted by " + e.by; }
  std::string operator()(const protocol::RecentReply& e) const {
    std::string text = e.room + " recent:";
    for (const auto& action : e.actions) {
      text += " " + action.by + " " + action.action;
      if (!action.member.empty()) text += " " + action.member;
      if (action.value) text += " \"" + *action.value + "\"";
      if (action.allow) text += Forbidden(action.allow->Applied({}));
      text += ";";
    }
    return text;
  }
  std::string operator()(const protocol::AttendanceReply& e) const {
    std::string text = e.room + " attendance:";
    for (const auto& person : e.people) {
      text += " " + person.name + " " + std::to_string(person.seconds) + (person.left ? ";" : " here;");
    }
    return text;
  }
  std::string operator()(const protocol::UploadReply& e) const { return "upload " + e.file + " " + e.url; }
  std::string operator()(const protocol::DownloadReply& e) const { return "download " + e.url; }
  std::string operator()(const protocol::SeenEvent& e) const { return e.room + " seen #" + Number(e.seq); }
  std::string operator()(const protocol::TypingEvent& e) const {
    return e.room + " " + Of(e.id, names) + " is typing";
  }
  std::string operator()(const protocol::MessageChanged& e) const { return Changed(e); }
  std::string operator()(const protocol::FoundReply& e) const {
    return "found " + e.room + Numbers(e.messages, e.more);
  }
};

std::string Kinds(const MediaKinds& kinds) {
  std::string text;
  if (kinds.voice) text += " voice";
  if (kinds.camera) text += " camera";
  if (kinds.screen) text += " screen";
  if (kinds.sound) text += " sound";
  return text;
}

struct MediaWords {
  const NamesById& names;

  [[nodiscard]] std::string At(const MediaSeat& seat) const {
    return seat.room + " " + Of(seat.member, names);
  }
  std::string operator()(const MediaJoin& c) const { return "join " + At(c.seat) + Kinds(c.kinds); }
  std::string operator()(const MediaLeave& c) const { return "leave " + At(c.seat); }
  std::string operator()(const MediaCloseRoom& c) const { return "close " + c.room; }
  std::string operator()(const MediaAllow& c) const { return "allow " + At(c.seat) + Kinds(c.kinds); }
  std::string operator()(const MediaOffer& c) const { return "offer " + At(c.seat); }
  std::string operator()(const MediaWants& c) const {
    std::string text = "wants " + At(c.seat);
    for (const MediaWant& want : c.videos) {
      text += " " + Of(want.member, names) + (want.kind == MediaKind::kScreen ? ":screen:" : ":camera:") +
              Number(want.height);
    }
    return text;
  }
  std::string operator()(const MediaSignalingLost& c) const { return "lost " + At(c.seat); }
  std::string operator()(const MediaRecord& c) const { return "record " + c.info.room + " as " + c.info.id; }
  std::string operator()(const MediaRecordEnd& c) const { return "record " + c.room + " no more"; }
};

}  // namespace

std::string Describe(const MediaCommand& command, const NamesById& names) {
  return std::visit(MediaWords{names}, command);
}

std::string KindOf(const protocol::Event& event) {
  if (const auto* error = std::get_if<protocol::Error>(&event)) return std::string(ToString(error->code));
  static constexpr std::string_view kTypes[] = {
      "welcome",      "joined",  "ok",        "error",           "message",        "whisper",
      "history",      "rooms",   "pong",      "member_joined",   "member_changed", "member_left",
      "room_changed", "signal",  "closing",   "waiting",         "admission",      "renamed",
      "bans",         "quieted", "unquieted", "recent",          "upload",         "download",
      "seen",         "typing",  "found",     "message_changed", "attendance",     "room_info",
      "members"};
  static_assert(std::size(kTypes) == std::variant_size_v<protocol::Event>);
  return std::string(kTypes[event.index()]);
}

std::string Describe(const protocol::Event& event, const std::optional<std::string>& ref,
                     const NamesById& names) {
  std::string text = std::visit(Words{names}, event);
  return ref ? *ref + ": " + text : text;
}

}  // namespace parley::test
