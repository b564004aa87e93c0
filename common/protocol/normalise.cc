#include "common/protocol/normalise.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

namespace parley::protocol {

std::optional<std::string> Normalise(std::string_view text, int options) {
  std::uint8_t* mapped = nullptr;
  const utf8proc_ssize_t size = utf8proc_map(reinterpret_cast<const std::uint8_t*>(text.data()),
                                             static_cast<utf8proc_ssize_t>(text.size()), &mapped,
                                             static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<std::uint8_t, decltype(&std::free)> owner(mapped, &std::free);
  if (size < 0) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size));
}

}  // namespace parley::protocol
