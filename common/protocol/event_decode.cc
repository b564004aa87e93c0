#include <algorithm>
#include <array>
#include <limits>
#include <string_view>
#include <utility>

#include "common/protocol/allow.h"
#include "common/protocol/event.h"
#include "common/protocol/fields.h"
#include "common/protocol/member_json.h"
#include "common/protocol/message_json.h"
#include "common/protocol/nested.h"

namespace parley::protocol {
namespace {

MemberInfo ReadMember(Fields& fields) {
  return Inside(fields, fields.RequiredObject(Field::kMember), ReadMemberInfo);
}

IceServer ReadIceServer(Fields& fields) {
  return {fields.RequiredString(Field::kUrls), fields.String(Field::kUsername).value_or(""),
          fields.String(Field::kCredential).value_or("")};
}

WaitingPerson ReadWaitingPerson(Fields& fields) {
  return {fields.RequiredString(Field::kId), fields.RequiredString(Field::kName), ReadRole(fields)};
}

BannedPerson ReadBannedPerson(Fields& fields) {
  return {fields.RequiredString(Field::kName), fields.RequiredTime(Field::kTime),
          fields.RequiredFlag(Field::kAddress), fields.RequiredString(Field::kBy)};
}

RoomSummary ReadRoomSummary(Fields& fields) {
  return {fields.RequiredString(Field::kRoom), fields.RequiredString(Field::kTopic),
          fields.RequiredNumber(Field::kMembers), fields.RequiredFlag(Field::kLocked)};
}

// All four must be given.
std::optional<Allow> ReadAllowed(Fields& fields) {
  if (!fields.Has(Field::kAllow)) return std::nullopt;
  const std::string_view json = fields.RequiredObject(Field::kAllow);
  const auto given = json.empty() ? std::nullopt : ReadAllow(json);
  if (given && given->microphone && given->camera && given->screen && given->chat) return given->Applied({});
  fields.FailField(Field::kAllow, "needs microphone, camera, screen and chat");
  return std::nullopt;
}

HostAction ReadAction(Fields& fields) {
  HostAction action{.time = fields.RequiredTime(Field::kTime),
                    .by = fields.RequiredString(Field::kBy),
                    .action = fields.RequiredString(Field::kAction),
                    .member = fields.String(Field::kMember).value_or("")};
  const auto value = fields.StringOrObject(Field::kValue);
  if (value && value->kind == JsonValue::Kind::kString) action.value = std::string(value->text);
  if (value && value->kind == JsonValue::Kind::kObject) {
    action.allow = ReadAllow(value->raw);
    if (!action.allow) fields.FailField(Field::kValue, "has a value that is not true or false");
  }
  return action;
}

Attendee ReadAttendee(Fields& fields) {
  Attendee person{.name = fields.RequiredString(Field::kName), .came = fields.RequiredTime(Field::kCame)};
  if (fields.Has(Field::kLeft)) person.left = fields.RequiredTime(Field::kLeft);
  person.seconds = fields.RequiredNumber(Field::kSeconds);
  return person;
}

Event DecodeWelcome(Fields& fields) {
  return Welcome{fields.RequiredString(Field::kServer), fields.RequiredString(Field::kId),
                 fields.RequiredString(Field::kName),   ReadRole(fields),
                 fields.RequiredString(Field::kToken),  fields.String(Field::kAuthor).value_or(""),
                 fields.Strings(Field::kFeatures)};
}

Event DecodeJoined(Fields& fields) {
  Joined joined;
  joined.room = fields.RequiredString(Field::kRoom);
  joined.topic = fields.RequiredString(Field::kTopic);
  joined.locked = fields.RequiredFlag(Field::kLocked);
  joined.role = ReadRole(fields);
  joined.media = fields.RequiredString(Field::kMedia);
  joined.ice_servers = List(fields, Field::kIceServers, ReadIceServer);
  joined.members = List(fields, Field::kMembers, ReadMemberInfo);
  joined.count = fields.RequiredNumber(Field::kCount);
  joined.messages = List(fields, Field::kMessages, ReadMessage);
  joined.more = fields.RequiredFlag(Field::kMore);
  joined.last = fields.RequiredNumber(Field::kLast);
  joined.gap = fields.RequiredFlag(Field::kGap);
  joined.password = fields.Flag(Field::kPassword).value_or(false);
  joined.waiting_room = fields.Flag(Field::kWaitingRoom).value_or(false);
  if (fields.Has(Field::kWaiting)) joined.waiting = List(fields, Field::kWaiting, ReadWaitingPerson);
  joined.journal = fields.Flag(Field::kJournal).value_or(false);
  joined.allow = ReadAllowed(fields).value_or(Allow{});
  joined.seen = fields.Number(Field::kSeen);
  joined.rev = fields.Number(Field::kRev).value_or(0);
  if (fields.Has(Field::kChanged)) joined.changed = List(fields, Field::kChanged, ReadChange);
  joined.changed_more = fields.Flag(Field::kChangedMore).value_or(false);
  joined.spotlight = fields.Strings(Field::kSpotlight);
  joined.recording = fields.Flag(Field::kRecording).value_or(false);
  return joined;
}

Event DecodeOk(Fields& fields) {
  if (!fields.Has(Field::kRoom)) return Ok{};
  return Ok{fields.RequiredString(Field::kRoom), fields.RequiredNumber(Field::kSeq),
            fields.RequiredTime(Field::kTime), fields.Number(Field::kRev)};
}

Event DecodeError(Fields& fields) {
  // A code that is not known still answers a request: it must not get lost.
  const std::optional<ErrorCode> code = ErrorCodeFromString(fields.RequiredString(Field::kCode));
  return Error{code.value_or(ErrorCode::kInternal), fields.RequiredString(Field::kText),
               fields.String(Field::kRoom).value_or("")};
}

Event DecodeMessage(Fields& fields) {
  return ReadMessage(fields);
}

Event DecodeChange(Fields& fields) {
  return ReadChange(fields);
}

Event DecodeWhisper(Fields& fields) {
  return WhisperEvent{ReadFrom(fields), fields.RequiredString(Field::kTo), fields.RequiredTime(Field::kTime),
                      fields.RequiredString(Field::kText)};
}

Event DecodeHistory(Fields& fields) {
  HistoryReply history{fields.RequiredString(Field::kRoom), List(fields, Field::kMessages, ReadMessage),
                       fields.RequiredFlag(Field::kMore)};
  if (fields.Has(Field::kChanged)) history.changed = List(fields, Field::kChanged, ReadChange);
  return history;
}

Event DecodeRooms(Fields& fields) {
  return RoomsReply{List(fields, Field::kRooms, ReadRoomSummary), fields.Flag(Field::kMore).value_or(false)};
}

Event DecodeMembers(Fields& fields) {
  return MembersReply{fields.RequiredString(Field::kRoom), List(fields, Field::kMembers, ReadMemberInfo),
                      fields.RequiredNumber(Field::kCount), fields.String(Field::kNext)};
}

Event DecodeRoomInfo(Fields& fields) {
  return RoomInfoReply{fields.RequiredString(Field::kRoom),
                       fields.String(Field::kTopic),
                       fields.Flag(Field::kLocked).value_or(false),
                       fields.Flag(Field::kWaitingRoom).value_or(false),
                       fields.Number(Field::kMembers),
                       fields.Strings(Field::kNames),
                       fields.RequiredFlag(Field::kFirstIsHost),
                       fields.Flag(Field::kRecording).value_or(false)};
}

Event DecodePong(Fields& fields) {
  return Pong{fields.RequiredTime(Field::kTime)};
}

Event DecodeMemberJoined(Fields& fields) {
  return MemberJoined{fields.RequiredString(Field::kRoom), ReadMember(fields)};
}

Event DecodeMemberChanged(Fields& fields) {
  return MemberChanged{fields.RequiredString(Field::kRoom), ReadMember(fields)};
}

Event DecodeMemberLeft(Fields& fields) {
  return MemberLeft{fields.RequiredString(Field::kRoom), fields.RequiredString(Field::kId),
                    fields.RequiredString(Field::kName), fields.RequiredString(Field::kReason)};
}

Event DecodeRoomChanged(Fields& fields) {
  RoomChanged changed{fields.RequiredString(Field::kRoom),
                      fields.String(Field::kTopic),
                      fields.Flag(Field::kLocked),
                      fields.Flag(Field::kPassword),
                      fields.Number(Field::kCount),
                      fields.Flag(Field::kWaitingRoom),
                      ReadAllowed(fields),
                      fields.String(Field::kMedia)};
  if (fields.Has(Field::kSpotlight)) changed.spotlight = fields.Strings(Field::kSpotlight);
  changed.recording = fields.Flag(Field::kRecording);
  changed.problem = fields.String(Field::kProblem);
  return changed;
}

Event DecodeSignal(Fields& fields) {
  return SignalEvent{fields.RequiredString(Field::kRoom), fields.RequiredString(Field::kFrom),
                     std::string(fields.RequiredJson(Field::kData))};
}

Event DecodeClosing(Fields& fields) {
  constexpr std::uint64_t kMost = std::numeric_limits<int>::max();
  return Closing{fields.RequiredString(Field::kReason),
                 static_cast<int>(std::min(fields.RequiredNumber(Field::kRetryAfter), kMost))};
}

Event DecodeWaiting(Fields& fields) {
  return WaitingEvent{fields.RequiredString(Field::kRoom), List(fields, Field::kPeople, ReadWaitingPerson)};
}

Event DecodeAdmission(Fields& fields) {
  return Admission{fields.RequiredString(Field::kRoom), fields.RequiredFlag(Field::kAdmitted)};
}

Event DecodeRenamed(Fields& fields) {
  return Renamed{fields.RequiredString(Field::kName), fields.RequiredString(Field::kToken),
                 fields.RequiredString(Field::kReason)};
}

Event DecodeBans(Fields& fields) {
  return BansReply{fields.RequiredString(Field::kRoom), List(fields, Field::kBans, ReadBannedPerson)};
}

Event DecodeQuieted(Fields& fields) {
  return Quieted{fields.RequiredString(Field::kRoom), fields.RequiredString(Field::kBy),
                 fields.Flag(Field::kUntilUnmuted).value_or(false)};
}

Event DecodeUnquieted(Fields& fields) {
  return Unquieted{fields.RequiredString(Field::kRoom), fields.RequiredString(Field::kBy)};
}

Event DecodeRecent(Fields& fields) {
  return RecentReply{fields.RequiredString(Field::kRoom), List(fields, Field::kActions, ReadAction)};
}

Event DecodeAttendance(Fields& fields) {
  return AttendanceReply{fields.RequiredString(Field::kRoom), List(fields, Field::kPeople, ReadAttendee),
                         fields.Number(Field::kNext)};
}

Event DecodeUpload(Fields& fields) {
  return UploadReply{fields.RequiredString(Field::kFile), fields.RequiredString(Field::kUrl),
                     fields.RequiredTime(Field::kExpires)};
}

Event DecodeDownload(Fields& fields) {
  return DownloadReply{fields.RequiredString(Field::kUrl), fields.RequiredTime(Field::kExpires)};
}

Event DecodeSeen(Fields& fields) {
  return SeenEvent{fields.RequiredString(Field::kRoom), fields.RequiredNumber(Field::kSeq)};
}

Event DecodeTyping(Fields& fields) {
  return TypingEvent{fields.RequiredString(Field::kRoom), fields.RequiredString(Field::kId)};
}

Event DecodeFound(Fields& fields) {
  return FoundReply{fields.RequiredString(Field::kRoom), List(fields, Field::kMessages, ReadMessage),
                    fields.RequiredFlag(Field::kMore)};
}

struct Kind {
  std::string_view type;
  Event (*decode)(Fields&);
};

constexpr std::array<Kind, 31> kKinds = {{{"message", DecodeMessage},
                                          {"ok", DecodeOk},
                                          {"signal", DecodeSignal},
                                          {"member_changed", DecodeMemberChanged},
                                          {"member_joined", DecodeMemberJoined},
                                          {"member_left", DecodeMemberLeft},
                                          {"room_changed", DecodeRoomChanged},
                                          {"whisper", DecodeWhisper},
                                          {"history", DecodeHistory},
                                          {"joined", DecodeJoined},
                                          {"welcome", DecodeWelcome},
                                          {"error", DecodeError},
                                          {"rooms", DecodeRooms},
                                          {"pong", DecodePong},
                                          {"closing", DecodeClosing},
                                          {"waiting", DecodeWaiting},
                                          {"admission", DecodeAdmission},
                                          {"renamed", DecodeRenamed},
                                          {"bans", DecodeBans},
                                          {"quieted", DecodeQuieted},
                                          {"unquieted", DecodeUnquieted},
                                          {"recent", DecodeRecent},
                                          {"upload", DecodeUpload},
                                          {"download", DecodeDownload},
                                          {"seen", DecodeSeen},
                                          {"typing", DecodeTyping},
                                          {"found", DecodeFound},
                                          {"message_changed", DecodeChange},
                                          {"attendance", DecodeAttendance},
                                          {"room_info", DecodeRoomInfo},
                                          {"members", DecodeMembers}}};
static_assert(kKinds.size() == std::variant_size_v<Event>);

}  // namespace

std::optional<DecodedEvent> DecodeEvent(std::string_view json) {
  Fields fields(json);
  if (!fields.Read()) return std::nullopt;
  const std::string type = fields.RequiredString(Field::kType);
  const auto* kind = std::ranges::find(kKinds, std::string_view(type), &Kind::type);
  if (kind == kKinds.end()) return std::nullopt;
  Event event = kind->decode(fields);
  std::optional<std::string> ref = fields.String(Field::kRef);
  if (fields.fault()) return std::nullopt;
  return DecodedEvent{std::move(event), std::move(ref)};
}

}  // namespace parley::protocol
