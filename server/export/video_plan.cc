#include "server/export/video_plan.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

#include "common/base/export_limits.h"

namespace parley {
namespace {

using std::chrono::milliseconds;

// The text on a shared screen needs more pixels than faces do.
constexpr Box kSmallCanvas{0, 0, 1280, 720};
constexpr Box kLargeCanvas{0, 0, 1920, 1080};
constexpr int kStripWidth = 384;

struct Candidate {
  VideoPlan::Tile tile;
  std::string author;
  Spans shown;
};

Spans PresenceOf(const VideoSource& source, const std::string& author) {
  Spans present;
  for (const VideoSource::Person& person : source.people) {
    if (person.author == author) present.insert(present.end(), person.spans.begin(), person.spans.end());
  }
  return ToSpans(std::move(present));
}

std::vector<std::size_t> OrderByStart(const std::vector<VideoSource::Picture>& pictures) {
  std::vector<std::size_t> order(pictures.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return pictures[i].start; });
  return order;
}

// A person who joins again has the same place. A person with two cameras at the same time has two.
std::vector<Candidate> TilesOfCameras(const VideoSource& source) {
  std::vector<Candidate> tiles;
  for (const std::size_t i : OrderByStart(source.cameras)) {
    const VideoSource::Picture& camera = source.cameras[i];
    if (camera.shown.empty()) continue;
    const auto free = std::ranges::find_if(tiles, [&](const Candidate& one) {
      return one.author == camera.author && one.shown.back().end <= camera.shown.front().begin;
    });
    Candidate& tile = free != tiles.end() ? *free : tiles.emplace_back();
    tile.author = camera.author;
    tile.tile.name = camera.name;
    tile.tile.cameras.push_back(i);
    tile.shown.insert(tile.shown.end(), camera.shown.begin(), camera.shown.end());
  }
  return tiles;
}

std::vector<Candidate> TilesOfPeople(const VideoSource& source) {
  std::vector<Candidate> tiles;
  for (const VideoSource::Person& person : source.people) {
    Candidate tile;
    tile.tile.name = person.name;
    tile.author = person.author;
    tile.shown = person.spans;
    tiles.push_back(std::move(tile));
  }
  return tiles;
}

// The indexes of the `count` tiles that are shown for longest, in their order.
std::vector<std::size_t> Longest(const std::vector<Candidate>& tiles, std::size_t count) {
  std::vector<std::size_t> order(tiles.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, std::greater(), [&](std::size_t i) { return TotalOf(tiles[i].shown); });
  order.resize(std::min(order.size(), count));
  std::ranges::sort(order);
  return order;
}

void KeepLongest(std::vector<Candidate>& tiles, std::vector<std::string>& left_out) {
  std::vector<Candidate> kept;
  const std::vector<std::size_t> longest = Longest(tiles, limits::kExportTiles);
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    if (std::ranges::binary_search(longest, i)) {
      kept.push_back(std::move(tiles[i]));
    } else {
      left_out.push_back(tiles[i].tile.name);
    }
  }
  tiles = std::move(kept);
}

// When each screen is shown: one that began later is on top.
std::vector<Spans> ScreensOnTop(const VideoSource& source) {
  std::vector<Spans> on_top(source.screens.size());
  const std::vector<std::size_t> order = OrderByStart(source.screens);
  Spans later;
  for (auto i = order.rbegin(); i != order.rend(); ++i) {
    const Spans& shown = source.screens[*i].shown;
    on_top[*i] = Without(shown, later);
    later.insert(later.end(), shown.begin(), shown.end());
    later = ToSpans(std::move(later));
  }
  return on_top;
}

Spans UnionOf(const std::vector<Spans>& all) {
  Spans stretches;
  for (const Spans& spans : all) stretches.insert(stretches.end(), spans.begin(), spans.end());
  return ToSpans(std::move(stretches));
}

// Places the strip, and beside it the screen with the name of the person who shares it.
void PlaceScreen(VideoPlan& plan, const std::vector<Candidate>& candidates) {
  std::vector<std::size_t> in_strip;
  for (const std::size_t i : Longest(candidates, limits::kExportStripTiles)) {
    if (!plan.tiles[i].cameras.empty()) in_strip.push_back(i);
  }
  const int strip = in_strip.empty() ? 0 : kStripWidth;
  const std::vector<TilePlace> places = GridIn({plan.width - strip, 0, strip, plan.height}, in_strip.size());
  for (std::size_t i = 0; i < in_strip.size(); ++i) plan.tiles[in_strip[i]].strip = places[i];
  plan.screen = GridIn({0, 0, plan.width - strip, plan.height}, 1).front();
}

void AddTitles(VideoPlan& plan, const VideoSource& source) {
  for (const VideoPlan::Tile& tile : plan.tiles) {
    plan.titles.push_back({tile.name, tile.grid.name, Both(tile.present, plan.without_screen)});
    if (tile.strip)
      plan.titles.push_back({tile.name, tile.strip->name, Both(tile.present, plan.with_screen)});
  }
  for (std::size_t i = 0; i < source.screens.size(); ++i) {
    plan.titles.push_back({source.screens[i].name, plan.screen.name, plan.screens[i]});
  }
}

}  // namespace

VideoPlan PlanVideo(const VideoSource& source) {
  VideoPlan plan;
  plan.length = source.length;
  const Spans all = ToSpans({{milliseconds(0), source.length}});
  plan.screens = ScreensOnTop(source);
  for (Spans& spans : plan.screens) spans = Both(spans, all);
  plan.with_screen = UnionOf(plan.screens);
  plan.without_screen = Without(all, plan.with_screen);
  const Box canvas = plan.with_screen.empty() ? kSmallCanvas : kLargeCanvas;
  plan.width = canvas.width;
  plan.height = canvas.height;
  std::vector<Candidate> candidates = TilesOfCameras(source);
  if (candidates.empty()) candidates = TilesOfPeople(source);
  KeepLongest(candidates, plan.left_out);
  const std::vector<TilePlace> grid = GridIn(canvas, candidates.size());
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    VideoPlan::Tile tile = candidates[i].tile;
    tile.present = Both(PresenceOf(source, candidates[i].author), all);
    tile.grid = grid[i];
    plan.tiles.push_back(std::move(tile));
  }
  if (!plan.with_screen.empty()) PlaceScreen(plan, candidates);
  AddTitles(plan, source);
  return plan;
}

}  // namespace parley
