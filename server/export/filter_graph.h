// FilterGraph makes the filters and arguments of ffmpeg for a video. It does no I/O.
//
// The filters contain no text that people chose. Names are in a file of subtitles (name_titles.h), and its
// file name is fixed. So there is nothing to escape here.

#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "server/export/video_plan.h"

namespace parley {

class FilterGraph {
 public:
  // Files in the folder in which ffmpeg runs.
  static constexpr const char* kNamesFile = "names.ass";
  static constexpr const char* kGraphFile = "graph.txt";

  FilterGraph(const VideoSource& source, const VideoPlan& plan);

  // The filters, for kGraphFile. They make the stream [video], and [voices] if the source has voices.
  [[nodiscard]] const std::string& text() const { return text_; }
  // All arguments without the program. The video becomes the file `output`.
  [[nodiscard]] std::vector<std::string> Arguments(const std::string& output) const;

 private:
  enum class Layout { kGrid, kScreen };
  // A picture in one layout.
  struct Use {
    Layout layout;
    Box box;
    std::string stream;
  };
  struct Input {
    std::string file;
    std::chrono::milliseconds start;
    Spans shown;
    std::vector<Use> uses;
  };
  void AddInputs(const VideoSource& source, const VideoPlan& plan);
  void WritePictures();
  // Returns the stream that has all of the layout.
  std::string WriteLayout(Layout layout, const VideoPlan& plan);

  std::vector<Input> inputs_;
  std::vector<std::string> voices_;
  std::string chat_;
  std::string title_;
  std::chrono::milliseconds length_;
  std::string text_;
};

}  // namespace parley
