#include "common/srtp/sent_window.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace parley {
namespace {

TEST(SentWindow, NumbersGoOnBeyondTheirSixteenBits) {
  SentWindow window;
  EXPECT_EQ(window.Use(65534), 65534U);
  EXPECT_EQ(window.Use(65535), 65535U);
  EXPECT_EQ(window.Use(0), 65536U);
  EXPECT_EQ(window.Use(3), 65539U);
  EXPECT_EQ(window.Use(2), 65538U);  // late, but new
}

TEST(SentWindow, NoNumberIsUsedTwice) {
  SentWindow window;
  window.Use(100);
  EXPECT_FALSE(window.Use(100));
  window.Use(101);
  window.Use(50);
  EXPECT_FALSE(window.Use(100));
  EXPECT_FALSE(window.Use(50));
}

TEST(SentWindow, ANumberOlderThanTheWindowIsRefused) {
  SentWindow window;
  window.Use(5000);
  EXPECT_TRUE(window.Use(5000 - SentWindow::kSize + 1));
  EXPECT_FALSE(window.Use(5000 - SentWindow::kSize));
  SentWindow fresh;
  fresh.Use(3);
  EXPECT_FALSE(fresh.Use(65530));  // before the first round
}

TEST(SentWindow, EachNumberIsAcceptedOnceInAnyOrder) {
  for (unsigned seed = 1; seed <= 50; ++seed) {
    std::mt19937 random(seed);
    SentWindow window;
    std::set<std::uint64_t> used;
    std::uint64_t highest = random() % 65536;
    window.Use(static_cast<std::uint16_t>(highest));
    used.insert(highest);
    for (int i = 0; i < 20'000; ++i) {
      const auto jump = static_cast<std::int64_t>(random() % (i % 100 == 0 ? 3000 : 40)) - 20;
      const std::uint64_t number = highest + static_cast<std::uint64_t>(std::max<std::int64_t>(
                                                 jump, -static_cast<std::int64_t>(highest)));
      const auto given = window.Use(static_cast<std::uint16_t>(number));
      EXPECT_EQ(given.has_value(), used.insert(number).second) << seed << " " << number;
      EXPECT_EQ(given.value_or(number), number);
      highest = std::max(highest, number);
    }
  }
}

}  // namespace
}  // namespace parley
