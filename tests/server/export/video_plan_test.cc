#include "server/export/video_plan.h"

#include <gmock/gmock.h>

#include "common/base/export_limits.h"

namespace parley {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

Span At(int begin, int end) {
  return {seconds(begin), seconds(end)};
}

class VideoPlanTest : public testing::Test {
 protected:
  VideoPlanTest() { source_.length = seconds(100); }
  static VideoSource::Picture Picture(const std::string& name, int begin, int end) {
    return {"file", name, name, seconds(begin), {At(begin, end)}};
  }
  void Camera(const std::string& name, int begin, int end) {
    source_.cameras.push_back(Picture(name, begin, end));
    Person(name, begin, end);
  }
  void Person(const std::string& name, int begin, int end) {
    source_.people.push_back({name, name, {At(begin, end)}});
  }
  VideoSource source_;
};

TEST_F(VideoPlanTest, EverybodyWithACameraHasAPlaceInTheGrid) {
  Camera("Ana", 0, 100);
  Camera("Ben", 10, 50);
  Person("Cyn", 0, 100);  // is only heard
  const VideoPlan plan = PlanVideo(source_);
  EXPECT_EQ(plan.width, 1280);
  EXPECT_EQ(plan.without_screen, Spans{At(0, 100)});
  EXPECT_THAT(plan.with_screen, IsEmpty());
  ASSERT_EQ(plan.tiles.size(), 2U);
  EXPECT_EQ(plan.tiles[1].name, "Ben");
  EXPECT_EQ(plan.tiles[1].present, Spans{At(10, 50)});
  EXPECT_FALSE(plan.tiles[1].strip);
  ASSERT_EQ(plan.titles.size(), 2U);
  EXPECT_EQ(plan.titles[1].box, plan.tiles[1].grid.name);
  EXPECT_EQ(plan.titles[1].spans, Spans{At(10, 50)});
}

TEST_F(VideoPlanTest, WhoJoinsAgainHasTheSamePlace) {
  Camera("Ana", 0, 10);
  Camera("Ben", 0, 100);
  Camera("Ana", 20, 30);
  Camera("Ana", 25, 40);  // from a second device
  const VideoPlan plan = PlanVideo(source_);
  ASSERT_EQ(plan.tiles.size(), 3U);
  EXPECT_THAT(plan.tiles[0].cameras, ElementsAre(0, 2));
  EXPECT_THAT(plan.tiles[2].cameras, ElementsAre(3));
}

TEST_F(VideoPlanTest, ASharedScreenIsLargeAndPicturesAreBesideIt) {
  Camera("Ana", 0, 100);
  source_.screens.push_back(Picture("Ben", 20, 30));
  const VideoPlan plan = PlanVideo(source_);
  EXPECT_EQ(plan.width, 1920);
  EXPECT_EQ(plan.with_screen, Spans{At(20, 30)});
  EXPECT_EQ(plan.without_screen, (Spans{At(0, 20), At(30, 100)}));
  ASSERT_TRUE(plan.tiles[0].strip);
  EXPECT_GE(plan.tiles[0].strip->picture.x, plan.screen.picture.x + plan.screen.picture.width);
  EXPECT_GT(plan.screen.picture.width, 1400);
  ASSERT_EQ(plan.titles.size(), 3U);
  EXPECT_EQ(plan.titles[0].spans, plan.without_screen);
  EXPECT_EQ(plan.titles[1].spans, plan.with_screen);
  EXPECT_EQ(plan.titles[2].name, "Ben");
  EXPECT_EQ(plan.titles[2].box, plan.screen.name);
}

TEST_F(VideoPlanTest, AScreenWithoutCamerasHasAllTheSpace) {
  Person("Ana", 0, 100);
  source_.screens.push_back(Picture("Ana", 0, 100));
  const VideoPlan plan = PlanVideo(source_);
  EXPECT_GT(plan.screen.picture.width, 1700);
  EXPECT_THAT(plan.without_screen, IsEmpty());
}

TEST_F(VideoPlanTest, AScreenThatBeganLaterIsOnTop) {
  source_.screens.push_back(Picture("Ben", 20, 30));
  source_.screens.push_back(Picture("Ana", 0, 100));
  const VideoPlan plan = PlanVideo(source_);
  EXPECT_EQ(plan.screens[0], Spans{At(20, 30)});
  EXPECT_EQ(plan.screens[1], (Spans{At(0, 20), At(30, 100)}));
}

TEST_F(VideoPlanTest, WithoutCamerasEverybodyHasAPlaceWithAName) {
  Person("Ana", 0, 100);
  Person("Ben", 0, 50);
  const VideoPlan plan = PlanVideo(source_);
  ASSERT_EQ(plan.tiles.size(), 2U);
  EXPECT_THAT(plan.tiles[0].cameras, IsEmpty());
  EXPECT_EQ(plan.titles[1].name, "Ben");
}

TEST_F(VideoPlanTest, ThoseWithTheLongestPicturesArePlaced) {
  Camera("short", 0, 5);
  for (std::size_t i = 0; i < limits::kExportTiles; ++i) Camera("p" + std::to_string(i), 0, 50);
  source_.screens.push_back(Picture("Ana", 60, 70));
  const VideoPlan plan = PlanVideo(source_);
  ASSERT_EQ(plan.tiles.size(), limits::kExportTiles);
  EXPECT_EQ(plan.tiles[0].name, "p0");
  EXPECT_THAT(plan.left_out, ElementsAre("short"));
  const auto in_strip = std::count_if(plan.tiles.begin(), plan.tiles.end(),
                                      [](const VideoPlan::Tile& tile) { return tile.strip.has_value(); });
  EXPECT_EQ(static_cast<std::size_t>(in_strip), limits::kExportStripTiles);
}

}  // namespace
}  // namespace parley
