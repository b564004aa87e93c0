// RandomNumber is an unpredictable number of 32 bits: a source, or the start of a stream's numbers.

#pragma once

#include <cstdint>

#include "common/base/random.h"

namespace parley {

inline std::uint32_t RandomNumber() {
  std::uint32_t number = 0;
  for (const char byte : RandomBytes(sizeof number)) number = number << 8U | static_cast<std::uint8_t>(byte);
  return number;
}

}  // namespace parley
