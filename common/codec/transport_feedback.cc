#include "common/codec/transport_feedback.h"

#include <algorithm>
#include <cassert>
#include <cstddef>

#include "common/base/media_limits.h"
#include "common/codec/big_endian.h"

namespace parley {
namespace {

constexpr std::uint8_t kFormat = 15;  // of RTPFB
constexpr std::size_t kFixedBytes = 16;
constexpr std::size_t kChunkBytes = 2;
constexpr std::size_t kLongestRun = 0x1FFF;
constexpr std::size_t kWideSymbols = 7;     // of a vector of 2-bit symbols
constexpr std::size_t kNarrowSymbols = 14;  // of a vector of 1-bit symbols

// Section 3.1.1. What the symbol 3 means is not said.
enum Symbol : unsigned { kLost = 0, kSmall = 1, kLarge = 2, kReserved = 3 };

// Adds the symbols of one chunk, at most up to `count` in all (sections 3.1.3 and 3.1.4).
void ReadChunk(unsigned chunk, std::size_t count, std::vector<Symbol>& symbols) {
  if ((chunk & 0x8000U) == 0) {
    const std::size_t run = std::min<std::size_t>(chunk & kLongestRun, count - symbols.size());
    symbols.insert(symbols.end(), run, static_cast<Symbol>(chunk >> 13U & 0x3U));
    return;
  }
  const bool wide = (chunk & 0x4000U) != 0;
  for (std::size_t i = 0; i < (wide ? kWideSymbols : kNarrowSymbols) && symbols.size() < count; ++i) {
    const unsigned symbol = wide ? chunk >> (12U - 2 * i) & 0x3U : chunk >> (13U - i) & 0x1U;
    symbols.push_back(static_cast<Symbol>(symbol));
  }
}

Symbol SymbolOf(const std::optional<std::int16_t>& arrival) {
  if (!arrival) return kLost;
  return *arrival >= 0 && *arrival <= 0xFF ? kSmall : kLarge;
}

// Runs of equal symbols as runs, all else as vectors of seven.
void AppendChunks(std::string& body, const std::vector<std::optional<std::int16_t>>& arrivals) {
  for (std::size_t i = 0; i < arrivals.size();) {
    const Symbol symbol = SymbolOf(arrivals[i]);
    std::size_t run = 1;
    while (i + run < arrivals.size() && run < kLongestRun && SymbolOf(arrivals[i + run]) == symbol) ++run;
    if (run >= kWideSymbols || i + run == arrivals.size()) {
      AppendU16(body, static_cast<std::uint16_t>(static_cast<unsigned>(symbol) << 13U | run));
      i += run;
      continue;
    }
    unsigned chunk = 0xC000U;
    for (std::size_t k = 0; k < kWideSymbols && i < arrivals.size(); ++k, ++i) {
      chunk |= static_cast<unsigned>(SymbolOf(arrivals[i])) << (12U - 2 * k);
    }
    AppendU16(body, static_cast<std::uint16_t>(chunk));
  }
}

}  // namespace

bool IsTransportFeedback(const RtcpPacket& packet) {
  return packet.type == static_cast<std::uint8_t>(RtcpType::kTransportFeedback) && packet.count == kFormat;
}

std::optional<TransportFeedback> ReadTransportFeedback(const RtcpPacket& packet) {
  if (!IsTransportFeedback(packet) || packet.body.size() < kFixedBytes) return std::nullopt;
  const std::string_view body = packet.body;
  TransportFeedback feedback;
  feedback.sender = ReadU32(body, 0);
  feedback.media = ReadU32(body, 4);
  feedback.first = ReadU16(body, 8);
  const std::size_t count = ReadU16(body, 10);
  feedback.reference_time = static_cast<std::int32_t>(ReadU24(body, 12) << 8U) >> 8;  // with its sign
  feedback.number = ReadU8(body, 15);
  if (count == 0 || count > limits::kFeedbackPackets) return std::nullopt;
  std::vector<Symbol> symbols;
  symbols.reserve(count);
  feedback.arrivals.reserve(count);
  std::size_t at = kFixedBytes;
  for (; symbols.size() < count; at += kChunkBytes) {
    if (body.size() < at + kChunkBytes) return std::nullopt;
    ReadChunk(ReadU16(body, at), count, symbols);
  }
  for (const Symbol symbol : symbols) {
    const std::size_t size = symbol == kSmall ? 1 : symbol == kLarge ? 2 : 0;
    if (symbol == kReserved || body.size() < at + size) return std::nullopt;
    if (size == 0) {
      feedback.arrivals.emplace_back();
    } else {
      feedback.arrivals.emplace_back(
          static_cast<std::int16_t>(size == 1 ? ReadU8(body, at) : ReadU16(body, at)));
    }
    at += size;
  }
  return feedback;
}

void AppendTransportFeedback(std::string& out, const TransportFeedback& feedback) {
  assert(!feedback.arrivals.empty() && feedback.arrivals.size() <= limits::kFeedbackPackets);
  std::string body;
  AppendU32(body, feedback.sender);
  AppendU32(body, feedback.media);
  AppendU16(body, feedback.first);
  AppendU16(body, static_cast<std::uint16_t>(feedback.arrivals.size()));
  AppendU24(body, static_cast<std::uint32_t>(feedback.reference_time) & 0xFFFFFFU);
  AppendU8(body, feedback.number);
  AppendChunks(body, feedback.arrivals);
  for (const auto& arrival : feedback.arrivals) {
    const Symbol symbol = SymbolOf(arrival);
    if (symbol == kSmall) AppendU8(body, static_cast<unsigned>(*arrival));
    if (symbol == kLarge) AppendU16(body, static_cast<std::uint16_t>(*arrival));
  }
  body.resize((body.size() + 3) / 4 * 4);
  AppendRtcp(out, RtcpType::kTransportFeedback, kFormat, body);
}

}  // namespace parley
