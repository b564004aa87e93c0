#include "server/session/encode.h"

#include <gtest/gtest.h>

#include <string>

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

TEST(EncodeTest, ALineIsJsonAndANewline) {
  const protocol::Event event = Message();
  EXPECT_EQ(Encode(Dialect::kLines, event).view(), protocol::EncodeEvent(event) + "\n");
  EXPECT_EQ(Encode(Dialect::kLines, event).view().find('\n'), Encode(Dialect::kLines, event).size() - 1);
  EXPECT_EQ(Encode(Dialect::kLines, protocol::Ok{}, "r").view(),
            protocol::EncodeEvent(protocol::Ok{}, "r") + "\n");
}

TEST(EncodeTest, AFrameIsAHeaderAndJson) {
  const std::string json = protocol::EncodeEvent(Message());
  EXPECT_EQ(Encode(Dialect::kWebSocket, Message()).view(), WebSocketTextHeader(json.size()) + json);
}

TEST(EncodeTest, ARawPeerReadsNameAndText) {
  EXPECT_EQ(EncodeRaw(Message()).view(), "Ana: hi\nthere\n");
}

TEST(EncodeTest, ASharedEventMakesEachFormOnce) {
  const protocol::Event event = Message();
  SharedEvent shared(event);
  const BlobRef line = shared.For(Dialect::kLines);
  const BlobRef frame = shared.For(Dialect::kWebSocket);
  EXPECT_EQ(line.view(), Encode(Dialect::kLines, event).view());
  EXPECT_EQ(frame.view(), Encode(Dialect::kWebSocket, event).view());
  EXPECT_EQ(shared.For(Dialect::kLines).view().data(), line.view().data()) << "the very bytes";
  EXPECT_EQ(shared.For(Dialect::kWebSocket).view().data(), frame.view().data());
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
