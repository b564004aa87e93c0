// Counted writes a number with its noun: "1 message", "2 messages".

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace parley {

// `one` follows the number 1, `several` any other number, with a space between.
inline std::string Counted(std::size_t number, std::string_view one, std::string_view several) {
  return std::to_string(number).append(" ").append(number == 1 ? one : several);
}

}  // namespace parley
