// What tests/vectors can't show: bytes that are no text, the values in the structs, and what a decode costs.

#include "common/protocol/request.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "common/base/limits.h"
#include "tests/common/buffer/heap_count.h"

namespace parley::protocol {
namespace {

using std::string_view_literals::operator""sv;

// The request in `json`, which must be one of type T.
template <typename T>
T Decoded(std::string_view json) {
  DecodedRequest decoded = DecodeRequest(json);
  if (auto* request = std::get_if<Request>(&decoded.body)) {
    if (auto* value = std::get_if<T>(request)) return std::move(*value);
  }
  ADD_FAILURE() << "not that request: " << json;
  return {};
}

Fault FaultOf(std::string_view json) {
  DecodedRequest decoded = DecodeRequest(json);
  if (auto* fault = std::get_if<Fault>(&decoded.body)) return std::move(*fault);
  ADD_FAILURE() << "accepted: " << json;
  return {ErrorCode::kInternal, ""};
}

TEST(DecodeRequest, FillsTheStructs) {
  const auto message = Decoded<Message>(R"({"type":"message","room":"lab","text":"a\nb","id":"1"})");
  EXPECT_EQ(message.room, "lab");
  EXPECT_EQ(message.text, "a\nb");
  EXPECT_EQ(message.id, "1");
  const auto hello = Decoded<Hello>(R"({"type":"hello","protocol":1,"name":"Ana"})");
  EXPECT_EQ(hello.name, "Ana");
  EXPECT_EQ(hello.user, std::nullopt);
  EXPECT_EQ(hello.protocol, 1);
  const auto history = Decoded<History>(R"({"type":"history","room":"lab","after":3})");
  EXPECT_EQ(history.after, 3U);
  EXPECT_EQ(history.before, std::nullopt);
  EXPECT_EQ(history.limit, limits::kHistoryDefault);
  const auto state = Decoded<State>(R"({"type":"state","room":"lab","audio":false})");
  EXPECT_EQ(state.audio, false);
  EXPECT_EQ(state.call, std::nullopt);
}

TEST(DecodeRequest, SaturatesASequenceThatIsTooLarge) {
  constexpr Sequence kLast = std::numeric_limits<Sequence>::max();
  EXPECT_EQ(Decoded<Join>(R"({"type":"join","room":"r","since":18446744073709551614})").since, kLast - 1);
  EXPECT_EQ(Decoded<Join>(R"({"type":"join","room":"r","since":18446744073709551615})").since, kLast);
  EXPECT_EQ(Decoded<Join>(R"({"type":"join","room":"r","since":18446744073709551616})").since, kLast);
  const std::string digits(10'000, '9');
  EXPECT_EQ(Decoded<Join>(R"({"type":"join","room":"r","since":)" + digits + "}").since, kLast);
}

TEST(DecodeRequest, PassesDataAsItsVeryBytes) {
  const std::string data = R"({ "n":[1e9999 ,123456789012345678901234567890],"k":1,"k":2,"é":"\u00e9" })";
  EXPECT_EQ(Decoded<Signal>(R"({"type":"signal","room":"r","to":"m","data": )" + data + " }").data, data);
}

TEST(DecodeRequest, LeavesLineBreaksInDataToTheEncoder) {
  const auto signal = Decoded<Signal>("{\"type\":\"signal\",\"room\":\"r\",\"to\":\"m\",\"data\":[\n1]}");
  EXPECT_EQ(signal.data, "[\n1]");
  EXPECT_EQ(EncodeRequest(signal).find('\n'), std::string::npos);
}

TEST(DecodeRequest, RefusesBytesThatAreNotUtf8) {
  for (const std::string_view bad :
       {"\x80"sv, "\xC3"sv, "\xC0\xAF"sv, "\xED\xA0\x80"sv, "\xF5\x80\x80\x80"sv, "\xFF"sv}) {
    const std::string in_text = R"({"type":"message","room":"r","text":"a)" + std::string(bad) + R"("})";
    EXPECT_EQ(FaultOf(in_text).code, ErrorCode::kBadJson);
    const std::string in_key = R"({"type":"ping","a)" + std::string(bad) + R"(":1})";
    EXPECT_EQ(FaultOf(in_key).code, ErrorCode::kBadJson);
    const std::string outside = R"({"type":"ping"})" + std::string(bad);
    EXPECT_EQ(FaultOf(outside).code, ErrorCode::kBadJson);
  }
}

TEST(DecodeRequest, RefusesEveryControlCharacterInAString) {
  for (char c = 0; c < 0x20; ++c) {
    const std::string json = R"({"type":"message","room":"r","text":"a)" + std::string(1, c) + R"("})";
    EXPECT_EQ(FaultOf(json).code, ErrorCode::kBadJson) << static_cast<int>(c);
  }
}

TEST(DecodeRequest, RefusesWhateverFollowsTheObjectButBlanks) {
  const std::string ping = R"({"type":"ping"})";
  for (int c = 0; c < 0x80; ++c) {
    const auto follows = static_cast<char>(c);
    const bool blank = std::string_view(" \t\r\n").find(follows) != std::string_view::npos;
    const DecodedRequest decoded = DecodeRequest(ping + follows);
    EXPECT_EQ(std::holds_alternative<Request>(decoded.body), blank) << c;
  }
}

TEST(DecodeRequest, SaysWhatIsWrongInPlainEnglish) {
  EXPECT_EQ(FaultOf(R"({"type":"leave"})").text, "room is missing");
  EXPECT_EQ(FaultOf(R"({"type":"leave","room":1})").text, "room must be a string");
  EXPECT_EQ(FaultOf(R"({"type":"state","room":"r","hand":1})").text, "hand must be true or false");
  EXPECT_EQ(FaultOf(R"({"type":"message","room":"r","text":""})").text, "text is empty");
  EXPECT_EQ(FaultOf(R"({"type":"message","room":"r"})").text, "text is missing");
  EXPECT_EQ(FaultOf(R"({"type":"join","room":"r","since":-1})").text,
            "since must be an integer, without fraction or exponent, and not negative");
  EXPECT_EQ(FaultOf(R"({"type":"ping","ref":")" + std::string(65, 'r') + R"("})").text,
            "ref is too long: at most 64 bytes");
}

TEST(DecodeRequest, NamesTheFirstFaultOfSeveral) {
  EXPECT_EQ(FaultOf(R"({"type":"message","text":"","id":5})").text, "room is missing");
}

// Brackets as far as a message can go: neither time nor the stack is at risk.
TEST(DecodeRequest, RefusesDeepNestingHoweverDeep) {
  const std::string brackets(limits::kMessageBytes, '[');
  EXPECT_EQ(FaultOf(R"({"a":)" + brackets).code, ErrorCode::kBadJson);
  std::string objects;
  while (objects.size() < limits::kMessageBytes) objects += R"({"a":)";
  EXPECT_EQ(FaultOf(objects).code, ErrorCode::kBadJson);
}

TEST(DecodeRequest, TakesNoMemoryForFieldsThatNobodyReads) {
  const std::string start = R"({"type":"ping","x":{)";
  std::string much = start;
  for (int i = 0; i < 1000; ++i)
    much += "\"key " + std::to_string(i) + "\":[\"a long enough text\",1.5,null],";
  much += R"("y":0}})";
  const std::size_t before = CountHeap().allocations;
  Decoded<Ping>(much);
  EXPECT_EQ(CountHeap().allocations, before);
}

TEST(EncodeRequest, WritesEveryActionByItsName) {
  const auto names = {"kick",   "ban",       "unban",       "mute",    "unmute",      "lower_hand",   "lock",
                      "unlock", "password",  "topic",       "promote", "demote",      "waiting_room", "admit",
                      "refuse", "bans",      "quiet",       "stop",    "lower_hands", "allow",        "end",
                      "recent", "spotlight", "unspotlight", "record",  "attendance"};
  EXPECT_EQ(names.size(), kActionCount);
  for (const char* name : names) {
    const std::optional<Action> action = ActionFromString(name);
    ASSERT_TRUE(action) << name;
    EXPECT_EQ(ToString(*action), name);
  }
  for (const char* name : {"", "Kick", "kick ", "dance"}) EXPECT_FALSE(ActionFromString(name)) << name;
}

}  // namespace
}  // namespace parley::protocol
