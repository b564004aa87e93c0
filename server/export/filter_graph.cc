#include "server/export/filter_graph.h"

#include <cstddef>
#include <initializer_list>
#include <utility>

namespace parley {
namespace {

using std::chrono::milliseconds;

constexpr const char* kBackground = "0x1B1D21";
constexpr const char* kCameraOff = "0x32363C";
constexpr const char* kPicturesPerSecond = "25";

// True within the spans from `begin` to `end`, by binary search: ffmpeg refuses an expression of more than
// 100 levels, and each term of a sum is a level.
std::string SearchSpans(const Spans& spans, std::size_t begin, std::size_t end) {
  if (end - begin == 1) {
    return "gte(t," + InSeconds(spans[begin].begin) + ")*lt(t," + InSeconds(spans[begin].end) + ')';
  }
  const std::size_t middle = begin + (end - begin) / 2;
  std::string text = "if(lt(t," + InSeconds(spans[middle].begin) + "),";
  text += SearchSpans(spans, begin, middle);
  text += ',';
  text += SearchSpans(spans, middle, end);
  return text + ')';
}

// The option that enables a filter only within the spans, which are in order.
std::string WithinSpans(const Spans& spans) {
  return "enable='" + (spans.empty() ? "0" : SearchSpans(spans, 0, spans.size())) + '\'';
}

std::string SizeOf(const Box& box) {
  return std::to_string(box.width) + ':' + std::to_string(box.height);
}

std::string CornerOf(const Box& box) {
  return "x=" + std::to_string(box.x) + ":y=" + std::to_string(box.y);
}

// Fits a picture into the middle of the box, whatever size its frames have: it changes within a track.
std::string FitInto(const Box& box) {
  return "scale=" + SizeOf(box) +
         ":force_original_aspect_ratio=decrease:force_divisible_by=2:flags=bilinear,"
         "pad=" +
         SizeOf(box) + ":(ow-iw)/2:(oh-ih)/2:color=black:eval=frame,setsar=1";
}

}  // namespace

FilterGraph::FilterGraph(const VideoSource& source, const VideoPlan& plan)
    : voices_(source.voices), chat_(source.chat), title_(source.title), length_(source.length) {
  AddInputs(source, plan);
  WritePictures();
  std::string all;
  if (!plan.without_screen.empty()) all = WriteLayout(Layout::kGrid, plan);
  if (!plan.with_screen.empty()) {
    const std::string screen = WriteLayout(Layout::kScreen, plan);
    if (all.empty()) {
      all = screen;
    } else {
      text_ += '[' + all + "][" + screen + "]overlay=" + WithinSpans(plan.with_screen) + "[all];\n";
      all = "all";
    }
  }
  text_ += '[' + all + "]ass=" + kNamesFile + "[video]";
  if (voices_.empty()) return;
  text_ += ";\n";
  for (std::size_t i = 0; i < voices_.size(); ++i) text_ += '[' + std::to_string(inputs_.size() + i) + ":a]";
  text_ += "amix=inputs=" + std::to_string(voices_.size()) +
           ":duration=longest:normalize=0,alimiter=limit=0.95:level=0,apad[voices]";
}

void FilterGraph::AddInputs(const VideoSource& source, const VideoPlan& plan) {
  for (const VideoPlan::Tile& tile : plan.tiles) {
    for (const std::size_t i : tile.cameras) {
      const VideoSource::Picture& camera = source.cameras[i];
      Input input{camera.file, camera.start, camera.shown, {}};
      if (!plan.without_screen.empty()) input.uses.push_back({Layout::kGrid, tile.grid.picture, ""});
      if (tile.strip) input.uses.push_back({Layout::kScreen, tile.strip->picture, ""});
      if (!input.uses.empty()) inputs_.push_back(std::move(input));
    }
  }
  for (std::size_t i = 0; i < source.screens.size(); ++i) {
    if (plan.screens[i].empty()) continue;
    const VideoSource::Picture& screen = source.screens[i];
    const Use use{Layout::kScreen, plan.screen.picture, ""};
    inputs_.push_back({screen.file, screen.start, plan.screens[i], {use}});
  }
}

// Writes each input at its time, in the size of each of its places.
void FilterGraph::WritePictures() {
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    Input& input = inputs_[i];
    const std::string number = std::to_string(i);
    text_ += '[' + number + ":v]setpts=PTS+(" + InSeconds(input.start) + ")/TB";
    if (input.uses.size() > 1) text_ += ",split=" + std::to_string(input.uses.size());
    for (std::size_t k = 0; k < input.uses.size(); ++k) {
      input.uses[k].stream = 'p' + number + (k == 0 ? "a" : "b");
      text_ += '[' + input.uses[k].stream + ']';
    }
    text_ += ";\n";
    for (Use& use : input.uses) {
      text_ += '[' + use.stream + ']' + FitInto(use.box) + "[f" + use.stream + "];\n";
      use.stream = 'f' + use.stream;
    }
  }
}

std::string FilterGraph::WriteLayout(Layout layout, const VideoPlan& plan) {
  const std::string name = layout == Layout::kGrid ? "grid" : "screen";
  text_ += "color=c=" + std::string(kBackground) + ":s=" + std::to_string(plan.width) + 'x' +
           std::to_string(plan.height) + ":r=" + kPicturesPerSecond + ":d=" + InSeconds(length_) +
           ",format=yuv420p";
  for (const VideoPlan::Tile& tile : plan.tiles) {
    if (layout == Layout::kScreen && !tile.strip) continue;
    const Box& box = layout == Layout::kGrid ? tile.grid.picture : tile.strip->picture;
    text_ += ",drawbox=" + CornerOf(box) + ":w=" + std::to_string(box.width) +
             ":h=" + std::to_string(box.height) + ":color=" + kCameraOff +
             ":t=fill:" + WithinSpans(tile.present);
  }
  std::string all = name;
  text_ += '[' + all + "];\n";
  std::size_t count = 0;
  for (const Input& input : inputs_) {
    for (const Use& use : input.uses) {
      if (use.layout != layout) continue;
      const std::string next = name + std::to_string(++count);
      text_ += '[' + all + "][" + use.stream + "]overlay=" + CornerOf(use.box) + ":eof_action=pass:";
      text_ += WithinSpans(input.shown);
      text_ += '[';
      text_ += next;
      text_ += "];\n";
      all = next;
    }
  }
  return all;
}

std::vector<std::string> FilterGraph::Arguments(const std::string& output) const {
  // Without -max_error_rate 1, one person who sent many broken pictures would prevent the whole video.
  std::vector<std::string> arguments = {"-hide_banner", "-nostdin",  "-y",     "-loglevel",       "error",
                                        "-nostats",     "-progress", "pipe:1", "-max_error_rate", "1"};
  const auto add = [&](std::initializer_list<std::string> more) {
    arguments.insert(arguments.end(), more.begin(), more.end());
  };
  // The format is given, so that ffmpeg does not guess it from bytes that people sent. Without
  // -reinit_filter 0, all filters would restart, and lose track of time, when the size of a picture changes.
  for (const Input& input : inputs_) {
    add({"-threads", "1", "-protocol_whitelist", "file", "-f", "matroska", "-reinit_filter", "0", "-i",
         "file:" + input.file});
  }
  for (const std::string& voice : voices_) {
    add({"-protocol_whitelist", "file", "-f", "matroska", "-i", "file:" + voice});
  }
  if (!chat_.empty()) add({"-protocol_whitelist", "file", "-f", "webvtt", "-i", "file:" + chat_});
  add({"-filter_complex_script", kGraphFile, "-map", "[video]"});
  if (!voices_.empty()) add({"-map", "[voices]", "-c:a", "aac", "-b:a", "128k", "-ac", "2", "-ar", "48000"});
  if (!chat_.empty()) {
    add({"-map", std::to_string(inputs_.size() + voices_.size()) + ":s", "-c:s", "mov_text"});
  }
  // Pictures of browsers have the colours of BT.601.
  add({"-c:v", "libx264", "-preset", "veryfast", "-crf", "24", "-pix_fmt", "yuv420p", "-colorspace",
       "smpte170m", "-color_primaries", "smpte170m", "-color_trc", "smpte170m"});
  add({"-metadata", "title=" + title_, "-t", InSeconds(length_), "-movflags", "+faststart", "-f", "mp4",
       "file:" + output});
  return arguments;
}

}  // namespace parley
