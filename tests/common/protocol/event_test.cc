// What tests/vectors can't show: what an encode costs, and that sizes are never told too small.

#include "common/protocol/event.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "common/base/limits.h"
#include "tests/common/buffer/heap_count.h"
#include "tests/support/json.h"

namespace parley::protocol {
namespace {

const WallTime kTime{std::chrono::milliseconds(1'769'850'307'042)};

MessageEvent SomeMessage() {
  return {"lobby", 7, kTime, {"m1", "Ana"}, "hello", "c-1"};
}

TEST(EncodeEvent, WelcomeTellsTheLimits) {
  const test::Json welcome =
      test::Json::Parse(EncodeEvent(Welcome{"parley", "m1", "Ana", Role::kGuest, "t"}));
  EXPECT_EQ(welcome["protocol"], 1);
  EXPECT_EQ(welcome["limits"]["text"], limits::kTextBytes);
  EXPECT_EQ(welcome["limits"]["message"], limits::kMessageBytes);
  EXPECT_EQ(welcome["limits"]["name"], limits::kNameCodePoints);
  EXPECT_EQ(welcome["limits"]["room"], limits::kRoomNameCodePoints);
  EXPECT_EQ(welcome["limits"]["rooms"], limits::kRoomsPerPeer);
}

TEST(EncodeEvent, IsOneLineWhateverTheTextsHold) {
  MessageEvent message = SomeMessage();
  message.text = "a\r\nb\nc";
  message.from.name = "\n";
  EXPECT_EQ(EncodeEvent(message).find_first_of("\r\n"), std::string::npos);
  EXPECT_EQ(EncodeEvent(SignalEvent{"lab", "m1", "{\r\n\"a\":\n1}"}).find_first_of("\r\n"),
            std::string::npos);
}

TEST(EncodeEvent, OfASignalWithLineBreaksKeepsTheValue) {
  const test::Json signal =
      test::Json::Parse(EncodeEvent(SignalEvent{"lab", "m1", "{\r\n\"a\":\n\"b\\n\"}"}));
  EXPECT_EQ(signal["data"]["a"], "b\n");
}

TEST(EncodeEvent, WritesTheLargestSequence) {
  MessageEvent message = SomeMessage();
  message.seq = std::numeric_limits<Sequence>::max();
  EXPECT_NE(EncodeEvent(message).find("\"seq\":18446744073709551615,"), std::string::npos);
}

TEST(AppendEvent, AppendsWhatEncodeEventReturns) {
  std::string out = "before ";
  AppendEvent(out, SomeMessage(), "r");
  EXPECT_EQ(out, "before " + EncodeEvent(SomeMessage(), "r"));
}

TEST(AppendEvent, TakesNoMemoryBesideTheString) {
  const Event event = SomeMessage();
  const std::optional<std::string> no_ref;
  std::string out;
  out.reserve(4096);
  const std::size_t before = CountHeap().allocations;
  AppendEvent(out, event, no_ref);
  EXPECT_EQ(CountHeap().allocations, before);
}

// How many bytes the message adds to a history reply, with its comma.
std::size_t SizeInHistory(const MessageEvent& message) {
  HistoryReply two{"lobby", {message, message}, false};
  HistoryReply one{"lobby", {message}, false};
  return EncodeEvent(two).size() - EncodeEvent(one).size();
}

TEST(EncodedSizeBound, IsNeverTooSmallAndHardlyTooLarge) {
  std::string every_byte;
  for (char c = 0; c < 0x7F; ++c) every_byte += c;
  for (const std::string& text : {std::string("x"), std::string(1000, '\x01'), std::string(1000, '"'),
                                  std::string(1000, 'x'), every_byte + "\x7F", std::string("\xE4\xBD\xA0")}) {
    for (const std::optional<std::string>& id : {std::optional<std::string>(), std::optional(text)}) {
      for (const Sequence seq : {Sequence{1}, std::numeric_limits<Sequence>::max()}) {
        const MessageEvent message{text, seq, kTime, {text, text}, text, id};
        const std::size_t size = SizeInHistory(message);
        EXPECT_GE(EncodedSizeBound(message), size);
        EXPECT_LE(EncodedSizeBound(message), size + 40);
      }
    }
  }
}

TEST(Role, ComesBackFromItsName) {
  for (const Role role : {Role::kGuest, Role::kMember, Role::kHost, Role::kAdmin}) {
    EXPECT_EQ(RoleFromString(ToString(role)), role);
  }
  EXPECT_EQ(RoleFromString("king"), std::nullopt);
}

TEST(DecodeEvent, FillsTheStruct) {
  const auto decoded = DecodeEvent(EncodeEvent(SomeMessage(), "r"));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->ref, "r");
  const auto& message = std::get<MessageEvent>(decoded->event);
  EXPECT_EQ(message.room, "lobby");
  EXPECT_EQ(message.seq, 7U);
  EXPECT_EQ(message.time, kTime);
  EXPECT_EQ(message.from.name, "Ana");
  EXPECT_EQ(message.text, "hello");
  EXPECT_EQ(message.id, "c-1");
}

TEST(DecodeEvent, SaturatesAPauseThatIsTooLong) {
  const auto decoded = DecodeEvent(R"({"type":"closing","reason":"restart","retry_after":99999999999})");
  ASSERT_TRUE(decoded);
  EXPECT_EQ(std::get<Closing>(decoded->event).retry_after, std::numeric_limits<int>::max());
}

TEST(DecodeEvent, ReadsALargeReply) {
  HistoryReply history{"lobby", {}, true};
  for (int i = 0; i < 200; ++i) history.messages.push_back(SomeMessage());
  const auto decoded = DecodeEvent(EncodeEvent(history));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(std::get<HistoryReply>(decoded->event).messages.size(), 200U);
}

TEST(DecodeEvent, RefusesBytesThatAreNotUtf8) {
  EXPECT_FALSE(DecodeEvent("{\"type\":\"error\",\"code\":\"internal\",\"text\":\"\xFF\"}"));
}

}  // namespace
}  // namespace parley::protocol
