#include "common/codec/opus.h"

#include <array>

#include "common/codec/big_endian.h"

namespace parley {
namespace {

using std::chrono::microseconds;

// The duration of one frame, from the first five bits of a packet (RFC 6716, table 2).
microseconds OfFrame(unsigned configuration) {
  constexpr std::array kSpeech = {10'000, 20'000, 40'000, 60'000};
  constexpr std::array kHybrid = {10'000, 20'000};
  constexpr std::array kMusic = {2'500, 5'000, 10'000, 20'000};
  if (configuration < 12) return microseconds(kSpeech.at(configuration % 4));
  if (configuration < 16) return microseconds(kHybrid.at(configuration % 2));
  return microseconds(kMusic.at(configuration % 4));
}

}  // namespace

std::optional<microseconds> DurationOfOpus(std::string_view packet) {
  constexpr microseconds kLongest{120'000};
  constexpr unsigned kOneFrame = 0, kCounted = 3;
  if (packet.empty()) return std::nullopt;
  const unsigned first = ReadU8(packet, 0);
  const unsigned code = first & 0x03U;
  unsigned frames = code == kOneFrame ? 1 : 2;
  if (code == kCounted) {
    if (packet.size() < 2) return std::nullopt;
    frames = ReadU8(packet, 1) & 0x3FU;
  }
  const microseconds duration = OfFrame(first >> 3U) * frames;
  if (frames == 0 || duration > kLongest) return std::nullopt;
  return duration;
}

}  // namespace parley
