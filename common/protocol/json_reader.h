// JsonReader reads JSON text into the values that a caller asks for: one pass, no tree, no copies except of
// strings with escapes.
//
// It uses RapidJSON's streaming reader. It is strict (RFC 8259): UTF-8 without a BOM, no half surrogate
// pairs, nothing after the root, at most limits::kJsonDepth levels including the root. If a key is repeated,
// the last one counts. A reader is for one text, which must outlive it. The values live as long as the
// reader.

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley::protocol {

struct JsonValue {
  enum class Kind { kMissing, kNull, kBool, kNumber, kString, kObject, kArray };
  Kind kind = Kind::kMissing;
  std::string_view raw;   // its JSON, byte for byte
  std::string_view text;  // of a string: its characters
};

class JsonReader {
 public:
  explicit JsonReader(std::string_view json) : json_(json) {}
  JsonReader(const JsonReader&) = delete;
  JsonReader& operator=(const JsonReader&) = delete;

  // Reads an object: the value of the key names[i] goes to values[i], and other keys are skipped. Returns
  // what is wrong with the text, in words for people; empty if nothing is wrong.
  std::string_view ReadObject(std::span<const std::string_view> names, std::span<JsonValue> values);

  // Reads an array, in the same way.
  std::string_view ReadArray(std::vector<JsonValue>& elements);

 private:
  std::string_view json_;
  std::string unescaped_;  // strings that had escapes, one after the other
};

}  // namespace parley::protocol
