// Reads and writes numbers in network byte order. The caller checks the bounds; every function asserts them.

#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace parley {

inline std::uint8_t ReadU8(std::string_view bytes, std::size_t at) {
  assert(at < bytes.size());
  return static_cast<std::uint8_t>(bytes[at]);
}

inline std::uint16_t ReadU16(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint16_t>(ReadU8(bytes, at) << 8 | ReadU8(bytes, at + 1));
}

inline std::uint32_t ReadU24(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint32_t>(ReadU8(bytes, at)) << 16 | ReadU16(bytes, at + 1);
}

inline std::uint32_t ReadU32(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint32_t>(ReadU16(bytes, at)) << 16 | ReadU16(bytes, at + 2);
}

inline std::uint64_t ReadU64(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint64_t>(ReadU32(bytes, at)) << 32 | ReadU32(bytes, at + 4);
}

inline void WriteU8(std::span<char> bytes, std::size_t at, unsigned value) {
  assert(at < bytes.size());
  bytes[at] = static_cast<char>(static_cast<unsigned char>(value));
}

inline void WriteU16(std::span<char> bytes, std::size_t at, std::uint16_t value) {
  WriteU8(bytes, at, value >> 8U);
  WriteU8(bytes, at + 1, value & 0xFFU);
}

inline void WriteU32(std::span<char> bytes, std::size_t at, std::uint32_t value) {
  WriteU16(bytes, at, static_cast<std::uint16_t>(value >> 16U));
  WriteU16(bytes, at + 2, static_cast<std::uint16_t>(value & 0xFFFFU));
}

inline void AppendU8(std::string& bytes, unsigned value) {
  bytes += static_cast<char>(static_cast<unsigned char>(value));
}

inline void AppendU16(std::string& bytes, std::uint16_t value) {
  AppendU8(bytes, value >> 8U);
  AppendU8(bytes, value & 0xFFU);
}

inline void AppendU24(std::string& bytes, std::uint32_t value) {
  AppendU8(bytes, value >> 16U & 0xFFU);
  AppendU16(bytes, static_cast<std::uint16_t>(value & 0xFFFFU));
}

inline void AppendU32(std::string& bytes, std::uint32_t value) {
  AppendU16(bytes, static_cast<std::uint16_t>(value >> 16U));
  AppendU16(bytes, static_cast<std::uint16_t>(value & 0xFFFFU));
}

inline void AppendU64(std::string& bytes, std::uint64_t value) {
  AppendU32(bytes, static_cast<std::uint32_t>(value >> 32U));
  AppendU32(bytes, static_cast<std::uint32_t>(value & 0xFFFFFFFFU));
}

}  // namespace parley
