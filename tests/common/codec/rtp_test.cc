#include "common/codec/rtp.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace parley {
namespace {

using namespace std::string_literals;

// A voice packet as Chromium sends it: extensions 1 (level), 2 (time), 3 (transport-wide number), 4 (mid).
const std::string kVoice =
    "\x90\xEF\x12\x34\x00\x01\x02\x03\xDE\xAD\xBE\xEF"
    "\xBE\xDE\x00\x03\x10\xA5\x22\x01\x02\x03\x31\x00\x07\x40\x30\x00"
    "opus"s;
const RtpHeader kVoiceHeader = {true, 111, 0x1234, 0x00010203, 0xDEADBEEF};

std::vector<RtpExtension> ExtensionsOf(const RtpPacket& packet) {
  std::vector<RtpExtension> all;
  RtpExtensionReader reader(packet);
  while (const auto extension = reader.Next()) all.push_back(*extension);
  return all;
}

TEST(Rtp, APacketHasItsHeaderExtensionsAndPayload) {
  const auto packet = ReadRtp(kVoice);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->header, kVoiceHeader);
  EXPECT_EQ(packet->payload, "opus");
  EXPECT_EQ(ExtensionsOf(*packet).size(), 4U);
  EXPECT_EQ(FindExtension(*packet, 1), "\xA5"s);
  EXPECT_EQ(FindExtension(*packet, 3), "\x00\x07"s);
  EXPECT_EQ(FindExtension(*packet, 4), "0");
  EXPECT_FALSE(FindExtension(*packet, 5));
  EXPECT_EQ(RtpHeaderSize(kVoice), 28U);
}

TEST(Rtp, APacketThatIsCutInItsHeaderIsRejected) {
  for (std::size_t length = 0; length < 28; ++length)
    EXPECT_FALSE(ReadRtp(kVoice.substr(0, length))) << length;
  EXPECT_TRUE(ReadRtp(kVoice.substr(0, 28)));
}

TEST(Rtp, AnotherVersionIsRejected) {
  std::string packet = kVoice;
  packet[0] = '\x50';
  EXPECT_FALSE(ReadRtp(packet));
}

TEST(Rtp, PaddingIsNotPayload) {
  std::string packet = "\xA0\x60\x00\x01\x00\x00\x00\x02\x00\x00\x00\x03video\0\0\x03"s;
  EXPECT_EQ(ReadRtp(packet)->payload, "video");
  packet.back() = '\x08';  // all of it: the packet only probes
  EXPECT_EQ(ReadRtp(packet)->payload, "");
  for (const char wrong : {'\0', '\x09'}) {
    packet.back() = wrong;
    EXPECT_FALSE(ReadRtp(packet));
  }
  EXPECT_FALSE(ReadRtp(packet.substr(0, 12)));
}

TEST(Rtp, WrittenPaddingIsNotPayload) {
  for (const unsigned bytes : {1U, 2U, 255U}) {
    std::string packet;
    AppendRtp(packet, {false, 97, 1, 2, 3}, {}, "");
    const std::size_t size = packet.size();
    AppendRtpPadding(packet, static_cast<std::uint8_t>(bytes));
    EXPECT_EQ(packet.size(), size + bytes);
    const auto read = ReadRtp(packet);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->payload, "");
    EXPECT_EQ(read->header.payload_type, 97);
  }
}

TEST(Rtp, SourcesBeforeTheExtensionsAreSkipped) {
  const std::string packet =
      "\x91\x60\x00\x01\x00\x00\x00\x02\x00\x00\x00\x03"
      "AAAA\xBE\xDE\x00\x01\x40\x31\x00\x00x"s;
  EXPECT_EQ(FindExtension(*ReadRtp(packet), 4), "1");
  EXPECT_EQ(ReadRtp(packet)->payload, "x");
}

TEST(Rtp, ExtensionsOfTheLongFormAreRead) {
  const std::string packet =
      "\x90\x60\x00\x01\x00\x00\x00\x02\x00\x00\x00\x03\x10\x00\x00\x02\x20\x00\x15\x03"
      "abcx"s;
  const auto all = ExtensionsOf(*ReadRtp(packet));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].id, 0x20);
  EXPECT_EQ(all[0].value, "");
  EXPECT_EQ(all[1].value, "abc");
}

TEST(Rtp, MalformedExtensionsEndTheList) {
  // The second value is longer than what is left; the third list begins with the reserved id.
  const std::string cut =
      "\x90\x60\x00\x01\x00\x00\x00\x02\x00\x00\x00\x03\xBE\xDE\x00\x01\x10\x7F\x25\x01x"s;
  EXPECT_EQ(ExtensionsOf(*ReadRtp(cut)).size(), 1U);
  const std::string reserved =
      "\x90\x60\x00\x01\x00\x00\x00\x02\x00\x00\x00\x03\xBE\xDE\x00\x01\xF0\x7F\x10\x01x"s;
  EXPECT_TRUE(ExtensionsOf(*ReadRtp(reserved)).empty());
  const std::string unknown =
      "\x90\x60\x00\x01\x00\x00\x00\x02\x00\x00\x00\x03\xAB\xCD\x00\x01\x10\x7F\x10\x01x"s;
  EXPECT_TRUE(ExtensionsOf(*ReadRtp(unknown)).empty());
}

TEST(Rtp, AWrittenPacketReadsBackTheSame) {
  const std::array<RtpExtension, 3> extensions = {{{1, "\xA5"}, {3, "ab"}, {4, "video-slot-12345"}}};
  std::string packet;
  AppendRtp(packet, kVoiceHeader, extensions, "payload");
  const auto read = ReadRtp(packet);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->header, kVoiceHeader);
  EXPECT_EQ(read->payload, "payload");
  EXPECT_EQ(read->extension_form, 0xBEDE);
  EXPECT_EQ(FindExtension(*read, 4), "video-slot-12345");
}

TEST(Rtp, AnExtensionThatIsTooLargeForTheShortFormTakesTheLongOne) {
  for (const RtpExtension& large :
       {RtpExtension{15, "x"}, RtpExtension{4, "seventeen letters"}, RtpExtension{4, ""}}) {
    const std::array<RtpExtension, 2> extensions = {{{1, "\xA5"}, large}};
    std::string packet;
    AppendRtp(packet, kVoiceHeader, extensions, "payload");
    const auto read = ReadRtp(packet);
    EXPECT_EQ(read->extension_form, 0x1000);
    EXPECT_EQ(FindExtension(*read, large.id), large.value);
    EXPECT_EQ(read->payload, "payload");
  }
}

TEST(Rtp, RewritingChangesTheHeaderAlone) {
  std::string packet = kVoice;
  const RtpHeader other = {false, 96, 9, 8, 7};
  RewriteRtp(packet, other);
  EXPECT_EQ(ReadRtp(packet)->header, other);
  EXPECT_EQ(packet.substr(12), kVoice.substr(12));
  RewriteRtp(packet, kVoiceHeader);
  EXPECT_EQ(packet, kVoice);
}

TEST(Rtp, RtcpIsToldApartByItsType) {
  EXPECT_TRUE(IsRtcp("\x80\xC8"s));
  EXPECT_TRUE(IsRtcp("\x80\xCE"s));
  EXPECT_FALSE(IsRtcp(kVoice));
  EXPECT_FALSE(IsRtcp("\x80"s));
}

TEST(Rtp, SequenceNumbersAreComparedOnTheirCircle) {
  EXPECT_EQ(SequenceDistance(65535, 1), 2);
  EXPECT_EQ(SequenceDistance(1, 65535), -2);
  EXPECT_EQ(SequenceDistance(7, 7), 0);
}

}  // namespace
}  // namespace parley
