#include "server/media/rtcp_datagrams.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "common/base/media_limits.h"
#include "common/codec/rtcp.h"
#include "common/codec/rtcp_feedback.h"
#include "common/srtp/srtp.h"
#include "server/media/publisher.h"
#include "server/media/random_number.h"
#include "server/media/subscriber.h"

namespace parley {
namespace {

constexpr std::size_t kMostRtcp = limits::kSentDatagramBytes - kSrtpRoom;
constexpr MonotonicTime kStart{std::chrono::seconds(1000)};

// Each packet of all datagrams. None of these is too long, or malformed.
template <typename Each>
void Read(RtcpDatagrams& datagrams, Each each) {
  for (const std::string& datagram : datagrams.Take()) {
    EXPECT_LE(datagram.size(), kMostRtcp);
    RtcpReader reader(datagram);
    auto step = reader.Next();
    for (; step.status == RtcpReader::Status::kPacket; step = reader.Next()) each(step.packet);
    EXPECT_EQ(step.status, RtcpReader::Status::kEnd);
  }
}

TEST(RtcpDatagramsTest, FillsADatagramAndThenTheNext) {
  RtcpDatagrams datagrams;
  EXPECT_TRUE(datagrams.Take().empty());
  for (int i = 0; i < 3; ++i) datagrams.Add(std::string(kMostRtcp / 2, static_cast<char>('a' + i)));
  EXPECT_EQ(datagrams.Take(), (std::vector<std::string>{
                                  std::string(kMostRtcp / 2, 'a') + std::string(kMostRtcp / 2, 'b'),
                                  std::string(kMostRtcp / 2, 'c'),
                              }));
  EXPECT_TRUE(datagrams.Take().empty());
}

TEST(RtcpDatagramsTest, ThePacketsThatAPageIsAskedForFitWhateverIsMissing) {
  MediaNumbers numbers;
  MediaCounters counters;
  KeptBytes kept;
  Publisher publisher(numbers, counters, kept);
  MediaLine camera;
  camera.use = MediaLine::Use::kReceived;
  camera.kind = MediaKind::kCamera;
  camera.mid = "1";
  camera.payload_type = 96;
  camera.extensions.mid = 4;
  publisher.SetLines({camera});
  // Every eighteenth is missing, so that no two share an entry of the request.
  const std::vector<RtpExtension> extensions = {{4, "1"}};
  for (std::size_t i = 0; i < 18 * std::size_t{limits::kLatestPacket}; ++i) {
    if (i % 18 == 17) continue;
    std::string bytes;
    AppendRtp(bytes, {false, 96, static_cast<std::uint16_t>(i), 0, 1001}, extensions, {"\x10\x00", 2});
    EXPECT_TRUE(publisher.Receive(bytes, *ReadRtp(bytes), kStart));
  }
  RtcpDatagrams datagrams;
  publisher.AskForMissing(datagrams, 1, limits::kFirstRoundTrip, kStart + limits::kNackDelay);
  std::size_t named = 0;
  Read(datagrams, [&](const RtcpPacket& packet) { named += ReadNack(packet)->sequences.size(); });
  EXPECT_EQ(named, limits::kLatestPacket - 1U);
}

TEST(RtcpDatagramsTest, TheReportsOfAsManySlotsAsThereCanBeFit) {
  std::vector<MediaLine> lines(limits::kSdpSections);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    lines[i].use = MediaLine::Use::kSlot;
    lines[i].mid = std::to_string(i);
    lines[i].ssrc = static_cast<std::uint32_t>(1 + i);
  }
  const std::function<std::uint32_t()> random = RandomNumber;
  Subscriber subscriber(random);
  subscriber.SetLines(lines);
  KeptBytes kept;
  PublishedStream stream(MediaStream{}, MediaKind::kCamera, kept);
  SenderReport sent;
  stream.reception.Report(sent, kStart);
  const MediaSource source{MediaMember{}, MediaKind::kCamera};
  for (Subscriber::Line& line : subscriber.lines()) {
    Subscriber::Show(line, source);
    line.slot.SwitchTo(stream.id, false);
  }
  PublishedPacket packet;
  packet.stream = &stream;
  packet.rtp.payload = "picture";
  subscriber.Forward(
      source, packet, kStart, [](std::string&) {}, [](std::string_view) {});
  RtcpDatagrams datagrams;
  subscriber.AddReports(
      datagrams, [&](const Subscriber::Line&) { return &stream; }, kStart);
  std::uint32_t reports = 0;
  Read(datagrams, [&](const RtcpPacket& rtcp) {
    const auto report = ReadSenderReport(rtcp);
    reports += report ? 1 : 0;
  });
  EXPECT_EQ(reports, limits::kSdpSections);
}

}  // namespace
}  // namespace parley
