#include "common/codec/vp8.h"

#include "common/codec/big_endian.h"

namespace parley {
namespace {

constexpr unsigned kExtended = 0x80;       // X
constexpr unsigned kStart = 0x10;          // S
constexpr unsigned kPartition = 0x07;      // PID
constexpr unsigned kPictureId = 0x80;      // I
constexpr unsigned kBasePicture = 0x40;    // L
constexpr unsigned kTemporalLayer = 0x20;  // T
constexpr unsigned kKeyIndex = 0x10;       // K
constexpr unsigned kLong = 0x80;           // M
constexpr unsigned kSync = 0x20;           // Y
constexpr unsigned kInterFrame = 0x01;     // P of VP8's own header

// Reads the optional fields, which start at 1. False if the payload ends within them.
bool ReadExtended(std::string_view payload, Vp8Descriptor& descriptor) {
  if (payload.size() < 2) return false;
  const unsigned fields = ReadU8(payload, 1);
  std::size_t at = 2;
  if ((fields & kPictureId) != 0) {
    if (payload.size() <= at) return false;
    descriptor.picture_at = at;
    descriptor.picture_bytes = (ReadU8(payload, at) & kLong) != 0 ? 2 : 1;
    if (payload.size() < at + descriptor.picture_bytes) return false;
    descriptor.picture_id = descriptor.picture_bytes == 2
                                ? static_cast<std::uint16_t>(ReadU16(payload, at) & 0x7FFFU)
                                : ReadU8(payload, at);
    at += descriptor.picture_bytes;
  }
  if ((fields & kBasePicture) != 0) {
    if (payload.size() <= at) return false;
    descriptor.base_at = at;
    descriptor.base_picture = ReadU8(payload, at++);
  }
  if ((fields & (kTemporalLayer | kKeyIndex)) != 0) {
    if (payload.size() <= at) return false;
    if ((fields & kTemporalLayer) != 0) {
      descriptor.temporal_layer = static_cast<std::uint8_t>(ReadU8(payload, at) >> 6U);
      descriptor.layer_sync = (ReadU8(payload, at) & kSync) != 0;
    }
    ++at;
  }
  descriptor.size = at;
  return true;
}

}  // namespace

std::optional<Vp8Descriptor> ReadVp8(std::string_view payload) {
  if (payload.empty()) return std::nullopt;
  Vp8Descriptor descriptor;
  const unsigned first = ReadU8(payload, 0);
  descriptor.size = 1;
  if ((first & kExtended) != 0 && !ReadExtended(payload, descriptor)) return std::nullopt;
  descriptor.starts_frame = (first & kStart) != 0 && (first & kPartition) == 0;
  descriptor.key_frame = descriptor.starts_frame && descriptor.size < payload.size() &&
                         (ReadU8(payload, descriptor.size) & kInterFrame) == 0;
  return descriptor;
}

void RewriteVp8(std::span<char> payload, const Vp8Descriptor& descriptor, std::uint16_t picture_id,
                std::uint8_t base_picture) {
  if (descriptor.picture_bytes == 2) {
    WriteU16(payload, descriptor.picture_at, static_cast<std::uint16_t>(0x8000U | picture_id));
  } else if (descriptor.picture_bytes == 1) {
    WriteU8(payload, descriptor.picture_at, picture_id & 0x7FU);
  }
  if (descriptor.base_picture) WriteU8(payload, descriptor.base_at, base_picture);
}

}  // namespace parley
