#include "common/codec/transport_feedback.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "common/base/media_limits.h"

namespace parley {
namespace {

using namespace std::string_literals;

std::optional<TransportFeedback> Read(const std::string& wire) {
  RtcpReader reader(wire);
  const auto step = reader.Next();
  EXPECT_EQ(step.status, RtcpReader::Status::kPacket);
  return ReadTransportFeedback(step.packet);
}

// A run of two small ones, then a vector of 2-bit symbols: lost, large, small, and four that do not count.
const std::string kFeedback =
    "\x8F\xCD\x00\x07\x00\x00\x00\x01\x00\x00\x00\x02\xFF\xFF\x00\x05\xFF\xFF\xFE\x09"
    "\x20\x02\xC9\x00\x04\x08\xFF\xF0\x10\x00\x00\x00"s;

TEST(TransportFeedback, RunsAndVectorsAreRead) {
  const auto feedback = Read(kFeedback);
  ASSERT_TRUE(feedback);
  EXPECT_EQ(feedback->sender, 1U);
  EXPECT_EQ(feedback->media, 2U);
  EXPECT_EQ(feedback->first, 65535);
  EXPECT_EQ(feedback->reference_time, -2);
  EXPECT_EQ(feedback->number, 9);
  const std::vector<std::optional<std::int16_t>> arrivals = {4, 8, std::nullopt, -16, 16};
  EXPECT_EQ(feedback->arrivals, arrivals);
}

// Browsers pad the last word. The last byte is the number of bytes of padding.
TEST(TransportFeedback, FeedbackIsReadWithPaddingOfAnyLength) {
  std::string wire = "\xAF\xCD\x00\x05\x00\x00\x00\x01\x00\x00\x00\x02\x00\x07\x00\x00\x00\x00\x01\x00\x20"s;
  for (std::size_t packets = 1; packets <= 8; ++packets) {
    std::string padded = wire + static_cast<char>(packets) + std::string(packets, '\x09');
    padded[15] = static_cast<char>(packets);
    const std::size_t padding = (4 - padded.size() % 4) % 4;
    padded.resize(padded.size() + padding);
    if (padding == 0) {
      padded[0] = '\x8F';
    } else {
      padded.back() = static_cast<char>(padding);
    }
    padded[3] = static_cast<char>(padded.size() / 4 - 1);
    const auto feedback = Read(padded);
    ASSERT_TRUE(feedback) << padding;
    EXPECT_EQ(feedback->arrivals, std::vector<std::optional<std::int16_t>>(packets, 9));
  }
}

TEST(TransportFeedback, AVectorOfSingleBitsIsRead) {
  const auto feedback = Read(
      "\x8F\xCD\x00\x05\x00\x00\x00\x01\x00\x00\x00\x02\x00\x01\x00\x03\x00\x00\x01\x00\xA8\x00\x07\x08"s);
  ASSERT_TRUE(feedback);
  const std::vector<std::optional<std::int16_t>> arrivals = {7, std::nullopt, 8};
  EXPECT_EQ(feedback->arrivals, arrivals);
}

TEST(TransportFeedback, TruncatedOrReservedFeedbackIsRejected) {
  for (std::size_t words = 3; words < 6; ++words) {
    std::string cut = kFeedback.substr(0, 4 * words);
    cut[3] = static_cast<char>(words - 1);
    EXPECT_FALSE(Read(cut)) << words;
  }
  std::string reserved = kFeedback;
  reserved[20] = '\x60';
  EXPECT_FALSE(Read(reserved));
}

TEST(TransportFeedback, NoPacketsOrMoreThanTheLimitAreRejected) {
  std::string wire;
  TransportFeedback feedback;
  feedback.arrivals.resize(limits::kFeedbackPackets);
  AppendTransportFeedback(wire, feedback);
  EXPECT_EQ(Read(wire)->arrivals.size(), limits::kFeedbackPackets);
  wire[15] = '\x01';
  EXPECT_FALSE(Read(wire));
  wire[14] = wire[15] = '\0';
  EXPECT_FALSE(Read(wire));
}

TEST(TransportFeedback, AnyArrivalsReadBackAsTheyWereWritten) {
  for (unsigned seed = 1; seed <= 500; ++seed) {
    std::mt19937 random(seed);
    TransportFeedback feedback{1, 2, static_cast<std::uint16_t>(random()), 77, 3, {}};
    const unsigned lost = static_cast<unsigned>(random() % 100);
    const unsigned large = static_cast<unsigned>(random() % 100);
    for (unsigned i = 0; i <= seed; ++i) {
      std::optional<std::int16_t> arrival;
      if (random() % 100 >= lost) {
        arrival = static_cast<std::int16_t>(random() % 100 < large ? random() : random() % 256);
      }
      feedback.arrivals.push_back(arrival);
    }
    std::string wire;
    AppendTransportFeedback(wire, feedback);
    const auto read = Read(wire);
    ASSERT_TRUE(read) << seed;
    EXPECT_EQ(read->arrivals, feedback.arrivals) << seed;
    EXPECT_EQ(read->first, feedback.first);
    EXPECT_EQ(read->reference_time, 77);
  }
}

}  // namespace
}  // namespace parley
