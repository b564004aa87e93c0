#include "common/codec/framing.h"

#include <cassert>
#include <cstdint>

#include "common/base/media_limits.h"
#include "common/codec/big_endian.h"

namespace parley {
namespace {

constexpr std::size_t kLengthBytes = 2;
constexpr std::size_t kStunHeaderBytes = 20;
// Of a binding request: the type stands after the frame's length, and the cookie after the message's length.
constexpr std::size_t kTypeAt = 2;
constexpr std::size_t kCookieAt = 6;
constexpr std::string_view kBindingRequest("\x00\x01", 2);
constexpr std::string_view kCookie("\x21\x12\xA4\x42", 4);

// Whether as much of `expected` as `bytes` has at that place is there.
bool Matches(std::string_view bytes, std::size_t at, std::string_view expected) {
  if (bytes.size() <= at) return true;
  const std::string_view there = bytes.substr(at, expected.size());
  return expected.substr(0, there.size()) == there;
}

}  // namespace

FramedPacket ReadFramedPacket(std::string_view input) {
  if (input.size() < kLengthBytes) return {FramedPacket::Status::kNeedMore, {}};
  const std::size_t size = ReadU16(input, 0);
  if (size > limits::kDatagramBytes) return {FramedPacket::Status::kTooLong, {}};
  if (input.size() - kLengthBytes < size) return {FramedPacket::Status::kNeedMore, {}};
  return {FramedPacket::Status::kPacket, input.substr(kLengthBytes, size), kLengthBytes + size};
}

void AppendFramedPacket(std::string& out, std::string_view packet) {
  assert(packet.size() <= 0xFFFF);
  AppendU16(out, static_cast<std::uint16_t>(packet.size()));
  out += packet;
}

FramedStun RecogniseFramedStun(std::string_view first) {
  if (!Matches(first, kTypeAt, kBindingRequest) || !Matches(first, kCookieAt, kCookie)) {
    return FramedStun::kNo;
  }
  if (first.size() >= kLengthBytes) {
    const std::size_t size = ReadU16(first, 0);
    if (size < kStunHeaderBytes || size > limits::kDatagramBytes) return FramedStun::kNo;
  } else if (!first.empty() && ReadU8(first, 0) > limits::kDatagramBytes >> 8U) {
    return FramedStun::kNo;  // a letter, or the start of TLS
  }
  return first.size() < kCookieAt + kCookie.size() ? FramedStun::kNeedMore : FramedStun::kYes;
}

}  // namespace parley
