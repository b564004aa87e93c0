#include "common/protocol/json_plain.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "common/protocol/json_reader.h"
#include "common/protocol/json_writer.h"

namespace parley::protocol {
namespace {

constexpr std::size_t kLongest = 20;  // more than two words of eight bytes

// Each byte at each place of a string that is read in words.
template <typename Visit>
void ForEachPlace(Visit visit) {
  for (int byte = 0; byte < 256; ++byte) {
    for (std::size_t at = 0; at < kLongest; ++at) {
      std::string text(kLongest, 'x');
      text[at] = static_cast<char>(byte);
      visit(text, at);
    }
  }
}

TEST(JsonPlain, EndsAtTheFirstByteThatIsNotPlain) {
  ForEachPlace([](const std::string& text, std::size_t at) {
    EXPECT_EQ(PlainPrefix(text), IsPlain(text[at]) ? kLongest : at) << int{text[at]};
  });
  EXPECT_EQ(PlainPrefix(""), 0U);
  EXPECT_EQ(PlainPrefix("1234567\"\x1F"), 7U);
  EXPECT_EQ(PlainPrefix("1234567\x80\"\x1F"), 8U);
}

TEST(JsonPlain, IsWhatTheWriterDoesNotEscape) {
  ForEachPlace([](const std::string& text, std::size_t at) {
    std::string written;
    JsonWriter(written).Text(text);
    EXPECT_EQ(written == '"' + text + '"', IsPlain(text[at])) << int{text[at]};
  });
}

TEST(JsonPlain, ReadsStringsOfAnyLengthUpToTheirQuote) {
  constexpr std::array<std::string_view, 1> kNames = {"key of some length"};
  for (std::size_t size = 0; size < kLongest; ++size) {
    // What follows has quotes and escapes, too.
    const std::string text(size, 'x');
    const std::string json =
        R"({"key of some length":")" + text + R"(","a\"\u0062":"c\\","d":")" + std::string(9, 'e') + "\"}";
    std::array<JsonValue, 1> values;
    JsonReader reader(json);
    ASSERT_EQ(reader.ReadObject(kNames, values), "") << json;
    EXPECT_EQ(values[0].text, text);
    EXPECT_EQ(values[0].raw, '"' + text + '"');
  }
}

TEST(JsonPlain, AStringWithoutItsEndIsNotRead) {
  for (std::size_t size = 0; size < kLongest; ++size) {
    const std::string json = R"({"a":")" + std::string(size, 'x');
    EXPECT_FALSE(JsonReader(json).ReadObject({}, {}).empty()) << json;
    EXPECT_FALSE(JsonReader(json + "\n\"}").ReadObject({}, {}).empty()) << "a line break in a string";
    EXPECT_FALSE(JsonReader(json + '\0' + "\"}").ReadObject({}, {}).empty()) << "a zero in a string";
  }
}

}  // namespace
}  // namespace parley::protocol
