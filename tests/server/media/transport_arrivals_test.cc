#include "server/media/transport_arrivals.h"

#include <gtest/gtest.h>

#include <string>

#include "common/base/media_limits.h"
#include "common/srtp/srtp.h"

namespace parley {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

class TransportArrivalsTest : public testing::Test {
 protected:
  void Receive(unsigned number, Duration after_start) {
    arrivals_.Receive(static_cast<std::uint16_t>(number), start_ + after_start);
  }
  // The one feedback, as a page reads it.
  TransportFeedback Take() {
    const auto all = arrivals_.Take(1, 2);
    EXPECT_EQ(all.size(), 1U);
    std::string wire;
    AppendTransportFeedback(wire, all.at(0));
    RtcpReader reader(wire);
    return *ReadTransportFeedback(reader.Next().packet);
  }

  MonotonicTime start_{std::chrono::seconds(64)};  // a multiple of 64 ms
  TransportArrivals arrivals_;
};

TEST_F(TransportArrivalsTest, TimesAreToldInQuartersOfAMillisecond) {
  Receive(65535, milliseconds(1));
  Receive(0, milliseconds(2));
  Receive(1, microseconds(2250));
  const TransportFeedback feedback = Take();
  EXPECT_EQ(feedback.first, 65535);
  EXPECT_EQ(feedback.reference_time, 1000);
  const std::vector<std::optional<std::int16_t>> expected = {4, 4, 1};
  EXPECT_EQ(feedback.arrivals, expected);
  EXPECT_TRUE(arrivals_.Take(1, 2).empty());
}

TEST_F(TransportArrivalsTest, HolesAreToldAlsoBetweenFeedbacks) {
  Receive(5, milliseconds(0));
  Receive(7, milliseconds(1));
  std::vector<std::optional<std::int16_t>> expected = {0, std::nullopt, 4};
  EXPECT_EQ(Take().arrivals, expected);
  Receive(10, milliseconds(64));
  const TransportFeedback next = Take();
  EXPECT_EQ(next.first, 8);
  EXPECT_EQ(next.number, 1);
  expected = {std::nullopt, std::nullopt, 0};
  EXPECT_EQ(next.arrivals, expected);
}

TEST_F(TransportArrivalsTest, PacketsThatOvertookEachOtherHaveNegativeDistances) {
  Receive(5, milliseconds(10));
  Receive(7, milliseconds(11));
  Receive(6, milliseconds(12));
  const std::vector<std::optional<std::int16_t>> expected = {40, 8, -4};
  EXPECT_EQ(Take().arrivals, expected);
}

TEST_F(TransportArrivalsTest, AReportedArrivalIsNotReportedAgain) {
  Receive(5, milliseconds(0));
  Receive(7, milliseconds(0));
  Take();
  Receive(6, milliseconds(1));
  Receive(7, milliseconds(1));
  EXPECT_TRUE(arrivals_.Take(1, 2).empty());
}

TEST_F(TransportArrivalsTest, AFarJumpOrALongWaitBeginsAnotherFeedback) {
  Receive(5, milliseconds(0));
  Receive(30'000, milliseconds(1));
  Receive(30'001, std::chrono::seconds(10));
  const auto all = arrivals_.Take(1, 2);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[1].first, 30'000);
  EXPECT_EQ(all[2].arrivals.size(), 1U);
  EXPECT_EQ(all[2].number, 2);
}

TEST_F(TransportArrivalsTest, EachFeedbackFitsIntoADatagramAndWhatIsHeldIsBounded) {
  for (unsigned i = 0; i < 2 * limits::kFeedbackPackets; ++i) Receive(i, milliseconds(i % 2 == 0 ? i : 0));
  std::size_t told = 0;
  for (const TransportFeedback& feedback : arrivals_.Take(1, 2)) {
    std::string wire;
    AppendTransportFeedback(wire, feedback);
    EXPECT_LE(wire.size() + kSrtpRoom, limits::kSentDatagramBytes);
    told += feedback.arrivals.size();
  }
  EXPECT_EQ(told, limits::kFeedbackPackets);
}

}  // namespace
}  // namespace parley
