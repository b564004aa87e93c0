// Places pictures on the canvas of a video, each with its name below it.

#pragma once

#include <cstddef>
#include <vector>

namespace parley {

// In pixels, from the upper left corner. All numbers are even: colours have half the resolution (yuv420p).
struct Box {
  int x = 0, y = 0, width = 0, height = 0;

  bool operator==(const Box&) const = default;
};

struct TilePlace {
  Box picture;
  Box name;
};

// Places `count` pictures of 16:9 in `area`, as large as possible, in rows of equal length. A last row that
// is shorter is centred.
std::vector<TilePlace> GridIn(const Box& area, std::size_t count);

}  // namespace parley
