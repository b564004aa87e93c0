#include "server/media/handshake_budget.h"

#include <gtest/gtest.h>

#include "common/base/media_limits.h"

namespace parley {
namespace {

class HandshakeBudgetTest : public testing::Test {
 protected:
  // How many of `count` are allowed, each of another peer.
  std::size_t Begin(std::size_t count, const std::string& address) {
    std::size_t allowed = 0;
    for (std::size_t i = 0; i < count; ++i) allowed += budget_.Allow(++peer_, address, now_) ? 1 : 0;
    return allowed;
  }

  MonotonicTime now_{std::chrono::seconds(100)};
  std::uint64_t peer_ = 0;
  HandshakeBudget budget_;
};

TEST_F(HandshakeBudgetTest, OnePeerBeginsSoManyInASecond) {
  std::size_t allowed = 0;
  for (int i = 0; i < 50; ++i) allowed += budget_.Allow(7, "", now_) ? 1 : 0;
  EXPECT_EQ(allowed, limits::kMediaHandshakesPerPeer);
  EXPECT_TRUE(budget_.Allow(8, "", now_));
  now_ += std::chrono::seconds(1);
  EXPECT_TRUE(budget_.Allow(7, "", now_));
}

TEST_F(HandshakeBudgetTest, OneAddressHasItsShare) {
  EXPECT_EQ(Begin(200, "192.0.2.1"), limits::kMediaHandshakesPerAddress);
  EXPECT_EQ(Begin(1, "192.0.2.2"), 1U);
  now_ += std::chrono::seconds(1);
  EXPECT_EQ(Begin(1, "192.0.2.1"), 1U);
}

TEST_F(HandshakeBudgetTest, AllTogetherBeginSoManyInASecond) {
  EXPECT_EQ(Begin(1000, ""), limits::kMediaHandshakes);
  now_ += std::chrono::seconds(1);
  EXPECT_EQ(Begin(1000, ""), limits::kMediaHandshakes);
}

}  // namespace
}  // namespace parley
