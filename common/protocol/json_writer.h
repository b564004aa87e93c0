// JSON appended to a string, on one line: no buffer of its own, nothing allocated but by the string.
//
// The caller keeps the order that JSON asks for: in an object Key and value take turns, what was begun is
// ended. Commas are the writer's. The string must outlive it.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/clock.h"

namespace parley::protocol {

class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  void BeginObject() { Begin('{'); }
  void EndObject() { End('}'); }
  void BeginArray() { Begin('['); }
  void EndArray() { End(']'); }

  // `key` is one of our own field names: nothing in it needs an escape.
  void Key(std::string_view key);

  // Values. `text` is valid UTF-8.
  void Text(std::string_view text);
  void Number(std::uint64_t number);
  void Flag(bool flag);
  void Time(WallTime time);
  // JSON as it is, but a line break in it (it can only stand between tokens) becomes a space.
  void Raw(std::string_view json);

  // What this class wrote, somewhere else: a value, or several with their commas.
  void Written(std::string_view json);

  // A key and its value.
  void Text(std::string_view key, std::string_view text);
  void Number(std::string_view key, std::uint64_t number);
  void Flag(std::string_view key, bool flag);
  void Time(std::string_view key, WallTime time);

 private:
  void Separate();
  void Begin(char bracket);
  void End(char bracket);

  std::string& out_;
  bool first_ = true;  // nothing stands before what comes next: no comma
};

// How many bytes JsonWriter::Text writes for `text`.
std::size_t QuotedSize(std::string_view text);

}  // namespace parley::protocol
