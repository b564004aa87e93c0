#include "common/protocol/json_reader.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace parley::protocol {
namespace {

using Kind = JsonValue::Kind;

// The field `a` of the object `json`.
struct Field {
  Kind kind;
  std::string raw;
  std::string text;
};
Field ReadA(std::string_view json) {
  constexpr std::array<std::string_view, 1> kNames = {"a"};
  std::array<JsonValue, 1> values;
  JsonReader reader(json);
  EXPECT_EQ(reader.ReadObject(kNames, values), "") << json;
  return {values[0].kind, std::string(values[0].raw), std::string(values[0].text)};
}

std::string_view WhatIsWrong(std::string_view json) {
  JsonReader reader(json);
  return reader.ReadObject({}, {});
}

TEST(JsonReader, TellsEveryKindAndItsBytes) {
  const struct {
    std::string_view raw;
    Kind kind;
  } cases[] = {{"null", Kind::kNull},     {"true", Kind::kBool},      {"false", Kind::kBool},
               {"0", Kind::kNumber},      {"-0.0e-0", Kind::kNumber}, {"12", Kind::kNumber},
               {R"("")", Kind::kString},  {R"("x")", Kind::kString},  {R"("\n")", Kind::kString},
               {"{}", Kind::kObject},     {"[]", Kind::kArray},       {R"({"a":{"a":1}})", Kind::kObject},
               {"[[1],[]]", Kind::kArray}};
  for (const auto& one : cases) {
    for (const char* blank : {"", " ", "\n\t \r"}) {
      std::string json = std::string("{") + blank + "\"z\"" + blank + ":" + blank + "[1]" + blank + "," +
                         blank + "\"a\"" + blank + ":" + blank;
      json.append(one.raw).append(blank).append(",").append(blank).append("\"b\":{}}");
      const Field field = ReadA(json);
      EXPECT_EQ(field.kind, one.kind) << json;
      EXPECT_EQ(field.raw, one.raw) << json;
    }
  }
}

TEST(JsonReader, GivesTheCharactersOfAString) {
  EXPECT_EQ(ReadA(R"({"a":"plain"})").text, "plain");
  EXPECT_EQ(ReadA(R"({"a":"tab\tquote\"\u0041\uD83D\uDE00"})").text, "tab\tquote\"A\xF0\x9F\x98\x80");
  EXPECT_EQ(ReadA(R"({"a":"\u0000x"})").text, std::string("\0x", 2));
}

TEST(JsonReader, ReadsSeveralStringsWithEscapes) {
  constexpr std::array<std::string_view, 3> kNames = {"a", "b", "c"};
  std::array<JsonValue, 3> values;
  JsonReader reader(R"({"a":"\n1","b":"\n\n22","c":"\\"})");
  ASSERT_EQ(reader.ReadObject(kNames, values), "");
  EXPECT_EQ(values[0].text, "\n1");
  EXPECT_EQ(values[1].text, "\n\n22");
  EXPECT_EQ(values[2].text, "\\");
}

TEST(JsonReader, ReadsOnlyTheRootsOwnFields) {
  EXPECT_EQ(ReadA(R"({"b":{"a":1},"c":[{"a":2}]})").kind, Kind::kMissing);
  EXPECT_EQ(ReadA(R"({"a":1,"b":{"a":2}})").raw, "1");
}

TEST(JsonReader, TakesTheLastOfRepeatedKeys) {
  EXPECT_EQ(ReadA(R"({"a":1,"a":"x","\u0061":[2]})").raw, "[2]");
}

TEST(JsonReader, SaysWhatIsWrong) {
  EXPECT_EQ(WhatIsWrong("{}"), "");
  EXPECT_EQ(WhatIsWrong("{"), "this is not JSON");
  EXPECT_EQ(WhatIsWrong("[]"), "this JSON is not an object");
  EXPECT_EQ(WhatIsWrong("1e9999"), "this JSON is not an object");
  EXPECT_EQ(WhatIsWrong("{\"\xFF\":1}"), "this is not UTF-8");
  EXPECT_EQ(WhatIsWrong(R"({"\uDE00":1})"), "this JSON has an unpaired surrogate");
  EXPECT_EQ(WhatIsWrong(R"({"a":)" + std::string(64, '[')), "this JSON nests too deep");
  EXPECT_EQ(WhatIsWrong(std::string_view("{}\0", 3)), "this is not JSON");
}

TEST(JsonReader, AcceptsEveryFormOfNumberAndNoOther) {
  for (const char* number : {"0", "-0", "7", "10", "-10", "0.0", "0.10", "1e5", "1E5", "1e+5", "1e-05",
                             "-1.5e9999", "99999999999999999999999999999999"}) {
    EXPECT_EQ(ReadA(std::string(R"({"a":)") + number + "}").raw, number);
  }
  for (const char* number : {"", "-", "+1", "00", "01", "-01", ".5", "1.", "1.e5", "1e", "1e+", "1e5.5",
                             "0x1", "1_0", "--1", "1-1", "Infinity", "NaN", "\xD9\xA1"}) {
    EXPECT_EQ(WhatIsWrong(std::string(R"({"a":)") + number + "}"), "this is not JSON") << number;
  }
}

TEST(JsonReader, ReadsTheElementsOfAnArray) {
  std::vector<JsonValue> elements;
  JsonReader reader(R"( [1 , "b\n",{"c":[1,2]},[], null] )");
  ASSERT_EQ(reader.ReadArray(elements), "");
  ASSERT_EQ(elements.size(), 5U);
  EXPECT_EQ(elements[0].raw, "1");
  EXPECT_EQ(elements[1].raw, R"("b\n")");
  EXPECT_EQ(elements[1].text, "b\n");
  EXPECT_EQ(elements[2].raw, R"({"c":[1,2]})");
  EXPECT_EQ(elements[3].kind, Kind::kArray);
  EXPECT_EQ(elements[4].kind, Kind::kNull);
}

TEST(JsonReader, ReadsNoObjectAsAnArray) {
  std::vector<JsonValue> elements;
  JsonReader reader("{}");
  EXPECT_NE(reader.ReadArray(elements), "");
}

}  // namespace
}  // namespace parley::protocol
