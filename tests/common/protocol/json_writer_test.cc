#include "common/protocol/json_writer.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <string_view>

#include "tests/support/json.h"

namespace parley::protocol {
namespace {

std::string Written(std::string_view text) {
  std::string out;
  JsonWriter(out).Text(text);
  return out;
}

TEST(JsonWriter, PutsCommasWhereTheyBelong) {
  std::string out;
  JsonWriter json(out);
  json.BeginObject();
  json.Text("a", "x");
  json.Key("b");
  json.BeginArray();
  json.Number(1);
  json.BeginObject();
  json.EndObject();
  json.BeginArray();
  json.EndArray();
  json.Flag(true);
  json.EndArray();
  json.Flag("c", false);
  json.Number("d", std::numeric_limits<std::uint64_t>::max());
  json.Key("e");
  json.Raw("[1, 2]");
  json.Time("f", WallTime{});
  json.EndObject();
  EXPECT_EQ(out, R"({"a":"x","b":[1,{},[],true],"c":false,"d":18446744073709551615,"e":[1, 2],)"
                 R"("f":"1970-01-01T00:00:00.000Z"})");
}

TEST(JsonWriter, EscapesWhatMustNotStandInAString) {
  EXPECT_EQ(Written(""), R"("")");
  EXPECT_EQ(Written("a\"b\\c/d"), R"("a\"b\\c/d")");
  EXPECT_EQ(Written("\b\t\n\f\r"), R"("\b\t\n\f\r")");
  EXPECT_EQ(Written(std::string_view("\0\x01\x1F\x7F", 4)), R"("\u0000\u0001\u001f\u007f")");
  EXPECT_EQ(Written("\xC3\xA9\xF0\x9F\x98\x80"), "\"\xC3\xA9\xF0\x9F\x98\x80\"");
}

TEST(JsonWriter, WritesEveryCharacterSoThatItComesBack) {
  for (int c = 0; c < 0x80; ++c) {
    const std::string text = "a" + std::string(1, static_cast<char>(c)) + "b";
    const std::string written = Written(text);
    EXPECT_EQ(test::Json::Parse("[" + written + "]")[0], text) << c;
    EXPECT_EQ(QuotedSize(text), written.size()) << c;
  }
}

TEST(JsonWriter, KeepsRawJsonOnOneLine) {
  std::string out = "\n";
  JsonWriter(out).Raw("{\r\n\t\"a\": 1}");
  EXPECT_EQ(out, "\n{  \t\"a\": 1}");
}

}  // namespace
}  // namespace parley::protocol
