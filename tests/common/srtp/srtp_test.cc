#include "common/srtp/srtp.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>

#include "common/base/media_limits.h"
#include "common/codec/rtcp.h"
#include "common/codec/rtp.h"
#include "common/srtp/gcm_sender.h"
#include "common/srtp/library_srtp.h"

namespace parley {
namespace {

const std::string kGcmKey = "sixteen bytes...and twelve..";
const std::string kCmKey = "sixteen bytes...and fourteen..";

std::string KeyOf(SrtpProfile profile) {
  return profile == SrtpProfile::kAeadAes128Gcm ? kGcmKey : kCmKey;
}

std::string Packet(std::uint16_t sequence, std::string_view payload, std::uint32_t ssrc = 7) {
  std::string packet;
  const RtpExtension mid{4, "0"};
  AppendRtp(packet, {true, 96, sequence, 90000, ssrc}, std::span(&mid, 1), payload);
  return packet;
}

std::string Protect(SrtpSender& sender, std::string packet) {
  const std::size_t size = packet.size();
  packet.resize(size + kSrtpRoom);
  const auto after = sender.Protect(packet, size);
  return after ? packet.substr(0, *after) : "";
}

std::string Unprotect(SrtpReceiver& receiver, std::string packet) {
  const auto after = receiver.Unprotect(packet);
  return after ? packet.substr(0, *after) : "";
}

class Srtp : public testing::TestWithParam<SrtpProfile> {
 protected:
  std::unique_ptr<SrtpSender> sender_ = MakeSrtpSender(GetParam(), KeyOf(GetParam()));
  std::unique_ptr<SrtpReceiver> receiver_ = SrtpReceiver::Make(GetParam(), KeyOf(GetParam()));
};

TEST_P(Srtp, AnEncryptedPacketIsDecrypted) {
  for (int i = 0; i < 200; ++i) {
    const auto sequence = static_cast<std::uint16_t>(65500 + i);  // over the end of a round
    const std::string packet = Packet(sequence, std::string(static_cast<std::size_t>(i), 'v'));
    const std::string wire = Protect(*sender_, packet);
    ASSERT_GT(wire.size(), packet.size());
    EXPECT_EQ(wire.substr(0, 20), packet.substr(0, 20));  // the header stays readable
    EXPECT_EQ(Unprotect(*receiver_, wire), packet);
  }
}

TEST_P(Srtp, AChangedOrRepeatedPacketIsRejected) {
  const std::string packet = Packet(5, "a picture");
  const std::string wire = Protect(*sender_, packet);
  for (std::size_t at = 1; at < wire.size(); ++at) {
    std::string changed = wire;
    changed[at] ^= 1;
    EXPECT_EQ(Unprotect(*receiver_, changed), "") << at;
  }
  for (std::size_t size = 0; size < wire.size(); ++size)
    EXPECT_EQ(Unprotect(*receiver_, wire.substr(0, size)), "");
  EXPECT_EQ(Unprotect(*receiver_, wire), packet);
  EXPECT_EQ(Unprotect(*receiver_, wire), "");
}

TEST_P(Srtp, ANumberIsNotEncryptedTwice) {
  EXPECT_NE(Protect(*sender_, Packet(5, "one")), "");
  EXPECT_EQ(Protect(*sender_, Packet(5, "two")), "");
  EXPECT_NE(Protect(*sender_, Packet(5, "two", 8)), "");  // another source has its own
}

TEST_P(Srtp, AMalformedPacketIsNotEncrypted) {
  EXPECT_EQ(Protect(*sender_, Packet(5, "").substr(0, 15)), "");
  EXPECT_EQ(Protect(*sender_, "short"), "");
}

TEST_P(Srtp, RtcpIsEncryptedToo) {
  std::string report;
  AppendReceiverReport(report, {7, {}});
  std::string wire = report;
  wire.resize(report.size() + kSrtpRoom);
  const auto size = sender_->ProtectRtcp(wire, report.size());
  ASSERT_TRUE(size);
  wire.resize(*size);
  const auto after = receiver_->UnprotectRtcp(wire);
  ASSERT_TRUE(after);
  EXPECT_EQ(wire.substr(0, *after), report);
  std::string again = wire;
  EXPECT_FALSE(receiver_->UnprotectRtcp(again));
}

TEST_P(Srtp, ASourceBeyondTheLimitIsNotDecrypted) {
  const auto sender = [] { return MakeSrtpSender(GetParam(), KeyOf(GetParam())); };
  // A forged packet makes no source known.
  std::string forged = Protect(*sender(), Packet(5, "media", 999));
  forged.back() ^= 1;
  EXPECT_EQ(Unprotect(*receiver_, forged), "");
  for (std::uint32_t source = 1; source < limits::kMediaSources; ++source) {
    EXPECT_NE(Unprotect(*receiver_, Protect(*sender(), Packet(5, "media", source))), "");
  }
  EXPECT_FALSE(receiver_->is_full());
  EXPECT_NE(Unprotect(*receiver_, Protect(*sender(), Packet(5, "media", limits::kMediaSources))), "");
  EXPECT_TRUE(receiver_->is_full());
  EXPECT_EQ(Unprotect(*receiver_, Protect(*sender(), Packet(5, "media", 1001))), "");
  EXPECT_NE(Unprotect(*receiver_, Protect(*sender(), Packet(6, "media", 1))), "");
}

TEST_P(Srtp, ReportsOfOtherSourcesTakeNoPlaceOfMediaAndAreLimitedToo) {
  const auto report = [&](std::uint32_t source) {
    std::string plain;
    AppendReceiverReport(plain, {source, {}});
    std::string wire = plain + std::string(kSrtpRoom, '\0');
    wire.resize(*MakeSrtpSender(GetParam(), KeyOf(GetParam()))->ProtectRtcp(wire, plain.size()));
    return receiver_->UnprotectRtcp(wire).has_value();
  };
  for (std::uint32_t source = 1; source < limits::kMediaReporters; ++source)
    EXPECT_TRUE(report(1000 + source));
  EXPECT_FALSE(receiver_->is_full());
  EXPECT_NE(Unprotect(*receiver_, Protect(*sender_, Packet(5, "media", 1))), "");
  EXPECT_TRUE(report(5000));
  EXPECT_TRUE(receiver_->is_full());
  EXPECT_FALSE(report(5001));
}

TEST_P(Srtp, ASourceBeyondTheLimitIsNotEncrypted) {
  for (std::uint32_t source = 1; source <= limits::kSentSources; ++source) {
    EXPECT_FALSE(sender_->is_full());
    EXPECT_NE(Protect(*sender_, Packet(5, "media", source)), "");
  }
  EXPECT_TRUE(sender_->is_full());
  EXPECT_EQ(Protect(*sender_, Packet(5, "media", 9999)), "");
  EXPECT_NE(Protect(*sender_, Packet(6, "media", 1)), "");
}

TEST_P(Srtp, AKeyOfTheWrongSizeIsRejected) {
  const std::string wrong = KeyOf(GetParam()) + "x";
  EXPECT_EQ(MakeSrtpSender(GetParam(), wrong), nullptr);
  EXPECT_EQ(SrtpReceiver::Make(GetParam(), wrong), nullptr);
}

INSTANTIATE_TEST_SUITE_P(Profiles, Srtp,
                         testing::Values(SrtpProfile::kAeadAes128Gcm, SrtpProfile::kAes128CmHmacSha1));

TEST(GcmSender, WritesTheBytesOfLibsrtp) {
  for (unsigned seed = 1; seed <= 100; ++seed) {
    std::mt19937 random(seed);
    std::string key(28, '\0');
    for (char& c : key) c = static_cast<char>(random());
    const auto ours = GcmSender::Make(key);
    const auto theirs = LibrarySrtpSender::Make(SrtpProfile::kAeadAes128Gcm, key);
    std::array<std::uint16_t, 2> sequences = {static_cast<std::uint16_t>(random()),
                                              static_cast<std::uint16_t>(random())};
    for (int i = 0; i < 100; ++i) {
      const std::uint32_t source = random() % 2;
      // Over the end of a round, sooner or later.
      sequences[source] = static_cast<std::uint16_t>(sequences[source] + 1 + random() % 3000);
      std::string payload(random() % 1200, '\0');
      for (char& c : payload) c = static_cast<char>(random());
      const std::string packet = Packet(sequences[source], payload, source);
      const std::string wire = Protect(*ours, packet);
      ASSERT_FALSE(wire.empty());
      ASSERT_TRUE(wire == Protect(*theirs, packet)) << seed << " " << i;
    }
  }
}

}  // namespace
}  // namespace parley
