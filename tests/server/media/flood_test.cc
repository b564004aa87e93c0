// A flood on the UDP port beside a call: what each datagram of a stranger costs, and what the call notices.

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "common/base/media_limits.h"
#include "common/codec/ice_stun.h"
#include "common/codec/rtp.h"
#include "tests/common/buffer/heap_count.h"
#include "tests/server/media/call.h"

namespace parley {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kFlood = 1000;

class FloodTest : public testing::Test {
 protected:
  FloodTest() {
    one_.SendVoice("first", 20);
    call_.Pass(milliseconds(100));
    two_.heard.clear();
  }

  // Another address each time.
  MediaPath Stranger() {
    const auto number = static_cast<std::uint16_t>(++strangers_);
    return {{{203, 0, 113, static_cast<unsigned char>(number >> 8U)}, number, false}, one_.path().local, 0};
  }
  // A check with these names, and a fingerprint that is right.
  static std::string CheckOf(std::string_view to_ufrag, std::string_view from_ufrag) {
    IceCheck check;
    check.transaction = "transaction!";
    check.to_ufrag = to_ufrag;
    check.from_ufrag = from_ufrag;
    check.role = IceCheck::Role::kControlling;
    return IceCheckRequest(check, "a guess");
  }
  // Allocations that each of these datagrams takes, on average. Nothing is sent, kept or changed for them,
  // and the voices between them arrive.
  double Cost(const std::string& datagram, const std::function<MediaPath()>& path) {
    std::size_t sent = 0;
    std::size_t taken = 0;
    const std::uint64_t ignored = call_.engine.counters().ignored;
    const std::size_t heard = two_.heard.size();
    for (std::size_t i = 0; i < kFlood; ++i) {
      std::string copy = datagram;
      const MediaPath from = path();
      call_.on_sent = [&](const MediaPath&, std::string_view) { ++sent; };
      const HeapCount before = CountHeap();
      call_.engine.Receive(from, copy, call_.now);
      const HeapCount after = CountHeap();
      call_.on_sent = {};
      taken += after.allocations - before.allocations;
      EXPECT_EQ(after.live_bytes, before.live_bytes);
      if (i % 100 != 0) continue;
      one_.SendVoice("voice", 20);
      call_.Pass(milliseconds(20));
    }
    EXPECT_EQ(sent, 0U);
    EXPECT_EQ(call_.engine.counters().ignored - ignored, kFlood);
    EXPECT_EQ(two_.heard.size() - heard, kFlood / 100);
    return static_cast<double>(taken) / kFlood;
  }
  double CostFromStrangers(const std::string& datagram) {
    return Cost(datagram, [this] { return Stranger(); });
  }

  Call call_;
  Page& one_ = call_.Join(1, kAll);
  Page& two_ = call_.Join(2, kAll);
  unsigned strangers_ = 0;
};

TEST_F(FloodTest, AnythingButACheckCostsALookIntoATable) {
  std::string media;
  AppendRtp(media, {false, 111, 1, 0, 1001}, {}, std::string(1000, 'x'));
  for (const std::string& datagram :
       {media, std::string(1200, '\x16'), std::string(1200, '\xFF'), std::string(1, '\x80')}) {
    EXPECT_EQ(CostFromStrangers(datagram), 0);
  }
}

TEST_F(FloodTest, AMalformedCheckOrOneForNobodyCostsNoMore) {
  std::string cut = one_.MakeCheck();
  cut.resize(cut.size() - 4);
  for (const std::string& datagram :
       {cut, std::string(1200, '\0'), CheckOf("nobody", "page1"), CheckOf(std::string(400, 'x'), "page1")}) {
    EXPECT_EQ(CostFromStrangers(datagram), 0);
  }
}

// Its names were read on the network.
TEST_F(FloodTest, AForgedCheckWithTheNamesOfAPageCostsOneSignature) {
  const std::string check = one_.MakeCheck();
  std::string forged = CheckOf(ReadIceCheck(check)->to_ufrag, "page1");
  EXPECT_LE(CostFromStrangers(forged), 1);  // what is signed is copied
  forged.back() ^= 1;
  EXPECT_EQ(CostFromStrangers(forged), 0);  // the checksum is looked at first
}

TEST_F(FloodTest, ADatagramForgedWithThePagesAddressCostsNoMore) {
  std::string media;
  AppendRtp(media, {false, 111, 1, 0, 1001}, {}, std::string(1000, 'x'));
  const auto from_one = [this] { return one_.path(); };
  EXPECT_EQ(Cost(media, from_one), 0);
  EXPECT_EQ(Cost(std::string(1200, '\xFF'), from_one), 0);
  EXPECT_EQ(Cost(IceAnswer("transaction!", one_.path().remote, "a guess"), from_one), 0);
}

}  // namespace
}  // namespace parley
