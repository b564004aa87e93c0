// JsonWriter appends JSON to a string, on one line. It has no buffer of its own, and only the string
// allocates.
//
// The caller keeps the order of JSON: in an object, Key and a value alternate, and everything that was begun
// is ended. The writer adds the commas. The string must outlive it. While an object or array is open, the
// string is longer than what was written, so that it need not grow with each byte.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/clock.h"

namespace parley::protocol {

class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out), size_(out.size()) {}

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
  // Appends JSON as it is. A line break in it, which can only be between tokens, becomes a space.
  void Raw(std::string_view json);

  // Appends JSON that this class wrote elsewhere: a value, or several with their commas.
  void Written(std::string_view json);

  // A key and its value.
  void Text(std::string_view key, std::string_view text);
  void Number(std::string_view key, std::uint64_t number);
  void Flag(std::string_view key, bool flag);
  void Time(std::string_view key, WallTime time);

 private:
  // Room for `size` more bytes, and where they go.
  char* Room(std::size_t size) {
    if (out_.size() - size_ < size) Grow(size);
    return out_.data() + size_;
  }
  void Grow(std::size_t size);
  void Put(char c) {
    *Room(1) = c;
    ++size_;
  }
  void Put(std::string_view bytes) {
    std::ranges::copy(bytes, Room(bytes.size()));
    size_ += bytes.size();
  }
  void PutEscape(char c);
  // A value begins.
  void Begin() {
    if (!first_) Put(',');
    first_ = false;
  }
  void Begin(char bracket);
  // A value is there.
  void End() {
    if (depth_ == 0) out_.resize(size_);
  }
  void End(char bracket);

  std::string& out_;
  std::size_t size_;       // of what was written, and what stood there before
  std::size_t depth_ = 0;  // of objects and arrays that are open
  bool first_ = true;      // the next value is the first: no comma before it
};

// How many bytes JsonWriter::Text writes for `text`.
std::size_t QuotedSize(std::string_view text);

}  // namespace parley::protocol
