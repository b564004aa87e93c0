#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "common/base/limits.h"
#include "common/protocol/allow.h"
#include "common/protocol/emoji.h"
#include "common/protocol/fields.h"
#include "common/protocol/request.h"

namespace parley::protocol {
namespace {

void CheckText(Fields& fields, Field field, std::string_view text, std::size_t max_bytes) {
  if (text.empty()) fields.FailField(field, "is empty");
  if (text.size() > max_bytes) {
    fields.FailField(field, "is too long: at most " + std::to_string(max_bytes) + " bytes");
  }
  if (text.find('\0') != std::string::npos) fields.FailField(field, "must not contain U+0000");
}

// A string of 1 to `max_bytes` bytes without U+0000.
std::string SomeText(Fields& fields, Field field, std::size_t max_bytes) {
  std::string text = fields.RequiredString(field);
  CheckText(fields, field, text, max_bytes);
  return text;
}

std::string Text(Fields& fields) {
  return SomeText(fields, Field::kText, limits::kTextBytes);
}

std::optional<std::string> MessageId(Fields& fields) {
  std::optional<std::string> id = fields.String(Field::kId, limits::kIdBytes);
  if (id && id->empty()) fields.FailField(Field::kId, "is empty");
  return id;
}

std::string Room(Fields& fields) {
  return fields.RequiredString(Field::kRoom);
}

Request DecodeHello(Fields& fields) {
  // First: another version may ask for other fields.
  if (fields.RequiredNumber(Field::kProtocol) != 1) {
    fields.Fail(ErrorCode::kProtocolUnsupported, "this server speaks protocol 1");
  }
  Hello hello;
  hello.name = fields.String(Field::kName);
  hello.user = fields.String(Field::kUser);
  hello.password = fields.String(Field::kPassword, limits::kPasswordBytes);
  hello.token = fields.String(Field::kToken);
  hello.agent = fields.String(Field::kAgent).value_or("");
  if (!hello.token && !hello.user && !hello.name) {
    fields.Fail(ErrorCode::kBadMessage, "hello needs a name, a user with a password, or a token");
  }
  if (hello.user && !hello.password && !hello.token) fields.FailField(Field::kPassword, "is missing");
  return hello;
}

Request DecodeJoin(Fields& fields) {
  return Join{Room(fields), fields.String(Field::kPassword, limits::kPasswordBytes),
              fields.Number(Field::kSince), fields.Number(Field::kSinceRev)};
}

Request DecodeLeave(Fields& fields) {
  return Leave{Room(fields)};
}

Request DecodeMessage(Fields& fields) {
  Message message;
  message.room = Room(fields);
  message.file = fields.String(Field::kFile, limits::kFileIdBytes);
  const bool says_nothing = message.file && fields.String(Field::kText).value_or("").empty();
  if (!says_nothing) message.text = Text(fields);
  message.id = MessageId(fields);
  message.reply_to = fields.Number(Field::kReplyTo);
  return message;
}

Request DecodeEdit(Fields& fields) {
  Edit edit{Room(fields), fields.RequiredNumber(Field::kSeq), fields.RequiredString(Field::kText)};
  // The log knows whether it names a file, and may be without a text.
  if (!edit.text.empty()) CheckText(fields, Field::kText, edit.text, limits::kTextBytes);
  return edit;
}

Request DecodeDelete(Fields& fields) {
  return Delete{Room(fields), fields.RequiredNumber(Field::kSeq)};
}

Request DecodeReact(Fields& fields) {
  React reaction{Room(fields), fields.RequiredNumber(Field::kSeq), fields.RequiredString(Field::kEmoji),
                 fields.RequiredFlag(Field::kOn)};
  CheckText(fields, Field::kEmoji, reaction.emoji, limits::kEmojiBytes);
  if (!fields.fault() && !IsEmoji(reaction.emoji)) fields.FailField(Field::kEmoji, "is not one emoji");
  return reaction;
}

Request DecodeNewPoll(Fields& fields) {
  NewPoll poll{Room(fields), fields.RequiredString(Field::kQuestion), fields.RequiredStrings(Field::kOptions),
               fields.Flag(Field::kMultiple).value_or(false), MessageId(fields)};
  CheckText(fields, Field::kQuestion, poll.question, limits::kPollQuestionBytes);
  if (poll.options.size() < 2 || poll.options.size() > limits::kPollOptions) {
    fields.FailField(Field::kOptions, "needs 2 to " + std::to_string(limits::kPollOptions) + " texts");
    return poll;  // many would take long to compare
  }
  for (const std::string& option : poll.options) {
    CheckText(fields, Field::kOptions, option, limits::kPollOptionBytes);
    if (std::ranges::count(poll.options, option) > 1) fields.FailField(Field::kOptions, "has duplicates");
  }
  return poll;
}

Request DecodeVote(Fields& fields) {
  Vote vote{Room(fields), fields.RequiredNumber(Field::kSeq), fields.RequiredNumbers(Field::kChoices)};
  std::ranges::sort(vote.choices);
  vote.choices.erase(std::unique(vote.choices.begin(), vote.choices.end()), vote.choices.end());
  if (!vote.choices.empty() && vote.choices.back() >= limits::kPollOptions) {
    fields.FailField(Field::kChoices, "has an index of " + std::to_string(limits::kPollOptions) + " or more");
  }
  return vote;
}

Request DecodeClosePoll(Fields& fields) {
  return ClosePoll{Room(fields), fields.RequiredNumber(Field::kSeq)};
}

Request DecodeWhisper(Fields& fields) {
  return Whisper{fields.RequiredString(Field::kTo), Text(fields)};
}

Request DecodeHistory(Fields& fields) {
  History history{Room(fields), fields.Number(Field::kBefore), fields.Number(Field::kAfter)};
  history.limit = static_cast<std::size_t>(std::min<std::uint64_t>(
      fields.Number(Field::kLimit).value_or(limits::kHistoryDefault), limits::kMaxHistory));
  history.changed_after = fields.Number(Field::kChangedAfter);
  if (history.before.has_value() + history.after.has_value() + history.changed_after.has_value() > 1) {
    fields.Fail(ErrorCode::kBadMessage, "only one of before, after and changed_after can be given");
  }
  return history;
}

Request DecodeSignal(Fields& fields) {
  Signal signal{Room(fields), fields.RequiredString(Field::kTo),
                std::string(fields.RequiredJson(Field::kData))};
  if (signal.to != kSfu || fields.fault()) return signal;
  auto read = ReadSfuSignal(signal.data);
  if (auto* problem = std::get_if<std::string>(&read)) {
    fields.Fail(ErrorCode::kBadMessage, std::move(*problem));
  } else {
    signal.to_sfu = std::make_shared<const SfuSignal>(std::get<SfuSignal>(std::move(read)));
  }
  return signal;
}

Request DecodeState(Fields& fields) {
  State state{Room(fields),
              fields.Flag(Field::kCall),
              fields.Flag(Field::kAudio),
              fields.Flag(Field::kVideo),
              fields.Flag(Field::kScreen),
              fields.Flag(Field::kHand)};
  if (!state.call && !state.audio && !state.video && !state.screen && !state.hand) {
    fields.Fail(ErrorCode::kBadMessage, "state needs one of call, audio, video, screen, hand");
  }
  return state;
}

// The fields that an action needs, apart from its room.
struct ActionFields {
  Action action;
  bool needs_member = false;
  bool needs_value = false;
  std::size_t value_bytes = Fields::kAnySize;
  // The values that it takes; none: any. If the second is empty, the value may be empty or missing.
  std::array<std::string_view, 2> values = {};
};

// In the order of Action.
constexpr std::array<ActionFields, kActionCount> kActions = {{
    {.action = Action::kKick, .needs_member = true},
    {.action = Action::kBan, .needs_member = true, .values = {"address", ""}},
    {.action = Action::kUnban, .needs_value = true},
    {.action = Action::kMute, .needs_member = true},
    {.action = Action::kUnmute, .needs_member = true},
    {.action = Action::kLowerHand, .needs_member = true},
    {.action = Action::kLock},
    {.action = Action::kUnlock},
    {.action = Action::kPassword, .value_bytes = limits::kPasswordBytes},
    {.action = Action::kTopic, .value_bytes = limits::kTopicBytes},
    {.action = Action::kPromote, .needs_member = true},
    {.action = Action::kDemote, .needs_member = true},
    {.action = Action::kWaitingRoom, .values = {"on", "off"}},
    {.action = Action::kAdmit, .needs_member = true},
    {.action = Action::kRefuse, .needs_member = true},
    {.action = Action::kBans},
    {.action = Action::kQuiet},
    {.action = Action::kStop, .needs_member = true, .values = {"camera", "screen"}},
    {.action = Action::kLowerHands},
    {.action = Action::kAllow},
    {.action = Action::kEnd, .values = {"room", ""}},
    {.action = Action::kRecent},
    {.action = Action::kSpotlight, .needs_member = true},
    {.action = Action::kUnspotlight, .needs_member = true},
    {.action = Action::kRecord, .values = {"on", "off"}},
    {.action = Action::kAttendance},
}};
static_assert(std::ranges::all_of(kActions, [](const ActionFields& row) {
  return static_cast<std::size_t>(row.action) == static_cast<std::size_t>(&row - kActions.data());
}));

void CheckValue(Fields& fields, const ActionFields& action, const std::optional<std::string>& value) {
  if (action.needs_value && !value) return fields.FailField(Field::kValue, "is missing");
  const auto& [first, second] = action.values;
  if (first.empty() || value == first || value.value_or("") == second) return;
  fields.FailField(Field::kValue,
                   "must be " + std::string(first) + " or " + std::string(second.empty() ? "empty" : second));
}

AllowChange DecodeAllow(Fields& fields) {
  const std::string_view json = fields.RequiredObject(Field::kValue);
  if (json.empty()) return {};
  const std::optional<AllowChange> change = ReadAllow(json);
  if (!change) fields.FailField(Field::kValue, "has a value that is not true or false");
  if (change == AllowChange{}) {
    fields.FailField(Field::kValue, "needs one of microphone, camera, screen, chat");
  }
  return change.value_or(AllowChange{});
}

Request DecodeModerate(Fields& fields) {
  Moderate moderate;
  moderate.room = Room(fields);
  const std::optional<Action> action = ActionFromString(fields.RequiredString(Field::kAction));
  if (!action) fields.FailField(Field::kAction, "is not known");
  moderate.action = action.value_or(Action::kKick);
  const ActionFields& takes = kActions[static_cast<std::size_t>(moderate.action)];
  moderate.member = fields.String(Field::kMember);
  if (takes.needs_member && !moderate.member) fields.FailField(Field::kMember, "is missing");
  if (moderate.action == Action::kAllow) {
    moderate.allow = DecodeAllow(fields);
  } else {
    moderate.value = fields.String(Field::kValue, takes.value_bytes);
    CheckValue(fields, takes, moderate.value);
  }
  if (moderate.action == Action::kAttendance) moderate.after = fields.Number(Field::kAfter).value_or(0);
  return moderate;
}

Request DecodeRooms(Fields& fields) {
  Rooms rooms{.query = fields.String(Field::kQuery, limits::kTopicBytes)};
  rooms.limit = static_cast<std::size_t>(std::min<std::uint64_t>(
      fields.Number(Field::kLimit).value_or(limits::kRoomsListedDefault), limits::kMaxRoomsListed));
  rooms.after = fields.String(Field::kAfter);
  return rooms;
}

Request DecodeMembers(Fields& fields) {
  Members members{Room(fields), fields.String(Field::kQuery, limits::kSearchQueryBytes).value_or("")};
  members.limit = static_cast<std::size_t>(std::min<std::uint64_t>(
      fields.Number(Field::kLimit).value_or(limits::kMembersInReplyDefault), limits::kMaxMembersInReply));
  members.after = fields.String(Field::kAfter);
  return members;
}

Request DecodeRoomInfo(Fields& fields) {
  return RoomInfo{Room(fields)};
}

Request DecodePing(Fields& /*fields*/) {
  return Ping{};
}

// A path is never made of it, but a person who saves the file sees it.
bool IsFileName(std::string_view name) {
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7F'; };
  if (name.empty() || name.find('/') != std::string_view::npos || std::ranges::any_of(name, control)) {
    return false;
  }
  // U+0080 to U+009F, which control terminals, too.
  for (std::size_t i = 0; i + 1 < name.size(); ++i) {
    if (name[i] == '\xC2' && static_cast<unsigned char>(name[i + 1]) < 0xA0) return false;
  }
  return true;
}

// type "/" subtype, then perhaps parameters (RFC 9110, section 8.3.1), of visible ASCII.
bool IsMediaType(std::string_view type) {
  const auto visible = [](char c) { return c >= ' ' && c < '\x7F'; };
  const auto token = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$&-^_.+").find(c) != std::string_view::npos;
  };
  const std::string_view name = type.substr(0, type.find(';'));
  const std::size_t slash = name.find('/');
  return std::ranges::all_of(type, visible) && slash != std::string_view::npos && slash > 0 &&
         slash + 1 < name.size() && std::ranges::all_of(name.substr(0, slash), token) &&
         std::ranges::all_of(name.substr(slash + 1), token);
}

Request DecodeUpload(Fields& fields) {
  Upload upload;
  upload.room = Room(fields);
  upload.name = fields.RequiredString(Field::kName);
  if (upload.name.size() > limits::kFileNameBytes) {
    fields.FailField(Field::kName,
                     "is too long: at most " + std::to_string(limits::kFileNameBytes) + " bytes");
  }
  if (!IsFileName(upload.name)) {
    fields.FailField(Field::kName, "is empty, or has a slash or a control character in it");
  }
  upload.size = fields.RequiredNumber(Field::kSize);
  if (upload.size == 0) fields.FailField(Field::kSize, "must be at least 1");
  // Browsers give an empty type where they know none.
  upload.media_type = fields.String(Field::kMediaType, limits::kMediaTypeBytes).value_or("");
  if (upload.media_type.empty()) upload.media_type = "application/octet-stream";
  if (!IsMediaType(upload.media_type)) fields.FailField(Field::kMediaType, "is not a media type");
  return upload;
}

Request DecodeDownload(Fields& fields) {
  return Download{Room(fields), fields.RequiredNumber(Field::kSeq)};
}

Request DecodeSeen(Fields& fields) {
  return Seen{Room(fields), fields.RequiredNumber(Field::kSeq)};
}

Request DecodeTyping(Fields& fields) {
  return Typing{Room(fields)};
}

Request DecodeSearch(Fields& fields) {
  Search search{Room(fields), SomeText(fields, Field::kQuery, limits::kSearchQueryBytes),
                fields.Number(Field::kBefore)};
  search.limit = static_cast<std::size_t>(
      std::min<std::uint64_t>(fields.Number(Field::kLimit).value_or(limits::kMaxFound), limits::kMaxFound));
  return search;
}

struct Verb {
  std::string_view type;
  Request (*decode)(Fields&);
};

// The most frequent first.
constexpr std::array<Verb, 24> kVerbs = {{{"message", DecodeMessage},    {"signal", DecodeSignal},
                                          {"state", DecodeState},        {"ping", DecodePing},
                                          {"whisper", DecodeWhisper},    {"history", DecodeHistory},
                                          {"hello", DecodeHello},        {"join", DecodeJoin},
                                          {"leave", DecodeLeave},        {"moderate", DecodeModerate},
                                          {"rooms", DecodeRooms},        {"upload", DecodeUpload},
                                          {"download", DecodeDownload},  {"seen", DecodeSeen},
                                          {"typing", DecodeTyping},      {"search", DecodeSearch},
                                          {"react", DecodeReact},        {"edit", DecodeEdit},
                                          {"delete", DecodeDelete},      {"vote", DecodeVote},
                                          {"poll", DecodeNewPoll},       {"close_poll", DecodeClosePoll},
                                          {"room_info", DecodeRoomInfo}, {"members", DecodeMembers}}};
static_assert(kVerbs.size() == std::variant_size_v<Request>);

std::variant<Request, Fault> DecodeBody(Fields& fields) {
  const std::string type = fields.RequiredString(Field::kType);
  if (fields.fault()) return *fields.fault();
  const auto* verb = std::ranges::find(kVerbs, std::string_view(type), &Verb::type);
  if (verb == kVerbs.end()) return Fault{ErrorCode::kUnknownType, "unknown type of request"};
  Request request = verb->decode(fields);
  if (fields.fault()) return *fields.fault();
  return request;
}

}  // namespace

DecodedRequest DecodeRequest(std::string_view json) {
  Fields fields(json);
  if (!fields.Read()) return {*fields.fault(), std::nullopt};
  std::optional<std::string> ref = fields.String(Field::kRef, limits::kIdBytes);
  return {DecodeBody(fields), std::move(ref)};
}

}  // namespace parley::protocol
