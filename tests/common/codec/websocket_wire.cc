#include "tests/common/codec/websocket_wire.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <type_traits>
#include <variant>

namespace parley::test {
namespace {

char Byte(std::size_t value) {
  return static_cast<char>(static_cast<unsigned char>(value & 0xFFU));
}

std::string Header(int first, std::size_t size, Length length, std::size_t mask_bit) {
  std::string header(1, Byte(static_cast<std::size_t>(first)));
  if (length == Length::kShortest && size <= 125) return header + Byte(mask_bit | size);
  if (length == Length::k64 || size > 0xFFFF) {
    header += Byte(mask_bit | 127U);
    for (int shift = 56; shift >= 0; shift -= 8) header += Byte(size >> static_cast<unsigned>(shift));
    return header;
  }
  return header + Byte(mask_bit | 126U) + Byte(size >> 8U) + Byte(size);
}

Steps DecodePieces(std::string_view bytes, std::size_t size) {
  std::vector<std::string_view> pieces;
  for (std::size_t at = 0; at < bytes.size(); at += size) pieces.push_back(bytes.substr(at, size));
  return DecodeChunks(pieces);
}

void ExpectSameWhenCut(std::string_view bytes, std::size_t cut, const Steps& steps) {
  EXPECT_EQ(DecodeChunks({bytes.substr(0, cut), bytes.substr(cut)}), steps) << "cut at " << cut;
}

}  // namespace

std::string Frame(int first, std::string_view payload, Length length, std::string_view mask) {
  std::string frame = Header(first, payload.size(), length, 0x80);
  frame += mask;
  for (std::size_t i = 0; i < payload.size(); ++i) frame += static_cast<char>(payload[i] ^ mask[i % 4]);
  return frame;
}

std::string Unmasked(int first, std::string_view payload) {
  return Header(first, payload.size(), Length::kShortest, 0) + std::string(payload);
}

std::string CloseFrame(unsigned code, std::string_view reason) {
  return Frame(kFin | kCloseFrame, std::string{Byte(code >> 8U), Byte(code)} + std::string(reason));
}

std::string Describe(const WebSocketDecoder::Step& step) {
  return std::visit(
      [](const auto& s) -> std::string {
        using S = std::decay_t<decltype(s)>;
        if constexpr (std::is_same_v<S, WebSocketDecoder::NeedMore>) return "need more";
        if constexpr (std::is_same_v<S, WebSocketDecoder::Text>) return "text " + s.text;
        if constexpr (std::is_same_v<S, WebSocketDecoder::Pong>) return "reply " + s.bytes;
        if constexpr (std::is_same_v<S, WebSocketDecoder::Closed>) {
          return "closed " + std::to_string(s.code) + ' ' + s.reply;
        }
        if constexpr (std::is_same_v<S, WebSocketDecoder::Violation>)
          return "violation " + std::to_string(s.code);
      },
      step);
}

void Give(WebSocketDecoder& decoder, std::string_view chunk, Steps& steps) {
  while (true) {
    std::size_t consumed = 0;
    const WebSocketDecoder::Step step = decoder.Next(chunk, consumed);
    ASSERT_LE(consumed, chunk.size());
    chunk.remove_prefix(consumed);
    if (std::holds_alternative<WebSocketDecoder::NeedMore>(step)) break;
    steps.push_back(Describe(step));
  }
  EXPECT_TRUE(chunk.empty());
}

Steps DecodeChunks(const std::vector<std::string_view>& chunks) {
  WebSocketDecoder decoder;
  Steps steps;
  for (const std::string_view chunk : chunks) Give(decoder, chunk, steps);
  return steps;
}

Steps Decode(std::string_view bytes) {
  Steps steps = DecodeChunks({bytes});
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) ExpectSameWhenCut(bytes, cut, steps);
  EXPECT_EQ(DecodePieces(bytes, 1), steps) << "byte by byte";
  return steps;
}

Steps DecodeLong(std::string_view bytes, const std::vector<std::size_t>& places) {
  constexpr std::size_t kNear = 16;  // the longest header has 14 bytes
  Steps steps = DecodeChunks({bytes});
  std::vector<std::size_t> around = places;
  around.insert(around.end(), {0, bytes.size()});
  for (const std::size_t place : around) {
    const std::size_t end = std::min(place + kNear, bytes.size());
    for (std::size_t cut = place - std::min(place, kNear); cut < end; ++cut) {
      ExpectSameWhenCut(bytes, cut, steps);
    }
  }
  for (const std::size_t size : {1U, 7U, 4095U, 4096U, 4097U}) {
    EXPECT_EQ(DecodePieces(bytes, size), steps) << "in pieces of " << size;
  }
  return steps;
}

}  // namespace parley::test
