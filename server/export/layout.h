// Places pictures on the canvas of a video, each with its name below it.

#pragma once

#include <cstddef>
#include <vector>

namespace parley {

// In pixels, from the upper left corner. All numbers are even, as the colours of a video need it.
struct Box {
  int x = 0, y = 0, width = 0, height = 0;

  bool operator==(const Box&) const = default;
};

struct TilePlace {
  Box picture;
  Box name;
};

// `count` pictures of 16:9, as large as they can be in `area`: in rows of equal length. The last row, if it
// is shorter, is in the middle.
std::vector<TilePlace> GridIn(const Box& area, std::size_t count);

}  // namespace parley
