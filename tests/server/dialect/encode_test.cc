#include "server/dialect/encode.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/codec/websocket.h"

namespace parley {
namespace {

protocol::MessageEvent Message() {
  return {.room = "lab",
          .seq = 7,
          .time = WallTime(std::chrono::milliseconds(0)),
          .from = {"m1", "Ana"},
          .text = "hi\nthere",
          .id = {}};
}

std::string Written(Dialect dialect, const protocol::Event& event,
                    const std::optional<std::string>& ref = {}) {
  Slab slab;
  return std::string(Encode(dialect, event, ref, slab).view());
}

TEST(EncodeTest, ALineIsJsonAndANewline) {
  const protocol::Event event = Message();
  EXPECT_EQ(Written(Dialect::kLines, event), protocol::EncodeEvent(event) + "\n");
  EXPECT_EQ(Written(Dialect::kLines, event).find('\n'), Written(Dialect::kLines, event).size() - 1);
  EXPECT_EQ(Written(Dialect::kLines, protocol::Ok{}, "r"), protocol::EncodeEvent(protocol::Ok{}, "r") + "\n");
}

TEST(EncodeTest, AFrameIsAHeaderAndJson) {
  const std::string json = protocol::EncodeEvent(Message());
  EXPECT_EQ(Written(Dialect::kWebSocket, Message()), WebSocketTextHeader(json.size()) + json);
}

TEST(EncodeTest, ARawPeerReadsNameAndText) {
  RoomSlabs slabs;
  EXPECT_EQ(WriteRaw(Message(), slabs).view(), "Ana: hi\nthere\n");
}

TEST(EncodeTest, ASharedEventMakesEachFormOnce) {
  const protocol::Event event = Message();
  RoomSlabs slabs;
  SharedEvent shared(event, slabs);
  const Slice line = shared.For(Dialect::kLines);
  const Slice frame = shared.For(Dialect::kWebSocket);
  EXPECT_EQ(line.view(), Written(Dialect::kLines, event));
  EXPECT_EQ(frame.view(), Written(Dialect::kWebSocket, event));
  EXPECT_EQ(shared.For(Dialect::kLines).view().data(), line.view().data()) << "the very bytes";
  EXPECT_EQ(shared.For(Dialect::kWebSocket).view().data(), frame.view().data());
}

TEST(EncodeTest, EventsOfARoomAdjoinInEachForm) {
  const protocol::Event event = Message();
  RoomSlabs slabs;
  for (const Dialect dialect : {Dialect::kLines, Dialect::kWebSocket}) {
    const Slice one = SharedEvent(event, slabs).For(dialect);
    const Slice two = SharedEvent(event, slabs).For(dialect);
    EXPECT_EQ(two.blob, one.blob);
    EXPECT_EQ(two.begin, one.end);
  }
}

// However much of a peer's lines or frames was sent, what is left of the started one makes it whole.
TEST(EncodeTest, TheRestOfAStartedLineOrFrameCompletesIt) {
  for (const Dialect dialect : {Dialect::kLines, Dialect::kWebSocket, Dialect::kRaw}) {
    std::string all;
    std::vector<std::size_t> ends = {0};
    for (const std::size_t size : {1UL, 200UL, 70'000UL, 3UL}) {
      const std::string text(size, 'x');
      all += dialect == Dialect::kWebSocket ? WebSocketTextHeader(size) + text : text + "\n";
      ends.push_back(all.size());
    }
    for (std::size_t sent = 0; sent < all.size(); sent += sent < 500 ? 1 : 997) {
      const std::size_t end = sent + LeftOfStarted(dialect, std::string_view(all).substr(0, sent),
                                                   std::string_view(all).substr(sent));
      EXPECT_EQ(end, *std::ranges::lower_bound(ends, sent)) << "sent " << sent;
    }
  }
}

TEST(EncodeTest, CloseCodesTellTheFatalErrorsApart) {
  EXPECT_EQ(CloseCodeOf(ErrorCode::kTooLarge), 1009);
  EXPECT_EQ(CloseCodeOf(ErrorCode::kBadJson), 1007);
  EXPECT_EQ(CloseCodeOf(ErrorCode::kServerFull), 1013);
  for (const ErrorCode code :
       {ErrorCode::kHelloRequired, ErrorCode::kProtocolUnsupported, ErrorCode::kSlowConsumer}) {
    EXPECT_EQ(CloseCodeOf(code), 1008);
  }
}

}  // namespace
}  // namespace parley
