// Reads and rewrites the descriptor at the start of a VP8 payload (RFC 7741, section 4.2). A forwarder
// rewrites picture ids if it changes the source of a stream.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace parley {

struct Vp8Descriptor {
  bool starts_frame = false;  // the first packet of a frame
  bool key_frame = false;     // only known in the first packet of a frame
  std::uint8_t temporal_layer = 0;
  bool layer_sync = false;                        // needs nothing above layer 0
  std::optional<std::uint16_t> picture_id;        // 7 or 15 bits
  std::optional<std::uint8_t> base_picture;       // TL0PICIDX
  std::size_t size = 0;                           // of the descriptor
  std::size_t picture_at = 0, picture_bytes = 0;  // where the picture id is, 1 or 2 bytes
  std::size_t base_at = 0;                        // where TL0PICIDX is
};

// Nothing if the payload is empty or cut within its descriptor.
std::optional<Vp8Descriptor> ReadVp8(std::string_view payload);

// Writes other numbers over those in `payload`, for which ReadVp8 gave `descriptor`. What the descriptor does
// not have is not written. A picture id of 7 bits takes the lower bits.
void RewriteVp8(std::span<char> payload, const Vp8Descriptor& descriptor, std::uint16_t picture_id,
                std::uint8_t base_picture);

}  // namespace parley
