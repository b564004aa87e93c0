// What the WebSocket decoder's tests stand on: frames as they are on the wire, and decoding wherever the
// bytes are cut.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/codec/websocket.h"

namespace parley::test {

inline constexpr int kContinuation = 0x0;
inline constexpr int kText = 0x1;
inline constexpr int kBinary = 0x2;
inline constexpr int kCloseFrame = 0x8;
inline constexpr int kPing = 0x9;
inline constexpr int kPong = 0xA;
inline constexpr int kFin = 0x80;

// How the length of a frame is written: as short as can be, or in a longer form.
enum class Length { kShortest, k16, k64 };

inline constexpr std::string_view kMask = "\x37\xFA\x21\x3D";

// A frame as a client sends it: masked. `first` is its first byte: kFin or not, reserved bits, the opcode.
std::string Frame(int first, std::string_view payload, Length length = Length::kShortest,
                  std::string_view mask = kMask);

// A frame as a server sends it.
std::string Unmasked(int first, std::string_view payload);

std::string CloseFrame(unsigned code, std::string_view reason = "");

// What came of bytes, each step as one string: "text …", "reply …" (bytes to be sent), "closed CODE …",
// "violation CODE".
using Steps = std::vector<std::string>;
inline const Steps kProtocolError = {"violation 1002"};

std::string Describe(const WebSocketDecoder::Step& step);

// Gives `chunk` to the decoder as a session does, and adds what it finds.
void Give(WebSocketDecoder& decoder, std::string_view chunk, Steps& steps);

Steps DecodeChunks(const std::vector<std::string_view>& chunks);

// Decodes `bytes` whole, cut in two at every place, and byte by byte: always the same comes out.
Steps Decode(std::string_view bytes);

// The same for bytes so many that not every place can be tried: cut near both ends and near `places` (where
// a frame begins, for one), and in pieces of several sizes.
Steps DecodeLong(std::string_view bytes, const std::vector<std::size_t>& places = {});

}  // namespace parley::test
