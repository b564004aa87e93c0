#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <memory>
#include <utility>

#include "common/base/limits.h"
#include "common/protocol/json_reader.h"
#include "server/cluster/batch_text.h"
#include "server/cluster/command_kinds.h"
#include "server/cluster/command_text.h"

namespace parley::cluster {
namespace {

using protocol::JsonReader;
using protocol::JsonValue;

enum class Key {
  kV,
  kKind,
  kRoom,
  kTime,
  kIdentity,
  kFrom,
  kId,
  kName,
  kAuthor,
  kRaw,
  kText,
  kReplyTo,
  kFile,
  kSize,
  kMediaType,
  kSha256,
  kPoll,
  kQuestion,
  kOptions,
  kMultiple,
  kOnlyIfKnown,
  kSeq,
  kLeads,
  kEmoji,
  kOn,
  kChoices,
  kAction,
  kBy,
  kTarget,
  kKey,
  kAdmin,
  kAddress,
  kUnban,
  kValue,
  kAllow,
  kMicrophone,
  kCamera,
  kScreen,
  kChat,
  kRecording
};

// In the order of Key.
constexpr std::array<std::string_view, static_cast<std::size_t>(Key::kRecording) + 1> kKeys{
    "v",      "kind",     "room",    "time",       "identity",      "from",   "id",         "name",
    "author", "raw",      "text",    "reply_to",   "file",          "size",   "media_type", "sha256",
    "poll",   "question", "options", "multiple",   "only_if_known", "seq",    "leads",      "emoji",
    "on",     "choices",  "action",  "by",         "target",        "key",    "admin",      "address",
    "unban",  "value",    "allow",   "microphone", "camera",        "screen", "chat",       "recording"};

// Reads an object. A missing or wrong field sets `good` to false, which all objects of a line share.
class Object {
 public:
  Object(std::string_view json, bool& good) : reader_(json), good_(good) {
    Require(reader_.ReadObject(kKeys, values_).empty());
  }

  void Require(bool condition) { good_ = good_ && condition; }
  [[nodiscard]] bool Has(Key key) const { return Value(key).kind != JsonValue::Kind::kMissing; }

  std::string Text(Key key) {
    Require(Value(key).kind == JsonValue::Kind::kString);
    return std::string(Value(key).text);
  }
  std::uint64_t Number(Key key) { return NumberIn(Value(key)); }
  // False if it is missing.
  bool Flag(Key key) { return MaybeFlag(key).value_or(false); }

  std::optional<std::string> MaybeText(Key key) { return Has(key) ? std::optional(Text(key)) : std::nullopt; }
  std::optional<std::uint64_t> MaybeNumber(Key key) {
    return Has(key) ? std::optional(Number(key)) : std::nullopt;
  }
  std::optional<bool> MaybeFlag(Key key) {
    if (!Has(key)) return std::nullopt;
    Require(Value(key).kind == JsonValue::Kind::kBool);
    return Value(key).raw == "true";
  }

  WallTime Time() {
    const std::uint64_t time = Number(Key::kTime);
    Require(time <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
    return good_ ? WallTime(WallTime::duration(static_cast<std::int64_t>(time))) : WallTime();
  }
  std::vector<std::string> Texts(Key key) {
    std::vector<std::string> texts;
    JsonReader array(Value(key).raw);
    for (const JsonValue& element : Elements(key, array)) {
      Require(element.kind == JsonValue::Kind::kString);
      texts.emplace_back(element.text);
    }
    return texts;
  }
  std::vector<std::size_t> Numbers(Key key) {
    std::vector<std::size_t> numbers;
    JsonReader array(Value(key).raw);
    for (const JsonValue& element : Elements(key, array)) numbers.push_back(NumberIn(element));
    return numbers;
  }
  Object Inside(Key key) {
    Require(Value(key).kind == JsonValue::Kind::kObject);
    return {Value(key).raw, good_};
  }

 private:
  [[nodiscard]] const JsonValue& Value(Key key) const { return values_[static_cast<std::size_t>(key)]; }
  std::uint64_t NumberIn(const JsonValue& value) {
    const auto number = value.kind == JsonValue::Kind::kNumber ? ReadNumber(value.raw) : std::nullopt;
    Require(number.has_value());
    return number.value_or(0);
  }
  std::vector<JsonValue> Elements(Key key, JsonReader& array) {
    std::vector<JsonValue> elements;
    Require(Value(key).kind == JsonValue::Kind::kArray && array.ReadArray(elements).empty());
    return elements;
  }

  JsonReader reader_;
  std::array<JsonValue, kKeys.size()> values_;
  bool& good_;
};

protocol::FileRef ReadFile(Object file) {
  return std::make_shared<const protocol::File>(
      protocol::File{file.Text(Key::kId), file.Text(Key::kName), file.Number(Key::kSize),
                     file.Text(Key::kMediaType), file.Text(Key::kSha256)});
}

std::shared_ptr<const protocol::MessageState> ReadPoll(Object object) {
  protocol::Poll poll{.question = object.Text(Key::kQuestion),
                      .options = object.Texts(Key::kOptions),
                      .multiple = object.Flag(Key::kMultiple),
                      .counts = {}};
  object.Require(poll.options.size() <= limits::kPollOptions);
  poll.counts.resize(poll.options.size());
  return std::make_shared<const protocol::MessageState>(protocol::MessageState{.poll = std::move(poll)});
}

void ReadMessage(Object& object, LogEntry& entry) {
  protocol::MessageEvent& message = entry.message;
  message.text = object.Text(Key::kText);
  message.id = object.MaybeText(Key::kId);
  message.reply_to = object.MaybeNumber(Key::kReplyTo);
  if (object.Has(Key::kFile)) message.file = ReadFile(object.Inside(Key::kFile));
  if (object.Has(Key::kPoll)) message.state = ReadPoll(object.Inside(Key::kPoll));
  entry.only_if_known = object.Flag(Key::kOnlyIfKnown);
}

Change ReadChange(Object& object, std::string_view kind) {
  Change change{.seq = object.MaybeNumber(Key::kSeq), .leads = object.Flag(Key::kLeads), .what = {}};
  if (kind == "edit") change.what = Change::Edit{object.Text(Key::kText)};
  if (kind == "delete") change.what = Change::Delete{};
  if (kind == "react") change.what = Change::React{object.Text(Key::kEmoji), object.Flag(Key::kOn)};
  if (kind == "close_poll") change.what = Change::ClosePoll{};
  if (kind == "vote") {
    Change::Vote vote{object.Numbers(Key::kChoices)};
    // The log relies on ascending choices.
    object.Require(std::ranges::adjacent_find(vote.choices, std::greater_equal()) == vote.choices.end());
    change.what = std::move(vote);
  }
  return change;
}

LogEntry ReadEntry(Object& object, std::string_view kind) {
  LogEntry entry{
      .room_key = object.Text(Key::kRoom), .author_key = object.Text(Key::kIdentity), .message = {}};
  Object from = object.Inside(Key::kFrom);
  entry.message.time = object.Time();
  entry.message.from = {from.Text(Key::kId), from.Text(Key::kName), from.Text(Key::kAuthor)};
  entry.from_raw = object.Flag(Key::kRaw);
  if (kind == kMessageKind) {
    ReadMessage(object, entry);
  } else {
    entry.change = ReadChange(object, kind);
  }
  return entry;
}

protocol::Name ReadName(Object& object) {
  return {object.Text(Key::kName), object.Text(Key::kKey)};
}

CommandPerson ReadPerson(Object object) {
  return {.id = object.Text(Key::kId),
          .identity = object.Text(Key::kIdentity),
          .name = ReadName(object),
          .admin = object.Flag(Key::kAdmin),
          .raw = object.Flag(Key::kRaw)};
}

protocol::AllowChange ReadAllow(Object object) {
  return {object.MaybeFlag(Key::kMicrophone), object.MaybeFlag(Key::kCamera), object.MaybeFlag(Key::kScreen),
          object.MaybeFlag(Key::kChat)};
}

ModerateCommand ReadModerate(Object& object) {
  const auto action = protocol::ActionFromString(object.Text(Key::kAction));
  object.Require(action.has_value());
  ModerateCommand command{.room_key = object.Text(Key::kRoom),
                          .time = object.Time(),
                          .action = action.value_or(protocol::Action::kKick),
                          .by = ReadPerson(object.Inside(Key::kBy))};
  if (object.Has(Key::kTarget)) command.target = ReadPerson(object.Inside(Key::kTarget));
  command.address = object.MaybeText(Key::kAddress).value_or("");
  if (object.Has(Key::kUnban)) {
    Object unban = object.Inside(Key::kUnban);
    command.unban = ReadName(unban);
  }
  command.value = object.MaybeText(Key::kValue);
  if (object.Has(Key::kAllow)) command.allow = ReadAllow(object.Inside(Key::kAllow));
  command.recording = object.MaybeText(Key::kRecording).value_or("");
  return command;
}

std::optional<Command> ReadCommand(std::string_view line) {
  bool good = true;
  Object object(line, good);
  object.Require(object.Number(Key::kV) == kCommandVersion);
  const std::string kind = object.Text(Key::kKind);
  if (!good) return std::nullopt;
  std::optional<Command> command;
  if (kind == kModerateKind) {
    command = ReadModerate(object);
  } else if (kind == kMessageKind || std::ranges::find(kChangeKinds, kind) != kChangeKinds.end()) {
    command = ReadEntry(object, kind);
  }
  return good ? std::move(command) : std::nullopt;
}

}  // namespace

std::optional<std::vector<Command>> ReadCommands(std::string_view lines) {
  std::vector<Command> commands;
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    auto command = ReadCommand(lines.substr(0, end));
    if (!command) return std::nullopt;
    commands.push_back(std::move(*command));
    lines.remove_prefix(end + 1);
  }
  return commands;
}

}  // namespace parley::cluster
