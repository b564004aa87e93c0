// MediaMark is what a packet of the load says about itself, so that a receiver can check every byte of it.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/clock.h"

namespace parley::bench {

struct MediaMark {
  unsigned publisher = 0;
  bool is_picture = false;
  std::uint32_t number = 0;  // of the publisher's stream, from 0
  MonotonicTime sent;
};

// How many bytes a mark takes at least.
inline constexpr std::size_t kMediaMarkBytes = 19;
// More than a datagram has.
inline constexpr std::size_t kLongestMark = 2048;

// `size` bytes, from kMediaMarkBytes to kLongestMark: the mark, and bytes that follow from it.
std::string WriteMediaMark(const MediaMark& mark, std::size_t size);
// Nothing if any byte is wrong.
std::optional<MediaMark> ReadMediaMark(std::string_view bytes);

}  // namespace parley::bench
