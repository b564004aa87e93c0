#include "server/media/missing_packets.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "common/base/media_limits.h"

namespace parley {
namespace {

using Arrival = MissingPackets::Arrival;
using Sequences = std::vector<std::uint16_t>;
using std::chrono::milliseconds;

constexpr milliseconds kRoundTrip{100};

class MissingPacketsTest : public testing::Test {
 protected:
  Arrival Receive(unsigned sequence, bool is_repair = false) {
    return missing_.Receive(static_cast<std::uint16_t>(sequence), is_repair, now_);
  }
  Sequences DueAfter(Duration time) {
    now_ += time;
    return missing_.Due(kRoundTrip, now_);
  }

  MonotonicTime now_{std::chrono::seconds(100)};
  MissingPackets missing_{limits::kNackDelay};
};

TEST_F(MissingPacketsTest, AHoleIsAskedForAfterAShortWaitThenOnceInARoundTrip) {
  EXPECT_EQ(Receive(65534), Arrival::kNew);
  EXPECT_EQ(Receive(2), Arrival::kNew);
  EXPECT_EQ(DueAfter(limits::kNackDelay - milliseconds(1)), Sequences{});
  EXPECT_EQ(DueAfter(milliseconds(1)), (Sequences{65535, 0, 1}));
  EXPECT_EQ(DueAfter(kRoundTrip - milliseconds(1)), Sequences{});
  EXPECT_EQ(Receive(0), Arrival::kRecovered);
  EXPECT_EQ(DueAfter(milliseconds(1)), (Sequences{65535, 1}));
}

TEST_F(MissingPacketsTest, APacketThatDoesNotComeIsGivenUp) {
  Receive(1);
  Receive(3);
  int asked = 0;
  for (int i = 0; i < 100; ++i) asked += static_cast<int>(DueAfter(kRoundTrip).size());
  EXPECT_EQ(asked, limits::kNackTries);
  EXPECT_EQ(missing_.given_up(), 1U);
  EXPECT_TRUE(missing_.empty());
}

TEST_F(MissingPacketsTest, APacketThatComesAgainIsKnown) {
  EXPECT_EQ(Receive(1), Arrival::kNew);
  EXPECT_EQ(Receive(1), Arrival::kRepeated);
  EXPECT_EQ(Receive(3), Arrival::kNew);
  EXPECT_EQ(Receive(2), Arrival::kRecovered);
  EXPECT_EQ(Receive(2), Arrival::kRepeated);
  EXPECT_EQ(Receive(0), Arrival::kRepeated);  // nobody awaits it
}

TEST_F(MissingPacketsTest, AFarJumpIsForAnotherStreamAndChangesNothing) {
  Receive(1);
  Receive(3);
  EXPECT_EQ(Receive(3 + limits::kLatestPacket + 1), Arrival::kRestarted);
  EXPECT_EQ(Receive(4), Arrival::kNew);
  EXPECT_EQ(Receive(2), Arrival::kRecovered);
}

TEST_F(MissingPacketsTest, ARepairThatIsVeryLateRestartsNothing) {
  Receive(3000);
  Receive(3002);
  EXPECT_EQ(Receive(3002 - limits::kLatestPacket - 1, true), Arrival::kRepeated);
  EXPECT_EQ(Receive(3001, true), Arrival::kRecovered);
  EXPECT_EQ(Receive(3003), Arrival::kNew);
}

TEST_F(MissingPacketsTest, AnyOrderOfAnyLossIsToldAsItIs) {
  for (unsigned seed = 1; seed <= 100; ++seed) {
    std::mt19937 random(seed);
    MissingPackets missing(limits::kNackDelay);
    std::set<std::uint64_t> came;
    std::uint64_t newest = 70'000 + random() % 60'000;
    const std::uint64_t first = newest;
    missing.Receive(static_cast<std::uint16_t>(newest), false, now_);
    came.insert(newest);
    for (int i = 0; i < 5'000; ++i) {
      const std::uint64_t number = newest + 5 - random() % 60;
      const Arrival arrival = missing.Receive(static_cast<std::uint16_t>(number), false, now_);
      const bool is_new = came.insert(number).second && number > first;
      const Arrival expected = !is_new           ? Arrival::kRepeated
                               : number > newest ? Arrival::kNew
                                                 : Arrival::kRecovered;
      ASSERT_EQ(arrival, expected) << seed << " " << number;
      newest = std::max(newest, number);
    }
  }
}

TEST_F(MissingPacketsTest, APacketThatAnotherRepeatsIsNoLongerMissing) {
  Receive(65534);
  Receive(1);
  EXPECT_TRUE(missing_.Fill(65535));
  EXPECT_FALSE(missing_.Fill(65535));
  EXPECT_FALSE(missing_.Fill(1));
  EXPECT_FALSE(missing_.Fill(2));
  EXPECT_EQ(Receive(65535), Arrival::kLate);
  EXPECT_EQ(Receive(65535), Arrival::kRepeated);
  EXPECT_EQ(DueAfter(limits::kNackDelay), Sequences{0});
}

}  // namespace
}  // namespace parley
