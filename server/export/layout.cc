#include "server/export/layout.h"

#include <algorithm>

namespace parley {
namespace {

constexpr int kGap = 4;  // around a picture
constexpr int kSmallestName = 18, kLargestName = 40;

int Even(int number) {
  return number & ~1;
}

// Places a picture and its name in the middle of a cell.
TilePlace PlaceIn(const Box& cell) {
  const int name = Even(std::clamp(cell.height / 9, kSmallestName, kLargestName));
  const int height = std::max(2, cell.height - name - 2 * kGap);
  const int width = std::max(2, Even(std::min(cell.width - 2 * kGap, height * 16 / 9)));
  TilePlace place;
  place.picture.width = width;
  place.picture.height = std::max(2, Even(width * 9 / 16));
  place.picture.x = Even(cell.x + (cell.width - width) / 2);
  place.picture.y = Even(cell.y + (cell.height - place.picture.height - name) / 2);
  place.name = {place.picture.x, place.picture.y + place.picture.height, width, name};
  return place;
}

}  // namespace

std::vector<TilePlace> GridIn(const Box& area, std::size_t count) {
  std::vector<TilePlace> best;
  const int all = static_cast<int>(count);
  for (int columns = 1; columns <= all; ++columns) {
    const int rows = (all + columns - 1) / columns;
    const int width = area.width / columns;
    const int height = area.height / rows;
    std::vector<TilePlace> places;
    for (int i = 0; i < all; ++i) {
      const int row = i / columns;
      const int in_row = std::min(columns, all - row * columns);
      const int indent = (columns - in_row) * width / 2;
      places.push_back(
          PlaceIn({area.x + indent + (i % columns) * width, area.y + row * height, width, height}));
    }
    if (best.empty() || places.front().picture.width > best.front().picture.width) best = std::move(places);
  }
  return best;
}

}  // namespace parley
