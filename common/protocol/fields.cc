#include "common/protocol/fields.h"

#include <charconv>
#include <system_error>
#include <utility>

#include "common/protocol/time_text.h"

namespace parley::protocol {
namespace {

using Kind = JsonValue::Kind;

// In the order of the enumeration.
constexpr std::array<std::string_view, kFieldCount> kNames = {"type",
                                                              "ref",
                                                              "room",
                                                              "text",
                                                              "id",
                                                              "to",
                                                              "data",
                                                              "protocol",
                                                              "name",
                                                              "user",
                                                              "password",
                                                              "token",
                                                              "agent",
                                                              "since",
                                                              "before",
                                                              "after",
                                                              "limit",
                                                              "call",
                                                              "audio",
                                                              "video",
                                                              "screen",
                                                              "hand",
                                                              "action",
                                                              "member",
                                                              "value",
                                                              "query",
                                                              "seq",
                                                              "time",
                                                              "from",
                                                              "server",
                                                              "role",
                                                              "topic",
                                                              "locked",
                                                              "media",
                                                              "ice_servers",
                                                              "members",
                                                              "count",
                                                              "messages",
                                                              "more",
                                                              "last",
                                                              "gap",
                                                              "code",
                                                              "rooms",
                                                              "reason",
                                                              "retry_after",
                                                              "muted",
                                                              "urls",
                                                              "username",
                                                              "credential",
                                                              "waiting_room",
                                                              "waiting",
                                                              "people",
                                                              "admitted",
                                                              "journal",
                                                              "author",
                                                              "features",
                                                              "bans",
                                                              "address",
                                                              "by",
                                                              "allow",
                                                              "until_unmuted",
                                                              "actions",
                                                              "file",
                                                              "size",
                                                              "media_type",
                                                              "sha256",
                                                              "url",
                                                              "expires",
                                                              "seen",
                                                              "since_rev",
                                                              "reply_to",
                                                              "changed_after",
                                                              "emoji",
                                                              "on",
                                                              "question",
                                                              "options",
                                                              "multiple",
                                                              "choices",
                                                              "rev",
                                                              "edited",
                                                              "deleted",
                                                              "reactions",
                                                              "authors",
                                                              "poll",
                                                              "counts",
                                                              "voters",
                                                              "closed",
                                                              "mine",
                                                              "changed",
                                                              "changed_more",
                                                              "spotlight",
                                                              "description",
                                                              "sdp",
                                                              "candidate",
                                                              "want",
                                                              "videos",
                                                              "kind",
                                                              "height",
                                                              "came",
                                                              "left",
                                                              "seconds",
                                                              "next",
                                                              "names",
                                                              "first_is_host",
                                                              "recording",
                                                              "problem"};
static_assert(!kNames.back().empty());

constexpr std::string_view kMissing = "is missing";
constexpr std::string_view kNoString = "must be a string";
constexpr std::string_view kNoInteger = "must be an integer, without fraction or exponent, and not negative";
constexpr std::string_view kNoFlag = "must be true or false";
constexpr std::string_view kNoTime = "must be a time";
constexpr std::string_view kNoObject = "must be an object";
constexpr std::string_view kNoStrings = "must be an array of strings";
constexpr std::string_view kNoIntegers = "must be an array of integers, not negative";
constexpr std::string_view kNoStringOrObject = "must be a string or an object";
constexpr std::string_view kNoArray = "must be an array";

// Nothing where it is not an integer. It saturates.
std::optional<std::uint64_t> IntegerIn(const JsonValue& value) {
  const std::string_view text = value.raw;
  const bool digits = text.find_first_not_of("0123456789") == std::string_view::npos;
  if (value.kind != Kind::kNumber || !digits) return std::nullopt;
  std::uint64_t number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  return result.ec == std::errc() ? number : std::numeric_limits<std::uint64_t>::max();
}

}  // namespace

bool Fields::Read() {
  const std::string_view wrong = reader_.ReadObject(kNames, values_);
  if (!wrong.empty()) Fail(ErrorCode::kBadJson, std::string(wrong));
  return wrong.empty();
}

bool Fields::Has(Field field) const {
  return Value(field).kind != Kind::kMissing;
}

std::optional<std::string> Fields::String(Field field, std::size_t max_bytes) {
  const JsonValue* value = Expect(field, Kind::kString, kNoString);
  if (value == nullptr) return std::nullopt;
  if (value->text.size() > max_bytes) {
    FailField(field, "is too long: at most " + std::to_string(max_bytes) + " bytes");
    return std::nullopt;
  }
  return std::string(value->text);
}

std::optional<std::uint64_t> Fields::Number(Field field) {
  const JsonValue* value = Expect(field, Kind::kNumber, kNoInteger);
  if (value == nullptr) return std::nullopt;
  const std::optional<std::uint64_t> number = IntegerIn(*value);
  if (!number) FailField(field, kNoInteger);
  return number;
}

std::optional<bool> Fields::Flag(Field field) {
  const JsonValue* value = Expect(field, Kind::kBool, kNoFlag);
  if (value == nullptr) return std::nullopt;
  return value->raw == "true";
}

std::vector<std::string> Fields::Strings(Field field) {
  std::vector<std::string> strings;
  const JsonValue* value = Expect(field, Kind::kArray, kNoStrings);
  if (value == nullptr) return strings;
  JsonReader reader(value->raw);  // what it unescaped lives as long as it does
  std::vector<JsonValue> elements;
  reader.ReadArray(elements);
  for (const JsonValue& element : elements) {
    if (element.kind != Kind::kString) FailField(field, kNoStrings);
    strings.emplace_back(element.text);
  }
  return strings;
}

std::optional<JsonValue> Fields::StringOrObject(Field field) {
  const JsonValue& value = Value(field);
  if (value.kind == Kind::kMissing) return std::nullopt;
  if (value.kind != Kind::kString && value.kind != Kind::kObject) FailField(field, kNoStringOrObject);
  return value;
}

std::string Fields::RequiredString(Field field) {
  return Require(field) ? String(field).value_or("") : "";
}

std::vector<std::string> Fields::RequiredStrings(Field field) {
  return Require(field) ? Strings(field) : std::vector<std::string>();
}

std::vector<std::size_t> Fields::RequiredNumbers(Field field) {
  std::vector<std::size_t> numbers;
  for (const JsonValue& element : RequiredArray(field)) {
    const std::optional<std::uint64_t> number = IntegerIn(element);
    if (!number) FailField(field, kNoIntegers);
    numbers.push_back(number.value_or(0));
  }
  return numbers;
}

std::uint64_t Fields::RequiredNumber(Field field) {
  return Require(field) ? Number(field).value_or(0) : 0;
}

bool Fields::RequiredFlag(Field field) {
  return Require(field) && Flag(field).value_or(false);
}

WallTime Fields::RequiredTime(Field field) {
  if (!Require(field)) return {};
  const JsonValue* value = Expect(field, Kind::kString, kNoTime);
  if (value == nullptr) return {};
  const std::optional<WallTime> time = ParseTime(value->text);
  if (!time) FailField(field, kNoTime);
  return time.value_or(WallTime{});
}

std::string_view Fields::RequiredJson(Field field) {
  return Require(field) ? Value(field).raw : std::string_view();
}

std::string_view Fields::RequiredObject(Field field) {
  if (!Require(field)) return {};
  const JsonValue* value = Expect(field, Kind::kObject, kNoObject);
  return value == nullptr ? std::string_view() : value->raw;
}

std::vector<JsonValue> Fields::RequiredArray(Field field) {
  std::vector<JsonValue> elements;
  if (!Require(field)) return elements;
  const JsonValue* value = Expect(field, Kind::kArray, kNoArray);
  if (value != nullptr) JsonReader(value->raw).ReadArray(elements);
  return elements;
}

void Fields::Fail(ErrorCode code, std::string text) {
  if (!fault_) fault_ = Fault{code, std::move(text)};
}

void Fields::FailField(Field field, std::string_view problem) {
  std::string text(kNames[static_cast<std::size_t>(field)]);
  Fail(ErrorCode::kBadMessage, text.append(" ").append(problem));
}

bool Fields::Require(Field field) {
  if (!Has(field)) FailField(field, kMissing);
  return Has(field);
}

// The value of the field; null where it is missing, or (a fault) of another kind.
const JsonValue* Fields::Expect(Field field, Kind kind, std::string_view problem) {
  const JsonValue& value = Value(field);
  if (value.kind == kind) return &value;
  if (value.kind != Kind::kMissing) FailField(field, problem);
  return nullptr;
}

}  // namespace parley::protocol
