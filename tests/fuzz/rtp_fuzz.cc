// RTP and the descriptor of VP8: what is read lies within the datagram, and what is rewritten reads as it was
// written.
//
// Input: a datagram, which is also read as a payload of VP8.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/codec/rtp.h"
#include "common/codec/vp8.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using parley::fuzz::Require;

bool IsWithin(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void CheckRtp(std::string_view datagram) {
  const auto packet = parley::ReadRtp(datagram);
  const auto header_size = parley::RtpHeaderSize(datagram);
  if (!packet) return;
  Require(header_size && *header_size <= datagram.size());
  Require(IsWithin(packet->payload, datagram) && IsWithin(packet->extensions, datagram));
  std::vector<parley::RtpExtension> extensions;
  parley::RtpExtensionReader reader(*packet);
  while (const auto extension = reader.Next()) {
    Require(IsWithin(extension->value, packet->extensions));
    Require(extension->id != 0 || !extension->value.empty());
    if (extension->id != 0) extensions.push_back(*extension);
  }

  std::string copy;
  parley::AppendRtp(copy, packet->header, extensions, packet->payload);
  const auto again = parley::ReadRtp(copy);
  Require(again && again->header == packet->header && again->payload == packet->payload);
  parley::RtpExtensionReader copied(*again);
  for (const auto& extension : extensions) {
    const auto next = copied.Next();
    Require(next && next->id == extension.id && next->value == extension.value);
  }
  Require(!copied.Next());

  const parley::RtpHeader other{!packet->header.marker, 5, 6, 7, 8};
  parley::RewriteRtp(copy, other);
  Require(parley::ReadRtp(copy)->header == other && parley::ReadRtp(copy)->payload == packet->payload);
}

void CheckVp8(std::string_view payload) {
  const auto descriptor = parley::ReadVp8(payload);
  if (!descriptor) return;
  Require(descriptor->size <= payload.size());
  std::string copy(payload);
  parley::RewriteVp8(copy, *descriptor, 0x1234, 0x56);
  const auto again = parley::ReadVp8(copy);
  Require(again && again->size == descriptor->size && again->key_frame == descriptor->key_frame &&
          again->temporal_layer == descriptor->temporal_layer);
  if (descriptor->picture_id) Require(again->picture_id == (descriptor->picture_bytes == 2 ? 0x1234 : 0x34));
  if (descriptor->base_picture) Require(again->base_picture == 0x56);
  Require(std::string_view(copy).substr(descriptor->size) == payload.substr(descriptor->size));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = parley::fuzz::Text(data, size);
  CheckRtp(input);
  CheckVp8(input);
  return 0;
}
