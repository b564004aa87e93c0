// SizeForPeople writes a number of bytes as people read it: "12 bytes", "1.5 KiB", "60 MiB".

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace parley {

// Rounded down to tenths of the largest unit of which there is one.
inline std::string SizeForPeople(std::uint64_t bytes) {
  constexpr std::array kUnits = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (bytes == 1) return "1 byte";
  if (bytes < 1024) return std::to_string(bytes) + " bytes";
  std::size_t unit = 0;
  auto tenths = bytes / 1024 * 10 + bytes % 1024 * 10 / 1024;
  for (; tenths >= 10'240 && unit + 1 < kUnits.size(); ++unit) tenths /= 1024;
  const std::string whole = std::to_string(tenths / 10);
  return (tenths % 10 == 0 ? whole : whole + '.' + std::to_string(tenths % 10)) + ' ' + kUnits.at(unit);
}

}  // namespace parley
