#include "common/codec/framing.h"

#include <gtest/gtest.h>

#include <string>

#include "common/base/media_limits.h"

namespace parley {
namespace {

using namespace std::string_literals;

const std::string kStun =
    "\x00\x14\x00\x01\x00\x00\x21\x12\xA4\x42"
    "transactions"s;

TEST(Framing, PacketsComeWholeHoweverTheBytesArrive) {
  std::string wire;
  for (const std::string& packet : {"one"s, ""s, "three"s}) AppendFramedPacket(wire, packet);
  for (std::size_t cut = 0; cut <= wire.size(); ++cut) {
    std::string waiting;
    std::string all;
    for (const std::string& part : {wire.substr(0, cut), wire.substr(cut)}) {
      waiting += part;
      for (;;) {
        const auto read = ReadFramedPacket(waiting);
        if (read.status != FramedPacket::Status::kPacket) break;
        all += "[" + std::string(read.packet) + "]";
        waiting.erase(0, read.consumed);
      }
    }
    EXPECT_EQ(all, "[one][][three]") << cut;
    EXPECT_EQ(waiting, "");
  }
}

TEST(Framing, APacketBeyondTheLimitIsRejectedByItsLength) {
  std::string longest;
  AppendFramedPacket(longest, std::string(limits::kDatagramBytes, 'x'));
  EXPECT_EQ(ReadFramedPacket(longest).status, FramedPacket::Status::kPacket);
  std::string longer;
  AppendFramedPacket(longer, std::string(limits::kDatagramBytes + 1, 'x'));
  EXPECT_EQ(ReadFramedPacket(longer.substr(0, 2)).status, FramedPacket::Status::kTooLong);
}

TEST(Framing, AStreamOfIceIsRecognisedByItsFirstRequest) {
  for (std::size_t length = 0; length <= kStun.size(); ++length) {
    EXPECT_EQ(RecogniseFramedStun(kStun.substr(0, length)),
              length < 10 ? FramedStun::kNeedMore : FramedStun::kYes)
        << length;
  }
}

TEST(Framing, TlsTextAndOtherFramesAreNotIce) {
  for (const std::string& first :
       {"\x16"s, "\x16\x03\x01"s, "GET / HTTP/1.1"s, "hi\n"s, "\r\n"s, "\xFF\xFB"s}) {
    EXPECT_EQ(RecogniseFramedStun(first), FramedStun::kNo) << first;
  }
  for (const std::size_t at : {0U, 2U, 3U, 6U, 9U}) {
    std::string changed = kStun;
    changed[at] = '\x7F';
    EXPECT_EQ(RecogniseFramedStun(changed), FramedStun::kNo) << at;
  }
  EXPECT_EQ(RecogniseFramedStun("\x00\x13"s), FramedStun::kNo);  // too short for STUN
}

}  // namespace
}  // namespace parley
