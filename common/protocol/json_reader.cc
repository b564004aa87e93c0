#include "common/protocol/json_reader.h"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <cstddef>

#include "common/base/limits.h"
#include "common/codec/utf8.h"
#include "common/protocol/json_plain.h"

namespace parley::protocol {
namespace {

using Kind = JsonValue::Kind;

constexpr std::string_view kNotUtf8 = "this is not UTF-8";
constexpr std::string_view kNotJson = "this is not JSON";
constexpr std::string_view kTooDeep = "this JSON nests too deep";
constexpr std::string_view kWrongRoot = "this JSON is not an object";
constexpr std::string_view kHalfPair = "this JSON has an unpaired surrogate";

// Where the values go that stand right in the root. One of the two is used.
struct Destination {
  std::span<const std::string_view> names;
  std::span<JsonValue> values;
  std::vector<JsonValue>* elements = nullptr;
};

// What RapidJSON calls for each token; returning false ends the parse.
class Handler {
 public:
  Handler(std::string_view json, const rapidjson::MemoryStream& stream, const Destination& destination,
          std::string& unescaped)
      : json_(json),
        stream_(stream),
        destination_(destination),
        unescaped_(unescaped),
        has_escapes_(json.find('\\') != std::string_view::npos) {}

  bool Null() { return Scalar(Kind::kNull, {}); }
  bool Bool(bool /*value*/) { return Scalar(Kind::kBool, {}); }
  bool Number() { return Scalar(Kind::kNumber, {}); }
  bool String(const char* text, rapidjson::SizeType size, bool /*copy*/) {
    return IsText({text, size}) && Scalar(Kind::kString, {text, size});
  }
  bool Key(const char* text, rapidjson::SizeType size, bool /*copy*/);
  bool StartObject() { return Start(destination_.elements == nullptr); }
  bool EndObject(rapidjson::SizeType /*count*/) { return End(Kind::kObject); }
  bool StartArray() { return Start(destination_.elements != nullptr); }
  bool EndArray(rapidjson::SizeType /*count*/) { return End(Kind::kArray); }

  // Why the handler ended the parse; empty where it did not.
  [[nodiscard]] std::string_view wrong() const { return wrong_; }

 private:
  bool Fail(std::string_view wrong) {
    wrong_ = wrong;
    return false;
  }
  bool IsText(std::string_view text);
  bool Start(bool may_be_root);
  bool End(Kind kind);
  bool Scalar(Kind kind, std::string_view text);
  void Store(Kind kind, std::size_t end, std::string_view text);
  std::string_view Text(std::string_view raw, std::string_view text);

  std::string_view json_;
  const rapidjson::MemoryStream& stream_;
  const Destination& destination_;
  std::string& unescaped_;
  bool has_escapes_;
  std::size_t depth_ = 0;
  std::size_t mark_ = 0;       // between this and the next value of the root stand only blanks, ':' and ','
  JsonValue* slot_ = nullptr;  // for the value of the key just read; null: nobody asked for it
  std::string_view wrong_;
};

// RapidJSON checks only the first half of a surrogate pair written with escapes. A second half alone comes
// out of it as three bytes that are not UTF-8; nothing else can, as the text was checked before.
bool Handler::IsText(std::string_view text) {
  return !has_escapes_ || IsValidUtf8(text) || Fail(kHalfPair);
}

bool Handler::Key(const char* text, rapidjson::SizeType size, bool /*copy*/) {
  const std::string_view key(text, size);
  if (!IsText(key)) return false;
  if (depth_ == 1) {
    const auto found = std::ranges::find(destination_.names, key);
    slot_ = found == destination_.names.end()
                ? nullptr
                : &destination_.values[static_cast<std::size_t>(found - destination_.names.begin())];
    mark_ = stream_.Tell();
  }
  return true;
}

bool Handler::Start(bool may_be_root) {
  if (depth_ == 0) {
    if (!may_be_root) return Fail(kWrongRoot);
    mark_ = stream_.Tell() + 1;  // the bracket is not taken yet
  }
  if (depth_ == limits::kJsonDepth) return Fail(kTooDeep);
  ++depth_;
  return true;
}

bool Handler::End(Kind kind) {
  --depth_;
  if (depth_ == 1) Store(kind, stream_.Tell() + 1, {});  // the bracket is not taken yet
  return true;
}

bool Handler::Scalar(Kind kind, std::string_view text) {
  if (depth_ == 0) return Fail(kWrongRoot);
  if (depth_ == 1) Store(kind, stream_.Tell(), text);
  return true;
}

void Handler::Store(Kind kind, std::size_t end, std::string_view text) {
  const std::size_t begin = json_.find_first_not_of(" \t\r\n:,", mark_);
  mark_ = end;
  const std::string_view raw = json_.substr(begin, end - begin);
  if (destination_.elements != nullptr) {
    destination_.elements->push_back({kind, raw, kind == Kind::kString ? Text(raw, text) : text});
  } else if (slot_ != nullptr) {
    *slot_ = {kind, raw, kind == Kind::kString ? Text(raw, text) : text};
  }
}

// The characters of the string `raw`, which RapidJSON has at `text` for this moment only.
std::string_view Handler::Text(std::string_view raw, std::string_view text) {
  const std::string_view inside = raw.substr(1, raw.size() - 2);
  if (inside.size() == text.size()) return inside;  // each escape is longer than what it stands for
  // Never grows after this, so that views of it stay.
  if (unescaped_.empty()) unescaped_.reserve(json_.size());
  const std::size_t start = unescaped_.size();
  unescaped_.append(text);
  return std::string_view(unescaped_).substr(start);
}

constexpr unsigned kParseFlags = rapidjson::kParseIterativeFlag;
// Means the same for a string, and chooses RapidJSON's own code for it.
constexpr unsigned kOwnStringFlags = kParseFlags | rapidjson::kParseStopWhenDoneFlag;

// Takes a string without escapes off the front, quotes and all, and returns its characters. Null, and nothing
// is taken, if it has escapes or is wrong.
const char* TakePlainString(rapidjson::MemoryStream& stream, std::size_t& size) {
  const char* const text = stream.src_ + 1;
  const std::string_view rest(text, static_cast<std::size_t>(stream.end_ - text));
  size = PlainPrefix(rest);
  if (size == rest.size() || rest[size] != '"') return nullptr;
  stream.src_ = text + size + 1;
  return text;
}

// Takes digits off the front; how many.
std::size_t TakeDigits(rapidjson::MemoryStream& stream) {
  const std::size_t start = stream.Tell();
  while (stream.Peek() >= '0' && stream.Peek() <= '9') stream.Take();
  return stream.Tell() - start;
}

bool TakeOneOf(rapidjson::MemoryStream& stream, char a, char b) {
  const bool is = stream.Peek() == a || stream.Peek() == b;
  if (is) stream.Take();
  return is;
}

// Takes a number (RFC 8259, section 6) off the front, of any size.
bool TakeNumber(rapidjson::MemoryStream& stream) {
  TakeOneOf(stream, '-', '-');
  if (!TakeOneOf(stream, '0', '0') && TakeDigits(stream) == 0) return false;
  if (TakeOneOf(stream, '.', '.') && TakeDigits(stream) == 0) return false;
  if (!TakeOneOf(stream, 'e', 'E')) return true;
  TakeOneOf(stream, '+', '-');
  return TakeDigits(stream) > 0;
}

}  // namespace
}  // namespace parley::protocol

// RapidJSON's own number parser converts as it goes, with its flag for raw numbers too, and refuses what no
// double can hold (1e400). Here a number is only text, so for our handler it is replaced.
template <>
template <>
inline void rapidjson::Reader::ParseNumber<parley::protocol::kParseFlags>(
    rapidjson::MemoryStream& stream, parley::protocol::Handler& handler) {
  if (!parley::protocol::TakeNumber(stream)) {
    SetParseError(kParseErrorValueInvalid, stream.Tell());
  } else if (!handler.Number()) {
    SetParseError(kParseErrorTermination, stream.Tell());
  }
}

// RapidJSON's own string parser copies byte by byte. Most strings have no escapes and stay where they are.
// NOLINTBEGIN(readability-identifier-naming): the check means the name in RapidJSON's declaration.
template <>
template <>
inline void rapidjson::Reader::ParseString<parley::protocol::kParseFlags>(rapidjson::MemoryStream& stream,
                                                                          parley::protocol::Handler& handler,
                                                                          bool is_key) {
  std::size_t bytes = 0;
  const char* const text = parley::protocol::TakePlainString(stream, bytes);
  if (text == nullptr) return ParseString<parley::protocol::kOwnStringFlags>(stream, handler, is_key);
  const auto size = static_cast<rapidjson::SizeType>(bytes);
  if (!(is_key ? handler.Key(text, size, false) : handler.String(text, size, false))) {
    SetParseError(kParseErrorTermination, stream.Tell());
  }
}
// NOLINTEND(readability-identifier-naming)

namespace parley::protocol {
namespace {

std::string_view Read(std::string_view json, const Destination& destination, std::string& unescaped) {
  if (!IsValidUtf8(json)) return kNotUtf8;
  rapidjson::MemoryStream stream(json.data(), json.size());
  Handler handler(json, stream, destination, unescaped);
  rapidjson::CrtAllocator allocator;
  rapidjson::Reader reader(&allocator);
  if (reader.Parse<kParseFlags>(stream, handler).IsError()) {
    return handler.wrong().empty() ? kNotJson : handler.wrong();
  }
  // A NUL byte looks like the end to RapidJSON.
  return stream.Tell() == json.size() ? std::string_view() : kNotJson;
}

}  // namespace

std::string_view JsonReader::ReadObject(std::span<const std::string_view> names,
                                        std::span<JsonValue> values) {
  return Read(json_, {.names = names, .values = values}, unescaped_);
}

std::string_view JsonReader::ReadArray(std::vector<JsonValue>& elements) {
  return Read(json_, {.names = {}, .values = {}, .elements = &elements}, unescaped_);
}

}  // namespace parley::protocol
