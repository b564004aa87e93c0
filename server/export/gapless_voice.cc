#include "server/export/gapless_voice.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "common/codec/opus.h"

namespace parley {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

// The shortest gap that is filled with silence. Times in a file are rounded to milliseconds, so shorter gaps
// mean nothing.
constexpr microseconds kGapInVoice{10'000};
// A packet that begins this long before the end of the file so far is dropped.
constexpr microseconds kLate{15'000};
constexpr microseconds kSilence{20'000}, kShortSilence{2'500};

}  // namespace

std::vector<std::vector<std::size_t>> ShareFiles(const std::vector<Span>& tracks) {
  std::vector<std::size_t> order(tracks.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](std::size_t track) { return tracks[track].begin; });
  std::vector<std::vector<std::size_t>> files;
  for (const std::size_t track : order) {
    const auto free = std::ranges::find_if(
        files, [&](const auto& file) { return tracks[file.back()].end <= tracks[track].begin; });
    if (free != files.end()) {
      free->push_back(track);
    } else {
      files.push_back({track});
    }
  }
  return files;
}

GaplessVoice::GaplessVoice(std::string& out) {
  writer_.Begin(out, std::nullopt);
}

void GaplessVoice::Append(std::string& out, microseconds time, std::string_view packet) {
  const auto duration = DurationOfOpus(packet);
  if (!duration || time <= length_ - kLate) return;
  if (time - length_ >= kGapInVoice) {
    while (time - length_ >= kSilence) Write(out, kOpusSilence, kSilence);
    while (time - length_ >= kShortSilence) Write(out, kShortOpusSilence, kShortSilence);
  }
  Write(out, packet, *duration);
}

void GaplessVoice::Write(std::string& out, std::string_view packet, microseconds duration) {
  writer_.Append(out, std::chrono::round<milliseconds>(length_), true, packet);
  length_ += duration;
}

}  // namespace parley
