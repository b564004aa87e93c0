#include "server/export/layout.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

constexpr Box kArea{0, 0, 1280, 720};

bool Apart(const Box& one, const Box& other) {
  return one.x + one.width <= other.x || other.x + other.width <= one.x || one.y + one.height <= other.y ||
         other.y + other.height <= one.y;
}

bool IsEven(const Box& box) {
  return box.x % 2 == 0 && box.y % 2 == 0 && box.width % 2 == 0 && box.height % 2 == 0;
}

TEST(LayoutTest, PlacesAreWithinTheAreaAndApart) {
  for (std::size_t count = 1; count <= 25; ++count) {
    const auto places = GridIn(kArea, count);
    ASSERT_EQ(places.size(), count);
    for (std::size_t i = 0; i < count; ++i) {
      for (const Box& box : {places[i].picture, places[i].name}) {
        EXPECT_GE(box.x, 0) << count;
        EXPECT_GE(box.y, 0) << count;
        EXPECT_LE(box.x + box.width, kArea.width) << count;
        EXPECT_LE(box.y + box.height, kArea.height) << count;
        EXPECT_TRUE(IsEven(box)) << count;
      }
      EXPECT_TRUE(Apart(places[i].picture, places[i].name));
      for (std::size_t k = 0; k < i; ++k) {
        EXPECT_TRUE(Apart(places[i].picture, places[k].picture)) << count;
        EXPECT_TRUE(Apart(places[i].picture, places[k].name)) << count;
      }
    }
  }
}

TEST(LayoutTest, PicturesUseTheSpace) {
  EXPECT_GT(GridIn(kArea, 1)[0].picture.width, 1100);
  EXPECT_GT(GridIn(kArea, 4)[0].picture.width, 540);
  EXPECT_GT(GridIn(kArea, 25)[0].picture.width, 200);
}

TEST(LayoutTest, AShortLastRowIsInTheMiddle) {
  const auto places = GridIn(kArea, 3);
  EXPECT_EQ(places[0].picture.y, places[1].picture.y);
  EXPECT_NEAR(places[2].picture.x + places[2].picture.width / 2, 640, 2);
}

TEST(LayoutTest, ASmallAreaAndNobodyAreNoProblem) {
  EXPECT_TRUE(GridIn(kArea, 0).empty());
  for (const TilePlace& place : GridIn({0, 0, 20, 20}, 16)) EXPECT_GT(place.picture.height, 0);
}

}  // namespace
}  // namespace parley
