// Plans the video of a recording: who is shown where, and when. It does no I/O.
//
// There are two layouts. Without a shared screen, all pictures have a place in a grid. With one, the screen
// is large, and the pictures are in a strip at its right. Each person keeps the same place in each layout.

#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "server/export/layout.h"
#include "server/export/spans.h"

namespace parley {

// The parts of a recording that a video is made of.
struct VideoSource {
  struct Picture {
    std::string file;  // its path
    std::string name;  // the person's
    std::string author;
    std::chrono::milliseconds start{0};  // of the file
    Spans shown;                         // when it has a picture
  };
  // A person in the call, with the times of being there.
  struct Person {
    std::string name;
    std::string author;
    Spans spans;
  };
  std::string title;
  std::chrono::milliseconds length{0};
  std::vector<Picture> cameras, screens;
  std::vector<Person> people;
  std::vector<std::string> voices;  // the paths of files without gaps, each from the recording's beginning
  std::string chat;                 // the path of the subtitles; empty: there are none
};

struct VideoPlan {
  // A person's place. It is dark while the person's camera is off.
  struct Tile {
    std::string name;
    std::vector<std::size_t> cameras;  // of the source, one after the other
    Spans present;
    TilePlace grid;
    std::optional<TilePlace> strip;
  };
  struct Title {
    std::string name;
    Box box;
    Spans spans;
  };

  int width = 0, height = 0;
  std::chrono::milliseconds length{0};
  Spans with_screen, without_screen;  // when which layout is shown
  std::vector<Tile> tiles;
  TilePlace screen;
  std::vector<Spans> screens;  // when each screen of the source is on top
  std::vector<Title> titles;
  std::vector<std::string> left_out;  // people for whose cameras there was no place
};

// At most limits::kExportTiles people have a place: those whose cameras were on for longest. If nobody had a
// camera on, people have places with only their names.
VideoPlan PlanVideo(const VideoSource& source);

}  // namespace parley
