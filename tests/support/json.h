// JSON as a test wants to read it: json["members"][0]["name"] == "Ana". A value is a view of a document that
// it keeps alive; copies are cheap. The project's own decoder is not used, so that a test sees what is on the
// wire and not what our client makes of it.

#pragma once

#include <rapidjson/document.h>

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>

namespace parley::test {

class Json {
 public:
  Json() = default;
  // Throws Failure where `text` is not JSON.
  static Json Parse(std::string text);

  // Of an absent value, everything is absent, and no comparison holds.
  [[nodiscard]] bool present() const { return value_ != nullptr; }
  // Whether an object has the key.
  [[nodiscard]] bool Has(std::string_view key) const { return (*this)[key].present(); }
  Json operator[](std::string_view key) const;
  Json operator[](std::size_t index) const;
  // Items of an array, keys of an object; 0 of anything else.
  [[nodiscard]] std::size_t size() const;

  // Throw Failure where the value is of another kind.
  [[nodiscard]] std::string Text() const;
  [[nodiscard]] std::int64_t Number() const;
  [[nodiscard]] bool Flag() const;

  // The whole text that was parsed, byte for byte, whatever part of it this is.
  [[nodiscard]] const std::string& raw() const;

  bool operator==(std::string_view text) const;
  bool operator==(const char* text) const { return *this == std::string_view(text); }
  template <std::integral T>
  bool operator==(T number) const {
    if constexpr (std::same_as<T, bool>) {
      return IsFlag() && Flag() == number;
    } else {
      return IsNumber() && Number() == static_cast<std::int64_t>(number);
    }
  }
  // Two strings that are the same: what ids and names need.
  bool operator==(const Json& other) const { return other.present() && *this == other.Text(); }
  // For GoogleTest's messages.
  friend std::ostream& operator<<(std::ostream& out, const Json& json);

 private:
  struct Source {
    std::string text;
    rapidjson::Document document;
  };
  Json(std::shared_ptr<const Source> source, const rapidjson::Value* value)
      : source_(std::move(source)), value_(value) {}
  [[nodiscard]] bool IsNumber() const;
  [[nodiscard]] bool IsFlag() const;

  std::shared_ptr<const Source> source_;
  const rapidjson::Value* value_ = nullptr;
};

// One field of an object to send. `Verbatim` is JSON that is sent as it stands.
struct Verbatim {
  std::string_view json;
};
struct Field {
  Field(std::string_view key_, std::string_view text);
  Field(std::string_view key_, const char* text) : Field(key_, std::string_view(text)) {}
  Field(std::string_view key_, const std::string& text) : Field(key_, std::string_view(text)) {}
  Field(std::string_view key_, const Json& text) : Field(key_, text.Text()) {}
  Field(std::string_view key_, bool flag) : key(key_), json(flag ? "true" : "false") {}
  Field(std::string_view key_, Verbatim value) : key(key_), json(value.json) {}
  template <std::integral T>
  Field(std::string_view key_, T number) : key(key_), json(std::to_string(number)) {}

  std::string_view key;
  std::string json;
};
using Fields = std::initializer_list<Field>;

// {"type":"<type>", ...}: no newline.
std::string Object(std::string_view type, Fields fields);

// `text` as a JSON string, quotes included.
std::string Quote(std::string_view text);

}  // namespace parley::test
